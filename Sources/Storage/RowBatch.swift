import GRDB

/// Rows of equal width that are written, or looked up, by few statements: a statement takes up to
/// 16 rows, and each number of rows up to that is prepared once.
struct RowBatch {
  static let rowsPerStatement = 16

  private let width: Int
  private var rows: [StatementArguments] = []

  init(width: Int) { self.width = width }

  /// The row has `width` values.
  mutating func append(_ row: StatementArguments) { rows.append(row) }

  /// `places` are the parameters of some rows, as VALUES takes them: `(?, ?), (?, ?)`.
  func write(_ db: Database, _ sql: (_ places: String) -> String) throws {
    try forEachPart { count, arguments in
      try db.cachedStatement(sql: sql(places(count))).execute(arguments: arguments)
      guard db.changesCount == count else {
        throw StorageError.corrupt("fewer rows than were just read")
      }
    }
  }

  func forEachRow(
    _ db: Database, _ sql: (_ places: String) -> String, _ body: (Row) throws -> Void
  ) throws {
    try forEachPart { count, arguments in
      let cursor = try Row.fetchCursor(
        db.cachedStatement(sql: sql(places(count))), arguments: arguments)
      while let row = try cursor.next() { try body(row) }
    }
  }

  private func forEachPart(_ body: (Int, StatementArguments) throws -> Void) throws {
    var rest = rows[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.rowsPerStatement)
      rest = rest.dropFirst(part.count)
      // From rows that were literals: making arguments of a sequence is generic and slow in GRDB.
      var arguments = StatementArguments()
      for row in part { arguments += row }
      try body(part.count, arguments)
    }
  }

  private func places(_ count: Int) -> String {
    let row = "(" + String(repeating: "?, ", count: width - 1) + "?)"
    return String(repeating: row + ", ", count: count - 1) + row
  }
}
