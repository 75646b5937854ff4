import Ledger
import Retail
import Testing

/// Which of several coupons a bill uses (RETAIL 6, 12).
struct CouponChoiceTests {
  private static func off(
    _ id: String, _ off: Int64, over threshold: Int64 = 0, group: String? = nil,
    basis: ThresholdBasis = .list, priority: Int = 0
  ) -> PresentedCoupon {
    .of(
      .of(
        id, .thresholdOff(threshold: fen(threshold), off: fen(off)), basis: basis, group: group,
        priority: priority))
  }

  @Test func `of a group the coupon that saves most is used, whatever its priority`() {
    let coupons = [
      Self.off("small", 100, group: "g", priority: 9), Self.off("large", 800, group: "g"),
    ]
    let bill = price([(.of("A", 5_000), 1)], .of(), coupons: coupons)
    #expect(bill.usedCoupons == ["large"])
    #expect(bill.verdict(onCoupon: "small") == .refused(.groupTaken))
    #expect(bill.decision.couponSetsTried <= 3 && bill.decision.isBestProven)
  }

  @Test func `coupons without a group join`() {
    let bill = price(
      [(.of("A", 5_000), 1)], .of(), coupons: [Self.off("a", 100), Self.off("b", 200)])
    #expect(bill.saved == fen(300))
    #expect(Set(bill.usedCoupons) == ["a", "b"])
  }

  @Test func `a coupon that would push a better offer off is kept for another day`() {
    let order = Rule.of(
      "order", .order(.thresholdOff(threshold: fen(5_000), off: fen(1_000)), .running))
    let drinks = PresentedCoupon.of(
      .of("d", .percent(basisPoints: 1_000, cap: nil), scope: Scope(categories: ["drinks"])))
    let bill = price(
      [(.of("cola", 5_000, category: "drinks"), 1)], .of([order]), coupons: [drinks])
    #expect(bill.payable == fen(4_000))
    #expect(bill.verdict(onCoupon: "d") == .refused(.betterWithout))
    #expect(bill.usedCoupons.isEmpty)
  }

  @Test func `of equal savings fewer coupons are used`() {
    let bill = price(
      [(.of("A", 500), 1)], .of(), coupons: [Self.off("a", 300), Self.off("all", 500)])
    #expect(bill.payable == .zero && bill.usedCoupons == ["all"])
    #expect(bill.verdict(onCoupon: "a") == .refused(.nothingLeft))
    let two = price(
      [(.of("A", 300), 1)], .of(),
      coupons: [Self.off("a", 100), Self.off("b", 200), Self.off("c", 300)])
    #expect(two.payable == .zero && two.usedCoupons == ["c"])
  }

  @Test func `equal coupons are preferred by threshold, then expiry, then id`() {
    let template = Rule.of(
      "t", .thresholdOff(threshold: .zero, off: fen(100)), group: "g")
    func coupon(_ id: String, until: Int64) -> PresentedCoupon {
      PresentedCoupon(id: id, template: template, validUntil: Instant(milliseconds: until))
    }
    let cart = [(CatalogueItem.of("A", 5_000), 1)]
    let early = [coupon("a", until: 9_000), coupon("b", until: 8_000), coupon("c", until: 8_000)]
    #expect(price(cart, .of(), coupons: early).usedCoupons == ["b"])
    let higher = early + [Self.off("z", 100, over: 4_000, group: "g")]
    #expect(price(cart, .of(), coupons: higher).usedCoupons == ["z"])
  }

  @Test func `one coupon scanned twice counts once`() {
    let bill = price(
      [(.of("A", 5_000), 1)], .of(), coupons: [Self.off("a", 100), Self.off("a", 100)])
    #expect(bill.saved == fen(100))
  }

  @Test func `twelve joining coupons are searched whole, and many more are bounded`() {
    let twelve = (1...12).map { Self.off("c\($0)", Int64($0)) }
    let bill = price([(.of("A", 5_000), 1)], .of(), coupons: twelve)
    #expect(bill.saved == fen(78) && bill.decision.isBestProven)
    #expect(bill.decision.couponSetsTried <= 4_096)
    // Thresholds on what is left make sets worth looking at that a bound cannot rule out.
    let many = (1...40).map {
      Self.off("c\($0)", 90 + Int64($0), over: 4_000 - 80 * Int64($0), basis: .running)
    }
    let bounded = price([(.of("A", 5_000), 1)], .of(), coupons: many)
    #expect(bounded.decision.couponSetsTried <= 20_001 && !bounded.decision.isBestProven)
    #expect(bounded.saved > .zero)
  }
}
