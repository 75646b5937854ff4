import Ledger
import Retail

/// Random but lawful input of pricing.
struct RandomBill {
  var numbers: SplitMix64

  init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  private static let categories = ["drinks", "food", "home"]
  private static let skus = (1...6).map { "s\($0)" }

  mutating func next() -> (PricingInput, RuleSet) {
    let skus = numbers.shuffle(Self.skus).prefix(numbers.number(in: 0...6))
    let lines = skus.enumerated().map { index, sku in
      Cart.Line(id: index + 1, item: item(sku), quantity: numbers.number(in: 1...7))
    }
    let coupons = (0..<numbers.number(in: 0...4)).map { coupon("c\($0)") }
    let input = PricingInput(
      lines: lines,
      customer: numbers.oneIn(2) ? .init(id: 1, tier: numbers.pick(["", "gold"])) : nil,
      coupons: coupons, time: .start,
      fee: numbers.oneIn(3) ? fen(Int64(numbers.number(in: 1...900))) : .zero,
      available: numbers.oneIn(2) ? [] : [budgetLeft()],
      milliPointsToSpend: numbers.oneIn(3) ? Int64(numbers.number(in: 0...90_000)) : 0)
    let rules = RuleSet.of(
      (0..<numbers.number(in: 0...6)).map { rule("p\($0)", .automatic) },
      rounding: numbers.pick(PercentRounding.allCases),
      groups: numbers.oneIn(2) ? ["g": .best] : [:], order: numbers.pick(RuleOrder.allCases),
      tax: numbers.oneIn(4)
        ? TaxRule(mode: numbers.pick(TaxRule.Mode.allCases), basisPoints: 1_300) : nil,
      pointsAsCash: numbers.oneIn(2) ? PointsAsCash(milliPointsPerMinorUnit: 100) : nil)
    return (input, rules)
  }

  private mutating func budgetLeft() -> Availability {
    Availability(
      account: AccountID(owner: "rule/p0", purpose: "limit/p0/life/money"),
      units: Int64(numbers.number(in: 0...900)))
  }

  private mutating func item(_ sku: String) -> CatalogueItem {
    // Equal prices make ties.
    let price = Int64(
      numbers.oneIn(2) ? numbers.pick([0, 100, 500]) : numbers.number(in: 1...9_999))
    return CatalogueItem(
      sku: sku, gtins: [], name: LocalizedText(both: sku),
      category: numbers.pick(Self.categories), unitPrice: fen(price),
      memberPrice: numbers.oneIn(3) ? fen(price * 9 / 10) : nil,
      terms: numbers.oneIn(3)
        ? PriceTerms(
          isDiscountable: !numbers.oneIn(4), floor: numbers.oneIn(2) ? fen(price / 2) : nil,
          reducedFrom: numbers.oneIn(4) ? fen(price + 100) : nil) : nil)
  }

  private mutating func scope() -> Scope {
    switch numbers.number(in: 1...6) {
    case 1: Scope(categories: [numbers.pick(Self.categories)])
    case 2: Scope(skus: [numbers.pick(Self.skus)])
    case 3: Scope(excludedCategories: [numbers.pick(Self.categories)], excludesReduced: true)
    case 4: Scope(priceFrom: fen(Int64(numbers.number(in: 1...3_000))))
    default: .all
    }
  }

  private mutating func coupon(_ id: String) -> PresentedCoupon {
    PresentedCoupon(
      id: id, template: rule("t-" + id, .coupon(CouponTerms(validDays: 30))),
      validUntil: Instant(milliseconds: numbers.oneIn(8) ? 1_000 : 9_000),
      value: numbers.oneIn(6) ? fen(Int64(numbers.number(in: 0...300))) : nil)
  }

  private mutating func rule(_ id: String, _ trigger: Rule.Trigger) -> Rule {
    Rule(
      id: id, title: LocalizedText(both: id), trigger: trigger, benefit: benefit(),
      target: numbers.pick(Rule.Target.allCases), scope: scope(), conditions: conditions(),
      allowances: numbers.oneIn(6)
        ? [
          Allowance(
            measure: .money, owner: .rule, window: .life,
            ceiling: Int64(numbers.number(in: 1...2_000)), isPartial: numbers.oneIn(2))
        ] : [],
      stacking: Stacking(
        group: numbers.pick([nil, nil, "g", "h"]),
        jointGroups: numbers.oneIn(8) ? ["g"] : [], isExclusive: numbers.oneIn(12),
        priority: numbers.number(in: 0...2)),
      calculation: Calculation(
        base: numbers.pick(Calculation.Base.allCases),
        place: numbers.oneIn(3) ? numbers.pick(Calculation.Place.allCases) : nil,
        allocation: numbers.pick(AllocationPolicy.allCases),
        unitLimit: numbers.oneIn(4) ? numbers.number(in: 1...4) : nil,
        pick: numbers.oneIn(2) ? numbers.pick(UnitPick.allCases) : nil),
      cap: numbers.oneIn(4) ? fen(Int64(numbers.number(in: 1...2_000))) : nil)
  }

  private mutating func conditions() -> Conditions {
    switch numbers.number(in: 1...6) {
    case 1:
      Conditions(
        subtotal: .init(least: fen(Int64(numbers.number(in: 0...20_000)))),
        basis: numbers.pick(ThresholdBasis.allCases))
    case 2: Conditions(quantity: .init(least: numbers.number(in: 0...12)))
    case 3: .membersOnly
    case 4: Conditions(anyCategory: [numbers.pick(Self.categories)])
    default: .none
    }
  }

  private mutating func part() -> BuyGet.Part {
    BuyGet.Part(
      scope: scope(), quantity: numbers.number(in: 1...3), pick: numbers.pick(UnitPick.allCases))
  }

  private mutating func repeats() -> Repetition {
    numbers.pick([.once, .always, .atMost(2)])
  }

  private mutating func benefit() -> Benefit {
    switch numbers.number(in: 1...10) {
    case 1, 2: .percent(basisPoints: numbers.number(in: 1...10_000))
    case 3, 4: .amount(fen(Int64(numbers.number(in: 1...2_000))))
    case 5:
      .tiers(
        [
          Tier(from: Int64(numbers.number(in: 0...4_000)), off: .amount(fen(300))),
          Tier(from: Int64(numbers.number(in: 4_001...20_000)), off: .percent(basisPoints: 2_000)),
        ], measure: numbers.pick(TierMeasure.allCases),
        basis: numbers.pick(ThresholdBasis.allCases), repeats: repeats())
    case 6: numbers.oneIn(2) ? .memberPrice : .unitPrice(fen(Int64(numbers.number(in: 0...900))))
    case 7:
      .buyGet(
        BuyGet(
          buy: part(), get: part(), basisPoints: numbers.number(in: 1...10_000), repeats: repeats())
      )
    case 8:
      .freeUnits(
        FreeUnits(
          groupSize: numbers.oneIn(3) ? nil : numbers.number(in: 2...4), count: 1,
          basisPoints: numbers.pick([5_000, 10_000]), pick: numbers.pick(UnitPick.allCases),
          isPerItem: numbers.oneIn(2), repeats: repeats()))
    case 9:
      .bundlePrice(
        Bundle(
          parts: (0..<numbers.number(in: 1...2)).map { _ in part() },
          price: fen(Int64(numbers.number(in: 0...2_000))), repeats: repeats()))
    default:
      numbers.oneIn(2)
        ? .firstAndFurther(first: fen(100), further: fen(30))
        : .pointsMultiplier(basisPoints: 20_000)
    }
  }
}
