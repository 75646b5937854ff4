import Ledger

/// All rules a bill is priced with; a bill remembers the version.
public struct RuleSet: Sendable {
  public let version: Int
  public let rounding: PercentRounding
  /// Automatic offers and kinds of coupon, each with an id of its own.
  public let rules: [Rule]
  public let earning: EarningRule
  public let issuing: [IssueRule]
  public let wallet: WalletRules
  public let tiers: [MemberFacts.Tier]
  /// By group; a group that is not named takes the first.
  public let groupPolicies: [String: GroupPolicy]
  public let order: RuleOrder
  public let tax: TaxRule?
  public let pointsAsCash: PointsAsCash?
  /// Found once and kept: pricing looks at what can matter to a bill, not at every rule.
  let index: RuleIndex

  public init(
    version: Int, rounding: PercentRounding, rules: [Rule], earning: EarningRule,
    issuing: [IssueRule], wallet: WalletRules, tiers: [MemberFacts.Tier],
    groupPolicies: [String: GroupPolicy] = [:], order: RuleOrder = .phases, tax: TaxRule? = nil,
    pointsAsCash: PointsAsCash? = nil
  ) {
    self.version = version
    self.rounding = rounding
    self.rules = rules
    self.earning = earning
    self.issuing = issuing
    self.wallet = wallet
    self.tiers = tiers
    self.groupPolicies = groupPolicies
    self.order = order
    self.tax = tax
    self.pointsAsCash = pointsAsCash
    index = RuleIndex(rules)
  }

  /// Kinds of coupon.
  public var templates: [Rule] { rules.filter(\.isCoupon) }

  public func template(_ id: String) -> Rule? {
    index.template(id).map { rules[$0] }
  }
}

/// Which rule of a group is on a bill.
public enum GroupPolicy: String, Equatable, Sendable, Codable, CaseIterable {
  /// The first that applies, by priority.
  case first
  /// The one with which the bill is lowest.
  case best
}

/// In which order rules run.
public enum RuleOrder: String, Equatable, Sendable, Codable, CaseIterable {
  /// By the phases of RETAIL 6, and in a phase by priority.
  case phases
  /// By priority alone, as shops have it that know one list of promotions; equal ones by phase.
  case priority
}

/// One rate of tax for the shop.
public struct TaxRule: Equatable, Sendable, Codable {
  public enum Mode: String, Equatable, Sendable, Codable, CaseIterable {
    /// Prices are what is paid; the tax in it is told.
    case inclusive
    /// Tax comes on top.
    case exclusive
  }

  public let mode: Mode
  public let basisPoints: Int

  public init(mode: Mode, basisPoints: Int) {
    self.mode = mode
    self.basisPoints = basisPoints
  }

  /// The tax on, or in, an amount, rounded half up once for the bill.
  public func tax(of amount: Money) -> Money {
    let divisor: Int128 =
      switch mode {
      case .inclusive: 10_000 + Int128(basisPoints)
      case .exclusive: 10_000
      }
    let twice = 2 * Int128(amount.minorUnits) * Int128(basisPoints)
    return Money(minorUnits: Int64((twice + divisor) / (2 * divisor)))
  }
}

/// Paying a part of a bill with points (phase 8).
public struct PointsAsCash: Equatable, Sendable, Codable {
  /// So many thousandths of a point are worth one minor unit.
  public let milliPointsPerMinorUnit: Int64
  /// The part of a bill that points may pay, in basis points; nil: all of it.
  public let capOfBillBasisPoints: Int?
  /// The least that is spent at once.
  public let leastMilliPoints: Int64

  public init(
    milliPointsPerMinorUnit: Int64, capOfBillBasisPoints: Int? = nil, leastMilliPoints: Int64 = 0
  ) {
    self.milliPointsPerMinorUnit = milliPointsPerMinorUnit
    self.capOfBillBasisPoints = capOfBillBasisPoints
    self.leastMilliPoints = leastMilliPoints
  }
}

/// How members earn points on what they pay for (RETAIL 4, 6).
public struct EarningRule: Equatable, Sendable, Codable {
  /// Thousandths of a point per `perMinorUnits`: 10 per 1 is one point per 1.00.
  public let milliPointsPerMinorUnit: Int
  /// Nil: 1.
  public let perMinorUnits: Int?
  /// Which lines earn; nil: all.
  public let scope: Scope?
  /// Basis points by tier; a tier that is not named has 10000.
  public let tierMultipliers: [String: Int]
  public let wholePointsOnly: Bool
  /// A lot ends with the last day of the month this many months after it was earned.
  public let expiresAfterMonths: Int
  /// What they end with then; nil: the month.
  public let span: Span?
  /// Days on which goods can be returned: so long points wait. Nil: none.
  public let pendingDays: Int?

  public init(
    milliPointsPerMinorUnit: Int, perMinorUnits: Int? = nil, scope: Scope? = nil,
    tierMultipliers: [String: Int], wholePointsOnly: Bool, expiresAfterMonths: Int,
    span: Span? = nil, pendingDays: Int? = nil
  ) {
    self.milliPointsPerMinorUnit = milliPointsPerMinorUnit
    self.perMinorUnits = perMinorUnits
    self.scope = scope
    self.tierMultipliers = tierMultipliers
    self.wholePointsOnly = wholePointsOnly
    self.expiresAfterMonths = expiresAfterMonths
    self.span = span
    self.pendingDays = pendingDays
  }

  /// Milli-points for an eligible amount: the multipliers first, one floor at the end; never more
  /// than one posting can carry.
  public func earned(on eligible: Money, tier: String, multipliers: [Int] = []) -> Int64 {
    // At most three factors of 10^5, a rate of 10^4 and an amount of 10^15: inside 128 bits.
    let factors = [tierMultipliers[tier] ?? 10_000] + multipliers.prefix(Self.multiplierLimit)
    var numerator = max(0, Int128(eligible.minorUnits)) * Int128(milliPointsPerMinorUnit)
    var denominator = Int128(max(1, perMinorUnits ?? 1))
    for factor in factors {
      numerator *= Int128(factor)
      denominator *= 10_000
    }
    let milliPoints = Int64(min(numerator / denominator, Int128(Posting.unitsLimit)))
    return wholePointsOnly ? milliPoints / 1_000 * 1_000 : milliPoints
  }

  /// Multipliers of one bill that count.
  static let multiplierLimit = 2
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

extension RuleSet: Equatable {
  public static func == (left: RuleSet, right: RuleSet) -> Bool {
    left.version == right.version && left.rounding == right.rounding
      && left.rules == right.rules && left.earning == right.earning
      && left.issuing == right.issuing && left.wallet == right.wallet
      && left.tiers == right.tiers && left.groupPolicies == right.groupPolicies
      && left.order == right.order && left.tax == right.tax
      && left.pointsAsCash == right.pointsAsCash
  }
}

extension RuleSet: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, rounding, rules, earning, issuing, wallet, tiers, groupPolicies, order, tax
    case pointsAsCash
    /// The first schema kept offers and coupons apart.
    case promotions, templates
  }

  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let rules: [Rule]
    if keys.contains(.rules) {
      rules = try keys.decode([Rule].self, forKey: .rules)
    } else {
      rules =
        try keys.decode([FirstPromotion].self, forKey: .promotions).map(\.rule)
        + keys.decode([Rule].self, forKey: .templates)
    }
    self.init(
      version: try keys.decode(Int.self, forKey: .version),
      rounding: try keys.decode(PercentRounding.self, forKey: .rounding), rules: rules,
      earning: try keys.decode(EarningRule.self, forKey: .earning),
      issuing: try keys.decode([IssueRule].self, forKey: .issuing),
      wallet: try keys.decode(WalletRules.self, forKey: .wallet),
      tiers: try keys.decode([MemberFacts.Tier].self, forKey: .tiers),
      groupPolicies: try keys.decodeIfPresent([String: GroupPolicy].self, forKey: .groupPolicies)
        ?? [:],
      order: try keys.decodeIfPresent(RuleOrder.self, forKey: .order) ?? .phases,
      tax: try keys.decodeIfPresent(TaxRule.self, forKey: .tax),
      pointsAsCash: try keys.decodeIfPresent(PointsAsCash.self, forKey: .pointsAsCash))
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(version, forKey: .version)
    try keys.encode(rounding, forKey: .rounding)
    try keys.encode(rules, forKey: .rules)
    try keys.encode(earning, forKey: .earning)
    try keys.encode(issuing, forKey: .issuing)
    try keys.encode(wallet, forKey: .wallet)
    try keys.encode(tiers, forKey: .tiers)
    try keys.encode(groupPolicies, forKey: .groupPolicies)
    try keys.encode(order, forKey: .order)
    try keys.encodeIfPresent(tax, forKey: .tax)
    try keys.encodeIfPresent(pointsAsCash, forKey: .pointsAsCash)
  }
}
