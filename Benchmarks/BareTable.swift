import GRDBSQLite

/// One table written through SQLite's C interface alone: what a durable commit costs on this disk
/// at the least.
final class BareTable {
  private let database: OpaquePointer
  private let insertion: OpaquePointer

  /// WAL and `synchronous = FULL`, as the kiosk's own database; both are checked.
  init(path: String) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    guard sqlite3_open_v2(path, &opened, flags, nil) == SQLITE_OK, let opened else {
      throw BenchmarkFault("SQLite cannot open \(path)")
    }
    for sql in [
      "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
      "CREATE TABLE rows (key INTEGER PRIMARY KEY, at INTEGER NOT NULL, value BLOB NOT NULL)",
    ] {
      guard sqlite3_exec(opened, sql, nil, nil, nil) == SQLITE_OK else {
        throw BenchmarkFault("\(sql): \(String(cString: sqlite3_errmsg(opened)))")
      }
    }
    guard try Self.word(opened, "PRAGMA journal_mode") == "wal",
      try Self.word(opened, "PRAGMA synchronous") == "2"
    else { throw BenchmarkFault("SQLite does not take WAL or synchronous = FULL") }
    database = opened
    insertion = try Self.prepare(
      opened, "INSERT INTO rows (at, value) VALUES (?, zeroblob(100))")
  }

  deinit {
    sqlite3_finalize(insertion)
    sqlite3_close(database)
  }

  /// Writes one row in a transaction of its own.
  func commitRow(_ value: Int64) throws {
    sqlite3_bind_int64(insertion, 1, value)
    let result = sqlite3_step(insertion)
    sqlite3_reset(insertion)
    guard result == SQLITE_DONE else {
      throw BenchmarkFault("a bare commit failed: \(String(cString: sqlite3_errmsg(database)))")
    }
  }

  /// Commits one row and tells how long that took, in milliseconds.
  func timeCommit(_ value: Int64) throws -> Double {
    let start = Moment.now
    try commitRow(value)
    return Moment.now.wallMilliseconds(since: start)
  }

  private static func prepare(_ database: OpaquePointer, _ sql: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw BenchmarkFault("\(sql): \(String(cString: sqlite3_errmsg(database)))")
    }
    return statement
  }

  private static func word(_ database: OpaquePointer, _ sql: String) throws -> String? {
    let statement = try prepare(database, sql)
    defer { sqlite3_finalize(statement) }
    guard sqlite3_step(statement) == SQLITE_ROW else { return nil }
    return sqlite3_column_text(statement, 0).map { String(cString: $0) }
  }
}
