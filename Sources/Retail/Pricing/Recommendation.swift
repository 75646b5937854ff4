import Ledger

/// What a member who holds coupons is told before paying (FEATURES P8).
public struct Recommendation: Equatable, Sendable {
  /// The coupons to use, which leave the lowest payable.
  public let coupons: [String]
  public let payable: Money
  /// What they save together.
  public let saves: Money
  /// Held coupons that a little more would let apply, the smallest missing amount first.
  public let hints: [Hint]
  /// Whether it is proven that no other choice is better.
  public let isBestProven: Bool

  public struct Hint: Equatable, Sendable {
    public let coupon: String
    public let title: LocalizedText
    public let missing: Money
    /// What it would take off at its threshold; nil where that depends on what is bought.
    public let saves: Money?
  }

  /// Hints that are told at most.
  public static let hintLimit = 3

  /// The best of the coupons that a member holds, for this cart under these rules.
  ///
  /// Of more than a bill can look at, those come first that can apply and ask for most: what is
  /// left out could be better, and then the best is not said to be proven.
  public static func best(
    for input: PricingInput, holding held: [PresentedCoupon], under rules: RuleSet
  ) -> Recommendation {
    let without = PricedBill.price(input.with(coupons: []), under: rules)
    let subtotal = without.subtotal
    let order = held.sorted { left, right in
      let reaches = (left.template.entry <= subtotal, right.template.entry <= subtotal)
      if reaches.0 != reaches.1 { return reaches.0 }
      let (a, b) = (left.template.threshold, right.template.threshold)
      if a != b { return reaches.0 ? a > b : a < b }
      if left.validUntil != right.validUntil { return left.validUntil < right.validUntil }
      return left.id < right.id
    }
    let looked = Array(order.prefix(PricingInput.couponLimit))
    let bill = PricedBill.price(input.with(coupons: looked), under: rules)
    var hints: [Hint] = []
    for step in bill.decision.steps {
      guard case .wouldApply(let missing) = step.verdict, let id = step.coupon,
        let coupon = looked.first(where: { $0.id == id })
      else { continue }
      hints.append(
        Hint(
          coupon: id, title: coupon.template.title, missing: missing,
          saves: coupon.template.benefit.worth))
    }
    hints.sort {
      $0.missing == $1.missing ? $0.coupon < $1.coupon : $0.missing < $1.missing
    }
    return Recommendation(
      coupons: bill.usedCoupons, payable: bill.payable, saves: without.payable - bill.payable,
      hints: Array(hints.prefix(hintLimit)),
      isBestProven: bill.decision.isBestProven && looked.count == held.count)
  }
}
