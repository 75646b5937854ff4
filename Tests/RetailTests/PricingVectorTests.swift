import Ledger
import Retail
import Testing

struct PricingVectorTests {
  @Test(arguments: PricingVector.all)
  func `other projects' cases come out the same`(vector: PricingVector) throws {
    let bill = price(
      vector.cart.map { (.of($0.0, $0.1, category: $0.3), $0.2) },
      .of(vector.rules.enumerated().map { promotion($1, "r\($0)") }), member: true)
    if let discount = vector.discount { #expect(bill.saved == fen(discount)) }
    if let discounts = vector.discounts {
      #expect(bill.discounts.map(\.amount) == discounts.map { fen($0) })
    }
    if let total = vector.total { #expect(bill.payable == fen(total)) }
    if let milliPoints = vector.milliPoints { #expect(bill.earnedMilliPoints == milliPoints) }
    for (sku, taken) in vector.lines ?? [:] {
      let line = try #require(bill.lines.first { $0.sku == sku })
      #expect(line.listAmount - line.net == fen(taken))
    }
  }

  private func promotion(_ rule: PricingVector.Rule, _ id: String) -> Promotion {
    switch rule {
    case .off(let off, let threshold, let basis, let priority, let categories, let skus):
      .of(
        id, .order(.thresholdOff(threshold: fen(threshold), off: fen(off)), basis),
        scope: Scope(categories: categories, skus: skus), priority: priority)
    case .orderPercent(let basisPoints, let priority, let categories, let skus, let cap):
      .of(
        id, .order(.percent(basisPoints: basisPoints, cap: cap.map { fen($0) }), .list),
        scope: Scope(categories: categories, skus: skus), priority: priority)
    case .unitPercent(let basisPoints, let priority, let categories):
      .of(
        id, .percentOffItems(basisPoints: basisPoints), scope: Scope(categories: categories),
        priority: priority)
    case .buyGet(let buy, let free): .of(id, .buyGet(buy: buy, free: free))
    }
  }
}
