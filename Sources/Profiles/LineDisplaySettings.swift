import StrictYAML

public struct LineDisplaySettings: Equatable, Sendable {
  /// What stands between the cable and the display's serial line.
  public enum Bridge: String, Sendable, CaseIterable {
    case cdcACM = "cdc-acm"
    case ftdi
  }

  public var columns: Int
  public var rows: Int
  /// The page that the display is in after a reset, by name.
  public var codePage: String
  public var bridge: Bridge
  public var baud: Int

  public init(columns: Int, rows: Int, codePage: String, bridge: Bridge, baud: Int) {
    self.columns = columns
    self.rows = rows
    self.codePage = codePage
    self.bridge = bridge
    self.baud = baud
  }
}

extension SettingsReader {
  mutating func dmD(_ base: LineDisplaySettings?) throws(YAMLError) -> LineDisplaySettings {
    LineDisplaySettings(
      columns: try integer("columns", or: base?.columns, in: 8...80),
      rows: try integer("rows", or: base?.rows, in: 1...8),
      codePage: try value("codePage", or: base?.codePage) { value throws(YAMLError) in
        try value.text()
      },
      bridge: try choice("bridge", or: base?.bridge),
      baud: try integer("baud", or: base?.baud, in: 1_200...115_200))
  }
}
