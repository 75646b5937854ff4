import Ledger
import Retail
import Testing

/// What each phase does, and in which order (RETAIL 6).
struct PricingTests {
  @Test func `phases run in the order of their numbers, and none is missing`() {
    #expect(PricingPhase.allCases.map(\.rawValue) == Array(1...12))
    #expect(PricingPhase.allCases.sorted() == PricingPhase.allCases)
  }

  @Test func `an empty cart costs nothing and earns nothing`() {
    let bill = price([], .of([.of("ten", .percentOffItems(basisPoints: 1_000))]), member: true)
    #expect(bill.payable == .zero && bill.subtotal == .zero && bill.saved == .zero)
    #expect(bill.earnedMilliPoints == 0 && bill.discounts.isEmpty)
  }

  @Test func `the member price is for members, and only where it is lower`() {
    let rules = RuleSet.of([.of("member", .memberPrice, membersOnly: true)])
    let cart = [
      (CatalogueItem.of("milk", 1_000, member: 880), 2),
      (.of("salt", 300, member: 300), 1), (.of("tea", 500, member: 600), 1),
    ]
    let member = price(cart, rules, member: true)
    #expect(member.taken(by: "member") == fen(240))
    #expect(member.discounts[0].parts.map(\.line) == [1])
    #expect(member.discounts[0].isOnLines)
    let guest = price(cart, rules)
    #expect(guest.payable == guest.subtotal)
    #expect(guest.verdict(on: "member") == .refused(.membersOnly))
  }

  @Test func `a percentage on items is rounded for one unit and then multiplied`() {
    let cart = [(CatalogueItem.of("pen", 275), 3)]
    let rule = Rule.of("ten", .percentOffItems(basisPoints: 1_000))
    #expect(price(cart, .of([rule])).taken(by: "ten") == fen(81))
    #expect(
      price(cart, .of([rule], rounding: .halfUpOnDiscount)).taken(by: "ten") == fen(84))
  }

  @Test func `a percentage on items stays inside its scope`() {
    let cart = [
      (CatalogueItem.of("cola", 400, category: "drinks"), 1),
      (.of("bread", 600, category: "food"), 1), (.of("soap", 500, category: "home"), 1),
    ]
    let rule = Rule.of(
      "half", .percentOffItems(basisPoints: 5_000),
      scope: Scope(categories: ["drinks"], skus: ["soap"]))
    let bill = price(cart, .of([rule]))
    #expect(bill.lines.map(\.net) == [fen(200), fen(600), fen(250)])
  }

  @Test func `of every group of units the free ones cost nothing`() {
    let rules = RuleSet.of([.of("3for2", .buyGet(buy: 2, free: 1))])
    for (quantity, free) in [(2, 0), (3, 1), (5, 1), (6, 2), (7, 2)] {
      let bill = price([(.of("milk", 1_200), quantity)], rules)
      #expect(bill.taken(by: "3for2") == fen(1_200) * free)
    }
  }

  @Test func `a free unit gives back what it cost the customer, not its list price`() {
    let rules = RuleSet.of([
      .of("member", .memberPrice, membersOnly: true), .of("3for2", .buyGet(buy: 2, free: 1)),
    ])
    let bill = price([(.of("milk", 1_000, member: 800), 3)], rules, member: true)
    #expect(bill.payable == fen(1_600))
  }

  @Test func `a unit is used up by one bundle only`() {
    let rules = RuleSet.of([
      .of("3for2", .buyGet(buy: 2, free: 1), priority: 2),
      .of("2for1", .buyGet(buy: 1, free: 1), priority: 1),
    ])
    let bill = price([(.of("milk", 1_000), 5)], rules)
    #expect(bill.taken(by: "3for2") == fen(1_000))
    #expect(bill.taken(by: "2for1") == fen(1_000), "two units were left, each at its full cost")
    #expect(bill.payable == fen(3_000))
  }

  @Test func `order promotions come after bundles and before order coupons`() {
    let benefit = Gift.percent(basisPoints: 5_000, cap: nil)
    let rules = RuleSet.of([
      .of("order", .order(.thresholdOff(threshold: .zero, off: fen(100)), .list)),
      .of("2for1", .buyGet(buy: 1, free: 1)),
    ])
    let bill = price(
      [(.of("milk", 1_000), 2)], rules, coupons: [.of(.of("half", benefit))])
    #expect(bill.discounts.map(\.source.rule) == ["2for1", "order", "half"])
    #expect(bill.taken(by: "half") == fen(450))
    #expect(bill.payable == fen(450))
  }

  @Test func `a coupon for a part of the shop comes before bundles and sees only its lines`() {
    let drinks = Rule.of(
      "drinks", .percent(basisPoints: 1_000, cap: nil), scope: Scope(categories: ["drinks"]))
    let cart = [
      (CatalogueItem.of("cola", 450, category: "drinks"), 2),
      (.of("bread", 700, category: "food"), 1),
    ]
    let bill = price(cart, .of(), coupons: [.of(drinks)])
    #expect(bill.taken(by: "drinks") == fen(90))
    #expect(bill.discounts[0].phase == .itemCoupons)
    #expect(bill.lines.map(\.net) == [fen(810), fen(700)])
  }

  @Test func `a percentage is capped`() {
    let capped = Rule.of("capped", .percent(basisPoints: 1_000, cap: fen(900)))
    #expect(price([(.of("A", 12_000), 1)], .of(), coupons: [.of(capped)]).saved == fen(900))
    #expect(price([(.of("A", 5_000), 1)], .of(), coupons: [.of(capped)]).saved == fen(500))
  }

  @Test
  func `a threshold on list prices does not see earlier discounts, one on the running sum does`() {
    let half = Rule.of("half", .percentOffItems(basisPoints: 5_000))
    for (basis, saved) in [(ThresholdBasis.list, Int64(7_000)), (.running, 6_000)] {
      let coupon = Rule.of(
        "over100", .thresholdOff(threshold: fen(10_000), off: fen(1_000)), basis: basis)
      let bill = price([(.of("shirt", 12_000), 1)], .of([half]), coupons: [.of(coupon)])
      #expect(bill.saved == fen(saved))
    }
  }

  @Test func `a threshold is reached by its very amount, and a hint says what is missing`() {
    let over50 = Rule.of(
      "over50", .thresholdOff(threshold: fen(5_000), off: fen(800)))
    let reached = price([(.of("A", 5_000), 1)], .of(), coupons: [.of(over50)])
    #expect(reached.saved == fen(800) && reached.hints.isEmpty)
    let short = price([(.of("A", 4_999), 1)], .of(), coupons: [.of(over50)])
    #expect(short.saved == .zero)
    #expect(short.verdict(onCoupon: "over50") == .wouldApply(missing: fen(1)))
    #expect(short.hints.map(\.missing) == [fen(1)])
    #expect(short.usedCoupons.isEmpty)
  }

  @Test func `the odd unit goes to the line with the smaller number, wherever it stands`() {
    let off = Rule.of("off", .order(.thresholdOff(threshold: .zero, off: fen(101)), .list))
    let cart = lines([(.of("A", 500), 1), (.of("B", 500), 1)])
    for order in [cart, cart.reversed()] {
      let bill = PricedBill.price(
        PricingInput(
          lines: order, customer: nil, coupons: [], time: .start), under: .of([off]))
      #expect(bill.lines.first { $0.id == 1 }?.net == fen(449))
      #expect(bill.lines.first { $0.id == 2 }?.net == fen(450))
    }
  }

  @Test func `a discount never exceeds what is left of its lines`() {
    let huge = Rule.of("huge", .order(.thresholdOff(threshold: .zero, off: fen(9_900)), .list))
    let more = Rule.of("more", .order(.thresholdOff(threshold: .zero, off: fen(100)), .list))
    let bill = price([(.of("A", 2_000), 1)], .of([huge, more]))
    #expect(bill.payable == .zero && bill.saved == fen(2_000))
    #expect(bill.verdict(on: "more") == .refused(.nothingLeft))
  }

  @Test func `an expired coupon is refused`() {
    let template = Rule.of("any", .percent(basisPoints: 1_000, cap: nil))
    let expired = PresentedCoupon(
      id: "c", template: template, validUntil: Instant(milliseconds: 1_000))
    let bill = price([(.of("A", 2_000), 1)], .of(), coupons: [expired])
    #expect(bill.verdict(onCoupon: "c") == .refused(.expired))
    #expect(bill.payable == fen(2_000))
  }

  @Test func `a coupon is issued to members who pay enough, and never for nothing`() {
    let rules = RuleSet.of(issuing: [
      IssueRule(template: "next", minimumPayable: fen(3_000), isForMembersOnly: true)
    ])
    #expect(price([(.of("A", 3_000), 1)], rules, member: true).issues == ["next"])
    #expect(price([(.of("A", 2_999), 1)], rules, member: true).issues == [])
    #expect(price([(.of("A", 3_000), 1)], rules).issues == [])
    let always = RuleSet.of(issuing: [
      IssueRule(template: "next", minimumPayable: .zero, isForMembersOnly: false)
    ])
    #expect(price([(.of("free", 0), 1)], always).issues == [])
  }

  @Test func `points are floored once, after the multiplier, on what is paid`() {
    let rule = EarningRule.onePerYuan
    #expect(rule.earned(on: fen(2_333), tier: "gold") == 34_995)
    #expect(rule.earned(on: fen(2_333), tier: "silver") == 23_330)
    let whole = EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: ["gold": 15_000], wholePointsOnly: true,
      expiresAfterMonths: 12)
    #expect(whole.earned(on: fen(2_333), tier: "gold") == 34_000)
    let third = EarningRule(
      milliPointsPerMinorUnit: 1, tierMultipliers: ["gold": 3_333], wholePointsOnly: false,
      expiresAfterMonths: 12)
    #expect(third.earned(on: fen(2), tier: "gold") == 0, "0.6666 is floored")
    let absurd = EarningRule(
      milliPointsPerMinorUnit: 10_000, tierMultipliers: ["gold": 100_000],
      wholePointsOnly: false, expiresAfterMonths: 12)
    #expect(absurd.earned(on: fen(Posting.unitsLimit), tier: "gold") == Posting.unitsLimit)
    let half = Rule.of("half", .percentOffItems(basisPoints: 5_000))
    #expect(price([(.of("A", 2_000), 1)], .of([half]), member: true).earnedMilliPoints == 10_000)
    #expect(price([(.of("A", 2_000), 1)], .of([half])).earnedMilliPoints == 0)
  }
}
