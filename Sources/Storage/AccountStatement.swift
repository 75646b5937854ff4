import GRDB
import Ledger

/// What moved an account, and what it had, up to a moment.
public struct AccountStatement: Equatable, Sendable, Codable {
  public struct Line: Equatable, Sendable, Codable {
    /// The entry's place in the book.
    public let number: Int64
    public let entry: EntryID
    public let at: Instant
    public let verb: String
    public let reason: String
    public let actor: String
    public let sale: SaleID?
    /// What it did to the posted units: debits positive, credits negative.
    public let posted: Int64
    /// What it did to the held units, debits and credits.
    public let heldDebits: Int64
    public let heldCredits: Int64
    /// What the account had after it.
    public let balance: Balance
  }

  public let account: Account
  /// The last moment that counts; nil: now.
  public let upTo: Instant?
  /// How many earlier entries are summed up in `opening`.
  public let omittedCount: Int
  public let opening: Balance
  /// In the order of the book.
  public let lines: [Line]
  public let closing: Balance
}

extension SQLiteLedger {
  /// Lines of one statement; what came before them is summed up.
  public static let statementLineLimit = 10_000

  /// The statement of an account at a moment: of the entries that had come by then, by the time
  /// that they carry. Nil if there is no such account.
  ///
  /// It follows the account's own entries from the newest back, so that it takes as long as the
  /// account is old, whatever else the book holds.
  public func statement(
    of id: AccountID, upTo moment: Instant? = nil, lineLimit: Int = statementLineLimit
  ) async throws(StorageError) -> AccountStatement? {
    try await store.read { db in
      let rows = LedgerRows(db: db)
      return try rows.account(id).map {
        try StatementWalk(rows: rows, account: $0, moment: moment).statement(lineLimit)
      }
    }
  }

  /// The statements of all accounts of an owner, by purpose; those that nothing had moved by the
  /// moment are left out.
  public func statements(
    ofOwner owner: String, upTo moment: Instant? = nil, lineLimit: Int = statementLineLimit
  ) async throws(StorageError) -> [AccountStatement] {
    try await store.read { db in
      let rows = LedgerRows(db: db)
      return try rows.accounts(ofOwner: owner).map {
        try StatementWalk(rows: rows, account: $0, moment: moment).statement(lineLimit)
      }.filter { !$0.lines.isEmpty || $0.omittedCount > 0 }
    }
  }

  /// The accounts that a text may name, owner and purpose with a stroke between them.
  public func accounts(named text: String) async throws(StorageError) -> [Account] {
    try await store.read { db in
      let rows = LedgerRows(db: db)
      return try text.indices.filter { text[$0] == "/" }.compactMap { stroke in
        let id = AccountID(
          owner: String(text[..<stroke]), purpose: String(text[text.index(after: stroke)...]))
        return try rows.account(id)?.account
      }
    }
  }
}

/// Sums up what moved an account.
private struct StatementWalk {
  private struct Step {
    let stored: StoredEntry
    let change: Balance
  }

  let rows: LedgerRows
  let account: AccountRow
  let moment: Instant?

  func statement(_ lineLimit: Int) throws -> AccountStatement {
    var steps: [Step] = []
    var opening = Balance(posted: 0, heldDebits: 0, heldCredits: 0)
    var omitted = 0
    try rows.forEachEntry(of: account) { stored, postings in
      if let moment, stored.entry.context.at > moment { return }
      let change = change(of: stored.entry.action, postings)
      if steps.count < lineLimit {
        steps.append(Step(stored: stored, change: change))
      } else {
        opening = opening.adding(change)
        omitted += 1
      }
    }
    return statement(steps, opening, omitted)
  }

  private func statement(
    _ steps: [Step], _ opening: Balance, _ omitted: Int
  ) -> AccountStatement {
    var balance = opening
    let lines = steps.reversed().map { step in
      balance = balance.adding(step.change)
      let entry = step.stored.entry
      return AccountStatement.Line(
        number: step.stored.key, entry: entry.id, at: entry.context.at, verb: entry.action.name,
        reason: entry.context.reason, actor: entry.context.actor, sale: entry.context.sale,
        posted: step.change.posted, heldDebits: step.change.heldDebits,
        heldCredits: step.change.heldCredits, balance: balance)
    }
    return AccountStatement(
      account: account.account, upTo: moment, omittedCount: omitted, opening: opening,
      lines: lines, closing: balance)
  }

  private func change(of action: JournalEntry.Action, _ postings: [Posting]) -> Balance {
    var sums = BalanceChange.Sums()
    for posting in postings where posting.account == account.account.id {
      if posting.units > 0 { sums.debits += posting.units } else { sums.credits -= posting.units }
    }
    let nothing = Balance(posted: 0, heldDebits: 0, heldCredits: 0)
    return switch action {
    case .post: BalanceChange.posting(sums).applied(to: nothing)
    case .hold: BalanceChange.holding(sums).applied(to: nothing)
    case .capture: BalanceChange.capturing(sums).applied(to: nothing)
    case .void, .expire: BalanceChange.releasing(sums).applied(to: nothing)
    }
  }
}

extension Balance {
  fileprivate func adding(_ change: Balance) -> Balance {
    Balance(
      posted: posted + change.posted, heldDebits: heldDebits + change.heldDebits,
      heldCredits: heldCredits + change.heldCredits)
  }
}

extension JournalEntry.Action {
  /// The verb of DESIGN 3.
  public var name: String {
    switch self {
    case .post: "post"
    case .hold: "hold"
    case .capture: "capture"
    case .void: "void"
    case .expire: "expire"
    }
  }
}
