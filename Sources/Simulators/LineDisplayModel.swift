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

  public let descriptors: USBDescriptors
  public let codePage: CodePage
  public private(set) var screen: DisplayScreen
  /// What was received since the beginning, power cycles included.
  public private(set) var bytes: [UInt8] = []
  private var line = CDCLine()

  /// As the host has set it.
  public var lineCoding: [UInt8] { line.coding }

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
    line = CDCLine()
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    line.control(setup, data: data)
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
