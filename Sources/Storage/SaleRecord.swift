import Foundation
import GRDB
import Ledger

/// A posted sale: what the receipt said and what the price was decided from, as JSON that the store
/// does not look into. Never changed.
public struct SaleRecord: Equatable, Sendable {
  public let id: SaleID
  public let at: Instant
  public let member: Int64?
  public let total: Money
  public let receipt: [UInt8]
  public let decision: [UInt8]

  public init(
    id: SaleID, at: Instant, member: Int64?, total: Money, receipt: [UInt8], decision: [UInt8]
  ) {
    self.id = id
    self.at = at
    self.member = member
    self.total = total
    self.receipt = receipt
    self.decision = decision
  }
}

/// What the ledger's answer leads to; written in the transaction of that answer.
public struct Decision: Sendable {
  public let journal: JournalRecord
  /// Nil when the batch was refused.
  public let sale: SaleRecord?
  public let printJobs: [NewPrintJob]
  public let coupons: [NewCoupon]

  public init(
    journal: JournalRecord, sale: SaleRecord? = nil, printJobs: [NewPrintJob] = [],
    coupons: [NewCoupon] = []
  ) {
    self.journal = journal
    self.sale = sale
    self.printJobs = printJobs
    self.coupons = coupons
  }
}

extension Store {
  /// Posts a batch and writes what follows from its outcomes, in ONE transaction.
  ///
  /// Repeating it after a crash changes nothing: the ledger answers by entry id, and when the sale
  /// is already there, its jobs, coupons and journal step are too. When it throws nothing was
  /// written, and the same call may be made again.
  public func commit(
    batch: Batch, deciding decide: @escaping @Sendable ([Outcome]) throws -> Decision
  ) async throws(StorageError) -> (outcomes: [Outcome], decision: Decision) {
    let keys = try keys()
    return try await write("sale") { [self] db in
      let outcomes = try ledger.submit(batch, db)
      let decision = try decide(outcomes)
      try decision.write(db, keys)
      return (outcomes, decision)
    }
  }

  public func sale(_ id: SaleID) async throws(StorageError) -> SaleRecord? {
    try await read { db in try SaleRecord.find(id, db) }
  }

  /// A member's sales, oldest first.
  public func sales(of member: Int64) async throws(StorageError) -> [SaleRecord] {
    try await read { db in
      let cursor = try Row.fetchCursor(
        db, sql: SaleRecord.select + " WHERE member = ? ORDER BY at", arguments: [member])
      return try Row.all(cursor) { try SaleRecord($0) }
    }
  }

  /// The last sales, newest first.
  public func latestSales(limit: Int) async throws(StorageError) -> [SaleRecord] {
    try await read { db in
      let cursor = try Row.fetchCursor(
        db, sql: SaleRecord.select + " ORDER BY key DESC LIMIT ?", arguments: [max(0, limit)])
      return try Row.all(cursor) { try SaleRecord($0) }
    }
  }
}

extension Decision {
  fileprivate func write(_ db: Database, _ keys: ShopKeys) throws {
    if let sale, try !sale.insert(db) { return }
    _ = try journal.insert(db)
    for coupon in coupons { try coupon.insert(db, keys) }
    for job in printJobs { try job.insert(db, keys) }
  }
}

extension SaleRecord {
  fileprivate static let select = """
    SELECT kiosk, counter, at, member, total, receipt, decision FROM sales
    """

  static func find(_ id: SaleID, _ db: Database) throws -> SaleRecord? {
    try Row.fetchOne(
      db, sql: select + " WHERE kiosk = ? AND counter = ?",
      arguments: [id.kiosk, Int64(id.counter)]
    ).map { row throws in try SaleRecord(row) }
  }

  fileprivate init(_ row: Row) throws {
    guard let id = try SaleID(kiosk: row[0], counter: row[1]) else {
      throw StorageError.corrupt("a sale without a number")
    }
    self.init(
      id: id, at: Instant(milliseconds: row[2]), member: row[3],
      total: Money(minorUnits: row[4]), receipt: row.bytes(5), decision: row.bytes(6))
  }

  /// False when the sale was there before; then nothing is changed.
  fileprivate func insert(_ db: Database) throws -> Bool {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO sales (kiosk, counter, at, member, total, receipt, decision)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kiosk, counter) DO NOTHING
        """)
    try statement.execute(arguments: [
      id.kiosk, Int64(id.counter), at.milliseconds, member, total.minorUnits, Data(receipt),
      Data(decision),
    ])
    return db.changesCount == 1
  }
}
