import Codecs
import Devices

/// A bar code scanner that types what it reads in the US layout and ends it with Enter.
public struct KeyboardScannerModel: USBDeviceModel {
  public static let endpoint: UInt8 = 0x81
  /// What the scanner keeps while nobody reads; a symbol that does not fit is lost as a whole.
  public static let maximumQueuedReports = 4_096

  /// The keyboard of HID 1.11, B.1 and E.6.
  static let reportDescriptor: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01,  // Generic Desktop, Keyboard, application
    0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,  // modifiers
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
    0x95, 0x01, 0x75, 0x08, 0x81, 0x01,  // reserved byte
    0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,  // LEDs
    0x95, 0x01, 0x75, 0x03, 0x91, 0x01,
    0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65,
    0x81, 0x00, 0xC0,  // six keys
  ]

  public let descriptors: USBDescriptors
  private var reports: [[UInt8]] = []
  /// Index of the next report in `reports`, so that taking one does not move the others.
  private var next = 0

  public init(serialNumber: String = "SC01") {
    descriptors = USBDescriptors(
      speed: .full, device: DescriptorBytes.device(vendorID: 0x0C2E, productID: 0x0B61),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(0x03, 1, 1),
          classDescriptors: DescriptorBytes.hid(
            reportDescriptorByteCount: Self.reportDescriptor.count),
          endpoints: [
            DescriptorBytes.endpoint(
              address: Self.endpoint, transferType: .interrupt, maximumPacketSize: 8, interval: 1)
          ])
      ]), strings: ["Kiosk", "Simulated Keyboard Scanner", serialNumber],
      reports: [0: Self.reportDescriptor])
  }

  public mutating func powerOn() { (reports, next) = ([], 0) }

  /// Reads a symbol. The AIM identifier is typed in front, as a scanner that is set so does;
  /// characters that the layout has not got are left out, as real ones do.
  public mutating func scan(_ text: String, aim: String? = nil) {
    queue((aim ?? "") + text, terminator: [[0, 0, 0x28, 0, 0, 0, 0, 0], Self.released])
  }

  /// Types a symbol whose end never comes: the scanner was unplugged from its cradle, or hung.
  public mutating func scanTorn(_ text: String) { queue(text, terminator: []) }

  private mutating func queue(_ text: String, terminator: [[UInt8]]) {
    let keys = text.unicodeScalars.compactMap { Self.keysByScalar[$0] }
    let symbol: [[UInt8]] = keys.flatMap { key -> [[UInt8]] in
      [[key.modifiers, 0, key.usage, 0, 0, 0, 0, 0], Self.released]
    }
    guard reports.count - next + symbol.count + terminator.count <= Self.maximumQueuedReports
    else { return }
    reports += symbol + terminator
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x09), (0x21, 0x0A), (0x21, 0x0B): .data([])  // SET_REPORT, _IDLE, _PROTOCOL
    case (0xA1, 0x01): .data(Self.released)  // GET_REPORT
    case (0xA1, 0x02), (0xA1, 0x03): .data([0])  // GET_IDLE, GET_PROTOCOL
    default: .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.endpoint, next < reports.count else { return nil }
    defer {
      next += 1
      if next == reports.count { (reports, next) = ([], 0) }
    }
    return Array(reports[next].prefix(maximumByteCount))
  }

  private static let released = [UInt8](repeating: 0, count: 8)

  private struct Stroke {
    let modifiers: UInt8
    let usage: UInt8
  }

  /// Left shift, and left control for the codes below 20h, which are those of `@` to `_`.
  private static let keysByScalar: [Unicode.Scalar: Stroke] = {
    var strokes: [Unicode.Scalar: Stroke] = [:]
    for (usage, key) in HID.KeyboardLayout.us.keys.sorted(by: { $0.key > $1.key }) {
      strokes[key.shifted] = Stroke(modifiers: 0x02, usage: usage)
    }
    for (usage, key) in HID.KeyboardLayout.us.keys.sorted(by: { $0.key > $1.key }) {
      strokes[key.plain] = Stroke(modifiers: 0x00, usage: usage)
    }
    for code in UInt8(0x01)...0x1F {
      let scalar = Unicode.Scalar(code < 0x1B ? code | 0x60 : code | 0x40)
      if let stroke = strokes[scalar] {
        strokes[Unicode.Scalar(code)] = Stroke(
          modifiers: stroke.modifiers | 0x01, usage: stroke.usage)
      }
    }
    return strokes
  }()
}
