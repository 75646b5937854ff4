import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Refunds of purchases, in the product's own store.
struct RefundTests {
  private static let tea = WalletShop.item("tea", 1_033)
  private static let cake = WalletShop.item("cake", 5_000)

  private func shop() async throws -> (WalletShop, Int64) {
    let shop = try WalletShop()
    return (shop, try await shop.members.register("王小明", seed: 1).id)
  }

  // odoo/odoo#238806, #212922: points stayed after a refund, or were taken twice.
  @Test func `a whole refund ends where the sale began`() async throws {
    let (shop, member) = try await shop()
    let topUp = try await shop.topUp(50_000, of: member, id: "t1").facts
    let coupon = WalletShop.shown(try #require(topUp.coupons.first))
    let before = try await shop.balances()
    let (sale, bill, _) = try await shop.sell(
      [(Self.tea, 3), (Self.cake, 1)], number: 1, member: member, coupons: [coupon])
    #expect(bill.usedCoupons == [coupon.id])

    let refund = try await shop.refund(sale, id: "r1").facts

    #expect(try await shop.balances() == before)
    #expect(refund.isWhole)
    #expect(refund.amount == bill.payable)
    #expect(refund.restoredCoupons == [coupon.id])
    #expect(refund.takenCoupons == ["3-000001-1"])
    #expect(refund.earnedMilliPoints == bill.earnedMilliPoints)
    try await shop.expectSound()
  }

  @Test func `a coupon of a kind that refunds do not give back stays used`() async throws {
    let (shop, member) = try await shop()
    let topUp = try await shop.topUp(50_000, of: member, id: "t1").facts
    let given = try #require(topUp.coupons.first)
    let kept = Rule(
      id: WalletShop.template.id, title: WalletShop.template.title,
      trigger: .coupon(CouponTerms(validDays: 30, refund: .forfeit)),
      benefit: WalletShop.template.benefit, target: .order)
    let coupon = PresentedCoupon(id: given.id, template: kept, validUntil: given.endsAt)
    let (sale, bill, _) = try await shop.sell(
      [(Self.cake, 1)], number: 1, member: member, coupons: [coupon])
    #expect(bill.usedCoupons == [coupon.id])

    let refund = try await shop.refund(sale, id: "r1").facts

    #expect(refund.isWhole && refund.restoredCoupons.isEmpty)
    #expect(try await shop.has(coupon.account) == 0)
    try await shop.expectSound()
  }

  @Test func `what a rule took from its limit and budget paid for nothing`() async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(30_000, of: member, id: "t1")
    let limited = Rule(
      id: "tenth", title: LocalizedText(zh: "九折", en: "10 % off"),
      benefit: .percent(basisPoints: 1_000), target: .order,
      allowances: [
        Allowance(measure: .money, owner: .rule, window: .life, ceiling: 100_000),
        Allowance(measure: .uses, owner: .member, window: .life, ceiling: 3),
      ])
    let offers = WalletShop.offers
    let rules = RuleSet(
      version: 1, rounding: offers.rounding, rules: [limited], earning: offers.earning,
      issuing: [], wallet: offers.wallet, tiers: offers.tiers)
    let (sale, bill, plan) = try await shop.sell(
      [(Self.cake, 2)], number: 1, member: member, under: rules)
    #expect(bill.needs.count == 2 && plan.total == Money(minorUnits: 9_000))

    let part = try await shop.refund(sale, [(1, 1)], id: "r1").facts
    let rest = try await shop.refund(sale, id: "r2").facts

    #expect([part.amount, rest.amount] == [4_500, 4_500].map { Money(minorUnits: $0) })
    #expect(
      (part.uses + rest.uses).map(\.from.owner).allSatisfy { $0 == MemberFacts.owner(member) })
    let left = try await shop.ledger.available(bill.needs.map(\.account)).map(\.units)
    #expect(left == [99_000, 2], "a refund gives nothing back to limits")
    try await shop.expectSound()
  }

  @Test func `a retry refunds once, and nothing is refunded twice`() async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(30_000, of: member, id: "t1")
    let (sale, _, _) = try await shop.sell([(Self.tea, 2)], number: 1, member: member)
    let first = try await shop.refund(sale, [(1, 1)], id: "r1").facts
    let balances = try await shop.balances()

    let retry = try await shop.refund(sale, [(1, 1)], id: "r1")
    let more = try await walletRefusal { try await shop.refund(sale, [(1, 2)], id: "r2") }
    #expect(retry.facts == first && retry.isRepeated)
    #expect(more == .quantity(line: 1, left: 1))
    #expect(try await shop.balances() == balances)
    try await shop.refund(sale, id: "r3")
    let none = try await walletRefusal { try await shop.refund(sale, id: "r4") }
    #expect(none == .nothingLeft)
  }

  @Test func `the newest use comes back first, outside money last or first`() async throws {
    let (shop, member) = try await shop()
    let topUp = try await shop.topUp(30_000, of: member, id: "t1").facts
    let (sale, _, plan) = try await shop.sell(
      [(Self.cake, 4)], number: 1, member: member, cashAtLeast: 2_000)
    #expect(plan.bonusTotal == Money(minorUnits: 1_500))
    #expect(plan.principal == Money(minorUnits: 14_500))

    let first = try await shop.refund(sale, [(1, 3)], id: "r1").facts
    let second = try await shop.refund(sale, [(1, 1)], id: "r2").facts

    #expect(
      first.uses.map(\.from) == [MemberFacts.principal(member)], "13.50 of 14.50 principal")
    #expect(first.amount == Money(minorUnits: 13_500))
    #expect(
      second.uses.map(\.from) == [
        MemberFacts.principal(member), topUp.bonusLot, HouseAccount.cash,
      ])
    #expect(second.uses.map(\.amount.minorUnits) == [1_000, 1_500, 2_000])

    let (other, _, _) = try await shop.sell(
      [(Self.cake, 2)], number: 2, member: member, cashAtLeast: 2_000)
    let outside = try await shop.refund(
      other, [(1, 1)], id: "r3",
      rules: RefundRules(
        order: .outsideFirst, spentPoints: .owed, endedLots: .restore, withinDays: nil)
    ).facts
    #expect(outside.uses.first?.from == HouseAccount.cash)
    #expect(outside.uses.first?.amount == Money(minorUnits: 2_000))
  }

  @Test func `what is wrong with a request is told and nothing is done`() async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(30_000, of: member, id: "t1")
    let (sale, _, _) = try await shop.sell([(Self.tea, 2)], number: 1, member: member)
    let before = try await shop.balances()
    let cases: [([(Int, Int)], WalletRefusal)] = [
      ([(2, 1)], .unknownLine(2)), ([(0, 1)], .unknownLine(0)),
      ([(1, 0)], .quantity(line: 1, left: 2)), ([(1, 3)], .quantity(line: 1, left: 2)),
      ([(1, 1), (1, 1)], .lineTwice(1)), ([(1, -1)], .quantity(line: 1, left: 2)),
    ]
    for (lines, expected) in cases {
      let refusal = try await walletRefusal { try await shop.refund(sale, lines, id: "r1") }
      #expect(refusal == expected)
    }
    let unknown = SaleID(kiosk: 3, counter: 99)
    let none = try await walletRefusal { try await shop.refund(unknown, id: "r1") }
    let late = try await walletRefusal {
      try await shop.refund(sale, id: "r1", minutes: 31 * 1_440)
    }
    #expect(none == .unknownSale(unknown))
    #expect(late == .saleTooOld(days: 30))
    #expect(try await shop.balances() == before)
  }

  // MARK: Lots that ended, points that were spent

  @Test(arguments: [
    RefundRules.EndedLots.restore, .extend(days: 30), .forfeit,
  ])
  func `bonus of a lot that ended goes where the shop says`(
    ended: RefundRules.EndedLots
  ) async throws {
    let (shop, member) = try await shop()
    let short = WalletShop.rules(offers: [
      WalletShop.offer("short", least: 30_000, bonus: 3_000, days: 2)
    ])
    let topUp = try await shop.topUp(30_000, of: member, id: "t1", rules: short).facts
    let (sale, _, plan) = try await shop.sell([(Self.cake, 1)], number: 1, member: member)
    let used = plan.bonusTotal.minorUnits
    try #require(used == 1_500)

    let refund = try await shop.refund(
      sale, id: "r1", minutes: 5 * 1_440,
      rules: RefundRules(order: .walletFirst, spentPoints: .owed, endedLots: ended, withinDays: 30)
    ).facts

    let extended = MemberFacts.bonus(member, lot: "r1.t1")
    switch ended {
    case .restore: #expect(try await shop.has(topUp.bonusLot) == 3_000)
    case .extend:
      #expect(try await shop.has(extended) == used)
      let lot = try #require(try await shop.ledger.account(extended)).0
      #expect(
        lot.expiresAt
          == WalletShop.time(5 * 1_440).date.adding(days: 30)
          .start(offsetSeconds: WalletShop.offset))
      // Still the top-up's own: it goes with it and is not paid out.
      let back = try await shop.refundTopUp("t1", id: "b1", minutes: 6 * 1_440).facts
      #expect(back.bonus == Money(minorUnits: 3_000))
      #expect(back.usedBonus == .zero && back.paidOut == Money(minorUnits: 30_000))
    case .forfeit:
      #expect(try await shop.has(HouseAccount.forfeit) == used)
      #expect(refund.uses.contains { $0.to == HouseAccount.forfeit })
    }
    try await shop.expectSound()
  }

  @Test(arguments: [RefundRules.SpentPoints.owed, .left])
  func `earned points that were spent are owed or left`(
    spent: RefundRules.SpentPoints
  ) async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(30_000, of: member, id: "t1")
    let (sale, bill, _) = try await shop.sell([(Self.cake, 1)], number: 1, member: member)
    let earned = bill.earnedMilliPoints
    let lot = Account.pointsLot(
      member: member, month: WalletShop.time().date.firstOfMonth(after: 12))
    _ = try await shop.ledger.submit(
      Shop.entry(
        900,
        .post(
          try Postings([
            Posting(account: lot.id, asset: .points, units: earned - 1_000),
            Posting(account: HouseAccount.pointsIssued, asset: .points, units: 1_000 - earned),
          ]))))

    let refund = try await shop.refund(
      sale, id: "r1",
      rules: RefundRules(
        order: .walletFirst, spentPoints: spent, endedLots: .restore, withinDays: nil)
    ).facts

    #expect(refund.takenMilliPoints == 1_000)
    #expect(refund.owedMilliPoints == (spent == .owed ? earned - 1_000 : 0))
    #expect(
      try await shop.has(Account.pointsOwed(by: member).id) == -refund.owedMilliPoints)
  }

  @Test func `a member who became another gets it back`() async throws {
    let (shop, member) = try await shop()
    let other = try await shop.members.register("李雷", seed: 2).id
    try await shop.topUp(30_000, of: member, id: "t1")
    let (sale, bill, _) = try await shop.sell([(Self.cake, 1)], number: 1, member: member)
    _ = try await shop.store.mergeMember(
      member, into: other, entries: MergerEntries(kiosk: 3, step: 1),
      act: try MemberShop.act("twice"))

    let refund = try await shop.refund(sale, id: "r1").facts

    #expect(refund.amount == bill.payable)
    #expect(try await shop.has(MemberFacts.principal(other)) == 30_000)
    #expect(try await shop.has(MemberFacts.bonus(other, lot: "m\(member).t1")) == 3_000)
    try await shop.expectSound()
  }

  // MARK: Any sequence

  @Test(arguments: [UInt64(1), 7, 4_021, 90_210])
  func `any sequence of refunds gives back what was captured, no more and no less`(
    seed: UInt64
  ) async throws {
    let (shop, member) = try await shop()
    var random = SplitMix64(seed: seed)
    try await shop.topUp(500_000, of: member, id: "t1")
    for number in 1...UInt64(8) {
      let before = try await shop.balances()
      let items = (0...random.below(4)).map { index in
        (WalletShop.item("i\(index)", Int64(1 + random.below(700))), 1 + random.below(5))
      }
      let (sale, bill, _) = try await shop.sell(
        items, number: number, member: member, cashAtLeast: Int64(random.below(300)))
      var left = items.map(\.1)
      var step = 0
      var sum = Money.zero
      while left.contains(where: { $0 > 0 }) {
        let line = random.pick(left.indices.filter { left[$0] > 0 })
        let count = 1 + random.below(left[line])
        left[line] -= count
        step += 1
        sum += try await shop.refund(
          sale, [(line + 1, count)], id: "s\(number)-\(step)",
          rules: RefundRules(
            order: random.pick(RefundRules.Order.allCases), spentPoints: .owed,
            endedLots: .restore, withinDays: nil)
        ).facts.amount
      }
      #expect(sum == bill.payable, "seed \(seed), sale \(number)")
      #expect(try await shop.balances() == before, "seed \(seed), sale \(number)")
    }
    try await shop.expectSound()
  }
}
