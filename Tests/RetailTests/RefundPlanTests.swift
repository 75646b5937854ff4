import Ledger
import Retail
import Testing

/// What a refund plans, without a store.
struct RefundPlanTests {
  private static let sale = SaleID(kiosk: 3, counter: 42)
  private static let time = ShopTime(instant: Instant(milliseconds: 5_000), offsetSeconds: 0)

  private func context(_ id: String) throws -> ActContext {
    ActContext(
      id: try #require(MoneyActID(id)), actor: "staff/7", kiosk: 3, time: Self.time, currency: .cny)
  }

  /// Three teas for 7.50, of which 7.00 were paid in cash.
  private func sold(
    _ earlier: [PurchaseRefund.Facts] = [], issued: [SoldState.Coupon] = []
  ) -> SoldState {
    let bill = price([(.of("tea", 250), 3)], .of())
    let cash = Account(id: HouseAccount.cash, asset: Currency.cny.asset, rule: .free)
    return SoldState(
      receipt: Receipt(
        sale: Self.sale, time: Self.time, language: .zh, lines: bill.lines, discounts: [],
        subtotal: bill.subtotal, payable: bill.payable, tenders: [], member: nil, coupons: []),
      at: Self.time.instant, member: nil,
      captures: [.init(account: cash.id, amount: fen(700), target: cash)], fee: .zero, tax: .zero,
      earned: [], spent: [], points: [], used: [], issued: issued, earlier: earlier)
  }

  private func refund(
    _ lines: [PurchaseRefund.Request.Wanted], of sold: SoldState, id: String
  ) throws -> PurchaseRefund {
    try PurchaseRefund(
      .init(sale: Self.sale, lines: lines), of: sold,
      rules: RefundRules(
        order: .walletFirst, spentPoints: .owed, endedLots: .restore, withinDays: nil),
      context: try context(id))
  }

  // odoo/odoo#96721: 7.50 sold as 7.00 was refunded as 7.50.
  @Test func `a bill that was rounded gives back what was paid`() throws {
    let whole = try refund([], of: sold(), id: "r1")
    #expect(whole.facts.uses.map(\.amount) == [fen(700)])
    #expect(whole.facts.rounding == fen(50))
    guard case .post(let postings) = try #require(whole.batch.entries.first).action else {
      Issue.record("no posting")
      return
    }
    #expect(postings.list.map(\.units).sorted() == [-700, -50, 750])

    let first = try refund([.init(line: 1, quantity: 1)], of: sold(), id: "r2").facts
    let second = try refund([], of: sold([first]), id: "r3").facts
    #expect(first.uses.map(\.amount) == [fen(233)])
    #expect(second.uses.map(\.amount) == [fen(467)])
    #expect(first.rounding + second.rounding == fen(50))
  }

  @Test func `a coupon of the purchase that another sale holds is waited for`() throws {
    func coupon(available: Int64, isHeld: Bool) throws -> SoldState.Coupon {
      let account = Account(
        id: PresentedCoupon.account("k1-1"), asset: try #require(.coupons(of: "tea")),
        rule: .debitsWithinCredits)
      return SoldState.Coupon(
        id: "k1-1", holding: .init(account: account, available: available, isHeld: isHeld),
        pieces: 1, house: HouseAccount.pieces(HouseAccount.couponsIssued, of: "tea"),
        isRestored: false)
    }
    let held = sold(issued: [try coupon(available: 0, isHeld: true)])
    #expect(throws: WalletRefusal.held) { try refund([], of: held, id: "r1") }
    // A part of the purchase takes no coupon back.
    _ = try refund([.init(line: 1, quantity: 1)], of: held, id: "r2")
    let free = try refund([], of: sold(issued: [try coupon(available: 1, isHeld: false)]), id: "r3")
    #expect(free.facts.takenCoupons == ["k1-1"])
  }

  @Test func `the same request under the same id plans the same entries`() throws {
    let (first, second) = (
      try refund([], of: sold(), id: "r1"), try refund([], of: sold(), id: "r1")
    )
    #expect(first == second)
    #expect(first.batch.isLinked)
    let other = try refund([], of: sold(), id: "r2")
    #expect(Set(first.batch.entries.map(\.id)).isDisjoint(with: other.batch.entries.map(\.id)))
  }

  @Test func `ids are small letters, digits and hyphens`() {
    for text in ["", "-a", "A", "a b", "a/b", "ä", String(repeating: "a", count: 41)] {
      #expect(MoneyActID(text) == nil, "\(text)")
    }
    #expect(MoneyActID("k-00ff")?.text == "k-00ff")
    #expect(MoneyActID(random: [0, 255, 1]).text == "k-00ff01")
  }

  @Test func `of several offers the one that gives most is taken`() throws {
    func offer(_ id: String, _ size: TopUpOffer.Bonus.Size?, points: Int64 = 0) -> TopUpOffer {
      TopUpOffer(
        id: id, title: LocalizedText(both: id), least: fen(10_000),
        lastDay: id == "over" ? Self.time.date.adding(days: -1) : nil,
        bonus: size.map { .init(size: $0, validDays: nil, capOfGrantBasisPoints: nil) },
        milliPoints: points, usedBonusBasisPoints: 0)
    }
    let rules = TopUpRules(
      amounts: [fen(10_000), fen(50_000)], free: nil, undoMinutes: 0,
      offers: [
        offer("b", .amount(fen(2_000))), offer("a", .amount(fen(2_000))),
        offer("share", .share(1_000)), offer("points", nil, points: 1_000_000),
        offer("over", .amount(fen(9_000))),
      ])
    let day = Self.time.date
    #expect(try rules.offer(nil, for: fen(10_000), on: day)?.id == "a")
    #expect(try rules.offer(nil, for: fen(50_000), on: day)?.id == "share")
    #expect(try rules.offer("points", for: fen(50_000), on: day)?.id == "points")
    #expect(try rules.offer(nil, for: fen(9_999), on: day) == nil)
    #expect(throws: WalletRefusal.offerNotMet("over", from: fen(10_000))) {
      try rules.offer("over", for: fen(10_000), on: day)
    }
  }
}
