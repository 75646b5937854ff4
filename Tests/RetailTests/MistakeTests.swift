import Ledger
import Retail
import Testing

/// Mistakes of pricing that shipped elsewhere, each with the thread where its users met it (RETAIL
/// 11).
struct MistakeTests {
  private func off(_ id: String, _ amount: Int64, coupon: Bool = false) -> Rule {
    Rule(
      id: id, title: LocalizedText(both: id),
      trigger: coupon ? .coupon(CouponTerms(validDays: 30)) : .automatic,
      benefit: .amount(fen(amount)), target: .order)
  }

  @Test func `macrozheng-mall 1002: the payable never falls below zero`() {
    let bill = price(
      [(.of("a", 500), 1)], .of([off("r", 900)]), coupons: [.of(off("c", 900, coupon: true))])
    #expect(bill.payable == .zero && bill.saved == fen(500))
    #expect(bill.verdict(onCoupon: "c") == .refused(.nothingLeft))
    #expect(bill.usedCoupons.isEmpty, "a coupon that takes nothing off is not spent")
  }

  @Test func `macrozheng-mall 1002: no price falls below its floor`() {
    let item = CatalogueItem(
      sku: "a", gtins: [], name: LocalizedText(both: "a"), category: "", unitPrice: fen(500),
      terms: PriceTerms(floor: fen(450)))
    let bill = price([(item, 2)], .of([off("r", 900)]))
    #expect(bill.payable == fen(900))
    let again = price([(item, 2)], .of([off("r", 900), off("s", 100)]))
    #expect(again.payable == fen(900) && again.verdict(on: "s") == .refused(.floorReached))
  }

  @Test func `saleor 549: a coupon is never dropped in silence`() {
    let coupon = PresentedCoupon.of(
      .of("c", .thresholdOff(threshold: fen(5_000), off: fen(800))))
    let bill = price([(.of("a", 4_000), 1)], .of(), coupons: [coupon])
    #expect(bill.verdict(onCoupon: "c") == .wouldApply(missing: fen(1_000)))
  }

  @Test func `woocommerce 8291: lines sum to the total, to the cent`() {
    let thirds = Rule(
      id: "r", title: LocalizedText(both: "r"), benefit: .percent(basisPoints: 3_333),
      target: .order)
    let bill = price([(.of("a", 333), 1), (.of("b", 333), 1), (.of("c", 334), 1)], .of([thirds]))
    #expect(bill.lines.map(\.net).sum() == bill.payable && bill.payable == fen(667))
    #expect(bill.discounts[0].parts.map(\.amount).sum() == bill.discounts[0].amount)
  }

  @Test func `odoo 259577: a tender lowers no discount`() {
    let half = Rule(
      id: "r", title: LocalizedText(both: "r"), benefit: .percent(basisPoints: 1_000),
      target: .order)
    let bill = price([(.of("a", 10_000), 1)], .of([half]))
    let (taken, left) = Spending.inOrder(bill.payable.minorUnits, from: [5_000])
    #expect(bill.payable == fen(9_000) && taken == [5_000] && left == 4_000)
  }

  @Test func `Nexuq 278: a limit is told with the bill, so that the hold takes it`() {
    let once = Rule(
      id: "r", title: LocalizedText(both: "r"), benefit: .amount(fen(100)), target: .order,
      allowances: [Allowance(measure: .uses, owner: .rule, window: .life, ceiling: 1)])
    #expect(price([(.of("a", 500), 1)], .of([once])).needs.map(\.units) == [1])
  }

  @Test func `odoo 96721: rounding cash is no discount and changes no points`() {
    let bill = price([(.of("a", 750), 1)], .of(), member: true)
    #expect(bill.payable == fen(750) && bill.saved == .zero && bill.earnedMilliPoints == 7_500)
  }
}
