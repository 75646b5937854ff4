import Ledger

/// Everything a bill is priced from (phase 0); the same input gives the same bill.
public struct PricingInput: Equatable, Sendable, Codable {
  public let lines: [Cart.Line]
  public let isMember: Bool
  public let tier: String
  public let coupons: [PresentedCoupon]
  public let now: Instant

  public init(
    lines: [Cart.Line], isMember: Bool, tier: String, coupons: [PresentedCoupon], now: Instant
  ) {
    self.lines = lines
    self.isMember = isMember
    self.tier = tier
    self.coupons = coupons
    self.now = now
  }
}

/// A priced cart: lines, what each rule took off and why, and what the sale will give.
public struct PricedBill: Equatable, Sendable, Codable {
  public let ruleSetVersion: Int
  public let lines: [PricedLine]
  public let discounts: [AppliedDiscount]
  /// List prices times quantities.
  public let subtotal: Money
  /// Sum of the lines' net amounts; never below zero.
  public let payable: Money
  public let earnedMilliPoints: Int64
  /// Templates of which one coupon each is issued.
  public let issues: [String]
  /// "Spend 12.00 more to use this", the smallest missing amount first.
  public let hints: [ThresholdHint]
  public let decision: DecisionRecord

  /// What was taken off altogether.
  public var saved: Money { subtotal - payable }

  /// Whether a customer who agreed to one agreed to the other; how they were decided may differ.
  public func promisesSame(as other: PricedBill) -> Bool {
    lines == other.lines && discounts == other.discounts && issues == other.issues
      && earnedMilliPoints == other.earnedMilliPoints
  }

  /// List amount less what was taken off this line alone; discounts of the whole bill are not in
  /// it.
  public func amount(of line: PricedLine) -> Money {
    let parts = discounts.lazy.filter(\.isOnLines).flatMap(\.parts)
    return line.listAmount - parts.filter { $0.line == line.id }.map(\.amount).sum()
  }

  /// The coupons that lowered this bill, which are spent with it.
  public var usedCoupons: [String] { discounts.compactMap(\.source.coupon) }
}

public struct PricedLine: Equatable, Sendable, Codable {
  public let id: Int
  public let sku: String
  public let name: LocalizedText
  public let quantity: Int
  public let unitPrice: Money
  /// List price times quantity.
  public let listAmount: Money
  /// After every discount.
  public let net: Money
}

/// What one rule took off, and from which lines; the parts sum to the amount.
public struct AppliedDiscount: Equatable, Sendable, Codable {
  public enum Source: Equatable, Sendable, Codable {
    case promotion(String)
    case coupon(id: String, template: String)

    public var coupon: String? {
      switch self {
      case .promotion: nil
      case .coupon(let id, _): id
      }
    }

    /// The rule's name: of the promotion, or of the coupon's template.
    public var rule: String {
      switch self {
      case .promotion(let id): id
      case .coupon(_, let template): template
      }
    }
  }

  public struct Part: Equatable, Sendable, Codable {
    public let line: Int
    public let amount: Money
  }

  public let source: Source
  public let title: LocalizedText
  public let phase: PricingPhase
  /// Positive.
  public let amount: Money
  public let parts: [Part]

  /// Taken off single lines, not off the bill.
  public var isOnLines: Bool { phase < .orderPromotions }
}

public struct ThresholdHint: Equatable, Sendable, Codable {
  public let title: LocalizedText
  public let missing: Money
  public let threshold: Money

  /// A total order, so that a cart's order does not show.
  static func isNearer(_ left: ThresholdHint, _ right: ThresholdHint) -> Bool {
    if left.missing != right.missing { return left.missing < right.missing }
    if left.threshold != right.threshold { return left.threshold < right.threshold }
    return left.title.en < right.title.en
  }
}

/// Why each rule applied or did not; with the input and the rule set's version it can be replayed.
public struct DecisionRecord: Equatable, Sendable, Codable {
  public enum Verdict: Equatable, Sendable, Codable {
    case applied(Money)
    case earned(milliPoints: Int64)
    case issued
    case wouldApply(missing: Money)
    case refused(Refusal)
  }

  public enum Refusal: String, Equatable, Sendable, Codable {
    case membersOnly
    case nothingInScope
    case nothingLeft
    case expired
    case groupTaken
    /// The bill is lower without it: it would push another offer off.
    case betterWithout
    case minimumNotReached
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
  /// How many sets of coupons were priced to find the best, and whether those were all there are.
  public let couponSetsTried: Int
  public let isBestProven: Bool
  public let steps: [Step]
}
