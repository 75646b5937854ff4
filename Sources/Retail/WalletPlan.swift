import Ledger

/// The shop's rules for paying from stored value (RETAIL 3).
public struct WalletRules: Equatable, Sendable, Codable {
  public enum Order: String, Sendable, Codable, CaseIterable { case bonusFirst, principalFirst }

  public let order: Order
  /// The part of a bill that bonus may pay, in basis points; nil: no cap.
  public let capOfBillBasisPoints: Int?
  /// The most a card that is only a UID may spend on one bill.
  public let limitWithoutSecondFactor: Money

  public init(order: Order, capOfBillBasisPoints: Int?, limitWithoutSecondFactor: Money) {
    self.order = order
    self.capOfBillBasisPoints = capOfBillBasisPoints
    self.limitWithoutSecondFactor = limitWithoutSecondFactor
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

  public init(bonus: [LotUse], principal: Money, remaining: Money) {
    self.bonus = bonus
    self.principal = principal
    self.remaining = remaining
  }

  public static func nothing(remaining: Money) -> WalletPlan {
    WalletPlan(bonus: [], principal: .zero, remaining: remaining)
  }

  public var bonusTotal: Money { bonus.map(\.amount).sum() }
  public var total: Money { bonusTotal + principal }

  /// Splits `bill` (the payable after phase 9) under both caps; lots that have ended or not begun
  /// at `now` are not touched.
  public static func split(
    _ bill: Money, wallet: Wallet, rules: WalletRules, now: Instant
  ) -> WalletPlan {
    let lots = wallet.bonusLots
      .filter { $0.availableAt <= now && ($0.expiresAt.map { now < $0 } ?? true) }
      .sorted(by: BonusLot.spendsBefore)
    var bonusRoom = min(bill, lots.map(\.usable).sum())
    if let basisPoints = rules.capOfBillBasisPoints {
      bonusRoom = min(bonusRoom, cap(bill, basisPoints: basisPoints))
    }
    let principalRoom = min(bill, wallet.principal)
    let bonus: Money
    switch rules.order {
    case .bonusFirst: bonus = bonusRoom
    case .principalFirst: bonus = min(bonusRoom, bill - principalRoom)
    }
    let principal = min(principalRoom, bill - bonus)
    var left = bonus
    var uses: [LotUse] = []
    for lot in lots where left > .zero {
      let amount = min(left, lot.usable)
      if amount > .zero { uses.append(LotUse(account: lot.account, amount: amount)) }
      left -= amount
    }
    return WalletPlan(bonus: uses, principal: principal, remaining: bill - bonus - principal)
  }
}
