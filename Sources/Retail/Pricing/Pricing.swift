import Ledger

extension PricedBill {
  /// Prices a cart under a rule set: all phases of RETAIL 6, in order, with the best of the
  /// presented coupons. Of input that `PricingInput.refusal` names, sums may not fit.
  public static func price(_ input: PricingInput, under rules: RuleSet) -> PricedBill {
    var pricing = Pricing(input: input, rules: rules)
    pricing.run()
    return pricing.bill
  }
}

/// The pipeline at work: what is left of the bill, and what was decided so far.
struct Pricing {
  let input: PricingInput
  let rules: RuleSet
  let figures: CartFigures
  /// In the order in which they run.
  let steps: [PlannedStep]
  var state: BillState
  var choice = CouponChoice.none
  var discounts: [AppliedDiscount] = []
  var record: [DecisionRecord.Step] = []
  var hints: [ThresholdHint] = []
  var needs: [AllowanceNeed] = []
  var multipliers: [Int] = []
  var tax: PricedTax?
  var earned: Int64 = 0
  var spentPoints: Int64 = 0
  var issues: [String] = []

  init(input: PricingInput, rules: RuleSet) {
    self.input = input
    self.rules = rules
    figures = CartFigures(input.lines)
    steps = Planner(input: input, rules: rules, figures: figures).steps()
    state = BillState(figures, fee: input.fee.minorUnits, stepCount: steps.count)
  }

  /// What is to be paid before tax that comes on top.
  var remaining: Money { Money(minorUnits: state.total) }

  mutating func run() {
    choice = CouponSearch.best(for: self)
    var draft = Draft(lineCount: input.lines.count)
    for index in steps.indices where steps[index].phase < .pointsAsCash {
      apply(index, &draft)
    }
    spendPoints(&draft)
    if let rule = rules.tax {
      tax = PricedTax(rule: rule, amount: rule.tax(of: max(.zero, remaining)))
    }
    // Tenders are split by `WalletPlan` when the customer has chosen; they change no price.
    for index in steps.indices where steps[index].phase > .tax { apply(index, &draft) }
    earn()
    rules.issuing.forEach { issue($0) }
    record = record.enumerated().sorted {
      $0.element.phase == $1.element.phase
        ? $0.offset < $1.offset : $0.element.phase < $1.element.phase
    }.map(\.element)
  }

  /// One step: decided, recorded, and taken off.
  private mutating func apply(_ index: Int, _ draft: inout Draft) {
    let step = steps[index]
    var verdict = verdict(on: index, state, &draft)
    if verdict.amount != nil, let refusal = choice.refusal(of: index, steps, state) {
      verdict = .refused(refusal)
    }
    if case .wouldApply(let missing) = verdict {
      hints.append(
        ThresholdHint(title: step.rule.title, missing: missing, threshold: step.rule.entry))
    }
    if let amount = verdict.amount {
      if case .pointsMultiplier(let basisPoints) = step.rule.benefit {
        multipliers.append(basisPoints)
      } else {
        note(draft, amount, of: step)
      }
      state.take(draft, over: figures.order, reduces: step.phase <= .itemPromotions)
      state.apply(index, step, amount.minorUnits)
      need(step, amount)
    }
    record.append(
      .init(
        phase: step.phase, rule: step.rule.id, coupon: step.coupon.map { input.coupons[$0].id },
        verdict: verdict))
  }

  private mutating func note(_ draft: Draft, _ amount: Money, of step: PlannedStep) {
    let source: AppliedDiscount.Source =
      step.coupon.map { .coupon(id: input.coupons[$0].id, template: step.rule.id) }
      ?? .promotion(step.rule.id)
    discounts.append(
      AppliedDiscount(
        source: source, title: step.rule.title, phase: step.phase, amount: amount,
        parts: parts(of: draft), offFee: draft.fee > 0 ? Money(minorUnits: draft.fee) : nil))
  }

  private func parts(of draft: Draft) -> [AppliedDiscount.Part] {
    figures.order.filter { draft.parts[$0] > 0 }.map {
      .init(line: input.lines[$0].id, amount: Money(minorUnits: draft.parts[$0]))
    }
  }

  /// What the hold takes for a rule that applies.
  private mutating func need(_ step: PlannedStep, _ amount: Money) {
    for ceiling in step.ceilings {
      let units = ceiling.units(of: amount.minorUnits)
      guard units > 0 else { continue }
      needs.append(
        AllowanceNeed(
          rule: step.rule.id, allowance: ceiling.allowance, account: ceiling.account, units: units,
          available: ceiling.left, scope: ceiling.scope, date: ceiling.date,
          levels: ceiling.levels))
    }
  }

  /// Phase 8: points pay for what is left, up to the shop's part of the bill.
  private mutating func spendPoints(_ draft: inout Draft) {
    guard let rule = rules.pointsAsCash, input.milliPointsToSpend > 0, input.isMember else {
      return
    }
    let most = rule.capOfBillBasisPoints.map { cap(remaining, basisPoints: $0) } ?? remaining
    let wanted = Money(minorUnits: input.milliPointsToSpend / rule.milliPointsPerMinorUnit)
    let amount = min(wanted, most)
    let verdict: DecisionRecord.Verdict
    if input.milliPointsToSpend < rule.leastMilliPoints || amount <= .zero {
      verdict = .refused(amount <= .zero ? .nothingLeft : .minimumNotReached)
    } else {
      draft.clear()
      draft.isEmpty = false
      let weights = state.net.map { max(0, $0) } + [state.fee]
      let order = figures.order + [state.net.count]
      let parts = Allocation.split(
        amount.minorUnits, weights: order.map { weights[$0] }, room: order.map { weights[$0] },
        by: .largestRemainder)
      for (line, part) in zip(figures.order, parts) { draft.parts[line] = part }
      draft.fee = parts[figures.order.count]
      discounts.append(
        AppliedDiscount(
          source: .points, title: LocalizedText(zh: "积分抵扣", en: "Points"), phase: .pointsAsCash,
          amount: amount, parts: self.parts(of: draft),
          offFee: draft.fee > 0 ? Money(minorUnits: draft.fee) : nil))
      state.take(draft, over: figures.order, reduces: false)
      spentPoints = amount.minorUnits * rule.milliPointsPerMinorUnit
      verdict = .applied(amount)
    }
    record.append(.init(phase: .pointsAsCash, rule: "points", coupon: nil, verdict: verdict))
  }

  private mutating func earn() {
    guard let customer = input.customer else { return }
    let eligible = input.lines.indices.reduce(Int64(0)) { sum, line in
      let isIn = rules.earning.scope?.contains(input.lines[line].item) ?? true
      return isIn ? sum + state.net[line] : sum
    }
    earned = rules.earning.earned(
      on: Money(minorUnits: eligible), tier: customer.tier, multipliers: multipliers)
    record.append(
      .init(phase: .earning, rule: "points", coupon: nil, verdict: .earned(milliPoints: earned)))
  }

  private mutating func issue(_ rule: IssueRule) {
    let verdict: DecisionRecord.Verdict
    if rule.isForMembersOnly && !input.isMember {
      verdict = .refused(.membersOnly)
    } else if remaining < rule.minimumPayable || remaining == .zero {
      verdict = .refused(.minimumNotReached)
    } else {
      verdict = .issued
      issues.append(rule.template)
    }
    record.append(.init(phase: .issuing, rule: rule.template, coupon: nil, verdict: verdict))
  }
}

extension Pricing {
  var bill: PricedBill {
    let onTop: Money =
      switch tax?.rule.mode {
      case .exclusive: tax?.amount ?? .zero
      case .inclusive, nil: .zero
      }
    return PricedBill(
      ruleSetVersion: rules.version,
      lines: input.lines.indices.map { line in
        let item = input.lines[line].item
        return PricedLine(
          id: input.lines[line].id, sku: item.sku, name: item.name,
          quantity: input.lines[line].quantity, unitPrice: item.unitPrice,
          listAmount: Money(minorUnits: figures.list[line]),
          net: Money(minorUnits: state.net[line]))
      },
      discounts: discounts, subtotal: Money(minorUnits: figures.subtotal),
      fee: input.fee == .zero
        ? nil : PricedFee(listAmount: input.fee, net: Money(minorUnits: state.fee)),
      tax: tax, payable: max(.zero, remaining) + onTop, earnedMilliPoints: earned,
      spentMilliPoints: spentPoints, issues: issues,
      hints: hints.sorted(by: ThresholdHint.isNearer),
      needs: needs,
      decision: DecisionRecord(
        input: input, ruleSetVersion: rules.version, rounding: rules.rounding,
        couponSetsTried: choice.setsTried, isBestProven: choice.isBestProven, steps: record))
  }
}
