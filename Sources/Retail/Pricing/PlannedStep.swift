import Ledger

/// A rule on its way to a bill: what can be said of it before any rule has run.
struct PlannedStep {
  let rule: Rule
  /// Index into the input's coupons; nil: it needs none.
  let coupon: Int?
  let phase: PricingPhase
  /// Lines in its scope, by their ids.
  let lines: [Int]
  /// List value of those lines.
  let listValue: Int64
  /// Why it cannot apply, whatever the others do.
  let verdict: DecisionRecord.Verdict?
  /// What each of its limits and budgets has left for the bill.
  let ceilings: [Ceiling]
  /// What it saves alone, for the order of coupons.
  var saving: Int64 = 0
  /// Steps that may not be on one bill with it.
  var conflicts: [Int] = []
  /// Whether a search decides if it is used: coupons, and groups of which the best is wanted.
  let isChoice: Bool

  /// One limit or budget of a rule. Coupons of one kind take from the same.
  struct Ceiling {
    let allowance: Allowance
    let account: AccountID
    let scope: UsageLimit.Scope
    let date: CalendarDate
    let left: Int64
    let levels: [Int64]

    /// What a use takes that takes so much off; what gives points costs no money.
    func units(of amount: Int64) -> Int64 {
      switch allowance.measure {
      case .uses: 1
      case .money: amount
      }
    }
  }

  var isExclusive: Bool { rule.stacking.isExclusive }

  /// The order in which steps run; total, so that it is the same whatever the order of the input.
  static func runsBefore(
    _ left: PlannedStep, _ right: PlannedStep, _ order: RuleOrder, _ coupons: [PresentedCoupon]
  ) -> Bool {
    let (a, b) = (left.rule.stacking.priority, right.rule.stacking.priority)
    switch order {
    case .phases:
      if left.phase != right.phase { return left.phase < right.phase }
      if a != b { return a > b }
    case .priority:
      if a != b { return a > b }
      if left.phase != right.phase { return left.phase < right.phase }
    }
    switch (left.coupon, right.coupon) {
    case (nil, nil): return left.rule.id < right.rule.id
    case (nil, .some): return true
    case (.some, nil): return false
    case (let first?, let second?):
      return isPreferred(left, coupons[first], to: right, coupons[second])
    }
  }

  /// The order of RETAIL 12: larger saving, higher threshold, earlier expiry, earlier claim,
  /// smaller id.
  static func isPreferred(
    _ left: PlannedStep, _ first: PresentedCoupon, to right: PlannedStep, _ second: PresentedCoupon
  ) -> Bool {
    if left.saving != right.saving { return left.saving > right.saving }
    let (a, b) = (left.rule.threshold, right.rule.threshold)
    if a != b { return a > b }
    if first.validUntil != second.validUntil { return first.validUntil < second.validUntil }
    let claims = (
      first.claimedAt?.milliseconds ?? .max, second.claimedAt?.milliseconds ?? .max
    )
    if claims.0 != claims.1 { return claims.0 < claims.1 }
    return first.id < second.id
  }
}
