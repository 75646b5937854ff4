import Foundation
import GRDB
import Ledger

/// Reads the ledger's tables. Every statement is prepared once per connection.
struct LedgerRows {
  let db: Database

  static let accountColumns = """
    a.key, a.owner, a.purpose, a.asset, a.rule, a.expires_at, a.grant_limit, \
    a.grant_available_at, a.grant_cap_bp, a.posted, a.held_debits, a.held_credits
    """

  static let entryColumns = """
    e.key, e.id, e.verb, h.id, e.reason, e.actor, e.kiosk, e.sale_kiosk, e.sale_counter, e.at, \
    e.hash
    """

  func account(_ id: AccountID) throws -> AccountRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(Self.accountColumns) FROM accounts a WHERE a.owner = ? AND a.purpose = ?")
    return try Row.first(statement, [id.owner, id.purpose]) { try Self.account($0) }
  }

  func accounts(ofOwner owner: String) throws -> [AccountRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.accountColumns) FROM accounts a WHERE a.owner = ? ORDER BY a.purpose
        """)
    return try Row.all(Row.fetchCursor(statement, arguments: [owner])) { try Self.account($0) }
  }

  static func account(_ row: Row) throws -> AccountRow {
    guard let asset = Asset(code: row[3]), let rule = AccountRule(rawValue: row[4]) else {
      throw StorageError.corrupt("the account \(row[0] as Int64) of no asset or rule")
    }
    let expiry: Int64? = row[5]
    let available: Int64? = row[7]
    return AccountRow(
      account: Account(
        id: AccountID(owner: row[1], purpose: row[2]), asset: asset, rule: rule,
        expiresAt: expiry.map { Instant(milliseconds: $0) },
        grant: available.map {
          Grant(
            limitUnits: row[6], availableAt: Instant(milliseconds: $0),
            capOfGrantBasisPoints: row[8])
        }),
      balance: Balance(posted: row[9], heldDebits: row[10], heldCredits: row[11]))
  }

  func postings(of entry: Int64) throws -> [Posting] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT a.owner, a.purpose, a.asset, p.units FROM postings p
        JOIN accounts a ON a.key = p.account WHERE p.entry = ? ORDER BY p.ordinal
        """)
    return try Row.all(Row.fetchCursor(statement, arguments: [entry])) { row in
      guard let asset = Asset(code: row[2]) else {
        throw StorageError.corrupt("an account of no asset: \(row[0] as String)")
      }
      return Posting(
        account: AccountID(owner: row[0], purpose: row[1]), asset: asset, units: row[3])
    }
  }

  func entry(_ id: EntryID) throws -> StoredEntry? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.entryColumns) FROM entries e LEFT JOIN entries h ON h.key = e.hold
        WHERE e.id = ?
        """)
    return try Row.first(statement, [Data(id.bytes)]) { row in
      try StoredEntry(EntryHeader(row)) { try postings(of: $0) }
    }
  }

  /// Entry ids begin with kiosk and sale counter, so the unique index finds those of a sale.
  func entries(of sale: SaleID) throws -> [StoredEntry] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.entryColumns) FROM entries e LEFT JOIN entries h ON h.key = e.hold
        WHERE e.id BETWEEN ? AND ? ORDER BY e.key
        """)
    let first = EntryID(sale: sale, step: 0, ordinal: 0)
    let last = EntryID(sale: sale, step: .max, ordinal: .max)
    let headers = try Row.all(
      Row.fetchCursor(statement, arguments: [Data(first.bytes), Data(last.bytes)])
    ) { try EntryHeader($0) }
    return try headers.map { header in try StoredEntry(header) { try postings(of: $0) } }
  }

  func openHolds() throws -> [StoredEntry] {
    let headers = try Row.all(
      Row.fetchCursor(
        db,
        sql: """
          SELECT \(Self.entryColumns) FROM holds o
          JOIN entries e ON e.key = o.entry LEFT JOIN entries h ON h.key = e.hold
          WHERE o.resolved_by IS NULL ORDER BY o.entry
          """)
    ) { try EntryHeader($0) }
    return try headers.map { header in try StoredEntry(header) { try postings(of: $0) } }
  }

  static func kiosk(_ value: Int64) throws -> UInt32 {
    guard let kiosk = UInt32(exactly: value) else {
      throw StorageError.corrupt("a kiosk number out of range: \(value)")
    }
    return kiosk
  }
}

/// The row of an account.
struct AccountRow {
  let account: Account
  let balance: Balance
}

/// The row of an entry, without its postings.
struct EntryHeader {
  let key: Int64
  let id: EntryID
  let verb: Int
  let hold: EntryID?
  let context: EntryContext
  let hash: [UInt8]

  /// The columns are `LedgerRows.entryColumns`.
  init(_ row: Row) throws {
    key = row[0]
    let bytes: Data = row[1]
    guard let id = EntryID(bytes: bytes) else {
      throw StorageError.corrupt("the entry \(row[0] as Int64) with an id of wrong length")
    }
    self.id = id
    verb = row[2]
    let holdBytes: Data? = row[3]
    hold = holdBytes.flatMap { EntryID(bytes: $0) }
    context = EntryContext(
      reason: row[4], actor: row[5], kiosk: try LedgerRows.kiosk(row[6]),
      sale: try SaleID(kiosk: row[7], counter: row[8]), at: Instant(milliseconds: row[9]))
    let hash: Data = row[10]
    self.hash = Array(hash)
  }
}

extension SaleID {
  /// From two columns that are both null or both set.
  init?(kiosk: Int64?, counter: Int64?) throws {
    guard let kiosk, let counter else { return nil }
    guard let counter = UInt64(exactly: counter), counter < Self.counterLimit else {
      throw StorageError.corrupt("a sale number out of range: \(kiosk)-\(counter)")
    }
    self.init(kiosk: try LedgerRows.kiosk(kiosk), counter: counter)
  }
}

/// An entry as it was read back; making one fails where the rows cannot be an entry.
struct StoredEntry {
  let header: EntryHeader
  let entry: JournalEntry

  init(_ header: EntryHeader, postings: (Int64) throws -> [Posting]) throws {
    self.header = header
    func list() throws -> Postings {
      let stored = try postings(header.key)
      do {
        return try Postings(stored)
      } catch {
        throw StorageError.corrupt("the entry \(header.id) whose postings are \(error)")
      }
    }
    let action: JournalEntry.Action
    switch (header.verb, header.hold) {
    case (1, nil): action = .post(try list())
    case (2, nil): action = .hold(try list())
    case (3, let hold?): action = .capture(hold)
    case (4, let hold?): action = .void(hold)
    case (5, let hold?): action = .expire(hold)
    default: throw StorageError.corrupt("the entry \(header.id) of no verb")
    }
    entry = JournalEntry(id: header.id, action: action, context: header.context)
  }
}
