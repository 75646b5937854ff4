import Crypto
import Foundation
import GRDB
import Ledger

/// What is to be put on paper. The document is JSON that the store does not look into.
public struct NewPrintJob: Equatable, Sendable {
  public enum Kind: String, Sendable, CaseIterable { case receipt, coupon, report, test }

  public let sale: SaleID?
  public let kind: Kind
  /// Tells jobs of one kind of one sale apart: 0, 1, 2 …
  public let ordinal: Int
  /// 0 for the first paper, then 1, 2 …, which the paper says.
  public let copyNumber: Int
  public let document: [UInt8]
  public let at: Instant

  public init(
    sale: SaleID?, kind: Kind, ordinal: Int = 0, copyNumber: Int = 0, document: [UInt8],
    at: Instant
  ) {
    self.sale = sale
    self.kind = kind
    self.ordinal = ordinal
    self.copyNumber = copyNumber
    self.document = document
    self.at = at
  }
}

/// A print job as the print journal has it (DEVICES 1.1).
public struct PrintJobRecord: Equatable, Sendable {
  public enum State: String, Sendable, CaseIterable {
    case queued
    /// Bytes went out; whether it is on paper is not known yet.
    case sent
    case printed
    /// Given up, or replaced by a copy.
    case abandoned
  }

  /// How it is known to be on paper.
  public enum Confirmation: String, Sendable, CaseIterable {
    /// The printer said so.
    case printed
    /// The printer cannot say; all bytes were taken.
    case sent
  }

  /// Why a job was given up.
  public enum GivingUp: String, Sendable, CaseIterable {
    /// A copy takes its place.
    case repeated
    /// It waited too long for a printer or for paper.
    case expired
    /// Its document cannot be read.
    case unreadable
  }

  /// Counts up without gaps, from 1.
  public let number: UInt32
  public let sale: SaleID?
  public let kind: NewPrintJob.Kind
  public let ordinal: Int
  public let copyNumber: Int
  public let copyOf: UInt32?
  public let state: State
  public let confirmation: Confirmation?
  /// Of an abandoned job; nil for one from before this was written down.
  public let givenUpBecause: GivingUp?
  /// Nil once it has ended; then only `digest` is left.
  public let document: [UInt8]?
  /// SHA-256 of the document.
  public let digest: [UInt8]
  public let queuedAt: Instant
  public let sentAt: Instant?
  public let endedAt: Instant?
}

/// A print job that is not known to be on paper, as far as its place in the queue needs it.
public struct PendingPrintJob: Equatable, Sendable {
  public let number: UInt32
  public let sale: SaleID?
  public let kind: NewPrintJob.Kind
  public let queuedAt: Instant
}

extension Store {
  /// Queues a job by itself; a sale's jobs are queued with the sale. The same job of the same sale
  /// again changes nothing and returns its number.
  public func enqueue(_ job: NewPrintJob) async throws(StorageError) -> UInt32 {
    let keys = try keys()
    return try await write("print job") { db in try job.insert(db, keys) }
  }

  /// The first jobs not known to be on paper, in the order in which they belong on paper: a copy
  /// has the place of what it repeats, so that a receipt comes before its coupons however often it
  /// had to be begun. None of their documents is opened.
  public func pendingPrintJobs(limit: Int) async throws(StorageError) -> [PendingPrintJob] {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT number, sale_kiosk, sale_counter, kind, queued_at,
            (WITH RECURSIVE origin (number, copy_of) AS (
              SELECT job.number, job.copy_of
              UNION ALL
              SELECT earlier.number, earlier.copy_of
              FROM print_jobs earlier JOIN origin ON earlier.number = origin.copy_of
            ) SELECT min(number) FROM origin) AS place
          FROM print_jobs job
          WHERE state IN ('queued', 'sent') ORDER BY place, number LIMIT ?
          """)
      let cursor = try Row.fetchCursor(statement, arguments: [max(0, limit)])
      return try Row.all(cursor) { row in
        guard let kind = NewPrintJob.Kind(rawValue: row[3]) else {
          throw StorageError.corrupt("the print job \(row[0] as Int64) of no kind")
        }
        return PendingPrintJob(
          number: row[0], sale: try SaleID(kiosk: row[1], counter: row[2]), kind: kind,
          queuedAt: Instant(milliseconds: row[4]))
      }
    }
  }

  public func printJob(_ number: UInt32) async throws(StorageError) -> PrintJobRecord? {
    let keys = try keys()
    return try await read { db in try PrintJobRecord.fetch(number, db, keys) }
  }

  /// All jobs of a sale, copies among them, in order.
  public func printJobs(of sale: SaleID) async throws(StorageError) -> [PrintJobRecord] {
    let keys = try keys()
    return try await read { db in
      let cursor = try Row.fetchCursor(
        db,
        sql: PrintJobRecord.select
          + " WHERE sale_kiosk = ? AND sale_counter = ? ORDER BY number",
        arguments: [sale.kiosk, Int64(sale.counter)])
      return try Row.all(cursor) { try PrintJobRecord($0, keys) }
    }
  }

  /// queued → sent: written before the first byte goes out.
  public func markSent(_ number: UInt32, at: Instant) async throws(StorageError) {
    try await write("print job") { db in
      try PrintJobRecord.step(
        number, db, "state = 'sent', sent_at = ?", from: ["queued"], [at.milliseconds])
    }
  }

  /// sent → printed: the document is forgotten, its digest stays.
  public func markPrinted(
    _ number: UInt32, how: PrintJobRecord.Confirmation, at: Instant
  ) async throws(StorageError) {
    try await write("print job") { db in
      try PrintJobRecord.step(
        number, db, "state = 'printed', document = NULL, confirmed_by = ?, ended_at = ?",
        from: ["sent"], [how.rawValue, at.milliseconds])
    }
  }

  /// sent → queued: it is KNOWN that nothing of it is on paper, so the repeat is no copy.
  public func requeue(_ number: UInt32) async throws(StorageError) {
    try await write("print job") { db in
      try PrintJobRecord.step(
        number, db, "state = 'queued', sent_at = NULL", from: ["sent"], [])
    }
  }

  /// Gives a pending job up: the document is forgotten.
  public func abandonPrintJob(
    _ number: UInt32, because: PrintJobRecord.GivingUp, at: Instant
  ) async throws(StorageError) {
    try await write("print job") { db in
      try PrintJobRecord.abandon(number, db, because, at)
    }
  }

  /// sent → abandoned, and the same document queued again as a copy: part of the paper may have
  /// come out. The copy is as old as what it repeats. Returns its number.
  public func requeueAsCopy(
    _ number: UInt32, at: Instant
  ) async throws(StorageError) -> UInt32 {
    let keys = try keys()
    return try await write("print job") { db in
      guard let job = try PrintJobRecord.fetch(number, db, keys), job.state == .sent,
        let document = job.document
      else { throw PrintJobRecord.refusal(number) }
      try PrintJobRecord.abandon(number, db, .repeated, at)
      let copy = NewPrintJob(
        sale: job.sale, kind: job.kind, ordinal: job.ordinal, copyNumber: job.copyNumber + 1,
        document: document, at: job.queuedAt)
      return try copy.insert(db, keys, copyOf: number)
    }
  }
}

extension NewPrintJob {
  /// Returns the number; that of the job already there when this one is a repeat.
  @discardableResult
  func insert(_ db: Database, _ keys: ShopKeys, copyOf: UInt32? = nil) throws -> UInt32 {
    let there = try db.cachedStatement(
      sql: """
        SELECT number FROM print_jobs WHERE sale_kiosk = ? AND sale_counter = ? AND kind = ?
        AND ordinal = ? AND copy_number = ?
        """)
    let counter = sale.map { Int64($0.counter) }
    if let number = try UInt32.fetchOne(
      there, arguments: [sale?.kiosk, counter, kind.rawValue, ordinal, copyNumber])
    {
      return number
    }
    let last = try UInt32.fetchOne(
      db.cachedStatement(sql: "SELECT coalesce(max(number), 0) FROM print_jobs"))
    guard let last, last < .max else {
      throw StorageError(.refused, "the numbers of print jobs are used up")
    }
    let number = last + 1
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO print_jobs (number, sale_kiosk, sale_counter, kind, ordinal, copy_number,
          copy_of, state, document, digest, queued_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)
        """)
    try statement.execute(arguments: [
      number, sale?.kiosk, counter, kind.rawValue, ordinal, copyNumber, copyOf,
      keys.seal(document, as: PrintJobRecord.place(number)),
      Data(SHA256.hash(data: document)), at.milliseconds,
    ])
    return number
  }
}

extension PrintJobRecord {
  fileprivate static let select = """
    SELECT number, sale_kiosk, sale_counter, kind, ordinal, copy_number, copy_of, state,
      confirmed_by, document, digest, queued_at, sent_at, ended_at, given_up_because
    FROM print_jobs
    """

  fileprivate static func place(_ number: UInt32) -> String { "print_jobs.document/\(number)" }

  fileprivate static func refusal(_ number: UInt32) -> StorageError {
    StorageError(.refused, "print job \(number) is not in a state that allows this step")
  }

  fileprivate static func fetch(
    _ number: UInt32, _ db: Database, _ keys: ShopKeys
  ) throws -> PrintJobRecord? {
    try Row.fetchOne(db, sql: select + " WHERE number = ?", arguments: [number])
      .map { row throws in try PrintJobRecord(row, keys) }
  }

  /// One guarded step; refused, and nothing changed, when the job is in none of the states.
  fileprivate static func step(
    _ number: UInt32, _ db: Database, _ change: String, from states: [String],
    _ arguments: StatementArguments
  ) throws {
    let allowed = states.map { "'\($0)'" }.joined(separator: ", ")
    try db.cachedStatement(
      sql: "UPDATE print_jobs SET \(change) WHERE number = ? AND state IN (\(allowed))"
    ).execute(arguments: arguments + [number])
    guard db.changesCount == 1 else { throw refusal(number) }
  }

  fileprivate static func abandon(
    _ number: UInt32, _ db: Database, _ reason: GivingUp, _ at: Instant
  ) throws {
    try step(
      number, db, "state = 'abandoned', document = NULL, given_up_because = ?, ended_at = ?",
      from: ["queued", "sent"], [reason.rawValue, at.milliseconds])
  }

  fileprivate init(_ row: Row, _ keys: ShopKeys) throws {
    number = row[0]
    sale = try SaleID(kiosk: row[1], counter: row[2])
    guard let kind = NewPrintJob.Kind(rawValue: row[3]), let state = State(rawValue: row[7]) else {
      throw StorageError.corrupt("the print job \(row[0] as Int64) of no kind or state")
    }
    self.kind = kind
    self.state = state
    ordinal = row[4]
    copyNumber = row[5]
    copyOf = row[6]
    let confirmedBy: String? = row[8]
    confirmation = confirmedBy.flatMap { Confirmation(rawValue: $0) }
    let sealed: Data? = row[9]
    let place = Self.place(number)
    document = try sealed.map { sealed throws in Array(try keys.open(sealed, as: place)) }
    digest = row.bytes(10)
    queuedAt = Instant(milliseconds: row[11])
    let (sent, ended): (Int64?, Int64?) = (row[12], row[13])
    sentAt = sent.map { Instant(milliseconds: $0) }
    endedAt = ended.map { Instant(milliseconds: $0) }
    let reason: String? = row[14]
    givenUpBecause = reason.flatMap { GivingUp(rawValue: $0) }
  }
}
