import Ledger
import Retail

/// Seeded numbers that mean the same under every compiler (Steele, Lea, Flood: SplitMix, 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func oneIn(_ count: Int) -> Bool { number(in: 1...count) == 1 }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(in: 0...elements.count - 1)]
  }

  mutating func shuffle<Element>(_ elements: [Element]) -> [Element] {
    var rest = elements
    var shuffled: [Element] = []
    while !rest.isEmpty { shuffled.append(rest.remove(at: number(in: 0...rest.count - 1))) }
    return shuffled
  }
}

/// What a seeded walk found wrong, and where.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

/// As `#require`, but cheap enough for the hundred thousandth case.
func demand(_ holds: Bool, line: Int = #line) throws(Violation) {
  if !holds { throw Violation(description: "the condition in line \(line) does not hold") }
}

func fen(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits) }

extension LocalizedText {
  init(both text: String) { self.init(zh: text, en: text) }
}

extension CatalogueItem {
  static func of(
    _ sku: String, _ price: Int64, member: Int64? = nil, category: String = "none"
  ) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: [], name: LocalizedText(both: sku), category: category,
      unitPrice: fen(price), memberPrice: member.map { fen($0) })
  }
}

/// What most rules of the tests take off.
enum Gift {
  case percent(basisPoints: Int, cap: Money?)
  case thresholdOff(threshold: Money, off: Money)

  func benefit(on basis: ThresholdBasis) -> (Benefit, cap: Money?) {
    switch self {
    case .percent(let basisPoints, let cap): (.percent(basisPoints: basisPoints), cap)
    case .thresholdOff(let threshold, let off):
      (.thresholdOff(threshold: threshold, off: off, basis: basis), nil)
    }
  }
}

/// Offers that need no coupon.
enum Offer {
  case memberPrice
  case percentOffItems(basisPoints: Int)
  case buyGet(buy: Int, free: Int)
  case order(Gift, ThresholdBasis)
}

extension Rule {
  static func of(
    _ id: String, _ offer: Offer, scope: Scope = .all, membersOnly: Bool = false,
    priority: Int = 0
  ) -> Rule {
    var (target, calculation, cap) = (Target.units, Calculation.standard, Money?.none)
    let benefit: Benefit
    switch offer {
    case .memberPrice: benefit = .memberPrice
    case .percentOffItems(let basisPoints):
      benefit = .percent(basisPoints: basisPoints)
      calculation = Calculation(base: .list)
    case .buyGet(let buy, let free):
      benefit = .freeUnits(FreeUnits(groupSize: buy + free, count: free, isPerItem: true))
    case .order(let gift, let basis):
      (benefit, cap) = gift.benefit(on: basis)
      target = .order
    }
    return Rule(
      id: id, title: LocalizedText(both: id), benefit: benefit, target: target, scope: scope,
      conditions: membersOnly ? .membersOnly : .none, stacking: Stacking(priority: priority),
      calculation: calculation, cap: cap)
  }

  static func of(
    _ id: String, _ gift: Gift, scope: Scope = .all, basis: ThresholdBasis = .list,
    group: String? = nil, priority: Int = 0
  ) -> Rule {
    let (benefit, cap) = gift.benefit(on: basis)
    return Rule(
      id: id, title: LocalizedText(both: id),
      trigger: .coupon(CouponTerms(validAfterDays: 1, validDays: 39)), benefit: benefit,
      target: .order, scope: scope, stacking: Stacking(group: group, priority: priority), cap: cap)
  }
}

extension PresentedCoupon {
  static func of(_ template: Rule, id: String? = nil) -> PresentedCoupon {
    PresentedCoupon(id: id ?? template.id, template: template, validUntil: later)
  }

  static let later = Instant(milliseconds: 10_000_000)
}

extension RuleSet {
  static func of(
    _ rules: [Rule] = [], rounding: PercentRounding = .halfUpOnPrice,
    issuing: [IssueRule] = [], earning: EarningRule = .onePerYuan,
    groups: [String: GroupPolicy] = [:], order: RuleOrder = .phases, tax: TaxRule? = nil,
    pointsAsCash: PointsAsCash? = nil
  ) -> RuleSet {
    RuleSet(
      version: 7, rounding: rounding, rules: rules, earning: earning, issuing: issuing,
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: 5_000, limitWithoutSecondFactor: fen(20_000)),
      tiers: [], groupPolicies: groups, order: order, tax: tax, pointsAsCash: pointsAsCash)
  }
}

extension EarningRule {
  static let onePerYuan = EarningRule(
    milliPointsPerMinorUnit: 10, tierMultipliers: ["gold": 15_000], wholePointsOnly: false,
    expiresAfterMonths: 12)
}

/// A cart as `(item, quantity)`, with ids in order.
func lines(_ items: [(CatalogueItem, Int)]) -> [Cart.Line] {
  items.enumerated().map { Cart.Line(id: $0 + 1, item: $1.0, quantity: $1.1) }
}

func price(
  _ items: [(CatalogueItem, Int)], _ rules: RuleSet, coupons: [PresentedCoupon] = [],
  member: Bool = false, tier: String = ""
) -> PricedBill {
  PricedBill.price(
    PricingInput(
      lines: lines(items), customer: member ? .init(id: 1, tier: tier) : nil, coupons: coupons,
      time: .start), under: rules)
}

extension ShopTime {
  /// Monday, 30 November 2026, at noon in Shanghai, is `noon`; a moment of 1970 is `start`.
  static let start = ShopTime(instant: Instant(milliseconds: 1_000), offsetSeconds: 0)
  static let noon = at(CalendarDate(year: 2026, month: 11, day: 30), minute: 12 * 60)

  static func at(
    _ date: CalendarDate, minute: Int, offsetSeconds: Int = 8 * 3_600
  ) -> ShopTime {
    ShopTime(
      instant: Instant(
        milliseconds: date.start(offsetSeconds: offsetSeconds).milliseconds
          + Int64(minute) * 60_000),
      offsetSeconds: offsetSeconds)
  }
}

extension PricedBill {
  func taken(by rule: String) -> Money {
    discounts.filter { $0.source.rule == rule }.map(\.amount).sum()
  }

  func verdict(on rule: String) -> DecisionRecord.Verdict? {
    decision.steps.last { $0.rule == rule }?.verdict
  }

  func verdict(onCoupon id: String) -> DecisionRecord.Verdict? {
    decision.steps.last { $0.coupon == id }?.verdict
  }
}
