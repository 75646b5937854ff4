import Crypto
import Foundation
import GRDB
import Ledger

/// The synchronous core of the ledger: one batch inside a write transaction that the caller opened.
struct LedgerTransaction {
  private let db: Database

  init(_ db: Database) { self.db = db }

  /// Reads what the batch is about, judges it and writes what it changes. When it throws, the
  /// caller must roll the transaction back.
  func submit(_ batch: Batch) throws -> [Outcome] {
    guard batch.isWithinLimits else { return batch.entries.map { _ in .malformed } }
    var (draft, contents) = try LedgerReading(db).draft(of: batch)
    let outcomes = draft.judge(contents, of: batch)
    for (content, outcome) in draft.refused { try insert(refusal: content, outcome) }
    for slot in draft.opened { try insertAccount(slot, in: &draft) }
    if !draft.accepted.isEmpty {
      try insertEntries(draft)
      try writeBalances(draft)
    }
    return outcomes
  }

  private func insert(refusal content: LedgerDraft.Content, _ outcome: Outcome) throws {
    let statement = try RawStatement(
      db, "INSERT INTO refusals (id, digest, outcome, at) VALUES (?, ?, ?, ?)")
    statement.bind(1, content.entry.id.bytes)
    statement.bind(2, content.digest)
    statement.bind(3, outcome.rawValue)
    statement.bind(4, content.entry.context.at.milliseconds)
    try statement.run()
  }

  // MARK: Accounts

  private func insertAccount(_ slot: Int, in draft: inout LedgerDraft) throws {
    guard let account = draft.facts[slot]?.account else { return }
    let statement = try RawStatement(
      db,
      """
      INSERT INTO accounts (owner, purpose, asset, rule, expires_at, grant_limit,
        grant_available_at, grant_cap_bp, posted, held_debits, held_credits)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, account.id.owner)
    statement.bind(2, account.id.purpose)
    statement.bind(3, account.asset.code)
    statement.bind(4, Int64(account.rule.rawValue))
    statement.bind(5, account.expiresAt?.milliseconds)
    statement.bind(6, account.grant?.limitUnits)
    statement.bind(7, account.grant?.availableAt.milliseconds)
    statement.bind(8, account.grant?.capOfGrantBasisPoints.map { Int64($0) })
    statement.bind(9, draft.balances[slot].posted)
    statement.bind(10, draft.balances[slot].heldDebits)
    statement.bind(11, draft.balances[slot].heldCredits)
    try statement.run()
    draft.setKey(db.lastInsertedRowID, of: slot)
  }

  private func writeBalances(_ draft: LedgerDraft) throws {
    let statement = try RawStatement(
      db, "UPDATE accounts SET posted = ?, held_debits = ?, held_credits = ? WHERE key = ?")
    let written = Set(draft.opened)
    for slot in draft.facts.indices where draft.isChanged[slot] && !written.contains(slot) {
      statement.bind(1, draft.balances[slot].posted)
      statement.bind(2, draft.balances[slot].heldDebits)
      statement.bind(3, draft.balances[slot].heldCredits)
      statement.bind(4, draft.facts[slot]?.key)
      try statement.run()
      guard db.changesCount == 1 else {
        throw StorageError.corrupt("an account less than was just read")
      }
    }
  }

  // MARK: Entries

  private func insertEntries(_ draft: LedgerDraft) throws {
    let last = try RawStatement(db, "SELECT coalesce(max(key), 0) FROM entries")
    var key: Int64 = 0
    try last.forEachRow { key = $0.int64(0) }
    let insertEntry = try RawStatement(
      db,
      """
      INSERT INTO entries (key, id, verb, hold, reason, actor, kiosk, sale_kiosk, sale_counter,
        at, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let insertPosting = try RawStatement(
      db, "INSERT INTO postings (entry, ordinal, account, units) VALUES (?, ?, ?, ?)")
    var keys: [EntryID: Int64] = [:]
    var chains: [UInt32: Chain] = [:]
    for content in draft.accepted {
      let entry = content.entry
      key += 1
      keys[entry.id] = key
      var chain = try chains[entry.context.kiosk] ?? readChain(of: entry.context.kiosk)
      chain.append(content.canonical)
      chains[entry.context.kiosk] = chain
      let hold = entry.action.resolvedHold.flatMap { draft.holds[$0]?.key ?? keys[$0] }
      Self.bind(entry, key: key, hold: hold, hash: chain.head, to: insertEntry)
      try insertEntry.run()
      try writeHold(entry.action, key: key, hold: hold)
      for (ordinal, move) in content.moves.enumerated() {
        insertPosting.bind(1, key)
        insertPosting.bind(2, Int64(ordinal))
        insertPosting.bind(3, draft.facts[move.slot]?.key)
        insertPosting.bind(4, move.units)
        try insertPosting.run()
      }
    }
    for (kiosk, chain) in chains { try write(chain, of: kiosk) }
  }

  private static func bind(
    _ entry: JournalEntry, key: Int64, hold: Int64?, hash: [UInt8], to statement: RawStatement
  ) {
    let context = entry.context
    statement.bind(1, key)
    statement.bind(2, entry.id.bytes)
    statement.bind(3, entry.action.verb)
    statement.bind(4, hold)
    statement.bind(5, context.reason)
    statement.bind(6, context.actor)
    statement.bind(7, Int64(context.kiosk))
    statement.bind(8, context.sale.map { Int64($0.kiosk) })
    statement.bind(9, context.sale.map { Int64($0.counter) })
    statement.bind(10, context.at.milliseconds)
    statement.bind(11, hash)
  }

  private func writeHold(_ action: JournalEntry.Action, key: Int64, hold: Int64?) throws {
    switch action {
    case .post: break
    case .hold:
      let statement = try RawStatement(db, "INSERT INTO holds (entry) VALUES (?)")
      statement.bind(1, key)
      try statement.run()
    case .capture, .void, .expire:
      let statement = try RawStatement(
        db, "UPDATE holds SET resolved_by = ? WHERE entry = ?")
      statement.bind(1, key)
      statement.bind(2, hold)
      try statement.run()
    }
  }

  // MARK: Chain

  private func readChain(of kiosk: UInt32) throws -> Chain {
    let statement = try RawStatement(
      db, "SELECT entry_count, head FROM chains WHERE kiosk = ?")
    statement.bind(1, Int64(kiosk))
    var chain = Chain()
    try statement.forEachRow { row in
      chain = Chain(entryCount: row.int64(0), head: row.bytes(1))
    }
    return chain
  }

  private func write(_ chain: Chain, of kiosk: UInt32) throws {
    let statement = try RawStatement(
      db,
      """
      INSERT INTO chains (kiosk, entry_count, head) VALUES (?, ?, ?)
      ON CONFLICT (kiosk) DO UPDATE SET entry_count = excluded.entry_count, head = excluded.head
      """)
    statement.bind(1, Int64(kiosk))
    statement.bind(2, chain.entryCount)
    statement.bind(3, chain.head)
    try statement.run()
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
  var verb: Int64 {
    switch self {
    case .post: 1
    case .hold: 2
    case .capture: 3
    case .void: 4
    case .expire: 5
    }
  }

  var resolvedHold: EntryID? {
    switch self {
    case .post, .hold: nil
    case .capture(let hold), .void(let hold), .expire(let hold): hold
    }
  }
}
