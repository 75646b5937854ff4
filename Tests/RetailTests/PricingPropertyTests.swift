import Ledger
import Retail
import Testing

/// The invariants of RETAIL 8 over random carts, rules and coupons.
struct PricingPropertyTests {
  static let seeds = [UInt64(1), 7, 4_021]

  /// I7 and I8.
  @Test(arguments: seeds)
  func `parts sum to discounts, discounts to what was saved, and no line goes below its floor`(
    seed: UInt64
  ) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<2_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      let onTop = bill.tax?.rule.mode == .exclusive ? bill.tax?.amount ?? .zero : .zero
      let (asked, due) = (bill.fee?.listAmount ?? .zero, bill.fee?.net ?? .zero)
      try demand(bill.payable >= .zero)
      try demand(bill.lines.map(\.net).sum() + due + onTop == bill.payable)
      try demand(bill.subtotal + asked - bill.saved + onTop == bill.payable)
      var taken: [Int: Money] = [:]
      var offFee = Money.zero
      for discount in bill.discounts {
        try demand(discount.amount > .zero)
        try demand(
          discount.parts.map(\.amount).sum() + (discount.offFee ?? .zero) == discount.amount)
        offFee += discount.offFee ?? .zero
        for part in discount.parts {
          try demand(part.amount > .zero)
          taken[part.line, default: .zero] += part.amount
        }
      }
      try demand(asked - due == offFee && due >= .zero)
      let pointsPaid = bill.discounts.contains { $0.source == .points }
      for (line, priced) in zip(input.lines, bill.lines) {
        let floor = (line.item.terms?.floor ?? .zero) * line.quantity
        // Points are the customer's own: what they pay is no discount.
        try demand(priced.net >= (pointsPaid ? .zero : floor))
        try demand(priced.listAmount - priced.net == taken[priced.id] ?? .zero)
      }
      try demand(Set(bill.usedCoupons).count == bill.usedCoupons.count)
      for need in bill.needs { try demand(need.units <= need.available && need.units > 0) }
    }
  }

  /// I12.
  @Test(arguments: seeds)
  func `a decision names every rule once and replays to the same bill`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      try demand(PricedBill.price(bill.decision.input, under: rules) == bill)
      for rule in rules.rules {
        try demand(bill.decision.steps.count { $0.rule == rule.id } == 1)
      }
      for coupon in input.coupons {
        try demand(bill.decision.steps.count { $0.coupon == coupon.id } == 1)
      }
      let phases = bill.decision.steps.map(\.phase)
      try demand(phases == phases.sorted())
      let applied = bill.decision.steps.compactMap(\.verdict.amount).filter { $0 > .zero }
      try demand(applied.sum() == bill.saved && applied.count == bill.discounts.count)
    }
  }

  /// I18.
  @Test(arguments: seeds)
  func `another order of lines or coupons gives the same bill`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      let shuffled = PricedBill.price(
        input.with(
          lines: random.numbers.shuffle(input.lines),
          coupons: random.numbers.shuffle(input.coupons)), under: rules)
      try demand(shuffled.payable == bill.payable)
      try demand(
        shuffled.lines.sorted { $0.id < $1.id } == bill.lines.sorted { $0.id < $1.id })
      try demand(shuffled.usedCoupons == bill.usedCoupons)
      try demand(shuffled.hints == bill.hints)
    }
  }

  /// I19.
  @Test(arguments: seeds)
  func `one more coupon never raises the payable`(seed: UInt64) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      var before: Money?
      for count in 0...input.coupons.count {
        let payable = PricedBill.price(
          input.with(coupons: Array(input.coupons.prefix(count))), under: rules
        ).payable
        if let before { try demand(payable <= before) }
        before = payable
      }
    }
  }
}
