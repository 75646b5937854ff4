extension DMD {
  /// What a DM-D display shows: takes bytes in any pieces and keeps its cells. Total: a command it
  /// does not know is passed over.
  public struct Screen: Equatable, Sendable {
    /// How many bytes follow a command's code before it can be done.
    private enum Expectation: Equatable {
      case code
      case escape
      case unitSeparator
      /// Parameters of `ESC code` or `US code`.
      case parameters(prefix: UInt8, code: UInt8, count: Int)
    }

    public let columns: Int
    public let rowCount: Int
    /// One byte a cell, blanks as 20h; a two-byte character takes two cells.
    public private(set) var rows: [[UInt8]]
    public private(set) var brightness: UInt8 = 4
    public private(set) var isCursorVisible = true
    public private(set) var mode = DisplayMode.overwrite

    private var column = 0
    private var row = 0
    private var expectation = Expectation.code
    private var parameters: [UInt8] = []

    /// At least one column and one row.
    public init(columns: Int = 20, rows: Int = 2) {
      precondition(columns > 0 && rows > 0)
      self.columns = columns
      rowCount = rows
      self.rows = Self.blank(columns, rows)
    }

    private static func blank(_ columns: Int, _ rows: Int) -> [[UInt8]] {
      Array(repeating: Array(repeating: 0x20, count: columns), count: rows)
    }

    public mutating func feed(_ bytes: [UInt8]) {
      for byte in bytes { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
      switch expectation {
      case .code: takeCode(byte)
      case .escape:
        expect(Self.parameterCount(escape: byte), prefix: 0x1B, code: byte)
      case .unitSeparator:
        expect(Self.parameterCount(unitSeparator: byte), prefix: 0x1F, code: byte)
      case .parameters(let prefix, let code, let count):
        parameters.append(byte)
        expect(count - 1, prefix: prefix, code: code)
      }
    }

    private mutating func takeCode(_ byte: UInt8) {
      switch byte {
      case 0x1B: expectation = .escape
      case 0x1F: expectation = .unitSeparator
      case 0x08: step(by: -1)
      case 0x09: step(by: 1)
      case 0x0A: row = (row + 1) % rowCount
      case 0x0B: (column, row) = (0, 0)
      case 0x0C: clear()
      case 0x0D: column = 0
      case 0x18:
        rows[row] = Array(repeating: 0x20, count: columns)
        column = 0
      case 0x00..<0x20: break
      default: write(byte)
      }
    }

    private static func parameterCount(escape code: UInt8) -> Int {
      switch code {
      case 0x25, 0x3D, 0x52, 0x74: 1  // ESC %, ESC =, ESC R, ESC t
      default: 0
      }
    }

    private static func parameterCount(unitSeparator code: UInt8) -> Int {
      switch code {
      case 0x24: 2  // US $
      case 0x43, 0x45, 0x54, 0x58, 0x72: 1  // US C, US E, US T (two digits follow), US X, US r
      default: 0
      }
    }

    private mutating func expect(_ count: Int, prefix: UInt8, code: UInt8) {
      guard count == 0 else {
        expectation = .parameters(prefix: prefix, code: code, count: count)
        return
      }
      expectation = .code
      let values = parameters
      parameters = []
      if prefix == 0x1B {
        if code == 0x40 { self = Screen(columns: columns, rows: rowCount) }
      } else {
        perform(unitSeparator: code, values)
      }
    }

    private mutating func perform(unitSeparator code: UInt8, _ values: [UInt8]) {
      switch code {
      case 0x01, 0x02, 0x03: mode = DisplayMode(rawValue: code) ?? mode
      case 0x24:
        // A place outside the display leaves the cursor where it is (5.4, US $).
        guard values.count == 2, (1...columns).contains(Int(values[0])),
          (1...rowCount).contains(Int(values[1]))
        else { return }
        (column, row) = (Int(values[0]) - 1, Int(values[1]) - 1)
      case 0x42: (column, row) = (0, rowCount - 1)
      case 0x43: isCursorVisible = values.first == 1
      case 0x58: if let level = values.first, (1...4).contains(level) { brightness = level }
      default: break
      }
    }

    private mutating func clear() {
      rows = Self.blank(columns, rowCount)
      (column, row) = (0, 0)
    }

    private mutating func write(_ byte: UInt8) {
      if column == columns {
        // Only the horizontal scroll mode leaves the cursor behind the last cell.
        rows[row].removeFirst()
        rows[row].append(byte)
        return
      }
      rows[row][column] = byte
      if mode == .horizontalScroll {
        column += 1
      } else {
        step(by: 1)
      }
    }

    /// Moves along the cells of the display; past the end it begins anew, or scrolls up.
    private mutating func step(by distance: Int) {
      let size = columns * rowCount
      let place = row * columns + min(column, columns - 1) + distance
      if place >= size, mode == .verticalScroll {
        rows.removeFirst()
        rows.append(Array(repeating: 0x20, count: columns))
        (column, row) = (0, rowCount - 1)
        return
      }
      let wrapped = (place + size) % size
      (column, row) = (wrapped % columns, wrapped / columns)
    }
  }
}
