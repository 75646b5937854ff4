import Ledger

/// What there is of a top-up when it is to be undone or given back. Accounts are those of today:
/// a member may have become another.
public struct TopUpState: Equatable, Sendable {
  /// A lot, or another account of the member, with what can be taken from it now.
  public struct Holding: Equatable, Sendable {
    public let account: Account
    public let available: Int64
    public let isHeld: Bool

    public init(account: Account, available: Int64, isHeld: Bool) {
      self.account = account
      self.available = available
      self.isHeld = isHeld
    }
  }

  public let facts: TopUpFacts
  public let isGivenBack: Bool
  /// The member as it is now.
  public let member: Int64
  public let principal: Holding
  /// What was topped up after it and not given back.
  public let later: Money
  /// Its lot; several once a refund gave a part a new end.
  public let bonus: [Holding]
  /// What bills have used of the bonus.
  public let usedBonus: Money
  /// All lots of points, in the order of spending.
  public let points: [Holding]
  /// As `facts.coupons`.
  public let coupons: [Holding]

  public init(
    facts: TopUpFacts, isGivenBack: Bool, member: Int64, principal: Holding, later: Money,
    bonus: [Holding], usedBonus: Money, points: [Holding], coupons: [Holding]
  ) {
    self.facts = facts
    self.isGivenBack = isGivenBack
    self.member = member
    self.principal = principal
    self.later = later
    self.bonus = bonus
    self.usedBonus = usedBonus
    self.points = points
    self.coupons = coupons
  }

  /// What is left of its principal: the oldest top-up is spent first, so that later ones are still
  /// whole.
  public var unusedPrincipal: Money {
    max(.zero, min(facts.amount, Money(minorUnits: principal.available) - later))
  }

  public var unusedBonus: Money {
    Money(minorUnits: bonus.map(\.available).reduce(0, +))
  }

  /// Takes all that is left of the bonus.
  fileprivate func bonusPostings(_ asset: Asset) -> [Posting] {
    bonus.map { .debit($0.account.id, asset, $0.available) }
      + [.credit(HouseAccount.bonusIssued, asset, unusedBonus.minorUnits)]
  }

  fileprivate var pieces: [(holding: Holding, given: Int64)] {
    zip(coupons, facts.coupons).map { (holding: $0, given: $1.pieces) }
  }

  fileprivate var isHeld: Bool {
    principal.isHeld || bonus.contains(where: \.isHeld) || coupons.contains(where: \.isHeld)
  }

  /// Takes all that is left of the coupons, an entry each.
  fileprivate func takeBack(_ entries: inout ActEntries, _ asset: Asset) throws(WalletRefusal) {
    for (holding, _) in pieces where holding.available > 0 {
      let account = holding.account
      guard let template = facts.coupons.first(where: { $0.account?.id == account.id })?.template
      else { continue }
      let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: template)
      try entries.post([
        .debit(account.id, account.asset, holding.available),
        .credit(house, account.asset, holding.available),
      ])
    }
  }
}

/// Undoes a wrong top-up: the exact inverse, while nothing of it was used.
public struct TopUpUndo: Equatable, Sendable {
  public let batch: Batch
  public let facts: Facts

  public struct Facts: Equatable, Sendable, Codable {
    public let topUp: MoneyActID
    public let member: Int64
    public let amount: Money
    public let tender: String
    public let bonus: Money
    public let milliPoints: Int64
    public let coupons: [String]
    /// Who else was there.
    public let second: String?
  }

  /// - Parameters:
  ///   - second: `staff/9`; needed once the time for one person alone is over.
  public init(
    of state: TopUpState, second: String?, rules: TopUpRules, context: ActContext
  ) throws(WalletRefusal) {
    let facts = state.facts
    guard !state.isGivenBack else { throw .alreadyGivenBack(facts.id) }
    if let second {
      guard second != context.actor else { throw .samePerson }
    } else {
      let age = context.now.milliseconds - facts.at.milliseconds
      guard age <= Int64(rules.undoMinutes) * 60_000 else {
        throw .tooLate(minutes: rules.undoMinutes)
      }
    }
    guard !state.isHeld else { throw .held }
    if let part = Self.touched(state) { throw .touched(part) }
    let asset = context.currency.asset
    var entries = ActEntries(context, reason: .undo)
    let tender = Tender.account(facts.tender)
    var list = [
      Posting.debit(state.principal.account.id, asset, facts.amount.minorUnits),
      .credit(tender, asset, facts.amount.minorUnits),
    ]
    list += state.bonusPostings(asset)
    if let lot = state.pointsLot {
      list += [
        .debit(lot.account.id, .points, facts.milliPoints),
        .credit(HouseAccount.pointsIssued, .points, facts.milliPoints),
      ]
    }
    try entries.post(list)
    try state.takeBack(&entries, asset)
    batch = entries.batch
    self.facts = Facts(
      topUp: facts.id, member: state.member, amount: facts.amount, tender: facts.tender,
      bonus: facts.bonus, milliPoints: facts.milliPoints, coupons: facts.coupons.map(\.id),
      second: second)
  }

  private static func touched(_ state: TopUpState) -> WalletRefusal.Part? {
    if state.unusedPrincipal < state.facts.amount { return .principal }
    if state.unusedBonus != state.facts.bonus { return .bonus }
    if state.pointsLot?.available ?? 0 < state.facts.milliPoints { return .points }
    if state.pieces.contains(where: { $0.holding.available != $0.given }) { return .coupons }
    return nil
  }
}

extension TopUpState {
  /// The lot that the points went to.
  fileprivate var pointsLot: Holding? {
    guard facts.milliPoints > 0, let lot = facts.pointsLot else { return nil }
    return points.first { $0.account.id.purpose == lot.purpose }
  }
}

/// Gives a top-up back (退卡): what is left of its principal is paid out, its bonus, points and
/// coupons go. Bonus is never paid out; what of it was used is priced as the offer said.
public struct TopUpRefund: Equatable, Sendable {
  public let batch: Batch
  public let facts: Facts

  public struct Facts: Equatable, Sendable, Codable {
    public let topUp: MoneyActID
    public let member: Int64
    public let tender: String
    /// What was left of the principal; all of it is taken.
    public let principal: Money
    /// What was left of the bonus, and what bills had used of it.
    public let bonus: Money
    public let usedBonus: Money
    /// The price of the used bonus, and what is paid out.
    public let withheld: Money
    public let paidOut: Money
    public let milliPoints: Int64
    public let owedMilliPoints: Int64
    public let coupons: [String]
  }

  public init(
    of state: TopUpState, rules: RefundRules, context: ActContext
  ) throws(WalletRefusal) {
    let facts = state.facts
    guard !state.isGivenBack else { throw .alreadyGivenBack(facts.id) }
    guard !state.isHeld else { throw .held }
    let principal = state.unusedPrincipal
    let bonus = state.unusedBonus
    guard principal > .zero || bonus > .zero else { throw .nothingLeft }
    let withheld = min(
      principal, cap(state.usedBonus, basisPoints: facts.usedBonusBasisPoints))
    let paidOut = principal - withheld
    let points = PointsTakenBack(
      facts.milliPoints, first: facts.pointsLot, lots: state.points, spent: rules.spentPoints,
      member: state.member)
    let asset = context.currency.asset
    var entries = ActEntries(context, reason: .topUpRefund)
    entries.open(HouseAccount.forfeit, asset)
    var list = [
      Posting.debit(state.principal.account.id, asset, principal.minorUnits),
      .credit(Tender.account(facts.tender), asset, paidOut.minorUnits),
      .credit(HouseAccount.forfeit, asset, withheld.minorUnits),
    ]
    list += state.bonusPostings(asset)
    try entries.post(list)
    try points.post(&entries)
    try state.takeBack(&entries, asset)
    batch = entries.batch
    self.facts = Facts(
      topUp: facts.id, member: state.member, tender: facts.tender, principal: principal,
      bonus: bonus, usedBonus: state.usedBonus, withheld: withheld, paidOut: paidOut,
      milliPoints: points.taken.map(\.units).reduce(0, +), owedMilliPoints: points.owed,
      coupons: state.coupons.filter { $0.available > 0 }.map(\.account.id.owner))
  }
}
