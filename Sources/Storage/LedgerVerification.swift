import Foundation
import GRDB
import Ledger

/// The end of a kiosk's hash chain; closing the day prints it.
public struct ChainHead: Equatable, Sendable, Codable {
  public let kiosk: UInt32
  public let entryCount: Int64
  /// 64 hexadecimal digits.
  public let hash: String
}

/// The first thing found wrong with a ledger.
public enum LedgerFault: Equatable, Sendable, Codable {
  /// A row between two others, or the last one, is gone.
  case missingEntry(number: Int64)
  /// The rows cannot be an entry: postings missing, unbalanced, or of an unknown verb.
  case notAnEntry(number: Int64, id: EntryID, detail: String)
  /// The content or the place of the entry is not what its hash was made over.
  case brokenChain(number: Int64, id: EntryID)
  /// The end of the chain that is kept apart is not the hash of the kiosk's last entry.
  case wrongChainHead(kiosk: UInt32)
  /// The table of holds does not say of this hold, or of what ended it, what the entries say.
  case wrongHold(number: Int64, id: EntryID)
  /// The kept balance is not the sum of the postings and open holds.
  case wrongBalance(AccountID, kept: Balance, recomputed: Balance)
  /// SQLite's own check of the file.
  case damagedFile(String)
}

/// What `verify` found.
public struct LedgerReport: Equatable, Sendable, Codable {
  public let entryCount: Int64
  public let accountCount: Int
  public let openHoldCount: Int
  public let heads: [ChainHead]
  /// Nil when all is well.
  public let fault: LedgerFault?

  public var isSound: Bool { fault == nil }
}

extension SQLiteLedger {
  /// Recomputes the chain of every kiosk, the holds and all balances from the entries and names the
  /// first bad one. Reads in one pass, whatever the size, and may run beside a running daemon.
  public func verify() async throws(StorageError) -> LedgerReport {
    try await store.read { db in
      var check = LedgerCheck(db)
      let fault = try check.firstFault()
      func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
      return LedgerReport(
        entryCount: try Int64.fetchOne(db, sql: "SELECT count(*) FROM entries") ?? 0,
        accountCount: try count("SELECT count(*) FROM accounts"),
        openHoldCount: try count("SELECT count(*) FROM holds WHERE resolved_by IS NULL"),
        heads: try check.heads(), fault: fault)
    }
  }
}

/// One pass over the ledger. Memory does not grow with the number of entries or accounts: what has
/// to be grouped is grouped by SQLite in its temporary store.
private struct LedgerCheck {
  private let db: Database
  private let rows: LedgerRows
  private var chains: [UInt32: Chain] = [:]

  init(_ db: Database) {
    self.db = db
    rows = LedgerRows(db: db)
  }

  mutating func firstFault() throws -> LedgerFault? {
    if let fault = try fileFault() { return fault }
    if let fault = try entryFault() { return fault }
    if let fault = try headFault() { return fault }
    if let fault = try strayFault() { return fault }
    return try balanceFault()
  }

  func heads() throws -> [ChainHead] {
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT kiosk, entry_count, head FROM chains ORDER BY kiosk")
    return try Row.all(cursor) { row in
      ChainHead(
        kiosk: try LedgerRows.kiosk(row[0]), entryCount: row[1],
        hash: row.bytes(2).map { Self.hexadecimal($0) }.joined())
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }

  private func fileFault() throws -> LedgerFault? {
    let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
    // What the entries say is named more exactly below; a broken rule of a table comes last.
    let isAboutRows = answer.hasPrefix("CHECK constraint") || answer.contains("NULL value in")
    return answer == "ok" || isAboutRows ? nil : .damagedFile(answer)
  }

  private mutating func entryFault() throws -> LedgerFault? {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(LedgerRows.entryColumns), o.entry, o.resolved_by, r.hold, w.resolved_by
        FROM entries e LEFT JOIN entries h ON h.key = e.hold
        LEFT JOIN holds o ON o.entry = e.key LEFT JOIN entries r ON r.key = o.resolved_by
        LEFT JOIN holds w ON w.entry = e.hold
        ORDER BY e.key
        """)
    var number: Int64 = 0
    while let row = try cursor.next() {
      number += 1
      let header = try EntryHeader(row)
      guard header.key == number else { return .missingEntry(number: number) }
      let stored: StoredEntry
      do {
        stored = try StoredEntry(header) { try rows.postings(of: $0) }
      } catch let error as StorageError {
        return .notAnEntry(number: number, id: header.id, detail: error.message)
      }
      let kiosk = header.context.kiosk
      chains[kiosk, default: Chain()].append(CanonicalBytes(stored.entry).bytes)
      guard chains[kiosk]?.head == header.hash else {
        return .brokenChain(number: number, id: header.id)
      }
      let (hold, resolver, back): (Int64?, Int64?, Int64?) = (row[11], row[12], row[13])
      let resolvedHere: Int64? = row[14]
      let isRight =
        switch stored.entry.action {
        case .post: hold == nil
        case .hold: hold != nil && (resolver == nil || back == header.key)
        case .capture, .void, .expire: hold == nil && resolvedHere == header.key
        }
      guard isRight else { return .wrongHold(number: number, id: header.id) }
    }
    return nil
  }

  private func headFault() throws -> LedgerFault? {
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT kiosk, entry_count, head FROM chains ORDER BY kiosk")
    var rest = chains
    while let row = try cursor.next() {
      let kiosk = try LedgerRows.kiosk(row[0])
      let kept = Chain(entryCount: row[1], head: row.bytes(2))
      guard let chain = rest.removeValue(forKey: kiosk) else {
        return .wrongChainHead(kiosk: kiosk)
      }
      if chain == kept { continue }
      // Entries at the end that are gone leave no gap behind; the kept head remembers them.
      let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(key), 0) FROM entries") ?? 0
      return chain.entryCount < kept.entryCount
        ? .missingEntry(number: last + 1) : .wrongChainHead(kiosk: kiosk)
    }
    return rest.keys.min().map { .wrongChainHead(kiosk: $0) }
  }

  /// Rows of the side tables that no entry made.
  private func strayFault() throws -> LedgerFault? {
    let posting = try Row.fetchOne(
      db,
      sql: """
        SELECT p.entry, e.id FROM postings p LEFT JOIN entries e ON e.key = p.entry
        WHERE e.key IS NULL OR e.verb > 2 LIMIT 1
        """)
    if let posting {
      guard let bytes: Data = posting[1], let id = EntryID(bytes: bytes) else {
        return .missingEntry(number: posting[0])
      }
      return .notAnEntry(number: posting[0], id: id, detail: "postings of a later verb")
    }
    let hold = try Row.fetchOne(
      db,
      sql: """
        SELECT o.entry, e.id FROM holds o LEFT JOIN entries e ON e.key = o.entry
        WHERE e.key IS NULL OR e.verb <> 2 LIMIT 1
        """)
    guard let hold else { return nil }
    guard let bytes: Data = hold[1], let id = EntryID(bytes: bytes) else {
      return .missingEntry(number: hold[0])
    }
    return .wrongHold(number: hold[0], id: id)
  }

  private func balanceFault() throws -> LedgerFault? {
    let row = try Row.fetchOne(
      db,
      sql: """
        WITH moved AS (
          SELECT p.account AS account,
            sum(CASE WHEN e.verb = 1 OR r.verb = 3 THEN p.units ELSE 0 END) AS posted,
            sum(CASE WHEN e.verb = 2 AND r.verb IS NULL AND p.units > 0
              THEN p.units ELSE 0 END) AS held_debits,
            sum(CASE WHEN e.verb = 2 AND r.verb IS NULL AND p.units < 0
              THEN -p.units ELSE 0 END) AS held_credits
          FROM postings p JOIN entries e ON e.key = p.entry
          LEFT JOIN holds o ON o.entry = e.key LEFT JOIN entries r ON r.key = o.resolved_by
          GROUP BY p.account)
        SELECT \(LedgerRows.accountColumns), coalesce(m.posted, 0), coalesce(m.held_debits, 0),
          coalesce(m.held_credits, 0)
        FROM accounts a LEFT JOIN moved m ON m.account = a.key
        WHERE a.posted <> coalesce(m.posted, 0) OR a.held_debits <> coalesce(m.held_debits, 0)
          OR a.held_credits <> coalesce(m.held_credits, 0)
        ORDER BY a.key LIMIT 1
        """)
    guard let row else { return nil }
    let state = try LedgerRows.account(row)
    return .wrongBalance(
      state.account.id, kept: state.balance,
      recomputed: Balance(posted: row[12], heldDebits: row[13], heldCredits: row[14]))
  }
}
