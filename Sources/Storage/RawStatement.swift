import GRDB
import GRDBSQLite

/// A statement of GRDB's cache, bound and stepped through SQLite's C interface: the posting of a
/// sale has to keep pace with one-row commits, and GRDB's arguments and rows take longer than
/// SQLite itself. Only the ledger's writer and its check use it.
final class RawStatement {
  private let pointer: OpaquePointer
  /// Keeps the statement prepared.
  private let statement: Statement
  /// The first value since the last run that SQLite did not take; the run tells it.
  private var bindingFailure: DatabaseError?

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    pointer = statement.sqliteStatement
  }

  // MARK: Binding, from 1

  func bind(_ index: Int32, _ value: Int64) {
    check(sqlite3_bind_int64(pointer, index, value))
  }

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { check(sqlite3_bind_null(pointer, index)) }
  }

  func bind(_ index: Int32, _ text: String) {
    var text = text
    text.withUTF8 { bytes in
      // A null pointer would bind NULL; an empty text has none of its own.
      let start = bytes.baseAddress.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(pointer)
      check(
        sqlite3_bind_text64(
          pointer, index, start.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
          Self.copied, UInt8(SQLITE_UTF8)))
    }
  }

  /// The bytes are not empty.
  func bind(_ index: Int32, _ bytes: [UInt8]) {
    check(sqlite3_bind_blob64(pointer, index, bytes, UInt64(bytes.count), Self.copied))
  }

  private func check(_ code: Int32) {
    // A place that was not bound keeps its last value: such a statement must not run.
    if code != SQLITE_OK, bindingFailure == nil { bindingFailure = failure(code) }
  }

  // MARK: Running

  /// Runs a statement that returns no rows. Throws without running it when a value was not bound.
  func run() throws {
    try throwBindingFailure()
    let code = sqlite3_step(pointer)
    guard code == SQLITE_DONE else { throw failure(code) }
    sqlite3_reset(pointer)
  }

  /// Runs a query; `body` reads columns of the row it stands on. Throws as `run` does.
  func forEachRow(_ body: (RawStatement) throws -> Void) throws {
    try throwBindingFailure()
    defer { sqlite3_reset(pointer) }
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW: try body(self)
      case SQLITE_DONE: return
      case let code: throw failure(code)
      }
    }
  }

  // MARK: Columns, from 0

  func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(pointer, column) == SQLITE_NULL
  }

  func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

  func optionalInt64(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(pointer, column) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(pointer, column) else { return [] }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  // MARK: Failing

  private func throwBindingFailure() throws {
    guard let failure = bindingFailure else { return }
    bindingFailure = nil
    throw failure
  }

  private func failure(_ code: Int32) -> DatabaseError {
    let connection = sqlite3_db_handle(pointer)
    let message = sqlite3_errmsg(connection).map { String(cString: $0) }
    let error = DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)), message: message)
    sqlite3_reset(pointer)
    return error
  }

  /// Tells SQLite to copy what is bound (`SQLITE_TRANSIENT`, a macro that Swift does not import).
  private static var copied: sqlite3_destructor_type? {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
