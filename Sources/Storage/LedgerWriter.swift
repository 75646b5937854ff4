import Foundation
import GRDB
import Ledger

/// The ledger's side of the one writer: judges batches inside write transactions that the store
/// opened, and remembers what it wrote, so that a sale reads hardly anything.
///
/// What it remembers is what the database holds: after a transaction that was not committed the
/// store calls `forget`.
///
/// Unchecked: only touched on the serial queue of the pool's writer connection.
final class LedgerWriter: @unchecked Sendable {
  /// Accounts and open holds that are remembered; beyond it all are forgotten and read anew.
  static let memoryLimit = 4_096

  struct Remembered {
    var facts: LedgerDraft.Facts
    var balance: Balance
  }

  private var accounts: [AccountID: Remembered] = [:]
  private var openHolds: [EntryID: JournalEntry] = [:]
  private var holdKeys: [EntryID: Int64] = [:]
  private var chains: [UInt32: Chain] = [:]
  private var lastKey: Int64?
  private var unusedIDs: UnusedIDs?
  private var statements: LedgerStatements?

  /// Reads what the batch is about, judges it and writes what it changes. When it throws, the
  /// caller must roll the transaction back.
  func submit(_ batch: Batch, _ db: Database) throws -> [Outcome] {
    guard batch.isWithinLimits else { return batch.entries.map { _ in .malformed } }
    if let funding = batch.fundingBatch { _ = try submit(funding, db) }
    if accounts.count + openHolds.count > Self.memoryLimit { forget() }
    let statements = try prepared(db)
    var (draft, contents) = try draft(of: batch, statements)
    let outcomes = draft.judge(contents, of: batch)
    for (content, outcome) in draft.refused {
      try statements.insert(refusal: content, outcome)
      unusedIDs?.take(content.entry.id)
    }
    try writeEntries(&draft, statements)
    try writeAccounts(draft, statements)
    return outcomes
  }

  /// What is remembered may not be in the database.
  func forget() {
    accounts = [:]
    openHolds = [:]
    holdKeys = [:]
    chains = [:]
    lastKey = nil
    unusedIDs = nil
  }

  /// The connection is about to be closed.
  func end() {
    forget()
    statements = nil
  }

  private func prepared(_ db: Database) throws -> LedgerStatements {
    if let statements { return statements }
    let prepared = try LedgerStatements(db)
    statements = prepared
    return prepared
  }
}

// MARK: - Reading

extension LedgerWriter {
  private func draft(
    of batch: Batch, _ statements: LedgerStatements
  ) throws -> (LedgerDraft, [LedgerDraft.Content]) {
    var draft = LedgerDraft()
    for account in batch.openings { _ = try slot(of: account.id, in: &draft, statements) }
    var contents: [LedgerDraft.Content] = []
    contents.reserveCapacity(batch.entries.count)
    for entry in batch.entries {
      if draft.answers[entry.id] == nil {
        draft.answers[entry.id] = try answer(of: entry.id, statements)
      }
      var moves: [LedgerDraft.Move] = []
      switch entry.action {
      case .post(let postings), .hold(let postings):
        moves = try self.moves(of: postings, in: &draft, statements)
      case .capture(let id), .void(let id), .expire(let id):
        if draft.holds[id] == nil { try read(hold: id, into: &draft, statements) }
      }
      contents.append(
        .init(entry: entry, canonical: CanonicalBytes(entry).bytes, moves: moves))
    }
    return (draft, contents)
  }

  private func moves(
    of postings: Postings, in draft: inout LedgerDraft, _ statements: LedgerStatements
  ) throws -> [LedgerDraft.Move] {
    var moves: [LedgerDraft.Move] = []
    moves.reserveCapacity(postings.list.count)
    for posting in postings.list {
      let slot = try slot(of: posting.account, in: &draft, statements)
      moves.append(.init(slot: slot, asset: posting.asset, units: posting.units))
    }
    return moves
  }

  private func slot(
    of id: AccountID, in draft: inout LedgerDraft, _ statements: LedgerStatements
  ) throws -> Int {
    let (slot, isNew) = draft.slot(of: id)
    guard isNew else { return slot }
    if let known = accounts[id] {
      draft.fill(slot, known.facts, known.balance)
    } else if let found = try statements.account(id) {
      accounts[id] = found
      draft.fill(slot, found.facts, found.balance)
    }
    return slot
  }

  private func answer(
    of id: EntryID, _ statements: LedgerStatements
  ) throws -> LedgerDraft.Answer? {
    if let unusedIDs, unusedIDs.holds(id) { return nil }
    if let content = try statements.content(of: id)?.canonical {
      return .given(.ok, canonical: content)
    }
    if let refusal = try statements.refusal(of: id) { return refusal }
    unusedIDs = UnusedIDs(after: id, before: try statements.firstID(after: id))
    return nil
  }

  /// A hold with its postings; nothing when the id is no hold.
  private func read(
    hold id: EntryID, into draft: inout LedgerDraft, _ statements: LedgerStatements
  ) throws {
    var isOpen = true
    var entry = openHolds[id]
    var key = holdKeys[id]
    if entry == nil {
      guard let found = try statements.content(of: id) else { return }
      entry = try StoredEntry.decode(found.canonical, key: found.key)
      key = found.key
      isOpen = try statements.isOpen(found.key)
    }
    guard let entry, case .hold(let postings) = entry.action else { return }
    draft.holds[id] = LedgerDraft.HoldState(
      key: key, kiosk: entry.context.kiosk,
      moves: try moves(of: postings, in: &draft, statements), isResolved: !isOpen)
  }
}

// MARK: - Writing

extension LedgerWriter {
  private func writeEntries(_ draft: inout LedgerDraft, _ statements: LedgerStatements) throws {
    guard !draft.accepted.isEmpty else { return }
    var key = try lastKey ?? statements.lastKey()
    var changed: Set<UInt32> = []
    for content in draft.accepted {
      let entry = content.entry
      key += 1
      var chain = try chains[entry.context.kiosk] ?? statements.chain(of: entry.context.kiosk)
      chain.append(content.canonical)
      chains[entry.context.kiosk] = chain
      changed.insert(entry.context.kiosk)
      try statements.insert(
        entry: content.canonical, id: entry.id, key: key, earlier: draft.link(key, content),
        hash: chain.head)
      unusedIDs?.take(entry.id)
      if case .hold = entry.action {
        try statements.open(hold: key)
        openHolds[entry.id] = entry
        holdKeys[entry.id] = key
      } else if let hold = entry.action.resolvedHold {
        guard let holdKey = draft.holds[hold]?.key ?? holdKeys[hold],
          try statements.end(hold: holdKey)
        else { throw StorageError.corrupt("the hold \(hold) that was open just now") }
        openHolds[hold] = nil
        holdKeys[hold] = nil
      }
    }
    lastKey = key
    for kiosk in changed {
      if let chain = chains[kiosk] { try statements.write(chain, of: kiosk) }
    }
  }

  private func writeAccounts(_ draft: LedgerDraft, _ statements: LedgerStatements) throws {
    let opened = Set(draft.opened)
    for slot in draft.facts.indices {
      guard let facts = draft.facts[slot] else { continue }
      if opened.contains(slot) {
        try statements.insert(facts, draft.balances[slot])
      } else if draft.isChanged[slot] {
        guard try statements.update(facts, draft.balances[slot]) else {
          throw StorageError.corrupt("the account \(facts.account.id) that was there just now")
        }
      } else {
        continue
      }
      accounts[facts.account.id] = Remembered(facts: facts, balance: draft.balances[slot])
    }
  }
}

/// Ids between two that are in use or were asked for: known to be new without looking.
struct UnusedIDs {
  private var after: EntryID
  private let before: EntryID?

  init(after: EntryID, before: EntryID?) {
    self.after = after
    self.before = before
  }

  func holds(_ id: EntryID) -> Bool { id > after && (before.map { id < $0 } ?? true) }

  /// An id was used: those up to it are looked up again.
  mutating func take(_ id: EntryID) { if holds(id) { after = id } }
}
