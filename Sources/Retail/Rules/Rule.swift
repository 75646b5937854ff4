import Ledger

/// One rule of prices: an automatic offer, or a kind of coupon. A coupon itself is one account of
/// the ledger; every rule says when it may be used, what it takes off, and what it goes with.
public struct Rule: Equatable, Hashable, Sendable {
  /// Names the account that its discounts are booked on: what a rule gives changes with its id.
  public let id: String
  public let version: Int
  public let title: LocalizedText
  public let trigger: Trigger
  public let benefit: Benefit
  /// As the benefit has it, where that has but one.
  public let target: Target
  /// Which lines it takes something off.
  public let scope: Scope
  public let conditions: Conditions
  public let window: RuleWindow
  /// What the hold takes from the ledger for one use: limits and budgets are balances.
  public let allowances: [Allowance]
  public let stacking: Stacking
  public let calculation: Calculation
  /// The most it takes off one bill.
  public let cap: Money?

  public init(
    id: String, version: Int = 1, title: LocalizedText, trigger: Trigger = .automatic,
    benefit: Benefit, target: Target, scope: Scope = .all, conditions: Conditions = .none,
    window: RuleWindow = .always, allowances: [Allowance] = [], stacking: Stacking = .joins,
    calculation: Calculation = .standard, cap: Money? = nil
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.trigger = trigger
    self.benefit = benefit
    self.target = benefit.ownTarget ?? target
    self.scope = scope
    self.conditions = conditions
    self.window = window
    self.allowances = allowances
    self.stacking = stacking
    self.calculation = calculation
    self.cap = cap
  }

  public enum Trigger: Equatable, Hashable, Sendable, Codable {
    /// Whoever buys what it asks for.
    case automatic
    /// Whoever presents a coupon of it.
    case coupon(CouponTerms)
  }

  /// What a benefit is measured on and taken off.
  public enum Target: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    /// Each unit, as a price label.
    case units
    /// Each line.
    case lines
    /// The scope as a whole, spread over its lines.
    case order
    case cheapestUnit, dearestUnit
    /// The service or delivery fee.
    case fee
    /// The scope and the fee together.
    case orderAndFee
  }

  public var isCoupon: Bool { coupon != nil }

  public var coupon: CouponTerms? {
    switch trigger {
    case .automatic: nil
    case .coupon(let terms): terms
    }
  }

  /// When it runs (RETAIL 6). A coupon for a part of the shop works on its lines (phase 3), one for
  /// all on the bill (phase 6).
  public var phase: PricingPhase {
    switch benefit {
    case .memberPrice, .unitPrice: return isCoupon ? .itemCoupons : .priceList
    case .buyGet, .freeUnits, .bundlePrice: return .bundles
    case .pointsMultiplier: return .earning
    case .percent, .amount, .tiers, .firstAndFurther: break
    }
    switch target {
    case .units, .lines: return isCoupon ? .itemCoupons : .itemPromotions
    case .cheapestUnit, .dearestUnit: return .bundles
    case .order, .orderAndFee:
      guard isCoupon else { return .orderPromotions }
      return scope.isAll ? .orderCoupons : .itemCoupons
    case .fee: return .serviceFees
    }
  }

  /// The value from which it gives anything.
  public var entry: Money {
    max(benefit.lowestThreshold, conditions.subtotal?.least ?? .zero)
  }

  /// The value it asks for: the highest threshold of its tiers, else that of its conditions.
  public var threshold: Money {
    max(benefit.highestThreshold, conditions.subtotal?.least ?? .zero)
  }
}

/// What only a coupon has.
public struct CouponTerms: Equatable, Hashable, Sendable, Codable {
  /// Days after issue on which it begins, and for how many days it is good.
  public let validAfterDays: Int
  public let validDays: Int
  /// No coupon of it is good before or after these days, whenever it was given.
  public let notBefore: CalendarDate?
  public let notAfter: CalendarDate?
  /// How often one coupon can be used.
  public let uses: Int
  /// Its place in a series: it can be used when those before it were.
  public let sequence: Sequence?
  /// What becomes of the rest of an amount voucher.
  public let change: Change
  /// A sale that is cancelled gives it back.
  public let isReleasedOnCancel: Bool
  public let refund: Refund

  public struct Sequence: Equatable, Hashable, Sendable, Codable {
    public let series: String
    /// Counted from 1.
    public let position: Int

    public init(series: String, position: Int) {
      self.series = series
      self.position = position
    }
  }

  public enum Change: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    /// The rest is lost with the first use.
    case forfeit
    /// The rest stays on the voucher.
    case keep
  }

  /// What a refund of the whole sale does with it.
  public enum Refund: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case restore, forfeit
  }

  public init(
    validAfterDays: Int = 0, validDays: Int, notBefore: CalendarDate? = nil,
    notAfter: CalendarDate? = nil, uses: Int = 1, sequence: Sequence? = nil,
    change: Change = .forfeit, isReleasedOnCancel: Bool = true, refund: Refund = .restore
  ) {
    self.validAfterDays = validAfterDays
    self.validDays = validDays
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.uses = uses
    self.sequence = sequence
    self.change = change
    self.isReleasedOnCancel = isReleasedOnCancel
    self.refund = refund
  }
}

/// What a rule goes together with.
public struct Stacking: Equatable, Hashable, Sendable, Codable {
  /// One rule of a group on a bill; nil: joins with any.
  public let group: String?
  /// If not empty, the only groups whose rules it joins.
  public let jointGroups: [String]
  /// No other rule on the bill, price labels apart.
  public let isExclusive: Bool
  /// Higher first.
  public let priority: Int

  public init(
    group: String? = nil, jointGroups: [String] = [], isExclusive: Bool = false, priority: Int = 0
  ) {
    self.group = group
    self.jointGroups = jointGroups
    self.isExclusive = isExclusive
    self.priority = priority
  }

  public static let joins = Stacking()

  /// Whether two rules may not be on one bill.
  func excludes(_ other: Stacking) -> Bool {
    if isExclusive || other.isExclusive { return true }
    if let group, group == other.group { return true }
    return !admits(other) || !other.admits(self)
  }

  private func admits(_ other: Stacking) -> Bool {
    jointGroups.isEmpty || (other.group.map(jointGroups.contains) ?? false)
  }
}

/// How a rule's amount is worked out (RETAIL 4).
public struct Calculation: Equatable, Hashable, Sendable, Codable {
  /// What a percentage is of.
  public enum Base: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    /// The prices as listed.
    case list
    /// What the rules before it have left.
    case running
  }

  /// Where a percentage is rounded.
  public enum Place: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case unit, line, order
  }

  public let base: Base
  /// Nil: as its target says.
  public let place: Place?
  /// Nil: as the shop rounds.
  public let rounding: PercentRounding?
  public let allocation: AllocationPolicy
  /// Units that it touches on one bill at most: of each line, or of all when `pick` is given.
  public let unitLimit: Int?
  public let pick: UnitPick?

  public init(
    base: Base = .running, place: Place? = nil, rounding: PercentRounding? = nil,
    allocation: AllocationPolicy = .largestRemainder, unitLimit: Int? = nil, pick: UnitPick? = nil
  ) {
    self.base = base
    self.place = place
    self.rounding = rounding
    self.allocation = allocation
    self.unitLimit = unitLimit
    self.pick = pick
  }

  public static let standard = Calculation()
}

/// Which units come first where a rule takes some of several.
public enum UnitPick: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  case cheapest, dearest
}
