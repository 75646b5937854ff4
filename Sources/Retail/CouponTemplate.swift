import Ledger

/// Which lines of a bill a rule is about; empty means all.
public struct Scope: Equatable, Hashable, Sendable, Codable {
  public let categories: [String]
  public let skus: [String]

  public init(categories: [String] = [], skus: [String] = []) {
    self.categories = categories
    self.skus = skus
  }

  public static let all = Scope()

  public func contains(_ item: CatalogueItem) -> Bool {
    if categories.isEmpty && skus.isEmpty { return true }
    return categories.contains(item.category) || skus.contains(item.sku)
  }
}

/// What a coupon or an order promotion takes off.
public enum Benefit: Equatable, Hashable, Sendable, Codable {
  /// `basisPoints` of the scope's value, at most `cap`.
  case percent(basisPoints: Int, cap: Money?)
  /// `off` once the scope's value reaches `threshold` (满减).
  case thresholdOff(threshold: Money, off: Money)

  /// The value the scope must reach before anything is taken off.
  public var threshold: Money {
    switch self {
    case .percent: .zero
    case .thresholdOff(let threshold, _): threshold
    }
  }

  /// What it is worth on its face in money, or nil for a percentage.
  public var worth: Money? {
    switch self {
    case .percent: nil
    case .thresholdOff(_, let off): off
    }
  }
}

/// What the threshold of a rule is measured on (RETAIL 6).
public enum ThresholdBasis: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// Prices as listed, before any discount.
  case list
  /// What is left after the phases before.
  case running
}

/// A kind of coupon that the shop gives out; a coupon itself is one account of the ledger.
public struct CouponTemplate: Equatable, Hashable, Sendable, Codable {
  public let id: String
  public let version: Int
  public let title: LocalizedText
  public let benefit: Benefit
  public let scope: Scope
  public let thresholdBasis: ThresholdBasis
  /// Only one coupon of a group on a bill; nil: joins with any.
  public let exclusiveGroup: String?
  /// Higher first.
  public let priority: Int
  /// Days after issue on which the coupon begins, and for how many days it is good.
  public let validAfterDays: Int
  public let validDays: Int

  public init(
    id: String, version: Int, title: LocalizedText, benefit: Benefit, scope: Scope,
    thresholdBasis: ThresholdBasis, exclusiveGroup: String?, priority: Int, validAfterDays: Int,
    validDays: Int
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.benefit = benefit
    self.scope = scope
    self.thresholdBasis = thresholdBasis
    self.exclusiveGroup = exclusiveGroup
    self.priority = priority
    self.validAfterDays = validAfterDays
    self.validDays = validDays
  }

  /// A coupon for a part of the shop works on its lines (phase 3), one for all on the bill (phase
  /// 6).
  public var phase: PricingPhase { scope == .all ? .orderCoupons : .itemCoupons }
}

/// A coupon that a customer has shown; the code it was read from is not in here.
public struct PresentedCoupon: Equatable, Hashable, Sendable, Codable {
  /// Owner of its account: `coupon/<id>`.
  public let id: String
  public let template: CouponTemplate
  public let validUntil: Instant
  /// The member it is bound to; nil: whoever bears it.
  public let holder: Int64?

  public init(
    id: String, template: CouponTemplate, validUntil: Instant, holder: Int64? = nil
  ) {
    self.id = id
    self.template = template
    self.validUntil = validUntil
    self.holder = holder
  }

  /// The one account on which the coupon lives.
  public static func account(_ id: String) -> AccountID {
    AccountID(owner: "coupon/" + id, purpose: "piece")
  }

  public var account: AccountID { Self.account(id) }
}
