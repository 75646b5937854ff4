import Codecs
import Devices
import Profiles

/// A customer display of any dialect behind CDC ACM, or on a printer's connector.
public struct LineDisplayModel: USBDeviceModel {
  public static let bulkOut: UInt8 = 0x01
  public static let bulkIn: UInt8 = 0x82
  public static let notificationIn: UInt8 = 0x83
  /// The newest bytes are kept.
  public static let maximumRecordedByteCount = 1_048_576

  /// The line coding after power on: 9600 8N1 (CDC PSTN 1.20, 6.3.11).
  private static let standardLineCoding: [UInt8] = [0x80, 0x25, 0, 0, 0, 0, 8]

  public let descriptors: USBDescriptors
  public let codePage: CodePage
  public private(set) var screen: DisplayScreen
  /// What was received since the beginning, power cycles included.
  public private(set) var bytes: [UInt8] = []
  public private(set) var lineCoding = standardLineCoding

  public init(
    dialect: DisplayDialect = .dmD, columns: Int = 20, rows: Int = 2,
    codePage: CodePage = .gb18030, serialNumber: String = "LD01"
  ) {
    screen = DisplayScreen(dialect: dialect, columns: columns, rows: rows)
    self.codePage = codePage
    descriptors = USBDescriptors(
      speed: .full,
      device: DescriptorBytes.device(
        vendorID: 0x2341, productID: 0x0010, classCode: .init(0x02, 0, 0)),
      configuration: DescriptorBytes.configuration(
        DescriptorBytes.cdcACM(
          notificationIn: Self.notificationIn, bulkOut: Self.bulkOut, bulkIn: Self.bulkIn)),
      strings: ["Kiosk", "Simulated Line Display", serialNumber])
  }

  /// A display as a profile or a configuration describes it.
  public init(_ settings: LineDisplaySettings) {
    self.init(
      dialect: DisplayDialect(rawValue: settings.dialect.rawValue) ?? .dmD,
      columns: settings.columns, rows: settings.rows,
      codePage: CodePage(rawValue: settings.codePage) ?? .ascii)
  }

  /// What a person reads, blanks at the right end left out.
  public var lines: [String] {
    screen.rows.map { row in
      let end = row.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? 0
      return codePage.decode(Array(row[..<end]))
    }
  }

  public mutating func powerOn() {
    screen = DisplayScreen(
      dialect: screen.dialect, columns: screen.columns, rows: screen.rowCount)
    lineCoding = Self.standardLineCoding
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x20) where data.count == 7:  // SET_LINE_CODING
      lineCoding = data
      return .data([])
    case (0xA1, 0x21): return .data(lineCoding)  // GET_LINE_CODING
    case (0x21, 0x22), (0x21, 0x23): return .data([])  // SET_CONTROL_LINE_STATE, SEND_BREAK
    default: return .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    guard endpoint == Self.bulkOut else { return .stall }
    receive(bytes)
    return .accepted(bytes.count)
  }

  /// Bytes that came over its line, whatever stands before it.
  mutating func receive(_ bytes: [UInt8]) {
    self.bytes += bytes
    self.bytes.removeFirst(max(0, self.bytes.count - Self.maximumRecordedByteCount))
    screen.feed(bytes)
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? { nil }
}
