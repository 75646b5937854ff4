import Foundation
import GRDB
import Ledger

/// One step of the checkout: the event, the state it led to and the effects it had, as JSON whose
/// shape `schemaVersion` names. The store does not look inside.
public struct JournalRecord: Equatable, Sendable {
  public let at: Instant
  /// The counter of the sale that the step belongs to, below 2^48.
  public let saleCounter: UInt64
  public let schemaVersion: Int
  public let event: [UInt8]
  public let state: [UInt8]
  public let effects: [UInt8]

  public init(
    at: Instant, saleCounter: UInt64, schemaVersion: Int, event: [UInt8], state: [UInt8],
    effects: [UInt8]
  ) {
    self.at = at
    self.saleCounter = saleCounter
    self.schemaVersion = schemaVersion
    self.event = event
    self.state = state
    self.effects = effects
  }
}

extension Store {
  /// Writes a step in one commit and returns its number. When it throws the step is not written.
  public func append(_ record: JournalRecord) async throws(StorageError) -> Int64 {
    try await write("journal") { db in try record.insert(db) }
  }

  /// The step to go on from after a start; nil in a new database.
  public func lastJournalRecord() async throws(StorageError) -> JournalRecord? {
    try await read { db in
      try Row.fetchOne(db, sql: JournalRecord.select + " ORDER BY key DESC LIMIT 1")
        .map { row throws in try JournalRecord(row) }
    }
  }

  /// The last steps, newest first.
  public func latestJournalRecords(limit: Int) async throws(StorageError) -> [JournalRecord] {
    try await read { db in
      let cursor = try Row.fetchCursor(
        db, sql: JournalRecord.select + " ORDER BY key DESC LIMIT ?", arguments: [max(0, limit)])
      return try Row.all(cursor) { try JournalRecord($0) }
    }
  }

  public func journalRecordCount() async throws(StorageError) -> Int {
    try await read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM journal") ?? 0 }
  }
}

extension JournalRecord {
  /// Steps that are kept: some weeks of a busy kiosk, at 4 to 10 KB a step below half a gigabyte.
  static let rowLimit: Int64 = 50_000

  fileprivate static let select = """
    SELECT at, sale_counter, schema_version, event, state, effects FROM journal
    """

  fileprivate init(_ row: Row) throws {
    guard let counter = UInt64(exactly: row[1] as Int64) else {
      throw StorageError.corrupt("a journal row with a negative sale counter")
    }
    self.init(
      at: Instant(milliseconds: row[0]), saleCounter: counter, schemaVersion: row[2],
      event: row.bytes(3), state: row.bytes(4), effects: row.bytes(5))
  }

  func insert(_ db: Database, keeping limit: Int64 = rowLimit) throws -> Int64 {
    guard saleCounter < SaleID.counterLimit else {
      throw StorageError(.refused, "the sale counter \(saleCounter) is out of range")
    }
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO journal (at, sale_counter, schema_version, event, state, effects)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      at.milliseconds, Int64(saleCounter), schemaVersion, Data(event), Data(state), Data(effects),
    ])
    let key = db.lastInsertedRowID
    // What is older is not needed to go on from; sales, entries and print jobs stay for ever.
    let prune = try db.cachedStatement(sql: "DELETE FROM journal WHERE key <= ?")
    try prune.execute(arguments: [key - limit])
    return key
  }
}
