import GRDB
import Ledger

/// The quick check at a start: the end of the book, where a fault of the last power cut would be.
///
/// The last entries are chained and found by their ids, the kept heads are theirs, and the accounts
/// that they moved name them and are within their rules. `SQLiteLedger.verify` checks all.
struct LedgerTailCheck {
  /// Entries that are looked at; some ten milliseconds.
  static let entryLimit: Int64 = 1_000
  /// Open holds that are looked at.
  static let holdLimit = 1_000

  private let db: Database
  private let rows: LedgerRows
  private let first: Int64
  private var heads: [UInt32: [UInt8]] = [:]
  private var newest: [AccountID: Int64] = [:]

  init(_ db: Database, entryLimit: Int64 = entryLimit) throws {
    self.db = db
    rows = LedgerRows(db: db)
    let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(key), 0) FROM entries") ?? 0
    first = max(1, last - entryLimit + 1)
  }

  /// What is wrong, in words; nil when nothing was found.
  mutating func firstFault() throws -> String? {
    try entryFault() ?? headFault() ?? accountFault() ?? holdFault()
  }

  private mutating func entryFault() throws -> String? {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT e.key, e.content, e.earlier, e.hash FROM entries e WHERE e.key >= ? ORDER BY e.key
        """, arguments: [first])
    var number = first
    while let row = try cursor.next() {
      let content = row.bytes(1)
      let stored = try StoredEntry(row)
      guard stored.key == number else { return "the entry \(number) is missing" }
      let kiosk = stored.entry.context.kiosk
      if let head = heads[kiosk] ?? (first == 1 ? Chain().head : nil) {
        var chain = Chain(entryCount: 0, head: head)
        chain.append(content)
        guard chain.head == stored.hash else {
          return "the entry \(number) is not what its hash was made over"
        }
      }
      heads[kiosk] = stored.hash
      guard try rows.entry(stored.entry.id)?.key == number else {
        return "the entry \(number) is not found by its id"
      }
      for posting in try rows.postings(of: stored.entry) { newest[posting.account] = number }
      number += 1
    }
    return nil
  }

  private func headFault() throws -> String? {
    for (kiosk, head) in heads.sorted(by: { $0.key < $1.key }) {
      let kept = try Row.fetchOne(
        db, sql: "SELECT head FROM chains WHERE kiosk = ?", arguments: [kiosk])
      guard kept?.bytes(0) == head else {
        return "the chain of kiosk \(kiosk) does not end in the hash that is kept of it"
      }
    }
    return nil
  }

  private func accountFault() throws -> String? {
    for (id, number) in newest.sorted(by: { $0.key < $1.key }) {
      guard let row = try rows.account(id), row.newest == number,
        row.account.allows(row.balance)
      else { return "the account \(id) is not as its last entry left it" }
    }
    return nil
  }

  private func holdFault() throws -> String? {
    let stray = try Int64.fetchOne(
      db,
      sql: """
        SELECT o.entry FROM (SELECT entry FROM open_holds ORDER BY entry DESC LIMIT ?) o
        LEFT JOIN entries e ON e.key = o.entry
        WHERE e.key IS NULL OR substr(e.content, 18, 1) <> x'02' LIMIT 1
        """, arguments: [Self.holdLimit])
    return stray.map { "the open hold \($0) is no hold" }
  }
}
