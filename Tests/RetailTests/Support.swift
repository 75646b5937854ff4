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

extension Promotion {
  static func of(
    _ id: String, _ kind: Kind, scope: Scope = .all, membersOnly: Bool = false, priority: Int = 0
  ) -> Promotion {
    Promotion(
      id: id, title: LocalizedText(both: id), kind: kind, scope: scope,
      isForMembersOnly: membersOnly, priority: priority)
  }
}

extension CouponTemplate {
  static func of(
    _ id: String, _ benefit: Benefit, scope: Scope = .all, basis: ThresholdBasis = .list,
    group: String? = nil, priority: Int = 0
  ) -> CouponTemplate {
    CouponTemplate(
      id: id, version: 1, title: LocalizedText(both: id), benefit: benefit, scope: scope,
      thresholdBasis: basis, exclusiveGroup: group, priority: priority, validAfterDays: 1,
      validDays: 39)
  }
}

extension PresentedCoupon {
  static func of(_ template: CouponTemplate, id: String? = nil) -> PresentedCoupon {
    PresentedCoupon(id: id ?? template.id, template: template, validUntil: later)
  }

  static let later = Instant(milliseconds: 10_000_000)
}

extension RuleSet {
  static func of(
    _ promotions: [Promotion] = [], rounding: PercentRounding = .halfUpOnPrice,
    issuing: [IssueRule] = [], earning: EarningRule = .onePerYuan
  ) -> RuleSet {
    RuleSet(
      version: 7, rounding: rounding, promotions: promotions, templates: [], earning: earning,
      issuing: issuing,
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: 5_000, limitWithoutSecondFactor: fen(20_000)),
      tiers: [])
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
      lines: lines(items), isMember: member, tier: tier, coupons: coupons,
      now: Instant(milliseconds: 1_000)), under: rules)
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
