import Ledger

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

/// An offer that needs no coupon.
public struct Promotion: Equatable, Sendable, Codable {
  public enum Kind: Equatable, Sendable, Codable {
    /// The member price of the catalogue, to members (phase 1).
    case memberPrice
    /// A part of each unit's price, rounded per unit (phase 2).
    case percentOffItems(basisPoints: Int)
    /// Of every `buy + free` units of one item, `free` cost nothing (phase 4).
    case buyGet(buy: Int, free: Int)
    /// On the bill (phase 5).
    case order(Benefit, ThresholdBasis)
  }

  public let id: String
  public let title: LocalizedText
  public let kind: Kind
  public let scope: Scope
  public let isForMembersOnly: Bool
  /// Higher first.
  public let priority: Int

  public init(
    id: String, title: LocalizedText, kind: Kind, scope: Scope, isForMembersOnly: Bool,
    priority: Int
  ) {
    self.id = id
    self.title = title
    self.kind = kind
    self.scope = scope
    self.isForMembersOnly = isForMembersOnly
    self.priority = priority
  }

  public var phase: PricingPhase {
    switch kind {
    case .memberPrice: .priceList
    case .percentOffItems: .itemPromotions
    case .buyGet: .bundles
    case .order: .orderPromotions
    }
  }
}

/// How members earn points on what they pay for (RETAIL 4, 6).
public struct EarningRule: Equatable, Sendable, Codable {
  /// Thousandths of a point per minor unit: 10 is one point per 1.00.
  public let milliPointsPerMinorUnit: Int
  /// Basis points by tier; a tier that is not named has 10000.
  public let tierMultipliers: [String: Int]
  public let wholePointsOnly: Bool
  /// A lot ends with the last day of the month this many months after it was earned.
  public let expiresAfterMonths: Int

  public init(
    milliPointsPerMinorUnit: Int, tierMultipliers: [String: Int], wholePointsOnly: Bool,
    expiresAfterMonths: Int
  ) {
    self.milliPointsPerMinorUnit = milliPointsPerMinorUnit
    self.tierMultipliers = tierMultipliers
    self.wholePointsOnly = wholePointsOnly
    self.expiresAfterMonths = expiresAfterMonths
  }

  /// Milli-points for an eligible amount: the multiplier first, one floor at the end; never more
  /// than one posting can carry.
  public func earned(on eligible: Money, tier: String) -> Int64 {
    let multiplier = Int128(tierMultipliers[tier] ?? 10_000)
    let product = Int128(eligible.minorUnits) * Int128(milliPointsPerMinorUnit) * multiplier
    let milliPoints = Int64(min(max(0, product) / 10_000, Int128(Posting.unitsLimit)))
    return wholePointsOnly ? milliPoints / 1_000 * 1_000 : milliPoints
  }
}

/// Gives a coupon for a bill.
public struct IssueRule: Equatable, Sendable, Codable {
  public let template: String
  /// Least payable, before tenders.
  public let minimumPayable: Money
  public let isForMembersOnly: Bool

  public init(template: String, minimumPayable: Money, isForMembersOnly: Bool) {
    self.template = template
    self.minimumPayable = minimumPayable
    self.isForMembersOnly = isForMembersOnly
  }
}

/// All rules a bill is priced with; a bill remembers the version.
public struct RuleSet: Equatable, Sendable, Codable {
  public let version: Int
  public let rounding: PercentRounding
  public let promotions: [Promotion]
  public let templates: [CouponTemplate]
  public let earning: EarningRule
  public let issuing: [IssueRule]
  public let wallet: WalletRules
  public let tiers: [MemberFacts.Tier]

  public init(
    version: Int, rounding: PercentRounding, promotions: [Promotion], templates: [CouponTemplate],
    earning: EarningRule, issuing: [IssueRule], wallet: WalletRules, tiers: [MemberFacts.Tier]
  ) {
    self.tiers = tiers
    self.version = version
    self.rounding = rounding
    self.promotions = promotions
    self.templates = templates
    self.earning = earning
    self.issuing = issuing
    self.wallet = wallet
  }

  public func template(_ id: String) -> CouponTemplate? { templates.first { $0.id == id } }
}
