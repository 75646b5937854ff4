import Ledger
import Retail
import Testing

/// The invariants of RETAIL 8 over random carts, rules and coupons.
struct PricingPropertyTests {
  static let seeds = [UInt64(1), 7, 4_021]

  @Test(arguments: seeds)
  func `parts sum to discounts, discounts to what was saved, and no line goes below zero`(
    seed: UInt64
  ) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<2_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      try demand(bill.payable >= .zero && bill.payable <= bill.subtotal)
      try demand(bill.lines.map(\.net).sum() == bill.payable)
      try demand(bill.discounts.map(\.amount).sum() == bill.saved)
      var taken: [Int: Money] = [:]
      for discount in bill.discounts {
        try demand(discount.amount > .zero)
        try demand(discount.parts.map(\.amount).sum() == discount.amount)
        for part in discount.parts {
          try demand(part.amount > .zero)
          taken[part.line, default: .zero] += part.amount
        }
      }
      for line in bill.lines {
        try demand(line.net >= .zero)
        try demand(line.listAmount - line.net == taken[line.id] ?? .zero)
      }
      try demand(Set(bill.usedCoupons).count == bill.usedCoupons.count)
    }
  }

  @Test(arguments: seeds)
  func `a decision names every rule once and replays to the same bill`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      try demand(PricedBill.price(bill.decision.input, under: rules) == bill)
      for promotion in rules.promotions {
        try demand(bill.decision.steps.count { $0.rule == promotion.id } == 1)
      }
      for coupon in input.coupons {
        try demand(bill.decision.steps.count { $0.coupon == coupon.id } == 1)
      }
      let phases = bill.decision.steps.map(\.phase)
      try demand(phases == phases.sorted())
      for case .applied(let amount) in bill.decision.steps.map(\.verdict) {
        try demand(amount > .zero)
      }
      let applied = bill.decision.steps.compactMap { step -> Money? in
        if case .applied(let amount) = step.verdict { amount } else { nil }
      }
      try demand(applied == bill.discounts.map(\.amount))
    }
  }

  @Test(arguments: seeds)
  func `another order of lines or coupons gives the same bill`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      let shuffled = PricedBill.price(
        PricingInput(
          lines: random.numbers.shuffle(input.lines), isMember: input.isMember,
          tier: input.tier, coupons: random.numbers.shuffle(input.coupons), now: input.now),
        under: rules)
      try demand(shuffled.payable == bill.payable)
      try demand(
        shuffled.lines.sorted { $0.id < $1.id } == bill.lines.sorted { $0.id < $1.id })
      try demand(shuffled.usedCoupons == bill.usedCoupons)
      try demand(shuffled.hints == bill.hints)
    }
  }

  @Test(arguments: seeds)
  func `one more coupon never raises the payable`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      var before: Money?
      for count in 0...input.coupons.count {
        let payable = PricedBill.price(
          PricingInput(
            lines: input.lines, isMember: input.isMember, tier: input.tier,
            coupons: Array(input.coupons.prefix(count)), now: input.now), under: rules
        ).payable
        if let before { try demand(payable <= before) }
        before = payable
      }
    }
  }
}

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
      lines: lines, isMember: numbers.oneIn(2), tier: numbers.pick(["", "gold"]),
      coupons: coupons, now: Instant(milliseconds: 1_000))
    let rules = RuleSet.of(
      (0..<numbers.number(in: 0...5)).map { promotion("p\($0)") },
      rounding: numbers.pick(PercentRounding.allCases))
    return (input, rules)
  }

  private mutating func item(_ sku: String) -> CatalogueItem {
    // Equal prices make ties.
    let price = Int64(
      numbers.oneIn(2) ? numbers.pick([0, 100, 500]) : numbers.number(in: 1...9_999))
    return .of(
      sku, price, member: numbers.oneIn(3) ? price * 9 / 10 : nil,
      category: numbers.pick(Self.categories))
  }

  private mutating func scope() -> Scope {
    switch numbers.number(in: 1...4) {
    case 1: Scope(categories: [numbers.pick(Self.categories)])
    case 2: Scope(skus: [numbers.pick(Self.skus)])
    default: .all
    }
  }

  private mutating func benefit() -> Benefit {
    if numbers.oneIn(2) {
      return .percent(
        basisPoints: numbers.number(in: 1...10_000),
        cap: numbers.oneIn(3) ? fen(Int64(numbers.number(in: 1...2_000))) : nil)
    }
    return .thresholdOff(
      threshold: fen(Int64(numbers.number(in: 0...20_000))),
      off: fen(Int64(numbers.number(in: 1...5_000))))
  }

  private mutating func coupon(_ id: String) -> PresentedCoupon {
    let template = CouponTemplate.of(
      "t-" + id, benefit(), scope: scope(), basis: numbers.pick([.list, .running]),
      group: numbers.pick([nil, "g", "h"]), priority: numbers.number(in: 0...2))
    return PresentedCoupon(
      id: id, template: template,
      validUntil: Instant(milliseconds: numbers.oneIn(8) ? 1_000 : 9_000))
  }

  private mutating func promotion(_ id: String) -> Promotion {
    let kind: Promotion.Kind =
      switch numbers.number(in: 1...4) {
      case 1: .memberPrice
      case 2: .percentOffItems(basisPoints: numbers.number(in: 1...10_000))
      case 3: .buyGet(buy: numbers.number(in: 1...3), free: numbers.number(in: 1...2))
      default: .order(benefit(), numbers.pick([.list, .running]))
      }
    return .of(
      id, kind, scope: scope(), membersOnly: numbers.oneIn(2),
      priority: numbers.number(in: 0...2))
  }
}
