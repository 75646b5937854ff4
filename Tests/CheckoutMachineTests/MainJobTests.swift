import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// The main job, with all of the state and all of the effects of every step.
struct MainJobTests {
  private static let sale = SaleID(kiosk: 3, counter: 42)

  /// The basket as it must be now.
  private func basket(
    _ items: [CatalogueItem], _ journey: Journey, member: MemberFacts? = .wang,
    coupons: [PresentedCoupon] = [], step: UInt32 = 0, tender: String? = nil
  ) throws -> Checkout.Basket {
    var cart = Cart()
    for item in items { try cart.add(item) }
    let touchedAt = journey.basket?.touchedAt ?? journey.now
    return Checkout.Basket(
      sale: Self.sale, language: .zh, cart: cart, member: member, coupons: coupons,
      bill: PricedBill.price(
        PricingInput(
          lines: cart.lines,
          customer: member.map { PricingInput.Customer(id: $0.id, tier: $0.tier.id) },
          coupons: coupons, time: journey.time, tender: tender), under: journey.policy.rules),
      step: step, presence: .active, touchedAt: touchedAt, tender: tender)
  }

  private let idle: [Checkout.Effect] = [.show, .arm(.idle, seconds: 45)]

  @Test func `a member scans three products and a coupon, pays from the wallet, and gets paper`()
    throws
  {
    var journey = Journey()
    journey.take(.memberIdentified(.wang))
    #expect(try journey.state == .scanning(basket([], journey)))
    #expect(journey.effects == idle)

    journey.take(.itemScanned(.milk))
    #expect(try journey.state == .scanning(basket([.milk], journey)))
    #expect(journey.effects == idle)
    journey.take(.itemScanned(.rice))
    journey.take(.itemScanned(.eggs))
    let items = [CatalogueItem.milk, .rice, .eggs]
    #expect(try journey.state == .scanning(basket(items, journey)))

    journey.take(.couponPresented(.over50))
    #expect(try journey.state == .scanning(basket(items, journey, coupons: [.over50])))
    #expect(journey.effects == idle)
    let bill = try #require(journey.basket?.bill)
    #expect(bill.discounts.map(\.source.rule) == ["member-price", "over50-off8"])
    #expect(bill.subtotal == fen(7_970) && bill.payable == fen(6_970))

    journey.take(.pressed(.pay))
    #expect(try journey.state == .reviewing(basket(items, journey, coupons: [.over50])))
    #expect(journey.effects == idle)

    journey.take(.pressed(.wallet))
    let plan = WalletPlan(
      bonus: [
        .init(account: MemberFacts.bonus(1_001, lot: "spring"), amount: fen(500)),
        .init(account: MemberFacts.bonus(1_001, lot: "welcome"), amount: fen(1_500)),
      ], principal: fen(4_970), remaining: .zero)
    let shown = try #require(journey.basket)
    #expect(journey.state == .tendering(Checkout.Tendering(basket: shown, plan: plan)))
    #expect(journey.effects == idle)

    journey.take(.pressed(.confirm))
    let frozen = try basket(items, journey, coupons: [.over50], step: 1, tender: "wallet")
    let postings = SalePostings(
      sale: Self.sale, step: 1, bill: frozen.bill, coupons: [.over50], member: 1_001,
      plan: plan, currency: .cny)
    let hold = try postings.holding(at: journey.now)
    #expect(
      journey.state
        == .holding(
          Checkout.Settlement(basket: frozen, plan: plan, hold: hold, posting: nil)))
    #expect(journey.effects == [.show, .disarm, .hold(hold)])
    try answerAndPrint(&journey, frozen, postings, hold)
  }

  private func answerAndPrint(
    _ journey: inout Journey, _ frozen: Checkout.Basket, _ postings: SalePostings, _ hold: Batch
  ) throws {
    journey.take(.held([.ok, .ok]))
    let coupon = IssuedCoupon(id: "3-000042-1", of: .over60, at: journey.time)
    let lot = Account(
      id: MemberFacts.points(1_001, month: "2027-11"), asset: .points,
      rule: .debitsWithinCredits,
      expiresAt: CalendarDate(year: 2027, month: 12, day: 1).start(offsetSeconds: -43_200))
    let receipt = Receipt(
      sale: Self.sale, time: journey.time, language: .zh, lines: frozen.bill.lines,
      discounts: frozen.bill.discounts, subtotal: fen(7_970), payable: fen(6_970),
      tenders: [
        .init(tender: .bonus, amount: fen(2_000)), .init(tender: .principal, amount: fen(4_970)),
      ],
      member: Receipt.MemberPart(
        maskedName: "王*", tier: LocalizedText(zh: "金卡", en: "Gold"),
        earnedMilliPoints: 104_550, milliPointsAfter: 2_584_550, walletAfter: fen(31_030)),
      coupons: [coupon])
    let posting = Checkout.SalePosting(
      batch: try postings.posting(
        held: hold, issued: [coupon], pointsLot: lot, at: journey.now),
      receipt: receipt, member: 1_001, decision: frozen.bill.decision)
    #expect(
      journey.state
        == .posting(
          Checkout.Settlement(
            basket: frozen, plan: postings.plan, hold: hold, posting: posting)))
    #expect(journey.effects == [.show, .disarm, .post(posting)])
    #expect(coupon.validFrom.description == "2026-11-23")

    journey.take(.posted(Array(repeating: .ok, count: 5)))
    #expect(
      journey.state == .printing(Checkout.Completed(receipt: receipt, paper: .printing)))
    #expect(journey.effects == [.show, .print(Self.sale), .arm(.paper, seconds: 60)])

    journey.take(.printed(Self.sale, .printed))
    #expect(journey.state == .done(Checkout.Completed(receipt: receipt, paper: .printed)))
    #expect(journey.effects == [.show, .arm(.done, seconds: 30)])

    journey.take(.pressed(.done))
    #expect(journey.state == .attract(.zh))
    #expect(journey.effects == [.show, .disarm])
    #expect(journey.nextCounter == 43)
  }

  @Test func `a guest whose coupons cover the bill confirms and owes nothing`() {
    var journey = Journey([
      .itemScanned(.water), .couponPresented(.everything), .pressed(.pay),
    ])
    #expect(Checkout.isEnabled(.confirm, in: journey.state))
    #expect(!Checkout.isEnabled(.wallet, in: journey.state))
    journey.take(.pressed(.confirm))
    #expect(journey.state.name == "holding")
    journey.settle()
    #expect(journey.state.name == "printing")
  }
}
