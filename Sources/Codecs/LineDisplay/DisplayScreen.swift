/// What a customer display shows: takes bytes in any pieces and keeps its cells. Total: a command
/// that the dialect has not got is passed over.
public struct DisplayScreen: Equatable, Sendable {
  /// Longest text of a command that is ended by CR (CD5220, ESC Q D; Logic Controls, 05h).
  static let maximumStringByteCount = 45

  private enum Expectation: Equatable {
    case code
    /// The code after ESC, US or `ESC [`.
    case prefixed(Prefix)
    case parameters(Prefix, code: UInt8, count: Int)
    /// The text of a command, up to CR.
    case string(code: UInt8)
    /// `ESC &`: so many characters to be defined, each a count and as many bytes.
    case definitions(remaining: Int)
    case definition(byteCount: Int, remaining: Int)
  }

  private enum Prefix: UInt8, Equatable {
    case none = 0
    case escape = 0x1B
    case unitSeparator = 0x1F
    case bracket = 0x5B
    case string = 0x51
  }

  public let dialect: DisplayDialect
  public private(set) var brightness: UInt8 = 4
  public private(set) var isCursorVisible = true
  /// The number of the last `ESC t`, DM-D only.
  public private(set) var codePage: UInt8?
  private var cells: DisplayCells
  private var expectation = Expectation.code
  private var parameters: [UInt8] = []

  /// At least one column and one row.
  public init(dialect: DisplayDialect = .dmD, columns: Int = 20, rows: Int = 2) {
    self.dialect = dialect
    cells = DisplayCells(columns: columns, rows: rows)
  }

  public var columns: Int { cells.columns }
  public var rowCount: Int { cells.rowCount }
  /// One byte a cell, blanks as 20h; a two-byte character takes two cells.
  public var rows: [[UInt8]] { cells.rows }
  public var mode: DisplayDialect.Mode { cells.mode }

  public mutating func feed(_ bytes: [UInt8]) {
    for byte in bytes { take(byte) }
  }

  private mutating func take(_ byte: UInt8) {
    switch expectation {
    case .code: takeCode(byte)
    case .prefixed(let prefix): takePrefixed(prefix, byte)
    case .parameters(let prefix, let code, let count):
      parameters.append(byte)
      if count > 1 {
        expectation = .parameters(prefix, code: code, count: count - 1)
      } else {
        finish(prefix, code)
      }
    case .string(let code):
      if byte == 0x0D {
        finish(.string, code)
      } else if parameters.count < Self.maximumStringByteCount {
        parameters.append(byte)
      }
    case .definitions(let remaining):
      expectation =
        byte > 0
        ? .definition(byteCount: Int(byte), remaining: remaining) : Self.definitions(remaining - 1)
    case .definition(let count, let remaining):
      expectation =
        count > 1
        ? .definition(byteCount: count - 1, remaining: remaining) : Self.definitions(remaining - 1)
    }
  }

  private static func definitions(_ remaining: Int) -> Expectation {
    remaining > 0 ? .definitions(remaining: remaining) : .code
  }

  private mutating func finish(_ prefix: Prefix, _ code: UInt8) {
    let values = parameters
    parameters = []
    expectation = .code
    perform(prefix, code, values)
  }

  private mutating func expect(_ prefix: Prefix, _ code: UInt8, _ count: Int) {
    if count > 0 {
      expectation = .parameters(prefix, code: code, count: count)
    } else {
      finish(prefix, code)
    }
  }

  // MARK: Codes

  private mutating func takeCode(_ byte: UInt8) {
    switch byte {
    case 0x20...: cells.write(byte)
    case 0x09: cells.step(by: 1)
    case 0x0A: cells.down()
    case 0x0D: cells.lineStart()
    case 0x08:
      if dialect == .logicControls { cells.erase(before: 1) } else { cells.step(by: -1) }
    default:
      switch dialect {
      case .logicControls: takeLogicControlsCode(byte)
      case .dmD, .cd5220: takeEscapeCode(byte)
      }
    }
  }

  private mutating func takeLogicControlsCode(_ byte: UInt8) {
    switch byte {
    case 0x04, 0x10: expect(.none, byte, 1)
    case 0x05: expectation = .string(code: byte)
    case 0x11: cells.mode = .overwrite
    case 0x12: cells.mode = .verticalScroll
    case 0x13: isCursorVisible = true
    case 0x14: isCursorVisible = false
    case 0x1F: reset()
    default: break
    }
  }

  private mutating func takeEscapeCode(_ byte: UInt8) {
    switch byte {
    case 0x1B: expectation = .prefixed(.escape)
    case 0x1F: expectation = .prefixed(.unitSeparator)
    case 0x0B: cells.home()
    case 0x0C: cells.clear()
    case 0x18: cells.clearLine()
    default: break
    }
  }

  private mutating func takePrefixed(_ prefix: Prefix, _ code: UInt8) {
    switch (prefix, dialect, code) {
    case (.escape, _, 0x26): expect(.escape, code, 3)  // ESC & y c1 c2
    case (.escape, _, 0x25), (.escape, _, 0x3D), (.escape, _, 0x3F): expect(.escape, code, 1)
    case (.escape, .dmD, 0x52), (.escape, .dmD, 0x74): expect(.escape, code, 1)
    case (.escape, .cd5220, 0x5B): expectation = .prefixed(.bracket)
    case (.escape, .cd5220, 0x51): expectation = .prefixed(.string)
    case (.string, _, _): expectation = .string(code: code)
    case (.escape, .cd5220, 0x6C): expect(.escape, code, 2)
    case (.escape, .cd5220, 0x57): expect(.escape, code, 4)
    case (.escape, .cd5220, 0x2A), (.escape, .cd5220, 0x5F), (.escape, .cd5220, 0x66),
      (.escape, .cd5220, 0x63), (.escape, .cd5220, 0x73), (.escape, .cd5220, 0x64),
      (.escape, .cd5220, 0x23):
      expect(.escape, code, 1)
    case (.unitSeparator, _, 0x24), (.unitSeparator, _, 0x23), (.unitSeparator, _, 0x54):
      expect(.unitSeparator, code, 2)  // US $, US #, US T
    case (.unitSeparator, _, 0x43), (.unitSeparator, _, 0x45), (.unitSeparator, _, 0x58),
      (.unitSeparator, _, 0x72):
      expect(.unitSeparator, code, 1)  // US C, US E, US X, US r
    default: finish(prefix, code)
    }
  }

  // MARK: Commands

  private mutating func perform(_ prefix: Prefix, _ code: UInt8, _ values: [UInt8]) {
    switch prefix {
    case .none: performLogicControls(code, values)
    case .escape: performEscape(code, values)
    case .unitSeparator: performUnitSeparator(code, values)
    case .bracket: moveCursor(code)
    case .string:
      switch (dialect, code) {
      case (.cd5220, 0x42): cells.replace(row: 1, with: values)
      case (.cd5220, 0x41), (.cd5220, 0x44), (.logicControls, _):
        cells.replace(row: 0, with: values)
      case (.cd5220, _), (.dmD, _): break
      }
    }
  }

  private mutating func performLogicControls(_ code: UInt8, _ values: [UInt8]) {
    guard let value = values.first else { return }
    if code == 0x10 {
      cells.move(column: Int(value) % columns + 1, row: Int(value) / columns + 1)
    } else if let level = DisplayDialect.brightnessBytes.firstIndex(of: value) {
      brightness = UInt8(level + 1)
    }
  }

  private mutating func performEscape(_ code: UInt8, _ values: [UInt8]) {
    switch (code, values.first) {
    case (0x40, _): reset()
    case (0x26, _):
      guard values.count == 3, values[1] <= values[2] else { return }
      expectation = .definitions(remaining: Int(values[2] - values[1]) + 1)
    case (0x74, let page): codePage = page
    case (0x11, _) where dialect == .cd5220: cells.mode = .overwrite
    case (0x12, _) where dialect == .cd5220: cells.mode = .verticalScroll
    case (0x13, _) where dialect == .cd5220: cells.mode = .horizontalScroll
    case (0x2A, let level?): setBrightness(level)
    case (0x5F, let isOn?): isCursorVisible = isOn == 1
    case (0x6C, _):
      guard values.count == 2 else { return }
      cells.move(column: Int(values[0]), row: Int(values[1]))
    default: break
    }
  }

  private mutating func performUnitSeparator(_ code: UInt8, _ values: [UInt8]) {
    switch (code, values.first) {
    case (0x01, _): cells.mode = .overwrite
    case (0x02, _): cells.mode = .verticalScroll
    case (0x03, _): cells.mode = .horizontalScroll
    case (0x0A, _): cells.up()
    case (0x0D, _): cells.lineEnd()
    case (0x24, _):
      guard values.count == 2 else { return }
      cells.move(column: Int(values[0]), row: Int(values[1]))
    case (0x42, _): cells.bottom()
    case (0x43, let isOn?): isCursorVisible = isOn == 1
    case (0x58, let level?): setBrightness(level)
    default: break
    }
  }

  /// `ESC [` A to D, H, K, L, R (CD5220, 6.1).
  private mutating func moveCursor(_ code: UInt8) {
    switch code {
    case 0x41: cells.up()
    case 0x42: cells.down()
    case 0x43: cells.step(by: 1)
    case 0x44: cells.step(by: -1)
    case 0x48: cells.home()
    case 0x4B: cells.bottom()
    case 0x4C: cells.lineStart()
    case 0x52: cells.lineEnd()
    default: break
    }
  }

  private mutating func setBrightness(_ level: UInt8) {
    if (1...4).contains(level) { brightness = level }
  }

  private mutating func reset() {
    self = DisplayScreen(dialect: dialect, columns: columns, rows: rowCount)
  }
}
