import Ledger

extension Pricing {
  /// Why a rule takes nothing off, found on the way to its amount.
  enum Nothing: Error {
    case verdict(DecisionRecord.Verdict)

    static func refused(_ refusal: DecisionRecord.Refusal) -> Nothing {
      .verdict(.refused(refusal))
    }
  }

  /// What a step would do to the bill as it stands; `draft` then says to which lines.
  func verdict(
    on index: Int, _ state: BillState, _ draft: inout Draft
  ) -> DecisionRecord.Verdict {
    let step = steps[index]
    draft.clear()
    if let verdict = step.verdict { return verdict }
    if let sole = choice.sole, sole != index, step.phase > .priceList {
      return .refused(.exclusive)
    }
    // While sets are compared only what applies matters; a bill also tells what little is missing.
    if choice.isOpen, let refusal = conflict(of: step, state) { return .refused(refusal) }
    let verdict = alone(step, state, &draft)
    if verdict.amount != nil, let refusal = conflict(of: step, state) { return .refused(refusal) }
    return verdict
  }

  /// Why a step may not be on the bill with what is on it.
  private func conflict(
    of step: PlannedStep, _ state: BillState
  ) -> DecisionRecord.Refusal? {
    guard let other = step.conflicts.first(where: { state.applied[$0] }) else { return nil }
    return steps[other].isExclusive || step.isExclusive ? .exclusive : .groupTaken
  }

  /// The step's verdict, whatever it goes with.
  private func alone(
    _ step: PlannedStep, _ state: BillState, _ draft: inout Draft
  ) -> DecisionRecord.Verdict {
    if let ceiling = step.ceilings.first(where: { state.left(of: $0) <= 0 }) {
      return .refused(ceiling.allowance.refusal)
    }
    let conditions = step.rule.conditions
    if conditions.basis == .running, let range = conditions.subtotal,
      let verdict = range.verdict(on: state.net.reduce(0, +))
    {
      return verdict
    }
    if case .pointsMultiplier = step.rule.benefit {
      return input.isMember ? .applied(.zero) : .refused(.membersOnly)
    }
    draft.isEmpty = false
    do {
      let lines = try scope(of: step, state)
      try fill(&draft, step, lines, state)
      return try finish(&draft, step, lines, state)
    } catch {
      draft.clear()
      draft.isEmpty = true
      switch error {
      case .verdict(let verdict): return verdict
      }
    }
  }

  /// Lines of the step's scope as it stands now.
  private func scope(of step: PlannedStep, _ state: BillState) throws(Nothing) -> [Int] {
    switch step.rule.target {
    case .fee:
      guard state.fee > 0 else {
        throw .refused(input.fee > .zero ? .nothingLeft : .nothingInScope)
      }
      return []
    case .orderAndFee where step.lines.isEmpty && state.fee > 0: return []
    case .units, .lines, .order, .cheapestUnit, .dearestUnit, .orderAndFee: break
    }
    var lines = step.lines
    if step.rule.scope.excludesReduced { lines.removeAll { state.isReduced[$0] } }
    guard !lines.isEmpty, step.listValue != 0 || step.rule.target == .orderAndFee else {
      throw .refused(.nothingInScope)
    }
    return lines
  }

  private func fill(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState
  ) throws(Nothing) {
    switch step.rule.benefit {
    case .percent(let basisPoints):
      fillPercent(&draft, step, lines, state, Int64(basisPoints))
    case .amount(let amount):
      let value = step.coupon.flatMap { input.coupons[$0].value } ?? amount
      fillAmount(&draft, step, lines, state, value.minorUnits)
    case .tiers(let tiers, let measure, let basis, let repeats):
      let (tier, times) = try reached(tiers, measure, basis, repeats, step, lines, state)
      switch tier.off {
      case .amount(let off):
        fillAmount(&draft, step, lines, state, off.minorUnits * times)
      case .percent(let basisPoints):
        fillPercent(&draft, step, lines, state, Int64(basisPoints))
      }
    case .unitPrice(let price):
      fillPrices(&draft, step, lines, state) { _ in price.minorUnits }
    case .memberPrice:
      fillPrices(&draft, step, lines, state) { input.lines[$0].item.memberPrice?.minorUnits }
    case .buyGet(let offer): try fillBuyGet(&draft, offer, state)
    case .freeUnits(let offer): try fillFreeUnits(&draft, offer, lines, state)
    case .bundlePrice(let bundle): try fillBundles(&draft, bundle, step, lines, state)
    case .firstAndFurther(let first, let further):
      let units = lines.reduce(Int64(0)) { $0 + figures.quantity[$1] }
      let counted = step.rule.calculation.unitLimit.map { min(units, Int64($0)) } ?? units
      let amount = first.minorUnits + further.minorUnits * (counted - 1)
      fillOrder(&draft, step, lines, state, amount)
    case .pointsMultiplier: break
    }
  }

  /// Floors, caps and budgets; then what is left of the draft is the rule's amount.
  private func finish(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState
  ) throws(Nothing) -> DecisionRecord.Verdict {
    var wasCut = false
    var touched = lines
    if case .buyGet = step.rule.benefit { touched = figures.order }
    if case .bundlePrice = step.rule.benefit { touched = figures.order }
    for line in touched {
      let room = max(0, state.net[line] - figures.floor[line])
      if draft.parts[line] > room {
        draft.parts[line] = room
        wasCut = true
      }
    }
    draft.fee = min(draft.fee, state.fee)
    var most = Int64.max
    if let cap = step.rule.cap { most = cap.minorUnits }
    // A line that gives money back leaves less to take off than the others have.
    if figures.hasNegative { most = min(most, max(0, state.total - state.fee) + draft.fee) }
    var total = draft.total
    let policy = step.rule.calculation.allocation
    if total > most {
      draft.limit(to: most, over: figures.order, by: policy)
      total = most
    }
    guard total > 0 else {
      throw .refused(wasCut || hasFloor(lines, state) ? .floorReached : .nothingLeft)
    }
    let budgets = step.ceilings.filter { $0.allowance.measure == .money }
    if let budget = budgets.min(by: { state.left(of: $0) < state.left(of: $1) }) {
      let left = state.left(of: budget)
      guard total > left else { return .applied(Money(minorUnits: total)) }
      guard budget.allowance.isPartial else { throw .refused(.budgetSpent) }
      draft.limit(to: left, over: figures.order, by: policy)
      return .appliedInPart(Money(minorUnits: left), of: Money(minorUnits: total))
    }
    return .applied(Money(minorUnits: total))
  }

  private func hasFloor(_ lines: [Int], _ state: BillState) -> Bool {
    lines.contains { state.net[$0] > 0 && state.net[$0] <= figures.floor[$0] }
  }

  /// The highest tier that is reached, and how often.
  private func reached(
    _ tiers: [Tier], _ measure: TierMeasure, _ basis: ThresholdBasis, _ repeats: Repetition,
    _ step: PlannedStep, _ lines: [Int], _ state: BillState
  ) throws(Nothing) -> (Tier, Int64) {
    let measured: Int64
    switch (measure, basis) {
    case (.quantity, _): measured = lines.reduce(0) { $0 + figures.quantity[$1] }
    case (.value, .list): measured = lines.reduce(0) { $0 + figures.list[$1] }
    case (.value, .running): measured = lines.reduce(0) { $0 + state.net[$1] }
    }
    guard let tier = tiers.filter({ $0.from <= measured }).max(by: { $0.from < $1.from }) else {
      let lowest = tiers.map(\.from).min() ?? 0
      switch measure {
      case .value:
        throw .verdict(.wouldApply(missing: Money(minorUnits: lowest - measured)))
      case .quantity: throw .verdict(.unmet(.units(missing: Int(lowest - measured))))
      }
    }
    return (tier, tier.from > 0 ? repeats.times(measured / tier.from) : 1)
  }
}
