import GRDB
import Ledger

/// The SQL of the ledger's writer, prepared once.
struct LedgerStatements {
  private let db: Database
  private let findAccount: RawStatement
  private let insertAccount: RawStatement
  private let updateAccount: RawStatement
  private let findEntry: RawStatement
  private let insertEntry: RawStatement
  private let insertID: RawStatement
  private let findRefusal: RawStatement
  private let insertRefusal: RawStatement
  private let nextID: RawStatement
  private let openHold: RawStatement
  private let endHold: RawStatement
  private let findHold: RawStatement
  private let findChain: RawStatement
  private let writeChain: RawStatement

  init(_ db: Database) throws {
    self.db = db
    func prepare(_ sql: String) throws -> RawStatement { try RawStatement(db, sql) }
    findAccount = try prepare(
      """
      SELECT asset, rule, expires_at, grant_limit, grant_available_at, grant_cap_bp, posted,
        held_debits, held_credits, newest FROM accounts WHERE owner = ? AND purpose = ?
      """)
    insertAccount = try prepare(
      """
      INSERT INTO accounts (owner, purpose, asset, rule, expires_at, grant_limit,
        grant_available_at, grant_cap_bp, posted, held_debits, held_credits, newest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    updateAccount = try prepare(
      """
      UPDATE accounts SET posted = ?, held_debits = ?, held_credits = ?, newest = ?
      WHERE owner = ? AND purpose = ?
      """)
    findEntry = try prepare(
      """
      SELECT e.key, e.content FROM entry_ids i JOIN entries e ON e.key = i.entry WHERE i.id = ?
      """)
    insertEntry = try prepare(
      "INSERT INTO entries (key, content, earlier, hash) VALUES (?, ?, ?, ?)")
    insertID = try prepare("INSERT INTO entry_ids (id, entry) VALUES (?, ?)")
    findRefusal = try prepare("SELECT outcome, digest FROM refusals WHERE id = ?")
    insertRefusal = try prepare(
      "INSERT INTO refusals (id, digest, outcome, at) VALUES (?, ?, ?, ?)")
    nextID = try prepare(
      """
      SELECT min(id) FROM (
        SELECT * FROM (SELECT id FROM entry_ids WHERE id > ?1 ORDER BY id LIMIT 1)
        UNION ALL SELECT * FROM (SELECT id FROM refusals WHERE id > ?1 ORDER BY id LIMIT 1))
      """)
    openHold = try prepare("INSERT INTO open_holds (entry) VALUES (?)")
    endHold = try prepare("DELETE FROM open_holds WHERE entry = ?")
    findHold = try prepare("SELECT 1 FROM open_holds WHERE entry = ?")
    findChain = try prepare("SELECT entry_count, head FROM chains WHERE kiosk = ?")
    writeChain = try prepare(
      """
      INSERT INTO chains (kiosk, entry_count, head) VALUES (?, ?, ?)
      ON CONFLICT (kiosk) DO UPDATE SET entry_count = excluded.entry_count, head = excluded.head
      """)
  }
}

// MARK: - Accounts

extension LedgerStatements {
  func account(_ id: AccountID) throws -> LedgerWriter.Remembered? {
    findAccount.bind(1, id.owner)
    findAccount.bind(2, id.purpose)
    var found: LedgerWriter.Remembered?
    try findAccount.forEachRow { row in
      guard let asset = Asset(code: row.text(0)),
        let rule = UInt8(exactly: row.int64(1)).flatMap({ AccountRule(rawValue: $0) })
      else { throw StorageError.corrupt("the account \(id) of no asset or rule") }
      let account = Account(
        id: id, asset: asset, rule: rule,
        expiresAt: row.optionalInt64(2).map { Instant(milliseconds: $0) },
        grant: row.optionalInt64(4).map { available in
          Grant(
            limitUnits: row.optionalInt64(3), availableAt: Instant(milliseconds: available),
            capOfGrantBasisPoints: row.optionalInt64(5).map { Int($0) })
        })
      found = LedgerWriter.Remembered(
        facts: LedgerDraft.Facts(account: account, newest: row.int64(9)),
        balance: Balance(
          posted: row.int64(6), heldDebits: row.int64(7), heldCredits: row.int64(8)))
    }
    return found
  }

  func insert(_ facts: LedgerDraft.Facts, _ balance: Balance) throws {
    let account = facts.account
    insertAccount.bind(1, account.id.owner)
    insertAccount.bind(2, account.id.purpose)
    insertAccount.bind(3, account.asset.code)
    insertAccount.bind(4, Int64(account.rule.rawValue))
    insertAccount.bind(5, account.expiresAt?.milliseconds)
    insertAccount.bind(6, account.grant?.limitUnits)
    insertAccount.bind(7, account.grant?.availableAt.milliseconds)
    insertAccount.bind(8, account.grant?.capOfGrantBasisPoints.map { Int64($0) })
    insertAccount.bind(9, balance.posted)
    insertAccount.bind(10, balance.heldDebits)
    insertAccount.bind(11, balance.heldCredits)
    insertAccount.bind(12, facts.newest)
    try insertAccount.run()
  }

  /// False when there is no such account.
  func update(_ facts: LedgerDraft.Facts, _ balance: Balance) throws -> Bool {
    updateAccount.bind(1, balance.posted)
    updateAccount.bind(2, balance.heldDebits)
    updateAccount.bind(3, balance.heldCredits)
    updateAccount.bind(4, facts.newest)
    updateAccount.bind(5, facts.account.id.owner)
    updateAccount.bind(6, facts.account.id.purpose)
    try updateAccount.run()
    return db.changesCount == 1
  }
}

// MARK: - Entries

extension LedgerStatements {
  /// An entry's key and the bytes that it is chained by.
  func content(of id: EntryID) throws -> (key: Int64, canonical: [UInt8])? {
    findEntry.bind(1, id.bytes)
    var found: (Int64, [UInt8])?
    try findEntry.forEachRow { found = ($0.int64(0), $0.bytes(1)) }
    return found
  }

  func refusal(of id: EntryID) throws -> LedgerDraft.Answer? {
    findRefusal.bind(1, id.bytes)
    var found: LedgerDraft.Answer?
    try findRefusal.forEachRow { row in
      guard let outcome = Outcome(rawValue: row.text(0)) else {
        throw StorageError.corrupt("the refusal of \(id) with an outcome of no meaning")
      }
      found = .kept(outcome, digest: row.bytes(1))
    }
    return found
  }

  /// The first id above this one that was ever answered.
  func firstID(after id: EntryID) throws -> EntryID? {
    nextID.bind(1, id.bytes)
    var found: EntryID?
    try nextID.forEachRow { if !$0.isNull(0) { found = EntryID(bytes: $0.bytes(0)) } }
    return found
  }

  func lastKey() throws -> Int64 {
    var key: Int64 = 0
    try RawStatement(db, "SELECT coalesce(max(key), 0) FROM entries")
      .forEachRow { key = $0.int64(0) }
    return key
  }

  func insert(
    entry canonical: [UInt8], id: EntryID, key: Int64, earlier: [Int64], hash: [UInt8]
  ) throws {
    insertEntry.bind(1, key)
    insertEntry.bind(2, canonical)
    insertEntry.bind(3, EarlierEntries.bytes(earlier))
    insertEntry.bind(4, hash)
    try insertEntry.run()
    insertID.bind(1, id.bytes)
    insertID.bind(2, key)
    try insertID.run()
  }

  func insert(refusal content: LedgerDraft.Content, _ outcome: Outcome) throws {
    insertRefusal.bind(1, content.entry.id.bytes)
    insertRefusal.bind(2, content.digest)
    insertRefusal.bind(3, outcome.rawValue)
    insertRefusal.bind(4, content.entry.context.at.milliseconds)
    try insertRefusal.run()
  }

  // MARK: Holds

  func isOpen(_ hold: Int64) throws -> Bool {
    findHold.bind(1, hold)
    var isOpen = false
    try findHold.forEachRow { _ in isOpen = true }
    return isOpen
  }

  func open(hold: Int64) throws {
    openHold.bind(1, hold)
    try openHold.run()
  }

  /// False when it was not open.
  func end(hold: Int64) throws -> Bool {
    endHold.bind(1, hold)
    try endHold.run()
    return db.changesCount == 1
  }

  // MARK: Chain

  func chain(of kiosk: UInt32) throws -> Chain {
    findChain.bind(1, Int64(kiosk))
    var chain = Chain()
    try findChain.forEachRow { chain = Chain(entryCount: $0.int64(0), head: $0.bytes(1)) }
    return chain
  }

  func write(_ chain: Chain, of kiosk: UInt32) throws {
    writeChain.bind(1, Int64(kiosk))
    writeChain.bind(2, chain.entryCount)
    writeChain.bind(3, chain.head)
    try writeChain.run()
  }
}

/// The keys of the entries that named each account of an entry last before it: 8 bytes each,
/// big-endian, in the order in which the entry names the accounts first; 0: it is the first.
enum EarlierEntries {
  static func bytes(_ keys: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(keys.count * 8)
    for key in keys {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: key >> Int64(shift)))
      }
    }
    return bytes
  }

  /// Nil when the bytes are no list of keys.
  static func keys(_ bytes: [UInt8]) -> [Int64]? {
    guard bytes.count.isMultiple(of: 8) else { return nil }
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      bytes[start..<start + 8].reduce(0) { $0 << 8 | Int64($1) }
    }
  }
}
