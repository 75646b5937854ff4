import Ledger

/// Which of the presented coupons, and of groups whose best is wanted which rules, a bill uses.
struct CouponChoice: Equatable {
  /// Steps of the pipeline.
  let used: Set<Int>
  /// The one exclusive rule, beside which only price labels count.
  let sole: Int?
  let setsTried: Int
  let isBestProven: Bool
  /// While sets are compared, no choice is made yet.
  var isOpen = false

  static let none = CouponChoice(used: [], sole: nil, setsTried: 0, isBestProven: true)

  /// Why a rule that could take something off does not; nil when it does.
  func refusal(
    of index: Int, _ steps: [PlannedStep], _ state: BillState
  ) -> DecisionRecord.Refusal? {
    guard steps[index].isChoice, !used.contains(index) else { return nil }
    let step = steps[index]
    let isGroupTaken = used.contains { step.conflicts.contains($0) }
    if isGroupTaken { return step.isExclusive ? .exclusive : .groupTaken }
    return step.isExclusive ? .exclusive : .betterWithout
  }
}

/// Finds the set that leaves the lowest payable, then the fewest coupons, then the ones that RETAIL
/// 12 prefers: every set that groups allow, but for those that cannot be better.
///
/// One more coupon only adds sets to choose from, so that it never raises the payable (I19). The
/// count of sets is limited, never the time: the same bill is priced the same on any machine.
struct CouponSearch {
  /// Sets that are priced at most (RETAIL 6).
  static let setLimit = 20_000

  private struct Found {
    var set: [Int]
    var payable: Int64
    var coupons: Int
    var sole: Int?
  }

  private let pricing: Pricing
  private let steps: [PlannedStep]
  /// What the steps from an index on can take off at most.
  private var reach: [Int64] = []
  /// Places of coupons in the order of RETAIL 12.
  private let places: [Int: Int]
  private var best: Found?
  private var setsTried = 0
  private var isCutShort = false
  private var draft: Draft
  private var set: [Int] = []

  static func best(for pricing: Pricing) -> CouponChoice {
    var search = CouponSearch(pricing)
    return search.run()
  }

  private init(_ pricing: Pricing) {
    self.pricing = pricing
    self.steps = pricing.steps
    draft = Draft(lineCount: pricing.input.lines.count)
    let coupons = pricing.input.coupons
    let steps = pricing.steps
    let ranked = steps.indices.filter { steps[$0].coupon != nil }.sorted { left, right in
      guard let first = steps[left].coupon, let second = steps[right].coupon else { return false }
      return PlannedStep.isPreferred(
        steps[left], coupons[first], to: steps[right], coupons[second])
    }
    places = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1, $0) })
  }

  private mutating func run() -> CouponChoice {
    let sole = soleRule()
    guard sole != nil || steps.contains(where: \.isChoice) else { return .none }
    var trial = pricing
    trial.choice = CouponChoice(
      used: [], sole: sole, setsTried: 0, isBestProven: false, isOpen: true)
    if sole == nil || steps[sole ?? 0].coupon == nil {
      search(trial)
    }
    if sole == nil {
      // Beside an exclusive coupon nothing else counts: each is a bill of its own.
      for index in steps.indices where steps[index].isChoice && steps[index].isExclusive {
        trial.choice = CouponChoice(
          used: [], sole: index, setsTried: 0, isBestProven: false, isOpen: true)
        search(trial)
      }
    }
    return CouponChoice(
      used: Set(best?.set ?? []), sole: best?.sole, setsTried: setsTried,
      isBestProven: !isCutShort)
  }

  /// An exclusive offer that applies is alone on the bill, whatever others would save: the one of
  /// the highest priority.
  private mutating func soleRule() -> Int? {
    let candidates = steps.indices.filter { steps[$0].isExclusive && steps[$0].coupon == nil }
      .sorted { left, right in
        let (a, b) = (steps[left].rule.stacking.priority, steps[right].rule.stacking.priority)
        return a == b ? left < right : a > b
      }
    return candidates.first {
      pricing.verdict(on: $0, pricing.state, &draft).amount != nil
    }
  }

  private mutating func search(_ trial: Pricing) {
    reach = Array(repeating: 0, count: steps.count + 1)
    for index in steps.indices.reversed() {
      let most = steps[index].phase < .pointsAsCash ? trial.reach(of: index, trial.state) : 0
      reach[index] = reach[index + 1] + most
    }
    visit(0, trial.state, trial, coupons: 0)
  }

  /// Goes on from a step: with it and, where it is a choice, without it.
  private mutating func visit(
    _ first: Int, _ start: BillState, _ trial: Pricing, coupons: Int
  ) {
    var state = start
    var index = first
    while index < steps.count {
      guard canImprove(state.total - reach[index], coupons) else { return }
      let step = steps[index]
      if step.phase >= .pointsAsCash {
        index += 1
        continue
      }
      if step.isChoice && step.isExclusive && trial.choice.sole != index {
        index += 1
        continue
      }
      if trial.verdict(on: index, state, &draft).amount != nil {
        if step.isChoice {
          guard setsTried < Self.setLimit else {
            isCutShort = true
            index += 1
            continue
          }
          setsTried += 1
          var with = state
          take(index, &with, trial)
          set.append(index)
          visit(index + 1, with, trial, coupons: coupons + (step.coupon == nil ? 0 : 1))
          set.removeLast()
        } else {
          take(index, &state, trial)
        }
      }
      index += 1
    }
    offer(state.total, coupons, trial.choice.sole)
  }

  private func take(_ index: Int, _ state: inout BillState, _ trial: Pricing) {
    state.take(
      draft, over: trial.figures.order, reduces: steps[index].phase <= .itemPromotions)
    state.apply(index, steps[index], draft.total)
  }

  /// Whether a bill that can still fall to `lowest` may be better than the best.
  private func canImprove(_ lowest: Int64, _ coupons: Int) -> Bool {
    guard let best else { return true }
    return lowest < best.payable || lowest == best.payable && coupons <= best.coupons
  }

  private mutating func offer(_ payable: Int64, _ coupons: Int, _ sole: Int?) {
    if set.isEmpty { setsTried += 1 }
    let found = Found(set: set, payable: payable, coupons: coupons, sole: sole)
    guard let old = best else {
      best = found
      return
    }
    if payable != old.payable {
      if payable < old.payable { best = found }
    } else if coupons != old.coupons {
      if coupons < old.coupons { best = found }
    } else if isPreferred(found.set, to: old.set) {
      best = found
    }
  }

  private func isPreferred(_ left: [Int], to right: [Int]) -> Bool {
    let (a, b) = (
      left.compactMap { places[$0] }.sorted(), right.compactMap { places[$0] }.sorted()
    )
    return a.lexicographicallyPrecedes(b)
  }
}

extension Pricing {
  /// The most that a step could take off the bill as it stands, or as rules before it leave it.
  fileprivate func reach(of index: Int, _ state: BillState) -> Int64 {
    let step = steps[index]
    if step.verdict != nil { return 0 }
    if let sole = choice.sole, sole != index, step.phase > .priceList { return 0 }
    var lines = step.lines
    if case .buyGet = step.rule.benefit { lines = figures.order }
    let left = lines.reduce(Int64(0)) { $0 + max(0, state.net[$1] - figures.floor[$1]) }
    var most = left
    switch step.rule.target {
    case .fee: most = state.fee
    case .orderAndFee: most += state.fee
    case .units, .lines, .order, .cheapestUnit, .dearestUnit: break
    }
    most = min(most, reach(of: step.rule.benefit, step, most))
    if let cap = step.rule.cap { most = min(most, cap.minorUnits) }
    for budget in step.ceilings where budget.allowance.measure == .money {
      most = min(most, budget.left)
    }
    return most
  }

  /// By the face of the benefit; `left` is what the target could lose altogether.
  private func reach(_ basisPoints: Int64, _ step: PlannedStep, _ left: Int64) -> Int64 {
    // A percentage of what is there is at most so much, and one more for each unit it is rounded
    // for; one of list prices is not bound by what is left.
    let base = step.rule.calculation.base == .list ? max(left, step.listValue) : left
    // Floors are not in the base: take the whole lines.
    let whole = step.lines.reduce(base) { $0 + figures.floor[$1] }
    let units = step.lines.reduce(Int64(1)) { $0 + figures.quantity[$1] }
    return PercentRounding.halfUpOnDiscount.discount(of: whole, basisPoints: basisPoints) + units
  }

  private func reach(_ amount: Money, _ step: PlannedStep) -> Int64 {
    switch step.rule.target {
    case .units, .cheapestUnit, .dearestUnit:
      return step.lines.reduce(Int64(0)) { $0 + amount.minorUnits * figures.quantity[$1] }
    case .lines: return amount.minorUnits * Int64(step.lines.count)
    case .order, .fee, .orderAndFee: return amount.minorUnits
    }
  }

  private func reach(of benefit: Benefit, _ step: PlannedStep, _ left: Int64) -> Int64 {
    switch benefit {
    case .percent(let basisPoints): return reach(Int64(basisPoints), step, left)
    case .amount(let amount):
      return reach(step.coupon.flatMap { input.coupons[$0].value } ?? amount, step)
    case .tiers(let tiers, let measure, _, let repeats):
      let units = step.lines.reduce(Int64(0)) { $0 + figures.quantity[$1] }
      let measured = measure == .value ? max(step.listValue, left) : units
      return tiers.filter { $0.from <= measured }.map { tier in
        let times = tier.from > 0 ? repeats.times(measured / tier.from) : 1
        switch tier.off {
        case .amount(let off):
          return reach(Money(minorUnits: off.minorUnits * max(1, times)), step)
        case .percent(let basisPoints): return reach(Int64(basisPoints), step, left)
        }
      }.max() ?? 0
    case .unitPrice, .memberPrice, .buyGet, .freeUnits, .bundlePrice, .firstAndFurther: return left
    case .pointsMultiplier: return 0
    }
  }
}
