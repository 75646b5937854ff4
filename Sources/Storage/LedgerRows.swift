import Foundation
import GRDB
import Ledger

/// Reads the ledger's tables for those who look on.
struct LedgerRows {
  let db: Database

  static let accountColumns = """
    a.owner, a.purpose, a.asset, a.rule, a.expires_at, a.grant_limit, a.grant_available_at, \
    a.grant_cap_bp, a.posted, a.held_debits, a.held_credits, a.newest
    """

  func account(_ id: AccountID) throws -> AccountRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(Self.accountColumns) FROM accounts a WHERE a.owner = ? AND a.purpose = ?")
    return try Row.first(statement, [id.owner, id.purpose]) { try AccountRow($0) }
  }

  func accounts(ofOwner owner: String) throws -> [AccountRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.accountColumns) FROM accounts a WHERE a.owner = ? ORDER BY a.purpose
        """)
    return try Row.all(Row.fetchCursor(statement, arguments: [owner])) { try AccountRow($0) }
  }

  func entry(_ key: Int64) throws -> StoredEntry? {
    let statement = try db.cachedStatement(
      sql: "SELECT key, content, earlier, hash FROM entries WHERE key = ?")
    return try Row.first(statement, [key]) { try StoredEntry($0) }
  }

  func entry(_ id: EntryID) throws -> StoredEntry? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT e.key, e.content, e.earlier, e.hash
        FROM entry_ids i JOIN entries e ON e.key = i.entry WHERE i.id = ?
        """)
    return try Row.first(statement, [Data(id.bytes)]) { try StoredEntry($0) }
  }

  /// Entry ids begin with kiosk and sale counter, so the index of ids finds those of a sale.
  func entries(of sale: SaleID) throws -> [StoredEntry] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT e.key, e.content, e.earlier, e.hash
        FROM entry_ids i JOIN entries e ON e.key = i.entry WHERE i.id BETWEEN ? AND ?
        ORDER BY e.key
        """)
    let first = EntryID(sale: sale, step: 0, ordinal: 0)
    let last = EntryID(sale: sale, step: .max, ordinal: .max)
    return try Row.all(
      Row.fetchCursor(statement, arguments: [Data(first.bytes), Data(last.bytes)])
    ) { try StoredEntry($0) }
  }

  func openHolds() throws -> [StoredEntry] {
    try Row.all(
      Row.fetchCursor(
        db,
        sql: """
          SELECT e.key, e.content, e.earlier, e.hash
          FROM open_holds o JOIN entries e ON e.key = o.entry ORDER BY o.entry
          """)
    ) { try StoredEntry($0) }
  }

  /// What an entry moves: its own postings, or those of the hold that it ends.
  func postings(of entry: JournalEntry) throws -> [Posting] {
    switch entry.action {
    case .post(let postings), .hold(let postings): return postings.list
    case .capture(let id), .void(let id), .expire(let id):
      guard case .hold(let postings) = try self.entry(id)?.entry.action else {
        throw StorageError.corrupt("the entry \(entry.id) that ends no hold")
      }
      return postings.list
    }
  }

  /// The entries that name an account, with what they move: from the newest to the first, as each
  /// names the one before.
  func forEachEntry(
    of account: AccountRow, _ body: (StoredEntry, [Posting]) throws -> Void
  ) throws {
    let id = account.account.id
    func fault(_ key: Int64, _ what: String) -> StorageError {
      .corrupt("the entry \(key) of the account \(id), which \(what)")
    }
    var key = account.newest
    while key > 0 {
      guard let stored = try entry(key) else { throw fault(key, "is missing") }
      let postings = try postings(of: stored.entry)
      var names: [AccountID] = []
      for posting in postings where !names.contains(posting.account) {
        names.append(posting.account)
      }
      guard let place = names.firstIndex(of: id), stored.earlier.count == names.count,
        stored.earlier[place] < key
      else { throw fault(key, "does not name the account") }
      try body(stored, postings)
      key = stored.earlier[place]
    }
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
  /// The key of the newest entry that names it; 0: none.
  let newest: Int64

  /// The columns are `LedgerRows.accountColumns`.
  init(_ row: Row) throws {
    let id = AccountID(owner: row[0], purpose: row[1])
    guard let asset = Asset(code: row[2]), let rule = AccountRule(rawValue: row[3]) else {
      throw StorageError.corrupt("the account \(id) of no asset or rule")
    }
    let expiry: Int64? = row[4]
    let available: Int64? = row[6]
    account = Account(
      id: id, asset: asset, rule: rule, expiresAt: expiry.map { Instant(milliseconds: $0) },
      grant: available.map {
        Grant(
          limitUnits: row[5], availableAt: Instant(milliseconds: $0),
          capOfGrantBasisPoints: row[7])
      })
    balance = Balance(posted: row[8], heldDebits: row[9], heldCredits: row[10])
    newest = row[11]
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

/// An entry as it was read back; making one fails where its bytes are none.
struct StoredEntry {
  let key: Int64
  let entry: JournalEntry
  /// As `EarlierEntries` says.
  let earlier: [Int64]
  let hash: [UInt8]

  /// The columns are key, content, earlier and hash.
  init(_ row: Row) throws {
    key = row[0]
    entry = try Self.decode(row.bytes(1), key: row[0])
    guard let earlier = EarlierEntries.keys(row.bytes(2)) else {
      throw StorageError.corrupt("the entry \(key) that does not name those before it")
    }
    self.earlier = earlier
    hash = row.bytes(3)
  }

  static func decode(_ content: [UInt8], key: Int64) throws -> JournalEntry {
    do {
      return try JournalEntry(canonicalBytes: content)
    } catch {
      throw StorageError.corrupt("the entry \(key) whose bytes are none: \(error)")
    }
  }
}
