import Ledger

/// Points that a refund takes back: from the lot they went to, then from the others in the order of
/// spending, and what is spent meanwhile is owed or left, as the shop says.
struct PointsTakenBack {
  let taken: [(account: AccountID, units: Int64)]
  let owed: Int64
  private let member: Int64

  /// - Parameters:
  ///   - lots: in the order of spending.
  init(
    _ milliPoints: Int64, first: AccountID?, lots: [TopUpState.Holding],
    spent: RefundRules.SpentPoints, member: Int64
  ) {
    let own = lots.filter { $0.account.id.purpose == first?.purpose }
    let others = lots.filter { $0.account.id.purpose != first?.purpose }
    let ordered = own + others
    let (taken, left) = Spending.inOrder(milliPoints, from: ordered.map(\.available))
    self.taken = zip(ordered, taken).filter { $0.1 > 0 }.map { ($0.0.account.id, $0.1) }
    owed = spent == .owed ? left : 0
    self.member = member
  }

  func post(_ entries: inout ActEntries) throws(WalletRefusal) {
    let sum = taken.reduce(0) { $0 + $1.units } + owed
    guard sum > 0 else { return }
    entries.open(HouseAccount.pointsIssued, .points)
    var list = taken.map { Posting.debit($0.account, .points, $0.units) }
    if owed > 0 {
      let debt = Account.pointsOwed(by: member)
      entries.open(debt)
      list.append(.debit(debt.id, .points, owed))
    }
    try entries.post(list + [.credit(HouseAccount.pointsIssued, .points, sum)])
  }
}

extension Account {
  /// Points that a refund took back and that were spent before: a debt, so that a lot never goes
  /// below zero. What a member has is the lots less this.
  public static func pointsOwed(by member: Int64) -> Account {
    Account(
      id: MemberFacts.pointsOwed(member), asset: .points, rule: .creditsWithinDebits)
  }
}
