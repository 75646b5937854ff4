import Ledger

/// Why each rule applied or did not; with the input and the rule set's version it can be replayed.
public struct DecisionRecord: Equatable, Sendable, Codable {
  public enum Verdict: Equatable, Sendable, Codable {
    case applied(Money)
    /// A budget or a voucher had no more to give.
    case appliedInPart(Money, of: Money)
    case earned(milliPoints: Int64)
    case issued
    /// So much more to buy, and it would.
    case wouldApply(missing: Money)
    /// It would if this were so.
    case unmet(Unmet)
    case refused(Refusal)

    /// What it took off.
    public var amount: Money? {
      switch self {
      case .applied(let amount), .appliedInPart(let amount, _): amount
      case .earned, .issued, .wouldApply, .unmet, .refused: nil
      }
    }
  }

  /// What is missing for a rule to apply.
  public enum Unmet: Equatable, Sendable, Codable {
    case quantity(missing: Int)
    /// Value or units of a part of the shop.
    case part(Scope, missing: Money)
    case partQuantity(Scope, missing: Int)
    case anyCategory([String])
    case items([String])
    /// A group or bundle is not full.
    case units(missing: Int)
    case atMost(Money)
    case atMostUnits(Int)
    case tier([String])
    case birthday
    case purchase
    case tender([String])
  }

  public enum Refusal: String, Equatable, Sendable, Codable, CaseIterable {
    case membersOnly
    case nothingInScope
    case nothingLeft
    case expired
    case groupTaken
    /// The bill is lower without it: it would push another offer off.
    case betterWithout
    case minimumNotReached
    case notYetValid
    case notToday
    case notAtThisHour
    case otherCustomers
    case otherStore
    case otherChannel
    /// A limit of uses is reached.
    case limitReached
    case budgetSpent
    /// A coupon before it in its series was not used yet, or this one was.
    case notItsTurn
    /// The price would fall below the floor.
    case floorReached
    /// An exclusive rule is on the bill, or this one would push others off.
    case exclusive
    case presentedTwice
  }

  public struct Step: Equatable, Sendable, Codable {
    public let phase: PricingPhase
    public let rule: String
    /// The coupon's id where the rule is a coupon's template.
    public let coupon: String?
    public let verdict: Verdict
  }

  public let input: PricingInput
  public let ruleSetVersion: Int
  public let rounding: PercentRounding
  /// How many sets of coupons were priced to find the best, and whether it is proven that none is
  /// better.
  public let couponSetsTried: Int
  public let isBestProven: Bool
  public let steps: [Step]
}

/// The phases of pricing, in order (RETAIL 6). Phase 0 freezes the inputs.
public enum PricingPhase: Int, Sendable, Codable, CaseIterable, Comparable {
  case priceList = 1
  case itemPromotions
  case itemCoupons
  case bundles
  case orderPromotions
  case orderCoupons
  case serviceFees
  case pointsAsCash
  case tax
  case tenders
  case earning
  case issuing

  public static func < (left: PricingPhase, right: PricingPhase) -> Bool {
    left.rawValue < right.rawValue
  }
}
