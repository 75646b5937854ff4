import GRDB
import Testing

@testable import Storage

struct RawStatementTests {
  @Test func `a statement with a value that could not be bound does not run`() throws {
    let directory = try TemporaryDirectory()
    try DatabaseQueue(path: directory.database).write { db in
      try db.execute(sql: "CREATE TABLE numbers (value INTEGER) STRICT")
      let insert = try RawStatement(db, "INSERT INTO numbers (value) VALUES (?)")
      let query = try RawStatement(db, "SELECT value FROM numbers WHERE value > ?")
      var found: [Int64] = []

      insert.bind(1, Int64(7))
      insert.bind(2, Int64(8))
      var error = #expect(throws: DatabaseError.self) { try insert.run() }
      #expect(error?.resultCode == .SQLITE_RANGE)
      query.bind(0, "no such place")
      error = #expect(throws: DatabaseError.self) {
        try query.forEachRow { found.append($0.int64(0)) }
      }
      #expect(error?.resultCode == .SQLITE_RANGE)

      // Once told, it is over.
      insert.bind(1, Int64(9))
      try insert.run()
      query.bind(1, Int64(0))
      try query.forEachRow { found.append($0.int64(0)) }
      #expect(found == [9])
    }
  }
}
