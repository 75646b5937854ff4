import GRDB
import Ledger

/// Reads all that a batch is about: what its ids were answered before, the holds it ends, and the
/// accounts of its openings, postings and holds.
struct LedgerReading {
  private let db: Database
  private let findAccount: RawStatement

  init(_ db: Database) throws {
    self.db = db
    findAccount = try RawStatement(
      db,
      """
      SELECT key, asset, rule, expires_at, grant_limit, grant_available_at, grant_cap_bp, posted,
        held_debits, held_credits FROM accounts WHERE owner = ? AND purpose = ?
      """)
  }

  func draft(of batch: Batch) throws -> (LedgerDraft, [LedgerDraft.Content]) {
    var draft = LedgerDraft()
    for account in batch.openings { _ = try slot(of: account.id, in: &draft) }
    let answers = try RawStatement(
      db,
      """
      SELECT 1, NULL, NULL FROM entries WHERE id = ?1
      UNION ALL SELECT 0, outcome, digest FROM refusals WHERE id = ?1
      """)
    var contents: [LedgerDraft.Content] = []
    contents.reserveCapacity(batch.entries.count)
    for entry in batch.entries {
      if draft.answers[entry.id] == nil { try read(answers, entry.id, into: &draft) }
      var moves: [LedgerDraft.Move] = []
      switch entry.action {
      case .post(let postings), .hold(let postings):
        moves.reserveCapacity(postings.list.count)
        for posting in postings.list {
          let slot = try slot(of: posting.account, in: &draft)
          moves.append(.init(slot: slot, asset: posting.asset, units: posting.units))
        }
      case .capture(let hold), .void(let hold), .expire(let hold):
        if draft.holds[hold] == nil { try read(hold: hold, into: &draft) }
      }
      contents.append(
        .init(entry: entry, canonical: CanonicalBytes(entry).bytes, moves: moves))
    }
    return (draft, contents)
  }

  private func slot(of id: AccountID, in draft: inout LedgerDraft) throws -> Int {
    let (slot, isNew) = draft.slot(of: id)
    guard isNew else { return slot }
    findAccount.bind(1, id.owner)
    findAccount.bind(2, id.purpose)
    try findAccount.forEachRow { row in
      guard let asset = Asset(code: row.text(1)),
        let rule = UInt8(exactly: row.int64(2)).flatMap({ AccountRule(rawValue: $0) })
      else { throw StorageError.corrupt("the account \(id) of no asset or rule") }
      let account = Account(
        id: id, asset: asset, rule: rule,
        expiresAt: row.optionalInt64(3).map { Instant(milliseconds: $0) },
        grant: row.optionalInt64(5).map { available in
          Grant(
            limitUnits: row.optionalInt64(4), availableAt: Instant(milliseconds: available),
            capOfGrantBasisPoints: row.optionalInt64(6).map { Int($0) })
        })
      let balance = Balance(
        posted: row.int64(7), heldDebits: row.int64(8), heldCredits: row.int64(9))
      draft.fill(slot, LedgerDraft.Facts(key: row.int64(0), account: account), balance)
    }
    return slot
  }

  private func read(
    _ statement: RawStatement, _ id: EntryID, into draft: inout LedgerDraft
  ) throws {
    statement.bind(1, id.bytes)
    var isEntry = false
    try statement.forEachRow { row in
      guard row.int64(0) == 0 else {
        isEntry = true
        return
      }
      guard let outcome = Outcome(rawValue: row.text(1)) else {
        throw StorageError.corrupt("the refusal of \(id) with an outcome of no meaning")
      }
      draft.answers[id] = .kept(outcome, digest: row.bytes(2))
    }
    guard isEntry else { return }
    guard let stored = try LedgerRows(db: db).entry(id) else {
      throw StorageError.corrupt("the entry \(id) only in its index")
    }
    let canonical = CanonicalBytes(stored.entry).bytes
    draft.answers[id] = .kept(.ok, digest: LedgerDraft.Content.digest(of: canonical))
  }

  /// A hold with its postings and their accounts; nothing when the id is no hold.
  private func read(hold id: EntryID, into draft: inout LedgerDraft) throws {
    let statement = try RawStatement(
      db,
      """
      SELECT e.key, e.kiosk, o.resolved_by IS NOT NULL, a.owner, a.purpose, a.asset, p.units
      FROM entries e JOIN holds o ON o.entry = e.key
      CROSS JOIN postings p ON p.entry = e.key CROSS JOIN accounts a ON a.key = p.account
      WHERE e.id = ? AND e.verb = 2
      """)
    statement.bind(1, id.bytes)
    var hold: LedgerDraft.HoldState?
    try statement.forEachRow { row in
      guard let asset = Asset(code: row.text(5)) else {
        throw StorageError.corrupt("an account of no asset: \(row.text(3))")
      }
      let account = AccountID(owner: row.text(3), purpose: row.text(4))
      let slot = try slot(of: account, in: &draft)
      if hold == nil {
        hold = LedgerDraft.HoldState(
          key: row.int64(0), kiosk: try LedgerRows.kiosk(row.int64(1)), moves: [],
          isResolved: row.int64(2) != 0)
      }
      hold?.moves.append(.init(slot: slot, asset: asset, units: row.int64(6)))
    }
    draft.holds[id] = hold
  }
}
