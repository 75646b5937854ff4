import Ledger

/// The shop's rules for paying from stored value (RETAIL 3).
public struct WalletRules: Equatable, Sendable, Codable {
  public enum Order: String, Sendable, Codable, CaseIterable {
    case bonusFirst, principalFirst
    /// Each in the share that it has of the wallet; bonus is rounded down.
    case proportional
  }

  public let order: Order
  /// The part of a bill that bonus may pay, in basis points; nil: no cap.
  public let capOfBillBasisPoints: Int?
  /// The most a card that is only a UID may spend on one bill.
  public let limitWithoutSecondFactor: Money
  /// The same for a card with a signed number; nil: the same limit.
  public let limitWithSignedCard: Money?

  /// `limitWithSignedCard` is not below `limitWithoutSecondFactor`.
  public init(
    order: Order, capOfBillBasisPoints: Int?, limitWithoutSecondFactor: Money,
    limitWithSignedCard: Money? = nil
  ) {
    self.order = order
    self.capOfBillBasisPoints = capOfBillBasisPoints
    self.limitWithoutSecondFactor = limitWithoutSecondFactor
    self.limitWithSignedCard = limitWithSignedCard
  }

  /// The most that a card may take from the wallet on one bill; nil: no limit.
  public func limit(of assurance: MemberFacts.Assurance) -> Money? {
    switch assurance {
    case .uidOnly: limitWithoutSecondFactor
    case .signed: limitWithSignedCard ?? limitWithoutSecondFactor
    case .authenticated: nil
    }
  }
}

/// How a bill is split over a member's wallet.
public struct WalletPlan: Equatable, Sendable, Codable {
  public struct LotUse: Equatable, Sendable, Codable {
    public let account: AccountID
    public let amount: Money

    public init(account: AccountID, amount: Money) {
      self.account = account
      self.amount = amount
    }
  }

  /// By lot, in the order of spending; no zero amounts.
  public let bonus: [LotUse]
  public let principal: Money
  /// What is left for other tenders.
  public let remaining: Money
  /// The limit of the card, if it alone keeps something back.
  public let limit: CardLimit?

  public struct CardLimit: Equatable, Sendable, Codable {
    public let limit: Money
    /// What the wallet would pay beyond it; a part of `remaining`.
    public let heldBack: Money

    public init(limit: Money, heldBack: Money) {
      self.limit = limit
      self.heldBack = heldBack
    }
  }

  public init(
    bonus: [LotUse], principal: Money, remaining: Money, limit: CardLimit? = nil
  ) {
    self.bonus = bonus
    self.principal = principal
    self.remaining = remaining
    self.limit = limit
  }

  public static func nothing(remaining: Money) -> WalletPlan {
    WalletPlan(bonus: [], principal: .zero, remaining: remaining)
  }

  public var bonusTotal: Money { bonus.map(\.amount).sum() }
  public var total: Money { bonusTotal + principal }

  /// Splits `bill` (the payable after phase 9) under both caps and the limit of a card that proved
  /// no more than `assurance`; lots that have ended or not begun at `now` are not touched.
  public static func split(
    _ bill: Money, wallet: Wallet, assurance: MemberFacts.Assurance, rules: WalletRules,
    now: Instant
  ) -> WalletPlan {
    let whole = split(bill, payingAtMost: bill, wallet: wallet, rules: rules, now: now)
    guard let limit = rules.limit(of: assurance), limit < whole.total else { return whole }
    let part = split(bill, payingAtMost: limit, wallet: wallet, rules: rules, now: now)
    return WalletPlan(
      bonus: part.bonus, principal: part.principal, remaining: part.remaining,
      limit: CardLimit(limit: limit, heldBack: whole.total - part.total))
  }

  private static func split(
    _ bill: Money, payingAtMost most: Money, wallet: Wallet, rules: WalletRules, now: Instant
  ) -> WalletPlan {
    let lots = wallet.bonusLots
      .filter { $0.availableAt <= now && ($0.expiresAt.map { now < $0 } ?? true) }
      .sorted(by: BonusLot.spendsBefore)
    var bonusRoom = min(most, lots.map(\.usable).sum())
    if let basisPoints = rules.capOfBillBasisPoints {
      bonusRoom = min(bonusRoom, cap(bill, basisPoints: basisPoints))
    }
    let principalRoom = min(most, wallet.principal)
    let bonus: Money
    switch rules.order {
    case .bonusFirst: bonus = bonusRoom
    case .principalFirst: bonus = min(bonusRoom, most - principalRoom)
    case .proportional:
      let paid = min(most, bonusRoom + principalRoom)
      let share = share(of: paid, bonus: lots.map(\.remaining).sum(), wallet.principal)
      // Where the principal does not reach, bonus pays what it may.
      bonus = min(bonusRoom, max(share, paid - principalRoom))
    }
    let principal = min(principalRoom, most - bonus)
    let taken = Spending.inOrder(bonus.minorUnits, from: lots.map(\.usable.minorUnits)).taken
    let uses = zip(lots, taken).filter { $0.1 > 0 }.map {
      LotUse(account: $0.0.account, amount: Money(minorUnits: $0.1))
    }
    return WalletPlan(bonus: uses, principal: principal, remaining: bill - bonus - principal)
  }

  private static func share(of paid: Money, bonus: Money, _ principal: Money) -> Money {
    guard bonus > .zero else { return .zero }
    let whole = Int128(bonus.minorUnits) + Int128(principal.minorUnits)
    return Money(
      minorUnits: Int64(Int128(paid.minorUnits) * Int128(bonus.minorUnits) / whole))
  }
}
