import Ledger
import Retail
import Testing

/// What a member who holds coupons is told before paying.
struct RecommendationTests {
  private func held(_ id: String, _ off: Int64, over threshold: Int64) -> PresentedCoupon {
    .of(.of(id, .thresholdOff(threshold: fen(threshold), off: fen(off)), group: "bill"))
  }

  private func recommend(
    _ price: Int64, _ held: [PresentedCoupon], _ rules: [Rule] = []
  ) -> Recommendation {
    Recommendation.best(
      for: PricingInput(
        lines: lines([(.of("a", price), 1)]), customer: .init(id: 1, tier: ""), coupons: [],
        time: .start), holding: held, under: .of(rules))
  }

  @Test func `the best coupon is named, and what a little more would bring`() {
    let coupons = [
      held("small", 300, over: 2_000), held("big", 800, over: 5_000),
      held("more", 1_500, over: 9_000),
      held("far", 9_000, over: 90_000),
    ]
    let told = recommend(5_200, coupons)
    #expect(told.coupons == ["big"] && told.payable == fen(4_400) && told.saves == fen(800))
    #expect(told.hints.map(\.coupon) == ["more", "far"])
    #expect(told.hints.map(\.missing) == [fen(3_800), fen(84_800)])
    #expect(told.hints.first?.saves == fen(1_500) && told.isBestProven)
  }

  @Test func `a coupon that would push a better offer off is not recommended`() {
    let order = Rule.of(
      "order", .order(.thresholdOff(threshold: fen(5_000), off: fen(1_000)), .running))
    let drinks = PresentedCoupon.of(
      .of("d", .percent(basisPoints: 1_000, cap: nil), scope: Scope(skus: ["a"])))
    let told = recommend(5_000, [drinks], [order])
    #expect(told.coupons.isEmpty && told.payable == fen(4_000) && told.saves == .zero)
  }

  @Test func `of more coupons than a bill looks at the best is not said to be proven`() {
    let many = (1...100).map { held("c\($0)", Int64($0), over: 1_000) }
    let told = recommend(5_000, many)
    #expect(told.coupons.count == 1 && !told.isBestProven)
    #expect(recommend(5_000, Array(many.prefix(60))).coupons == ["c60"])
  }

  @Test func `hints are few, the nearest first`() {
    let many = (1...9).map { held("c\($0)", 10, over: 5_000 + Int64($0)) }
    #expect(recommend(5_000, many).hints.map(\.missing) == [fen(1), fen(2), fen(3)])
    #expect(recommend(5_000, many).hints.count == Recommendation.hintLimit)
  }
}
