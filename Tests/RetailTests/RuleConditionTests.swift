import Ledger
import Retail
import Testing

/// When a rule applies: customers, places, times, limits, and what goes together.
struct RuleConditionTests {
  private static let cart = [(CatalogueItem.of("tea", 1_000, category: "drinks"), 3)]

  private func rule(
    _ id: String = "r", _ benefit: Benefit = .amount(fen(100)), target: Rule.Target = .order,
    trigger: Rule.Trigger = .automatic, conditions: Conditions = .none,
    window: RuleWindow = .always, allowances: [Allowance] = [], stacking: Stacking = .joins
  ) -> Rule {
    Rule(
      id: id, title: LocalizedText(both: id), trigger: trigger, benefit: benefit, target: target,
      conditions: conditions, window: window, allowances: allowances, stacking: stacking)
  }

  private func bill(
    _ rules: [Rule], customer: PricingInput.Customer? = nil, coupons: [PresentedCoupon] = [],
    time: ShopTime = .noon, latestSeen: Instant? = nil, store: String = "", tender: String? = nil,
    available: [Availability] = [], groups: [String: GroupPolicy] = [:]
  ) -> PricedBill {
    PricedBill.price(
      PricingInput(
        lines: lines(Self.cart), customer: customer, coupons: coupons, time: time,
        latestSeen: latestSeen, store: store, tender: tender, available: available),
      under: .of(rules, groups: groups))
  }

  @Test func `a condition that is not met says what is missing`() {
    let cases: [(Conditions, DecisionRecord.Verdict)] = [
      (Conditions(subtotal: .init(least: fen(3_500))), .wouldApply(missing: fen(500))),
      (Conditions(subtotal: .init(most: fen(2_999))), .unmet(.atMost(fen(2_999)))),
      (Conditions(quantity: .init(least: 5)), .unmet(.quantity(missing: 2))),
      (Conditions(quantity: .init(most: 2)), .unmet(.atMostUnits(2))),
      (Conditions(anyCategory: ["food"]), .unmet(.anyCategory(["food"]))),
      (Conditions(items: ["cup", "tea"]), .unmet(.items(["cup"]))),
      (.membersOnly, .refused(.membersOnly)),
      (Conditions(stores: ["north"]), .refused(.otherStore)),
      (Conditions(channels: ["web"]), .refused(.otherChannel)),
      (Conditions(tenders: ["wallet"]), .unmet(.tender(["wallet"]))),
      (.none, .applied(fen(100))),
    ]
    for (conditions, verdict) in cases {
      #expect(bill([rule(conditions: conditions)]).verdict(on: "r") == verdict)
    }
  }

  @Test func `a customer is asked for tier, tag, segment, birthday and purchase`() {
    let gold = PricingInput.Customer(
      id: 1, tier: "gold", tags: ["vip"], segments: ["s1"], birthday: .init(month: 11, day: 30),
      purchases: 2)
    let met: [CustomerCondition] = [
      .init(tiers: ["gold", "black"]), .init(tags: ["vip"]), .init(segments: ["s1", "s2"]),
      .init(birthday: .day), .init(birthday: .month), .init(purchase: .number(3)),
      .init(purchase: .every(3)),
    ]
    for customer in met {
      let wanted = rule(conditions: Conditions(customer: customer))
      #expect(bill([wanted], customer: gold).saved == fen(100))
    }
    let unmet: [(CustomerCondition, DecisionRecord.Verdict)] = [
      (.init(tiers: ["silver"]), .unmet(.tier(["silver"]))),
      (.init(tags: ["new"]), .refused(.otherCustomers)),
      (.init(purchase: .number(1)), .unmet(.purchase)),
    ]
    for (customer, verdict) in unmet {
      let wanted = rule(conditions: Conditions(customer: customer))
      #expect(bill([wanted], customer: gold).verdict(on: "r") == verdict)
    }
  }

  @Test func `who was born on 29 February has a birthday every year`() {
    let leap = PricingInput.Customer(tier: "", birthday: .init(month: 2, day: 29))
    let wanted = rule(conditions: Conditions(customer: .init(birthday: .day)))
    for (year, day, saved) in [(2027, 28, Int64(100)), (2028, 28, 0), (2028, 29, 100)] {
      let time = ShopTime.at(CalendarDate(year: year, month: 2, day: day), minute: 600)
      #expect(bill([wanted], customer: leap, time: time).saved == fen(saved))
    }
  }

  @Test func `weekdays, hours and the start of a day are the shop's own`() {
    // Monday to Friday, 22:00 to 02:00, in days that begin at 04:00.
    let night = RuleWindow(
      weekdays: 0b1_1111, hours: [.init(start: 22 * 60, end: 2 * 60)], dayStart: 4 * 60)
    let friday = CalendarDate(year: 2026, month: 12, day: 4)
    let cases: [(CalendarDate, Int, Bool)] = [
      (friday, 22 * 60, true), (friday.adding(days: 1), 119, true),
      (friday.adding(days: 1), 120, false), (friday.adding(days: 1), 22 * 60, false),
      (friday, 21 * 60 + 59, false), (friday.adding(days: 3), 60, false),
    ]
    for (date, minute, isIn) in cases {
      let bill = bill([rule(window: night)], time: .at(date, minute: minute))
      #expect((bill.saved > .zero) == isIn, "\(date) \(minute)")
    }
  }

  @Test func `an hour that winter time repeats is in a window twice, one that is left out never`() {
    // Berlin, 25 October 2026: 03:00 summer time is 02:00 winter time.
    let window = RuleWindow(hours: [.init(start: 120, end: 180)])
    let date = CalendarDate(year: 2026, month: 10, day: 25)
    for offset in [7_200, 3_600] {
      let time = ShopTime.at(date, minute: 150, offsetSeconds: offset)
      #expect(bill([rule(window: window)], time: time).saved == fen(100))
    }
    // 29 March 2026: after 01:59 comes 03:00.
    let spring = CalendarDate(year: 2026, month: 3, day: 29)
    let before = ShopTime.at(spring, minute: 119, offsetSeconds: 3_600)
    let after = ShopTime(
      instant: Instant(milliseconds: before.instant.milliseconds + 60_000), offsetSeconds: 7_200)
    #expect(after.clock == (3, 0))
    #expect(bill([rule(window: window)], time: before).saved == .zero)
    #expect(bill([rule(window: window)], time: after).saved == .zero)
  }

  @Test func `a clock that was set back makes no coupon valid again`() {
    let template = rule("c", trigger: .coupon(CouponTerms(validDays: 1)))
    let coupon = PresentedCoupon(
      id: "c", template: template, validUntil: ShopTime.noon.instant)
    let before = ShopTime(
      instant: Instant(milliseconds: ShopTime.noon.instant.milliseconds - 1),
      offsetSeconds: ShopTime.noon.offsetSeconds)
    #expect(bill([], coupons: [coupon], time: before).saved == fen(100))
    #expect(
      bill([], coupons: [coupon], time: before, latestSeen: ShopTime.noon.instant)
        .verdict(onCoupon: "c") == .refused(.expired))
  }

  @Test func `coupons of later days, of a series and of another member wait or are refused`() {
    let date = CalendarDate(year: 2026, month: 12, day: 1)
    let later = rule("l", trigger: .coupon(CouponTerms(validDays: 9, notBefore: date)))
    let second = rule(
      "s", trigger: .coupon(CouponTerms(validDays: 9, sequence: .init(series: "x", position: 2))))
    func verdict(_ template: Rule, holder: Int64? = nil, used: Int? = nil) -> DecisionRecord
      .Verdict?
    {
      bill(
        [], customer: .init(id: 1, tier: ""),
        coupons: [
          PresentedCoupon(
            id: "c", template: template, validUntil: Instant(milliseconds: .max), holder: holder,
            usedOfSeries: used)
        ]
      ).verdict(onCoupon: "c")
    }
    #expect(verdict(later) == .refused(.notYetValid))
    #expect(verdict(second, used: 0) == .refused(.notItsTurn))
    #expect(verdict(second, used: 1) == .applied(fen(100)))
    #expect(verdict(second, used: 2) == .refused(.notItsTurn))
    let plain = rule("p", trigger: .coupon(CouponTerms(validDays: 9)))
    #expect(verdict(plain, holder: 2) == .refused(.otherCustomers))
    #expect(verdict(plain, holder: 1) == .applied(fen(100)))
  }

  @Test func `a limit is named with what the hold takes, and refused when it is reached`() throws {
    let daily = Allowance(measure: .uses, owner: .member, window: .day, ceiling: 2)
    let limited = rule(allowances: [daily])
    #expect(bill([limited]).verdict(on: "r") == .refused(.membersOnly))
    let first = bill([limited], customer: .init(id: 7, tier: ""))
    let need = try #require(first.needs.first)
    #expect(
      need.account == AccountID(owner: "m/7", purpose: "limit/r/day-2026-11-30") && need.units == 1)
    #expect(need.available == 2 && need.account.isWellFormed)
    let spent = Availability(account: need.account, units: 0)
    let third = bill([limited], customer: .init(id: 7, tier: ""), available: [spent])
    #expect(third.verdict(on: "r") == .refused(.limitReached) && third.needs.isEmpty)
  }

  @Test func `a budget that runs out gives what is left only if it may`() {
    for isPartial in [true, false] {
      let budget = Allowance(
        measure: .money, owner: .rule, window: .month, ceiling: 500, isPartial: isPartial)
      let left = Availability(
        account: AccountID(owner: "rule/r", purpose: "limit/r/month-2026-11-01/money"), units: 60)
      let bill = bill([rule(allowances: [budget])], available: [left])
      #expect(bill.saved == fen(isPartial ? 60 : 0))
      #expect(
        bill.verdict(on: "r")
          == (isPartial
            ? .appliedInPart(fen(60), of: fen(100)) : .refused(.budgetSpent)))
    }
  }

  @Test func `joint groups join only each other, and an exclusive offer is alone`() {
    let joint = [
      rule("a", stacking: Stacking(group: "g", jointGroups: ["h"], priority: 2)),
      rule("b", stacking: Stacking(group: "h", priority: 1)), rule("c"),
    ]
    #expect(bill(joint).discounts.map(\.source.rule) == ["a", "b"])
    #expect(bill(joint).verdict(on: "c") == .refused(.groupTaken))
    let exclusive = [
      rule("a", stacking: Stacking(priority: 9)),
      rule("b", .amount(fen(20)), stacking: Stacking(isExclusive: true)),
    ]
    #expect(bill(exclusive).discounts.map(\.source.rule) == ["b"])
    #expect(bill(exclusive).verdict(on: "a") == .refused(.exclusive))
  }

  @Test func `of a group the first applies, or the one with which the bill is lowest`() {
    let group = [
      rule("a", .amount(fen(50)), stacking: Stacking(group: "g", priority: 2)),
      rule("b", .percent(basisPoints: 1_000), stacking: Stacking(group: "g")),
    ]
    #expect(bill(group).saved == fen(50))
    #expect(bill(group, groups: ["g": .best]).saved == fen(300))
    #expect(bill(group, groups: ["g": .best]).verdict(on: "a") == .refused(.groupTaken))
  }

  @Test func `what cannot be summed is refused before it is priced`() {
    func input(_ lines: [Cart.Line], fee: Money = .zero) -> PricingInput {
      PricingInput(lines: lines, customer: nil, coupons: [], time: .start, fee: fee)
    }
    let tea = CatalogueItem.of("tea", 100)
    #expect(input(lines([(tea, 99)])).refusal == nil)
    #expect(input(lines([(tea, 100)])).refusal == .quantity(line: 1, 100))
    #expect(input(lines([(tea, 0)])).refusal == .quantity(line: 1, 0))
    #expect(input(lines([(.of("x", .max), 1)])).refusal == .price(line: 1))
    #expect(input(lines([(.of("x", .min), 1)])).refusal == .price(line: 1))
    #expect(
      input(lines(Array(repeating: (tea, 1), count: 201))).refusal == .tooManyLines(201))
    #expect(input([], fee: fen(-1)).refusal == .fee)
    let twice = lines([(tea, 1)]) + lines([(tea, 1)])
    #expect(input(twice).refusal == .lineTwice)
  }
}
