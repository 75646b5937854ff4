import Crypto
import Foundation
import GRDB
import Ledger

/// The synchronous core of the ledger: one batch inside a write transaction that the caller opened.
struct LedgerTransaction {
  private let db: Database
  private let rows: LedgerRows

  init(_ db: Database) {
    self.db = db
    rows = LedgerRows(db: db)
  }

  /// Reads what the batch is about, judges it and writes what it changes. When it throws, the
  /// caller must roll the transaction back.
  func submit(_ batch: Batch) throws -> [Outcome] {
    guard batch.isWithinLimits else { return batch.entries.map { _ in .malformed } }
    let contents = batch.entries.map { LedgerDraft.Content($0) }
    var draft = try LedgerDraft(reading: batch, contents, from: rows)
    let outcomes = draft.judge(contents, of: batch)
    try write(&draft)
    return outcomes
  }

  // MARK: Writing

  private func write(_ draft: inout LedgerDraft) throws {
    for (content, outcome) in draft.refused { try insert(refusal: content, outcome) }
    for id in draft.opened { try insertAccount(id, in: &draft) }
    guard !draft.accepted.isEmpty else { return }
    let last = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT coalesce(max(key), 0) FROM entries"))
    var key = last ?? 0
    var keys: [EntryID: Int64] = [:]
    var entries = RowBatch(width: 11)
    var postings = RowBatch(width: 4)
    var chains: [UInt32: Chain] = [:]
    for content in draft.accepted {
      let entry = content.entry
      key += 1
      keys[entry.id] = key
      var chain = try chains[entry.context.kiosk] ?? readChain(of: entry.context.kiosk)
      chain.append(content.canonical)
      chains[entry.context.kiosk] = chain
      let hold = entry.action.resolvedHold.flatMap { draft.holds[$0]?.key ?? keys[$0] }
      entries.append(Self.row(of: entry, key: key, hold: hold, hash: chain.head))
      for (ordinal, posting) in entry.action.postings.enumerated() {
        postings.append([
          key, ordinal, draft.accounts[posting.account]?.key, posting.units,
        ])
      }
    }
    try entries.write(db) { places in
      """
      INSERT INTO entries (key, id, verb, hold, reason, actor, kiosk, sale_kiosk, sale_counter,
        at, hash) VALUES \(places)
      """
    }
    try writeHolds(draft, keys)
    try postings.write(db) { places in
      "INSERT INTO postings (entry, ordinal, account, units) VALUES \(places)"
    }
    try writeBalances(draft)
    for (kiosk, chain) in chains { try write(chain, of: kiosk) }
  }

  private func insertAccount(_ id: AccountID, in draft: inout LedgerDraft) throws {
    guard let state = draft.accounts[id] else { return }
    let (account, balance) = (state.account, state.balance)
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO accounts (owner, purpose, asset, rule, expires_at, grant_limit,
          grant_available_at, grant_cap_bp, posted, held_debits, held_credits)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      id.owner, id.purpose, account.asset.code, account.rule.rawValue,
      account.expiresAt?.milliseconds, account.grant?.limitUnits,
      account.grant?.availableAt.milliseconds, account.grant?.capOfGrantBasisPoints,
      balance.posted, balance.heldDebits, balance.heldCredits,
    ])
    draft.accounts[id]?.key = db.lastInsertedRowID
    draft.accounts[id]?.isChanged = false
  }

  private static func row(
    of entry: JournalEntry, key: Int64, hold: Int64?, hash: [UInt8]
  ) -> StatementArguments {
    let context = entry.context
    return [
      key, Data(entry.id.bytes), entry.action.verb, hold, context.reason, context.actor,
      context.kiosk, context.sale?.kiosk, context.sale.map { Int64($0.counter) },
      context.at.milliseconds, Data(hash),
    ]
  }

  private func writeHolds(_ draft: LedgerDraft, _ keys: [EntryID: Int64]) throws {
    for content in draft.accepted {
      let key = keys[content.entry.id]
      switch content.entry.action {
      case .post: break
      case .hold:
        try db.cachedStatement(sql: "INSERT INTO holds (entry) VALUES (?)")
          .execute(arguments: [key])
      case .capture(let id), .void(let id), .expire(let id):
        try db.cachedStatement(sql: "UPDATE holds SET resolved_by = ? WHERE entry = ?")
          .execute(arguments: [key, draft.holds[id]?.key ?? keys[id]])
      }
    }
  }

  private func insert(refusal content: LedgerDraft.Content, _ outcome: Outcome) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO refusals (id, digest, outcome, at) VALUES (?, ?, ?, ?)")
    try statement.execute(arguments: [
      Data(content.entry.id.bytes), Data(content.digest), outcome.rawValue,
      content.entry.context.at.milliseconds,
    ])
  }

  private func writeBalances(_ draft: LedgerDraft) throws {
    // One row each: UPDATE … FROM (VALUES …) builds two temporary tables and takes longer.
    let statement = try db.cachedStatement(
      sql: "UPDATE accounts SET posted = ?, held_debits = ?, held_credits = ? WHERE key = ?")
    for state in draft.accounts.values where state.isChanged {
      try statement.execute(arguments: [
        state.balance.posted, state.balance.heldDebits, state.balance.heldCredits, state.key,
      ])
      guard db.changesCount == 1 else {
        throw StorageError.corrupt("no account \(state.account.id), which was just read")
      }
    }
  }

  // MARK: Chain

  private func readChain(of kiosk: UInt32) throws -> Chain {
    let statement = try db.cachedStatement(
      sql: "SELECT entry_count, head FROM chains WHERE kiosk = ?")
    let kept = try Row.first(statement, [kiosk]) { row in
      Chain(entryCount: row[0], head: row.bytes(1))
    }
    return kept ?? Chain()
  }

  private func write(_ chain: Chain, of kiosk: UInt32) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO chains (kiosk, entry_count, head) VALUES (?, ?, ?)
        ON CONFLICT (kiosk) DO UPDATE SET entry_count = excluded.entry_count, head = excluded.head
        """)
    try statement.execute(arguments: [kiosk, chain.entryCount, Data(chain.head)])
  }
}

/// The hash chain of one kiosk: SHA-256 over the hash before and the entry's canonical bytes.
struct Chain: Equatable {
  private(set) var entryCount: Int64 = 0
  private(set) var head = [UInt8](repeating: 0, count: 32)

  init() {}

  init(entryCount: Int64, head: [UInt8]) {
    self.entryCount = entryCount
    self.head = head
  }

  mutating func append(_ canonical: [UInt8]) {
    var hash = SHA256()
    hash.update(data: head)
    hash.update(data: canonical)
    head = Array(hash.finalize())
    entryCount += 1
  }
}

extension JournalEntry.Action {
  /// As in the canonical bytes.
  var verb: Int {
    switch self {
    case .post: 1
    case .hold: 2
    case .capture: 3
    case .void: 4
    case .expire: 5
    }
  }

  var postings: [Posting] {
    switch self {
    case .post(let postings), .hold(let postings): postings.list
    case .capture, .void, .expire: []
    }
  }

  var resolvedHold: EntryID? {
    switch self {
    case .post, .hold: nil
    case .capture(let hold), .void(let hold), .expire(let hold): hold
    }
  }
}
