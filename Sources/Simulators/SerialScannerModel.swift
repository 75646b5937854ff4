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

  public let descriptors: USBDescriptors
  /// Sent in front of and behind every symbol.
  public var prefix: [UInt8]
  public var ending: [UInt8]
  private var line = CDCLine()
  private var queue: [UInt8] = []

  /// As the host has set it.
  public var lineCoding: [UInt8] { line.coding }

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
    (queue, line) = ([], CDCLine())
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
    line.control(setup, data: data)
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    endpoint == Self.bulkOut ? .accepted(bytes.count) : .stall
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    // A scanner sends only to who is there.
    guard endpoint == Self.bulkIn, line.isTerminalReady, !queue.isEmpty else { return nil }
    let packet = Array(queue.prefix(min(maximumByteCount, Self.packetByteCount)))
    queue.removeFirst(packet.count)
    return packet
  }
}
