import Foundation
import GRDB
import Ledger

extension LedgerDraft {
  /// Reads all that a batch is about: what its ids were answered before, the holds it ends, and the
  /// accounts of its openings, postings and holds.
  init(reading batch: Batch, _ contents: [Content], from rows: LedgerRows) throws {
    self.init()
    var names = Names()
    for account in batch.openings { names.add(account.id) }
    for content in contents { names.add(content.entry) }
    answers = try rows.answers(to: names.entries)
    try rows.readHolds(names.holds, into: &self)
    try rows.readAccounts(names.accounts.filter { accounts[$0] == nil }, into: &self)
  }

  /// What a batch names, each once, in order.
  private struct Names {
    private(set) var accounts: [AccountID] = []
    private(set) var entries: [EntryID] = []
    private(set) var holds: [EntryID] = []
    private var seenAccounts: Set<AccountID> = []
    private var seenEntries: Set<EntryID> = []
    private var seenHolds: Set<EntryID> = []

    mutating func add(_ account: AccountID) {
      if seenAccounts.insert(account).inserted { accounts.append(account) }
    }

    mutating func add(_ entry: JournalEntry) {
      if seenEntries.insert(entry.id).inserted { entries.append(entry.id) }
      switch entry.action {
      case .post(let postings), .hold(let postings):
        for posting in postings.list { add(posting.account) }
      case .capture(let hold), .void(let hold), .expire(let hold):
        if seenHolds.insert(hold).inserted { holds.append(hold) }
      }
    }
  }
}

extension LedgerRows {
  func answers(to ids: [EntryID]) throws -> [EntryID: LedgerDraft.Answer] {
    var wanted = RowBatch(width: 1)
    for id in ids { wanted.append([Data(id.bytes)]) }
    var accepted: [EntryID] = []
    var answers: [EntryID: LedgerDraft.Answer] = [:]
    try wanted.forEachRow(db) { places in
      """
      SELECT wanted.column1, e.key, r.outcome, r.digest FROM (VALUES \(places)) AS wanted
      LEFT JOIN entries e ON e.id = wanted.column1 LEFT JOIN refusals r ON r.id = wanted.column1
      WHERE coalesce(e.key, r.outcome) IS NOT NULL
      """
    } _: { row in
      guard let id = EntryID(bytes: row.bytes(0)) else { return }
      guard let text: String = row[2], let digest: Data = row[3] else {
        accepted.append(id)
        return
      }
      guard let outcome = Outcome(rawValue: text) else {
        throw StorageError.corrupt("the refusal of \(id) with an outcome of no meaning")
      }
      answers[id] = LedgerDraft.Answer(outcome: outcome, digest: Array(digest))
    }
    for id in accepted {
      guard let stored = try entry(id) else {
        throw StorageError.corrupt("the entry \(id) only in its index")
      }
      answers[id] = LedgerDraft.Answer(
        outcome: .ok, digest: LedgerDraft.Content(stored.entry).digest)
    }
    return answers
  }

  /// Holds with their postings and the accounts of these.
  func readHolds(_ ids: [EntryID], into draft: inout LedgerDraft) throws {
    var wanted = RowBatch(width: 1)
    for id in ids { wanted.append([Data(id.bytes)]) }
    try wanted.forEachRow(db) { places in
      """
      SELECT \(Self.accountColumns), e.id, e.key, e.kiosk, o.resolved_by IS NOT NULL, p.units
      FROM (VALUES \(places)) AS wanted
      CROSS JOIN entries e ON e.id = wanted.column1 AND e.verb = 2
      CROSS JOIN holds o ON o.entry = e.key
      CROSS JOIN postings p ON p.entry = e.key
      CROSS JOIN accounts a ON a.key = p.account
      """
    } _: { row in
      guard let id = EntryID(bytes: row.bytes(12)) else { return }
      let account = try Self.account(row)
      draft.accounts[account.account.id] = account
      let posting = Posting(
        account: account.account.id, asset: account.account.asset, units: row[16])
      if draft.holds[id] == nil {
        draft.holds[id] = LedgerDraft.HoldState(
          key: row[13], kiosk: try Self.kiosk(row[14]), postings: [], isResolved: row[15])
      }
      draft.holds[id]?.postings.append(posting)
    }
  }

  func readAccounts(_ ids: [AccountID], into draft: inout LedgerDraft) throws {
    var wanted = RowBatch(width: 2)
    for id in ids { wanted.append([id.owner, id.purpose]) }
    try wanted.forEachRow(db) { places in
      """
      SELECT \(Self.accountColumns) FROM (VALUES \(places)) AS wanted
      CROSS JOIN accounts a ON a.owner = wanted.column1 AND a.purpose = wanted.column2
      """
    } _: { row in
      let account = try Self.account(row)
      draft.accounts[account.account.id] = account
    }
  }
}
