import Ledger
import Retail
import ShopConfiguration
import StrictYAML
import Testing

/// The form of rules in promotions.yaml, beyond what the shipped file uses.
struct RuleFormTests {
  private static func file(promotions: String = "[]", coupons: String = "[]", top: String = "")
    -> String
  {
    """
    version: 3
    rounding: halfUpOnDiscount
    tiers: [{ id: basic, title: { zh: 会员, en: Member } }]
    promotions: \(promotions)
    coupons: \(coupons)
    issuing: []
    earning: { milliPointsPerMinorUnit: 10, wholePointsOnly: true, expiresAfterMonths: 12 }
    wallet: { order: bonusFirst, limitWithoutSecondFactor: 20000 }
    \(top)
    """
  }

  private static func offer(_ keys: String) -> String {
    "[{ id: r, title: { zh: 减, en: Less }, membersOnly: false, \(keys) }]"
  }

  private static func coupon(_ keys: String) -> String {
    "[{ id: c, version: 2, title: { zh: 券, en: One }, validAfterDays: 0, validDays: 9, \(keys) }]"
  }

  private func rule(offer keys: String) throws -> Rule {
    let rules = try PromotionsFile.parse(
      Self.file(promotions: Self.offer(keys)), file: "promotions.yaml")
    return try #require(rules.rules.first)
  }

  private func rule(coupon keys: String) throws -> Rule {
    let rules = try PromotionsFile.parse(
      Self.file(coupons: Self.coupon(keys)), file: "promotions.yaml")
    return try #require(rules.template("c"))
  }

  private func fen(_ amount: Int64) -> Money { Money(minorUnits: amount) }

  @Test func `every kind is read`() throws {
    let part = BuyGet.Part(scope: Scope(skus: ["a"]), quantity: 2, pick: .dearest)
    let cheap = BuyGet.Part(scope: Scope(skus: ["b"]), quantity: 1, pick: .cheapest)
    let cases: [(String, Benefit, PricingPhase)] = [
      ("kind: fixedPrice, price: 990", .unitPrice(fen(990)), .priceList),
      ("kind: percentOffItems, percent: 500", .percent(basisPoints: 500), .itemPromotions),
      ("kind: amountOffItems, amount: 100", .amount(fen(100)), .itemPromotions),
      ("kind: order, benefit: { amount: 100 }", .amount(fen(100)), .orderPromotions),
      ("kind: cheapest, benefit: { percent: 5000 }", .percent(basisPoints: 5_000), .bundles),
      ("kind: fee, benefit: { percent: 10000 }", .percent(basisPoints: 10_000), .serviceFees),
      ("kind: points, multiplier: 20000", .pointsMultiplier(basisPoints: 20_000), .earning),
      (
        "kind: firstAndFurther, first: 100, further: 30",
        .firstAndFurther(first: fen(100), further: fen(30)), .orderPromotions
      ),
      (
        "kind: everyNth, n: 2, percent: 5000",
        .freeUnits(FreeUnits(groupSize: 2, count: 1, basisPoints: 5_000)), .bundles
      ),
      (
        "kind: freeItem, quantity: 1",
        .freeUnits(FreeUnits(groupSize: nil, count: 1, pick: .dearest, repeats: .once)), .bundles
      ),
      (
        "kind: buyGet, buy: 2, free: 1, mixed: true, repeats: 3",
        .freeUnits(FreeUnits(groupSize: 3, count: 1, repeats: .atMost(3))), .bundles
      ),
      (
        "kind: buyOther, buy: { scope: { skus: [a] }, quantity: 2 }, "
          + "get: { scope: { skus: [b] }, quantity: 1, percent: 5000 }, repeats: false",
        .buyGet(BuyGet(buy: part, get: cheap, basisPoints: 5_000, repeats: .once)), .bundles
      ),
      (
        "kind: bundle, price: 3000, parts: [{ scope: { skus: [a] }, quantity: 2 }]",
        .bundlePrice(Bundle(parts: [part], price: fen(3_000), repeats: .always)), .bundles
      ),
    ]
    for (keys, benefit, phase) in cases {
      let rule = try rule(offer: keys)
      #expect(rule.benefit == benefit && rule.phase == phase, "\(keys)")
    }
  }

  @Test func `tiers, conditions, window, limits and stacking are read`() throws {
    let rule = try rule(
      offer: """
        kind: order, benefit: { tiers: [{ from: 10000, off: 1000 }, { from: 20000, percent: 1500 }],
        repeats: true }, thresholdBasis: running, cap: 5000, exclusiveGroup: g, joinsGroups: [h],
        exclusive: true, priority: 7, percentOf: list, roundAt: line, rounding: halfUpOnPrice,
        spread: lastTakesDelta, units: 4, pick: cheapest,
        scope: { exceptCategories: [wine], priceFrom: 100, priceTo: 9000, exceptReduced: true },
        when: { subtotal: { least: 100, most: 90000, basis: running }, quantity: { least: 2 },
        parts: [{ scope: { categories: [food] }, least: 500, quantity: 1 }], anyCategory: [food],
        items: [rice], tiers: [basic], birthday: month, everyPurchase: 5, stores: [north],
        channels: [kiosk], tenders: [wallet] },
        window: { from: "2026-12-01", until: "2026-12-31", weekdays: [friday, sunday],
        hours: ["22:00-02:00"], dayStart: "04:00" },
        limits: { perMemberDay: 1, total: 500 },
        budget: { amount: 90000, per: month, of: store, partial: true }
        """)
    #expect(
      rule.benefit
        == .tiers(
          [
            Tier(from: 10_000, off: .amount(fen(1_000))),
            Tier(from: 20_000, off: .percent(basisPoints: 1_500)),
          ], measure: .value, basis: .running, repeats: .always))
    #expect(
      rule.stacking
        == Stacking(group: "g", jointGroups: ["h"], isExclusive: true, priority: 7))
    #expect(
      rule.calculation
        == Calculation(
          base: .list, place: .line, rounding: .halfUpOnPrice, allocation: .lastTakesDelta,
          unitLimit: 4, pick: .cheapest))
    #expect(rule.window.weekdays == 0b101_0000 && rule.window.dayStart == 240)
    #expect(rule.window.hours == [.init(start: 1_320, end: 120)])
    #expect(rule.window.until == CalendarDate(year: 2026, month: 12, day: 31))
    #expect(rule.allowances.map(\.ceiling) == [1, 500, 90_000])
    #expect(rule.allowances.last?.isPartial == true && rule.cap == fen(5_000))
    #expect(rule.conditions.customer?.purchase == .every(5))
    #expect(rule.conditions.basis == .running && rule.conditions.items == ["rice"])
    #expect(rule.scope.excludesReduced && rule.scope.priceTo == fen(9_000))
  }

  @Test func `a coupon of later days, of a series, for several uses`() throws {
    let terms = try #require(
      try rule(
        coupon: """
          benefit: { amount: 5000 }, change: keep, uses: 10, notBefore: "2026-12-01",
          notAfter: "2027-01-31", series: { name: spring, position: 2 }, releasedOnCancel: false,
          refund: forfeit
          """
      ).coupon)
    #expect(
      terms
        == CouponTerms(
          validDays: 9, notBefore: CalendarDate(year: 2026, month: 12, day: 1),
          notAfter: CalendarDate(year: 2027, month: 1, day: 31), uses: 10,
          sequence: .init(series: "spring", position: 2), change: .keep,
          isReleasedOnCancel: false, refund: .forfeit))
    let issued = IssuedCoupon(
      id: "c1", of: try rule(coupon: "uses: 3, benefit: { amount: 1 }"),
      at: ShopTime(instant: Instant(milliseconds: 0), offsetSeconds: 0))
    #expect(issued.pieces == 3 && issued.account?.grant?.limitUnits == 3)
  }

  @Test func `rules for the whole shop are read`() throws {
    let rules = try PromotionsFile.parse(
      Self.file(
        promotions: Self.offer("kind: amountOffItems, amount: 1, exclusiveGroup: g"),
        top: """
          order: priority
          groups: { g: best }
          tax: { mode: inclusive, percent: 1300 }
          pointsAsCash: { milliPointsPerMinorUnit: 1000, capOfBill: 5000, leastMilliPoints: 100 }
          """), file: "promotions.yaml")
    #expect(rules.order == .priority && rules.groupPolicies == ["g": .best])
    #expect(rules.tax == TaxRule(mode: .inclusive, basisPoints: 1_300))
    #expect(
      rules.pointsAsCash
        == PointsAsCash(
          milliPointsPerMinorUnit: 1_000, capOfBillBasisPoints: 5_000, leastMilliPoints: 100))
  }

  @Test(arguments: [
    ("kind: fixedPrice, price: -1", "promotions[0].price: expected a whole number from 0"),
    ("kind: order, benefit: { amount: 0 }", "promotions[0].benefit.amount: expected a whole"),
    (
      "kind: order, benefit: { threshold: 0, off: 5, repeats: true }",
      "promotions[0].benefit.off: expected a threshold above 0"
    ),
    (
      "kind: order, benefit: { tiers: [{ from: 9, off: 1 }, { from: 9, off: 2 }] }",
      "promotions[0].benefit.tiers: expected tiers with rising"
    ),
    (
      "kind: amountOffItems, amount: 1, window: { from: \"2026-02-29\" }",
      "promotions[0].window.from: expected a day of the calendar"
    ),
    (
      "kind: amountOffItems, amount: 1, window: { from: \"2026-03-02\", until: \"2026-03-01\" }",
      "promotions[0].window.until: expected a day that is not before 2026-03-02"
    ),
    (
      "kind: amountOffItems, amount: 1, window: { hours: [\"25:00-26:00\"] }",
      "promotions[0].window.hours[0]: expected a time"
    ),
    (
      "kind: amountOffItems, amount: 1, window: { weekdays: [someday] }",
      "promotions[0].window.weekdays[0]: expected one of monday"
    ),
    (
      "kind: amountOffItems, amount: 1, limits: { perMember: 0 }",
      "promotions[0].limits.perMember: expected a whole number from 1"
    ),
    ("kind: amountOffItems, amount: 1, limits: {}", "promotions[0].limits: expected at least one"),
    (
      "kind: amountOffItems, amount: 1, when: { subtotal: { least: 9, most: 5 } }",
      "promotions[0].when.subtotal: expected"
    ),
    (
      "kind: amountOffItems, amount: 1, when: { weather: [rain] }",
      "promotions[0].when.weather: unknown key"
    ),
    (
      "kind: amountOffItems, amount: 1, scope: { priceFrom: 9, priceTo: 5 }",
      "promotions[0].scope: expected a priceTo"
    ),
    ("kind: bundle, price: 1, parts: []", "promotions[0].parts: expected at least one part"),
    ("kind: points, multiplier: 100001", "promotions[0].multiplier: expected a whole number"),
  ])
  func `a rule that makes no sense is refused with its key`(keys: String, expected: String) {
    do {
      _ = try rule(offer: keys)
      Issue.record("accepted \(keys)")
    } catch let error as YAMLError {
      #expect("\(error.keyPath): \(error.message)".hasPrefix(expected), "\(error)")
      #expect(error.line != nil)
    } catch {
      Issue.record(error)
    }
  }

  @Test func `change is kept on amounts only, and a group that no rule has is a mistake`() {
    #expect(throws: YAMLError.self) {
      try rule(coupon: "benefit: { percent: 500 }, change: keep")
    }
    #expect(throws: YAMLError.self) {
      try PromotionsFile.parse(Self.file(top: "groups: { g: best }"), file: "promotions.yaml")
    }
  }

  @Test func `a cart is read for pricing, and a wrong one refused with its key`() throws {
    let rules = try PromotionsFile.parse(
      Self.file(coupons: Self.coupon("benefit: { amount: 100 }")), file: "promotions.yaml")
    func cart(_ text: String) throws -> PricingInput {
      try CartFile.parse(text, file: "cart.json", rules: rules)
    }
    let input = try cart(
      #"""
      {"lines": [{"sku": "tea", "price": 900, "quantity": 2, "floor": 800}],
       "member": {"id": 7, "tier": "gold", "birthday": "02-29", "purchases": 3},
       "coupons": [{"template": "c"}], "at": "2026-11-30 12:00", "offsetMinutes": 480}
      """#)
    #expect(PricedBill.price(input, under: rules).payable == fen(1_700))
    #expect(input.time.date.description == "2026-11-30" && input.time.clock == (12, 0))
    for (text, expected) in [
      (#"{"lines": [{"sku": "tea", "price": -1}]}"#, "lines[0].price"),
      (#"{"lines": [{"sku": "tea", "price": 1, "quantity": 100}]}"#, "lines[0].quantity"),
      (#"{"lines": [], "coupons": [{"template": "x"}]}"#, "coupons[0].template"),
      (#"{"lines": [], "at": "2026-02-29 12:00"}"#, "at"),
      (#"{"lines": [], "colour": 1}"#, "colour"),
    ] {
      do {
        _ = try cart(text)
        Issue.record("accepted \(text)")
      } catch let error as YAMLError {
        #expect(error.keyPath == expected)
      }
    }
  }
}
