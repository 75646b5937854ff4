import GRDBSQLite

/// Tables written through SQLite's C interface alone, one row each in one transaction: what a
/// durable commit of so many pages costs on this disk at the least.
final class BareTable {
  private let database: OpaquePointer
  private var insertions: [OpaquePointer] = []
  private var begin: OpaquePointer?
  private var commit: OpaquePointer?

  /// WAL and `synchronous = FULL`, as the kiosk's own database; both are checked.
  init(path: String, tables: Int = 1) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    guard sqlite3_open_v2(path, &opened, flags, nil) == SQLITE_OK, let opened else {
      throw BenchmarkFault("SQLite cannot open \(path)")
    }
    database = opened
    try execute("PRAGMA journal_mode = WAL")
    try execute("PRAGMA synchronous = FULL")
    guard try word("PRAGMA journal_mode") == "wal", try word("PRAGMA synchronous") == "2" else {
      throw BenchmarkFault("SQLite does not take WAL or synchronous = FULL")
    }
    for table in 0..<tables {
      try execute(
        """
        CREATE TABLE rows\(table) (key INTEGER PRIMARY KEY, at INTEGER NOT NULL,
          value BLOB NOT NULL)
        """)
      insertions.append(
        try prepare("INSERT INTO rows\(table) (at, value) VALUES (?, zeroblob(100))"))
    }
    guard tables > 1 else { return }  // A single statement is a transaction of its own.
    begin = try prepare("BEGIN IMMEDIATE")
    commit = try prepare("COMMIT")
  }

  deinit {
    for statement in insertions + [begin, commit].compactMap({ $0 }) {
      sqlite3_finalize(statement)
    }
    sqlite3_close(database)
  }

  /// Writes one row into every table, in one transaction.
  func commitRows(_ value: Int64) throws {
    if let begin { try step(begin) }
    for insertion in insertions {
      sqlite3_bind_int64(insertion, 1, value)
      try step(insertion)
    }
    if let commit { try step(commit) }
  }

  /// The milliseconds that so many commits take together.
  func timeCommits(_ count: Int = 1) throws -> Double {
    let start = Moment.now
    for number in 0..<count { try commitRows(Int64(number)) }
    return Moment.now.wallMilliseconds(since: start)
  }

  private func step(_ statement: OpaquePointer) throws {
    let result = sqlite3_step(statement)
    sqlite3_reset(statement)
    guard result == SQLITE_DONE else { throw fault("a bare commit") }
  }

  private func execute(_ sql: String) throws {
    guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw fault(sql) }
  }

  private func prepare(_ sql: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw fault(sql)
    }
    return statement
  }

  private func word(_ sql: String) throws -> String? {
    let statement = try prepare(sql)
    defer { sqlite3_finalize(statement) }
    guard sqlite3_step(statement) == SQLITE_ROW else { return nil }
    return sqlite3_column_text(statement, 0).map { String(cString: $0) }
  }

  private func fault(_ what: String) -> BenchmarkFault {
    BenchmarkFault("\(what): \(String(cString: sqlite3_errmsg(database)))")
  }
}
