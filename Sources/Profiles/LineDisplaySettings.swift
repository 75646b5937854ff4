import StrictYAML

public struct LineDisplaySettings: Equatable, Sendable {
  /// The command set.
  public enum Dialect: String, Sendable, CaseIterable {
    case dmD = "dm-d"
    case cd5220
    case logicControls = "logic-controls"
  }

  /// What stands between the cable and the display.
  public enum Bridge: String, Sendable, CaseIterable {
    case cdcACM = "cdc-acm"
    case ftdi
    case pl2303
    case cp210x
    case ch340
    /// Nothing: bulk pipes of the display's own.
    case bulk

    /// The serial line, if there is one.
    public var serial: SerialBridgeKind? { SerialBridgeKind(rawValue: rawValue) }
  }

  public static let standardBaud = 9_600

  public var dialect: Dialect
  public var columns: Int
  public var rows: Int
  /// The page that the display is in, by name: after a reset, or after `codePageNumber`.
  public var codePage: String
  /// The number that `ESC t` chooses the page by; nil when it is there after a reset. DM-D only.
  public var codePageNumber: UInt8?
  public var bridge: Bridge
  /// Of the serial line; without a meaning for `bulk`.
  public var baud: Int

  public init(
    dialect: Dialect, columns: Int, rows: Int, codePage: String, codePageNumber: UInt8? = nil,
    bridge: Bridge, baud: Int = standardBaud
  ) {
    self.dialect = dialect
    self.columns = columns
    self.rows = rows
    self.codePage = codePage
    self.codePageNumber = codePageNumber
    self.bridge = bridge
    self.baud = baud
  }
}

extension SettingsReader {
  mutating func lineDisplay(_ base: LineDisplaySettings?) throws(YAMLError) -> LineDisplaySettings {
    let dialect: LineDisplaySettings.Dialect = try choice("dialect", or: base?.dialect)
    let number = optional("codePageNumber")
    if let number, dialect != .dmD {
      throw number.error("only the dialect dm-d chooses its page by a number")
    }
    return LineDisplaySettings(
      dialect: dialect,
      columns: try integer("columns", or: base?.columns, in: 8...80),
      rows: try integer("rows", or: base?.rows, in: 1...8),
      codePage: try value("codePage", or: base?.codePage) { value throws(YAMLError) in
        try value.text()
      },
      codePageNumber: try number?.integer(in: 0...255) ?? base?.codePageNumber,
      bridge: try choice("bridge", or: base?.bridge),
      baud: try integer(
        "baud", or: base?.baud ?? LineDisplaySettings.standardBaud, in: 1_200...115_200))
  }
}
