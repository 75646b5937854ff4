import Codecs
import Devices

/// A bar code scanner that is a serial port of its own (CDC ACM).
public struct SerialScannerModel: USBDeviceModel {
  public static let bulkIn: UInt8 = 0x81
  static let bulkOut: UInt8 = 0x02
  static let notificationIn: UInt8 = 0x83
  private static let packetByteCount = 64
  /// What the scanner keeps while nobody reads; a symbol that does not fit is lost as a whole.
  public static let maximumQueuedByteCount = 16_384

  /// The line coding after power on: 9600 8N1 (CDC PSTN 1.20, 6.3.11).
  private static let standardLineCoding: [UInt8] = [0x80, 0x25, 0, 0, 0, 0, 8]

  public let descriptors: USBDescriptors
  /// Sent in front of and behind every symbol.
  public var prefix: [UInt8]
  public var ending: [UInt8]
  public private(set) var lineCoding = standardLineCoding
  /// A scanner sends only to who is there: Data Terminal Ready.
  public private(set) var isTerminalReady = false
  private var queue: [UInt8] = []

  public init(
    serialNumber: String = "SC03", prefix: [UInt8] = [], ending: [UInt8] = [0x0D, 0x0A]
  ) {
    self.prefix = prefix
    self.ending = ending
    descriptors = USBDescriptors(
      speed: .full,
      device: DescriptorBytes.device(
        vendorID: 0x0C2E, productID: 0x0B6A, classCode: .init(0x02, 0, 0)),
      configuration: DescriptorBytes.configuration(
        DescriptorBytes.cdcACM(
          notificationIn: Self.notificationIn, bulkOut: Self.bulkOut, bulkIn: Self.bulkIn)),
      strings: ["Kiosk", "Simulated Serial Scanner", serialNumber])
  }

  public mutating func powerOn() {
    (queue, lineCoding, isTerminalReady) = ([], Self.standardLineCoding, false)
  }

  /// Reads a symbol; the AIM identifier goes in front, as a scanner that is set so sends it.
  public mutating func scan(_ text: String, aim: String? = nil) {
    send(prefix + Array(((aim ?? "") + text).utf8) + ending)
  }

  /// Sends a symbol whose end is lost. With another one behind it, the two are glued.
  public mutating func scanTorn(_ text: String) { send(prefix + Array(text.utf8)) }

  private mutating func send(_ bytes: [UInt8]) {
    guard queue.count + bytes.count <= Self.maximumQueuedByteCount else { return }
    queue += bytes
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x20) where data.count == 7:  // SET_LINE_CODING
      lineCoding = data
      return .data([])
    case (0xA1, 0x21): return .data(lineCoding)  // GET_LINE_CODING
    case (0x21, 0x22):  // SET_CONTROL_LINE_STATE
      isTerminalReady = setup.value & 1 == 1
      return .data([])
    default: return .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    endpoint == Self.bulkOut ? .accepted(bytes.count) : .stall
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.bulkIn, isTerminalReady, !queue.isEmpty else { return nil }
    let packet = Array(queue.prefix(min(maximumByteCount, Self.packetByteCount)))
    queue.removeFirst(packet.count)
    return packet
  }
}
