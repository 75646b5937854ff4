import Ledger

extension Pricing {
  private func rounding(_ step: PlannedStep) -> PercentRounding {
    step.rule.calculation.rounding ?? rules.rounding
  }

  /// Where a percentage is rounded: as the rule says, else as its target does.
  private func place(_ step: PlannedStep) -> Calculation.Place {
    if let place = step.rule.calculation.place { return place }
    switch step.rule.target {
    case .units: return .unit
    case .lines: return .line
    case .order, .cheapestUnit, .dearestUnit, .fee, .orderAndFee: return .order
    }
  }

  // MARK: Percentages

  func fillPercent(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState,
    _ basisPoints: Int64
  ) {
    let rounding = rounding(step)
    switch step.rule.target {
    case .fee: draft.fee = rounding.discount(of: state.fee, basisPoints: basisPoints)
    case .orderAndFee:
      let base = base(step, lines, state) + state.fee
      fillOrder(
        &draft, step, lines, state,
        rounding.discount(of: max(0, base), basisPoints: basisPoints))
    case .cheapestUnit, .dearestUnit:
      pick(
        Int64(step.rule.calculation.unitLimit ?? 1), from: lines,
        step.rule.target == .cheapestUnit ? .cheapest : .dearest, state, &draft.picked)
      fillPicked(&draft, lines, state, rounding, basisPoints)
    case .units, .lines, .order:
      if let limit = step.rule.calculation.unitLimit {
        pickLimited(limit, step, lines, state, &draft)
        fillPicked(&draft, lines, state, rounding, basisPoints)
        return
      }
      switch place(step) {
      case .unit:
        for line in lines {
          draft.parts[line] = perUnit(line, step, state) {
            rounding.discount(of: $0, basisPoints: basisPoints)
          }
        }
      case .line:
        for line in lines {
          let base = step.rule.calculation.base == .list ? figures.list[line] : state.net[line]
          draft.parts[line] = rounding.discount(of: max(0, base), basisPoints: basisPoints)
        }
      case .order:
        let base = max(0, base(step, lines, state))
        fillOrder(
          &draft, step, lines, state, rounding.discount(of: base, basisPoints: basisPoints))
      }
    }
  }

  /// What a percentage of the scope as a whole is of.
  private func base(_ step: PlannedStep, _ lines: [Int], _ state: BillState) -> Int64 {
    switch step.rule.calculation.base {
    case .list: lines.reduce(0) { $0 + figures.list[$1] }
    case .running: lines.reduce(0) { $0 + state.net[$1] }
    }
  }

  /// A discount of each unit's price: when a line does not divide, some of its units cost one more.
  private func perUnit(
    _ line: Int, _ step: PlannedStep, _ state: BillState, _ discount: (Int64) -> Int64
  ) -> Int64 {
    let quantity = figures.quantity[line]
    switch step.rule.calculation.base {
    case .list: return discount(max(0, figures.unit[line])) * quantity
    case .running:
      let (unit, dearer) = max(0, state.net[line]).quotientAndRemainder(dividingBy: quantity)
      return discount(unit) * (quantity - dearer) + (dearer > 0 ? discount(unit + 1) * dearer : 0)
    }
  }

  private func fillPicked(
    _ draft: inout Draft, _ lines: [Int], _ state: BillState, _ rounding: PercentRounding,
    _ basisPoints: Int64
  ) {
    for line in lines where draft.picked[line] > 0 {
      let count = draft.picked[line]
      let value = max(0, state.value(of: count, at: line))
      let (unit, dearer) = value.quotientAndRemainder(dividingBy: count)
      draft.parts[line] =
        rounding.discount(of: unit, basisPoints: basisPoints) * (count - dearer)
        + (dearer > 0 ? rounding.discount(of: unit + 1, basisPoints: basisPoints) * dearer : 0)
    }
  }

  // MARK: Amounts

  func fillAmount(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState,
    _ amount: Int64
  ) {
    switch step.rule.target {
    case .fee: draft.fee = min(amount, state.fee)
    case .cheapestUnit, .dearestUnit:
      pick(
        Int64(step.rule.calculation.unitLimit ?? 1), from: lines,
        step.rule.target == .cheapestUnit ? .cheapest : .dearest, state, &draft.picked)
      for line in lines where draft.picked[line] > 0 {
        let count = draft.picked[line]
        draft.parts[line] = min(amount * count, max(0, state.value(of: count, at: line)))
      }
    case .units:
      if let limit = step.rule.calculation.unitLimit {
        pickLimited(limit, step, lines, state, &draft)
        for line in lines where draft.picked[line] > 0 {
          let count = draft.picked[line]
          draft.parts[line] = min(amount * count, max(0, state.value(of: count, at: line)))
        }
        return
      }
      for line in lines {
        draft.parts[line] = perUnit(line, step, state) { min(amount, $0) }
      }
    case .lines:
      for line in lines { draft.parts[line] = min(amount, max(0, state.net[line])) }
    case .order:
      if let limit = step.rule.calculation.unitLimit {
        pickLimited(limit, step, lines, state, &draft)
        spread(amount, over: lines, of: state, step.rule.calculation.allocation, &draft)
      } else {
        fillOrder(&draft, step, lines, state, amount)
      }
    case .orderAndFee: fillOrder(&draft, step, lines, state, amount)
    }
  }

  /// An amount off the scope as a whole: each line by what is left of it, none below its floor.
  func fillOrder(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState,
    _ amount: Int64
  ) {
    var wanted = step.rule.cap.map { min(amount, $0.minorUnits) } ?? amount
    if figures.hasNegative { wanted = min(wanted, max(0, lines.reduce(0) { $0 + state.net[$1] })) }
    let withFee = step.rule.target == .orderAndFee
    var weights = lines.map { max(0, state.net[$0]) }
    var room = lines.map { max(0, state.net[$0] - figures.floor[$0]) }
    if withFee {
      weights.append(state.fee)
      room.append(state.fee)
    }
    let parts = Allocation.split(
      wanted, weights: weights, room: room, by: step.rule.calculation.allocation)
    for (line, part) in zip(lines, parts) { draft.parts[line] = part }
    if withFee { draft.fee = parts[lines.count] }
  }

  /// An amount off the units that were picked out.
  private func spread(
    _ amount: Int64, over lines: [Int], of state: BillState, _ policy: AllocationPolicy,
    _ draft: inout Draft
  ) {
    let values = lines.map { line in
      draft.picked[line] > 0 ? max(0, state.value(of: draft.picked[line], at: line)) : 0
    }
    let parts = Allocation.split(amount, weights: values, room: values, by: policy)
    for (line, part) in zip(lines, parts) { draft.parts[line] = part }
  }

  // MARK: Prices

  /// Units that cost what `price` says of their line, where that is less.
  func fillPrices(
    _ draft: inout Draft, _ step: PlannedStep, _ lines: [Int], _ state: BillState,
    _ price: (Int) -> Int64?
  ) {
    if let limit = step.rule.calculation.unitLimit {
      pickLimited(limit, step, lines, state, &draft)
      for line in lines where draft.picked[line] > 0 {
        guard let price = price(line) else { continue }
        let count = draft.picked[line]
        draft.parts[line] = max(0, state.value(of: count, at: line) - price * count)
      }
      return
    }
    for line in lines {
      guard let price = price(line) else { continue }
      draft.parts[line] = max(0, state.net[line] - price * figures.quantity[line])
    }
  }

  // MARK: Picking

  /// Of each line the first units, or of all lines the cheapest or dearest.
  private func pickLimited(
    _ limit: Int, _ step: PlannedStep, _ lines: [Int], _ state: BillState, _ draft: inout Draft
  ) {
    if let order = step.rule.calculation.pick {
      pick(Int64(limit), from: lines, order, state, &draft.picked)
    } else {
      for line in lines { draft.picked[line] = min(Int64(limit), state.freshUnits[line]) }
    }
  }

  /// Picks units by price, of equal ones those of the smaller line id; fewer if there are not as
  /// many. Adds to what is picked already.
  @discardableResult
  func pick(
    _ count: Int64, from lines: [Int], _ order: UnitPick, _ state: BillState,
    _ picked: inout [Int64]
  ) -> Int64 {
    var left = count
    while left > 0 {
      var best: (line: Int, value: Int64)?
      for line in lines where state.freshUnits[line] > picked[line] {
        let value = state.unitValue(at: line)
        guard let found = best else {
          best = (line, value)
          continue
        }
        switch order {
        case .cheapest where value < found.value: best = (line, value)
        case .dearest where value > found.value: best = (line, value)
        case .cheapest, .dearest: break
        }
      }
      guard let best else { break }
      let taken = min(left, state.freshUnits[best.line] - picked[best.line])
      picked[best.line] += taken
      left -= taken
    }
    return count - left
  }
}
