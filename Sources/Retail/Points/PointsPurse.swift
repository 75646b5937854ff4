import Ledger

/// What a member has in points: lots that can be spent, lots that wait, and what is owed.
public struct PointsPurse: Equatable, Sendable {
  public struct Lot: Equatable, Sendable {
    public let account: Account
    /// What no hold needs; thousandths.
    public let free: Int64
  }

  /// Lots whose term is not over, in the order of spending: earliest end first (RETAIL 2).
  public let lots: [Lot]
  /// Lots whose return period is not over.
  public let pending: [Lot]
  public let owed: Int64
  /// In open holds.
  public let held: Int64

  /// From all accounts of a member.
  public init(_ accounts: [(Account, Balance)], now: Instant) {
    var (lots, pending): ([Lot], [Lot]) = ([], [])
    var (owed, held): (Int64, Int64) = (0, 0)
    for (account, balance) in accounts where account.asset == .points {
      if account.id.purpose == MemberFacts.pointsOwedPurpose {
        owed += balance.available(under: account.rule) ?? 0
        continue
      }
      guard let kind = LotKind(of: account) else { continue }
      let lot = Lot(account: account, free: max(0, balance.available(under: account.rule) ?? 0))
      held += balance.heldDebits
      if kind == .pendingPoints {
        if lot.free > 0 { pending.append(lot) }
      } else if kind == .points, lot.free > 0, account.expiresAt.map({ now < $0 }) ?? true {
        lots.append(lot)
      }
    }
    self.lots = lots.sorted(by: Self.isBefore)
    self.pending = pending.sorted(by: Self.isBefore)
    self.owed = owed
    self.held = held
  }

  private static func isBefore(_ left: Lot, _ right: Lot) -> Bool {
    let begin = Instant(milliseconds: 0)
    return Spending.isBefore(
      (left.account.expiresAt, left.account.grant?.availableAt ?? begin, left.account.id),
      (right.account.expiresAt, right.account.grant?.availableAt ?? begin, right.account.id))
  }

  /// What can be spent now: what is owed comes first.
  public var spendable: Int64 { max(0, lots.reduce(0) { $0 + $1.free } - owed) }

  /// What the member has in all, below zero only by what is owed.
  public var total: Int64 { (lots + pending).reduce(0) { $0 + $1.free } - owed }

  /// The postings that take an amount, with what is owed before it, oldest end first.
  func taking(
    _ units: Int64, of member: Int64, to house: AccountID
  ) throws(PointsRefusal) -> [Posting] {
    guard units <= spendable else { throw .notEnough(price: units, available: spendable) }
    let taken = Spending.inOrder(units + owed, from: lots.map(\.free)).taken
    var postings = zip(lots, taken).filter { $0.1 > 0 }.map {
      Posting(account: $0.0.account.id, asset: .points, units: $0.1)
    }
    if owed > 0 {
      postings.append(
        Posting(account: MemberFacts.pointsOwed(member), asset: .points, units: -owed))
    }
    postings.append(Posting(account: house, asset: .points, units: -units))
    guard postings.count <= Postings.countRange.upperBound else { throw .tooManyLots }
    return postings
  }

  /// The postings that take back what a refunded purchase gave: from the lot it was put on, from
  /// the lot it was set free to, from all others; and what is spent as the shop decided.
  func takingBack(
    _ units: Int64, of member: Int64, earnedOn lot: Account?, _ rules: PointsRules
  ) throws(PointsRefusal) -> (openings: [Account], postings: [Posting], owed: Int64) {
    let names =
      lot.map { lot in
        [lot.id.purpose, "points/" + (lot.id.purpose.split(separator: "/").last ?? "")]
      } ?? []
    func rank(_ lot: Lot) -> Int { names.firstIndex(of: lot.account.id.purpose) ?? names.count }
    let order = (lots + pending).enumerated()
      .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    let (taken, missing) = Spending.inOrder(units, from: order.map(\.free))
    var postings = zip(order, taken).filter { $0.1 > 0 }.map {
      Posting(account: $0.0.account.id, asset: .points, units: $0.1)
    }
    var openings: [Account] = []
    var back = units
    if missing > 0 {
      switch rules.spentAlready {
      case .refuse: throw .spentAlready(missing: missing)
      case .forgive: back -= missing
      case .owe:
        let debt = Account(
          id: MemberFacts.pointsOwed(member), asset: .points, rule: .creditsWithinDebits)
        openings.append(debt)
        postings.append(Posting(account: debt.id, asset: .points, units: missing))
      }
    }
    if back > 0 {
      postings.append(
        Posting(account: HouseAccount.pointsClawedBack, asset: .points, units: -back))
    }
    guard postings.count <= Postings.countRange.upperBound else { throw .tooManyLots }
    return (openings, postings, back == units ? missing : 0)
  }
}
