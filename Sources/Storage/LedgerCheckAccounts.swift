import GRDB
import Ledger

/// The balances that a check recomputes. Those in use are in memory, up to a limit; the others lie
/// in a temporary database of SQLite's, which is a file without a name once it has grown.
final class LedgerCheckAccounts {
  /// Accounts in memory: some 50 MB.
  static let memoryLimit = 150_000

  private struct Known {
    let account: Account?
    var balance: Balance
    var newest: Int64
  }

  private let memoryLimit: Int
  private let db: Database
  private let findAccount: RawStatement
  private let spill: DatabaseQueue
  /// Of the spilled ones, by owner and purpose.
  private let findSpilled: RawStatement
  private var isSpilled = false
  private var slots: [AccountID: Int] = [:]
  private var known: [Known] = []

  init(_ db: Database, memoryLimit: Int = memoryLimit) throws {
    self.db = db
    self.memoryLimit = memoryLimit
    findAccount = try RawStatement(
      db, "SELECT asset, rule, grant_limit FROM accounts WHERE owner = ? AND purpose = ?")
    var configuration = Configuration()
    configuration.label = "ledger check"
    spill = try DatabaseQueue(path: "", configuration: configuration)
    findSpilled = try spill.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          PRAGMA journal_mode = OFF;
          PRAGMA synchronous = OFF;
          CREATE TABLE balances (owner TEXT NOT NULL, purpose TEXT NOT NULL, posted INTEGER,
            held_debits INTEGER, held_credits INTEGER, newest INTEGER,
            PRIMARY KEY (owner, purpose)) STRICT, WITHOUT ROWID;
          """)
      return try RawStatement(
        db,
        """
        SELECT posted, held_debits, held_credits, newest FROM balances
        WHERE owner = ? AND purpose = ?
        """)
    }
  }

  /// Carries out what an entry moves. Returns the newest entry of each account before it, in the
  /// order in which it names them, and what of it is against a rule.
  func move(
    _ postings: [Posting], by number: Int64, _ change: (BalanceChange.Sums) -> BalanceChange
  ) throws -> (earlier: [Int64], detail: String?) {
    if known.count + postings.count > memoryLimit { try spillAll() }
    var sums: [(slot: Int, of: BalanceChange.Sums)] = []
    var owner: String?
    for posting in postings {
      let slot = try slot(of: posting.account)
      guard let account = known[slot].account else {
        return ([], "names the account \(posting.account), which is not there")
      }
      guard account.asset == posting.asset else {
        return ([], "moves \(posting.asset) on \(posting.account), an account of \(account.asset)")
      }
      if account.rule != .free {
        guard owner == nil || owner == account.id.owner else {
          return ([], "moves limited accounts of two owners")
        }
        owner = account.id.owner
      }
      let index = sums.firstIndex { $0.slot == slot } ?? sums.count
      if index == sums.count { sums.append((slot, BalanceChange.Sums())) }
      if posting.units > 0 {
        sums[index].of.debits += posting.units
      } else {
        sums[index].of.credits -= posting.units
      }
    }
    var earlier: [Int64] = []
    for sum in sums {
      let balance = change(sum.of).applied(to: known[sum.slot].balance)
      guard let account = known[sum.slot].account, account.allows(balance) else {
        return ([], "takes an account below zero, or a lot above its grant")
      }
      earlier.append(known[sum.slot].newest)
      known[sum.slot].balance = balance
      known[sum.slot].newest = number
    }
    return (earlier, nil)
  }

  /// What an account has after the entries so far.
  func balance(of id: AccountID) throws -> Balance { known[try slot(of: id)].balance }

  private func slot(of id: AccountID) throws -> Int {
    if let slot = slots[id] { return slot }
    findAccount.bind(1, id.owner)
    findAccount.bind(2, id.purpose)
    var account: Account?
    try findAccount.forEachRow { row in
      guard let asset = Asset(code: row.text(0)),
        let rule = UInt8(exactly: row.int64(1)).flatMap({ AccountRule(rawValue: $0) })
      else { return }
      account = Account(
        id: id, asset: asset, rule: rule,
        grant: row.optionalInt64(2).map {
          Grant(limitUnits: $0, availableAt: Instant(milliseconds: 0))
        })
    }
    var new = Known(
      account: account, balance: Balance(posted: 0, heldDebits: 0, heldCredits: 0), newest: 0)
    if isSpilled {
      try spill.writeWithoutTransaction { _ in
        findSpilled.bind(1, id.owner)
        findSpilled.bind(2, id.purpose)
        try findSpilled.forEachRow { row in
          new.balance = Balance(
            posted: row.int64(0), heldDebits: row.int64(1), heldCredits: row.int64(2))
          new.newest = row.int64(3)
        }
      }
    }
    slots[id] = known.count
    known.append(new)
    return known.count - 1
  }

  private func spillAll() throws {
    try spill.inTransaction { db in
      let write = try RawStatement(
        db, "INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?, ?)")
      for (id, slot) in slots.sorted(by: { $0.key < $1.key }) {
        let state = known[slot]
        write.bind(1, id.owner)
        write.bind(2, id.purpose)
        write.bind(3, state.balance.posted)
        write.bind(4, state.balance.heldDebits)
        write.bind(5, state.balance.heldCredits)
        write.bind(6, state.newest)
        try write.run()
      }
      return .commit
    }
    slots.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    isSpilled = true
  }

  /// The first account that is not kept as recomputed; both sides are read in the same order.
  func firstFault() throws -> LedgerFault? {
    try spillAll()
    let kept = try Row.fetchCursor(
      db, sql: "SELECT \(LedgerRows.accountColumns) FROM accounts a ORDER BY a.owner, a.purpose")
    return try spill.writeWithoutTransaction { scratch in
      let recomputed = try Row.fetchCursor(
        scratch, sql: "SELECT * FROM balances ORDER BY owner, purpose")
      var next = try recomputed.next()
      while let row = try kept.next() {
        let account = try AccountRow(row)
        let id = account.account.id
        var balance = Balance(posted: 0, heldDebits: 0, heldCredits: 0)
        var newest: Int64 = 0
        if let there = next,
          AccountID(owner: there[0], purpose: there[1]) == id
        {
          balance = Balance(posted: there[2], heldDebits: there[3], heldCredits: there[4])
          newest = there[5]
          next = try recomputed.next()
        }
        guard account.balance == balance else {
          return .wrongBalance(id, kept: account.balance, recomputed: balance)
        }
        guard account.newest == newest else {
          return .wrongNewest(id, kept: account.newest, recomputed: newest)
        }
      }
      return nil
    }
  }
}
