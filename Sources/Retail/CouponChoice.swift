import Ledger

/// Which of the presented coupons a bill uses: the set that leaves the lowest payable, then the
/// fewest coupons, then the ones that RETAIL 12 prefers.
///
/// Every set that the exclusive groups allow is priced, up to a count and never by a clock. One
/// more coupon only adds sets to choose from, so that it never raises the payable (I19).
struct CouponChoice: Equatable {
  /// Sets that are priced at most (RETAIL 6); enough for all sets of 14 coupons.
  static let setLimit = 20_000

  /// Indexes into the input's coupons.
  let used: Set<Int>
  /// While sets are compared, the coupons outside are not looked at.
  let isTrial: Bool
  let setsTried: Int
  let isBestProven: Bool

  static let none = CouponChoice(used: [], isTrial: false, setsTried: 0, isBestProven: true)

  /// The best choice for a bill that is priced up to the first phase of coupons.
  static func best(for pricing: Pricing) -> CouponChoice {
    let (sets, isComplete) = allowedSets(of: candidates(in: pricing), in: pricing.input)
    guard sets.count > 1 else { return none }
    var best = (set: sets[0], payable: pricing.payable(using: sets[0]))
    for set in sets.dropFirst() {
      let payable = pricing.payable(using: set)
      if payable < best.payable || payable == best.payable && set.count < best.set.count {
        best = (set, payable)
      }
    }
    return CouponChoice(
      used: Set(best.set), isTrial: false, setsTried: sets.count, isBestProven: isComplete)
  }

  /// The order of RETAIL 12 after the saving: higher threshold, earlier expiry, smaller id.
  static func isPreferred(_ left: PresentedCoupon, to right: PresentedCoupon) -> Bool {
    let (a, b) = (left.template.benefit.threshold, right.template.benefit.threshold)
    if a != b { return a > b }
    if left.validUntil != right.validUntil { return left.validUntil < right.validUntil }
    return left.id < right.id
  }

  func isLookedAt(_ index: Int) -> Bool { !isTrial || used.contains(index) }

  /// Why a coupon that could take something off does not; nil when it does.
  func refusal(of index: Int, in input: PricingInput) -> DecisionRecord.Refusal? {
    if used.contains(index) { return nil }
    let coupon = input.coupons[index]
    let isGroupTaken = used.contains { Self.exclude(input.coupons[$0], coupon) }
    return isGroupTaken ? .groupTaken : .betterWithout
  }

  /// Coupons that can take something off in some set, in the order of preference. What is left of
  /// lines is never above their list price, so that a threshold above that is out of reach.
  private static func candidates(in pricing: Pricing) -> [Int] {
    let input = pricing.input
    return input.coupons.indices.filter { index in
      let coupon = input.coupons[index]
      let list = pricing.listAmount(of: pricing.couponLines[index])
      return input.now < coupon.validUntil && list > .zero
        && list >= coupon.template.benefit.threshold
    }.sorted { isPreferred(input.coupons[$0], to: input.coupons[$1]) }
  }

  /// Sets in which no two coupons exclude each other, the empty one first, those of preferred
  /// coupons before those of others.
  private static func allowedSets(
    of candidates: [Int], in input: PricingInput
  ) -> (sets: [[Int]], isComplete: Bool) {
    var sets: [[Int]] = [[]]
    for candidate in candidates {
      for set in sets {
        let isExcluded = set.contains {
          exclude(input.coupons[$0], input.coupons[candidate])
        }
        if isExcluded { continue }
        guard sets.count < setLimit else { return (sets, false) }
        sets.append(set + [candidate])
      }
    }
    return (sets, true)
  }

  /// Of one exclusive group, or the same coupon twice.
  private static func exclude(_ left: PresentedCoupon, _ right: PresentedCoupon) -> Bool {
    if left.id == right.id { return true }
    guard let group = left.template.exclusiveGroup else { return false }
    return group == right.template.exclusiveGroup
  }
}

extension Pricing {
  /// What would be left to pay with exactly these coupons; a trial keeps no record of discounts.
  fileprivate func payable(using set: [Int]) -> Money {
    var trial = self
    trial.choice = CouponChoice(
      used: Set(set), isTrial: true, setsTried: 0, isBestProven: false)
    for phase in PricingPhase.allCases where phase >= .itemCoupons && phase < .tenders {
      trial.run(phase)
    }
    return trial.payable
  }
}
