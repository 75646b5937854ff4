/// The cells of a customer display and the place of the next character.
struct DisplayCells: Equatable, Sendable {
  let columns: Int
  let rowCount: Int
  /// One byte a cell, blanks as 20h; a two-byte character takes two cells.
  private(set) var rows: [[UInt8]]
  var mode = DisplayDialect.Mode.overwrite
  private var column = 0
  private var row = 0

  /// At least one column and one row.
  init(columns: Int, rows: Int) {
    precondition(columns > 0 && rows > 0)
    self.columns = columns
    rowCount = rows
    self.rows = Array(repeating: Array(repeating: 0x20, count: columns), count: rows)
  }

  private var blankRow: [UInt8] { Array(repeating: 0x20, count: columns) }

  mutating func clear() {
    rows = Array(repeating: blankRow, count: rowCount)
    (column, row) = (0, 0)
  }

  mutating func clearLine() {
    rows[row] = blankRow
    column = 0
  }

  mutating func home() { (column, row) = (0, 0) }
  mutating func lineStart() { column = 0 }
  mutating func lineEnd() { column = columns - 1 }
  mutating func bottom() { (column, row) = (columns - 1, rowCount - 1) }

  mutating func up() { row = (row + rowCount - 1) % rowCount }

  mutating func down() {
    if row == rowCount - 1, mode == .verticalScroll {
      scrollUp()
    } else {
      row = (row + 1) % rowCount
    }
  }

  /// From 1; a place outside the display leaves the cursor where it is (DM-D110, US $).
  mutating func move(column: Int, row: Int) {
    guard (1...columns).contains(column), (1...rowCount).contains(row) else { return }
    (self.column, self.row) = (column - 1, row - 1)
  }

  mutating func write(_ byte: UInt8) {
    if column >= columns {
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

  mutating func erase(before count: Int) {
    step(by: -count)
    rows[row][column] = 0x20
  }

  /// Moves along the cells of the display; past the end it begins anew, or scrolls up.
  mutating func step(by distance: Int) {
    let size = columns * rowCount
    let place = row * columns + min(column, columns - 1) + distance
    if place >= size, mode == .verticalScroll {
      scrollUp()
      column = 0
      return
    }
    let wrapped = (place % size + size) % size
    (column, row) = (wrapped % columns, wrapped / columns)
  }

  private mutating func scrollUp() {
    rows.removeFirst()
    rows.append(blankRow)
    row = rowCount - 1
  }

  /// A whole row at once, cut or filled (CD5220, ESC Q).
  mutating func replace(row index: Int, with text: [UInt8]) {
    guard rows.indices.contains(index) else { return }
    rows[index] = Array((text + blankRow).prefix(columns))
  }
}
