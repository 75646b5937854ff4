import Codecs
import Devices

/// A bar code scanner that types what it reads in its layout and ends it as it is set to.
public struct KeyboardScannerModel: USBDeviceModel {
  /// How it tells which keys are down.
  public enum Reporting: Equatable, Sendable {
    /// Six keys, as the boot protocol (HID 1.11, B.1).
    case boot
    /// A bit for every key behind a report id, on an interface that has no boot protocol, beside a
    /// second one for media keys.
    case bitmap
  }

  public static let endpoint: UInt8 = 0x81
  static let mediaEndpoint: UInt8 = 0x82
  /// What the scanner keeps while nobody reads; a symbol that does not fit is lost as a whole.
  public static let maximumQueuedReports = 16_384

  /// The keyboard of HID 1.11, B.1 and E.6.
  static let reportDescriptor: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01,  // Generic Desktop, Keyboard, application
    0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,  // modifiers
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
    0x95, 0x01, 0x75, 0x08, 0x81, 0x01,  // reserved byte
    0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,  // LEDs
    0x95, 0x01, 0x75, 0x03, 0x91, 0x01,
    0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x05, 0x07, 0x19, 0x00, 0x2A, 0xFF,
    0x00, 0x81, 0x00, 0xC0,  // six keys
  ]

  /// Report 1: eight modifiers and a bit for each of usages 00h to 8Fh.
  static let bitmapDescriptor: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x85, 0x01,
    0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
    0x19, 0x00, 0x29, 0x8F, 0x95, 0x90, 0x81, 0x02, 0xC0,
  ]

  /// Consumer control: one usage, of which nothing is ever sent.
  static let mediaDescriptor: [UInt8] = [
    0x05, 0x0C, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x03, 0x19, 0x00, 0x2A, 0xFF,
    0x03, 0x75, 0x10, 0x95, 0x01, 0x81, 0x00, 0xC0,
  ]

  public let descriptors: USBDescriptors
  public let reporting: Reporting
  public var typist: ScannerTypist
  /// Reports that may be read; nil while they come as fast as they are asked for.
  public private(set) var allowance: Int?
  private var reports: [[UInt8]] = []
  /// Index of the next report in `reports`, so that taking one does not move the others.
  private var next = 0
  private var losesNextRelease = false

  public init(
    serialNumber: String = "SC01", typist: ScannerTypist = .init(), reporting: Reporting = .boot
  ) {
    self.typist = typist
    self.reporting = reporting
    descriptors = Self.descriptors(serialNumber: serialNumber, reporting: reporting)
  }

  public mutating func powerOn() { (reports, next, losesNextRelease) = ([], 0, false) }

  /// Reads a symbol. The AIM identifier is typed in front, as a scanner that is set so does;
  /// characters that the layout has not got are left out, as real ones do.
  public mutating func scan(_ text: String, aim: String? = nil) {
    queue((aim ?? "") + text, ending: typist.ending)
  }

  /// Types a symbol whose end never comes: the scanner was unplugged from its cradle, or hung, or
  /// its Enter was lost. With another symbol behind it, the two are glued.
  public mutating func scanTorn(_ text: String) { queue(text, ending: .none) }

  /// The next key is not told to be up again before the one after it goes down.
  public mutating func loseRelease() { losesNextRelease = true }

  /// From now on only so many more reports can be read; call again to let more come. Nil lets them
  /// come as they are.
  public mutating func pace(_ reportCount: Int?) {
    allowance = reportCount.map { (allowance ?? 0) + $0 }
  }

  private mutating func queue(_ text: String, ending: ScannerTypist.Ending) {
    var symbol: [[UInt8]] = []
    var strokes = typist.strokes(text)
    if ending != .none {
      strokes.append(ScannerTypist.Stroke(modifiers: 0, usage: ending.rawValue))
    }
    for (index, stroke) in strokes.enumerated() {
      symbol.append(report(stroke))
      // Alt stays down while a number is typed.
      let isInNumber =
        stroke.modifiers == 0x04 && index + 1 < strokes.count
        && strokes[index + 1].modifiers == 0x04
      if losesNextRelease, !isInNumber {
        losesNextRelease = false
      } else {
        symbol.append(
          report(ScannerTypist.Stroke(modifiers: isInNumber ? 0x04 : 0, usage: 0)))
      }
    }
    guard reports.count - next + symbol.count <= Self.maximumQueuedReports else { return }
    reports += symbol
  }

  private func report(_ stroke: ScannerTypist.Stroke) -> [UInt8] {
    switch reporting {
    case .boot: return [stroke.modifiers, 0, stroke.usage, 0, 0, 0, 0, 0]
    case .bitmap:
      var report = [0x01, stroke.modifiers] + [UInt8](repeating: 0, count: 18)
      if (0x04...0x8F).contains(stroke.usage) {
        report[2 + Int(stroke.usage / 8)] |= 1 << (stroke.usage % 8)
      }
      return report
    }
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x0B), (0xA1, 0x03):  // SET_PROTOCOL, GET_PROTOCOL
      reporting == .boot ? .data(setup.isDeviceToHost ? [0] : []) : .stall
    case (0x21, 0x09), (0x21, 0x0A): .data([])  // SET_REPORT, SET_IDLE
    case (0xA1, 0x01): .data(report(ScannerTypist.Stroke(modifiers: 0, usage: 0)))  // GET_REPORT
    case (0xA1, 0x02): .data([0])  // GET_IDLE
    default: .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.endpoint, next < reports.count, allowance != 0 else { return nil }
    allowance = allowance.map { $0 - 1 }
    defer {
      next += 1
      if next == reports.count { (reports, next) = ([], 0) }
    }
    return Array(reports[next].prefix(maximumByteCount))
  }

  private static func descriptors(
    serialNumber: String, reporting: Reporting
  ) -> USBDescriptors {
    func interface(
      _ number: UInt8, _ code: DescriptorBytes.ClassCode, _ report: [UInt8], endpoint: UInt8,
      packet: UInt16
    ) -> [UInt8] {
      DescriptorBytes.interface(
        number: number, classCode: code,
        classDescriptors: DescriptorBytes.hid(reportDescriptorByteCount: report.count),
        endpoints: [
          DescriptorBytes.endpoint(
            address: endpoint, transferType: .interrupt, maximumPacketSize: packet, interval: 1)
        ])
    }
    let interfaces: [[UInt8]]
    let reports: [UInt8: [UInt8]]
    switch reporting {
    case .boot:
      interfaces = [
        interface(0, .init(0x03, 1, 1), reportDescriptor, endpoint: Self.endpoint, packet: 8)
      ]
      reports = [0: reportDescriptor]
    case .bitmap:
      interfaces = [
        interface(0, .init(0x03, 0, 0), bitmapDescriptor, endpoint: Self.endpoint, packet: 32),
        interface(1, .init(0x03, 0, 0), mediaDescriptor, endpoint: mediaEndpoint, packet: 8),
      ]
      reports = [0: bitmapDescriptor, 1: mediaDescriptor]
    }
    return USBDescriptors(
      speed: .full, device: DescriptorBytes.device(vendorID: 0x0C2E, productID: 0x0B61),
      configuration: DescriptorBytes.configuration(interfaces),
      strings: ["Kiosk", "Simulated Keyboard Scanner", serialNumber], reports: reports)
  }
}
