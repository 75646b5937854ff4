import Foundation
import GRDB

extension Row {
  /// Makes a value of the first row of a statement, without a copy of the row.
  ///
  /// A row of a cursor is a window on the statement and lives no longer than the cursor.
  static func first<Value>(
    _ statement: Statement, _ arguments: StatementArguments, _ make: (Row) throws -> Value
  ) throws -> Value? {
    let cursor = try fetchCursor(statement, arguments: arguments)
    return try withExtendedLifetime(cursor) { try cursor.next().map(make) }
  }

  static func all<Value>(
    _ cursor: RowCursor, _ make: (Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    while let row = try cursor.next() { values.append(try make(row)) }
    return values
  }

  /// A BLOB column that is not null.
  func bytes(_ index: Int) -> [UInt8] {
    let data: Data = self[index]
    return Array(data)
  }
}
