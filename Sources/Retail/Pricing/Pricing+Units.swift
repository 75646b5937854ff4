import Ledger

extension Pricing {
  /// Some units for others. A unit that was bought or got is used up for rules after it.
  func fillBuyGet(
    _ draft: inout Draft, _ offer: BuyGet, _ state: BillState
  ) throws(Nothing) {
    let buyLines = figures.order.filter { offer.buy.scope.contains(input.lines[$0].item) }
    let getLines = figures.order.filter { offer.get.scope.contains(input.lines[$0].item) }
    guard !getLines.isEmpty, !buyLines.isEmpty else { throw .refused(.nothingInScope) }
    var got = draft.picked
    var times: Int64 = 0
    while times < offer.repeats.times(.max) {
      var picked = draft.picked
      var gets = got
      let bought = pick(Int64(offer.buy.quantity), from: buyLines, offer.buy.pick, state, &picked)
      let before = picked
      let free = pick(Int64(offer.get.quantity), from: getLines, offer.get.pick, state, &picked)
      guard bought == Int64(offer.buy.quantity), free == Int64(offer.get.quantity) else {
        if times > 0 { break }
        let missing = Int64(offer.buy.quantity + offer.get.quantity) - bought - free
        throw .verdict(.unmet(.units(missing: Int(missing))))
      }
      for line in getLines { gets[line] += picked[line] - before[line] }
      (draft.picked, got) = (picked, gets)
      times += 1
    }
    for line in getLines where got[line] > 0 {
      draft.parts[line] = discount(offer.basisPoints, of: got[line], at: line, state)
    }
  }

  /// Some of the units of a scope for less: groups of one item, groups of any, or just so many.
  func fillFreeUnits(
    _ draft: inout Draft, _ offer: FreeUnits, _ lines: [Int], _ state: BillState
  ) throws(Nothing) {
    var missing = Int64(offer.groupSize ?? 1)
    guard let size = offer.groupSize.map(Int64.init) else {
      let free = pick(Int64(offer.count), from: lines, offer.pick, state, &draft.picked)
      guard free > 0 else { throw .refused(.nothingLeft) }
      discountPicked(&draft, offer.basisPoints, lines, state)
      return
    }
    if offer.isPerItem {
      var groups: Int64 = 0
      for line in lines {
        missing = min(missing, size - state.freshUnits[line] % size)
        let fitting = offer.repeats.times(state.freshUnits[line] / size)
        guard fitting > 0 else { continue }
        groups += fitting
        draft.picked[line] = fitting * size
        draft.parts[line] = discount(
          offer.basisPoints, of: fitting * Int64(offer.count), at: line, state)
      }
      guard groups > 0 else { throw .verdict(.unmet(.units(missing: Int(missing)))) }
      return
    }
    let units = lines.reduce(0) { $0 + state.freshUnits[$1] }
    let groups = offer.repeats.times(units / size)
    guard groups > 0 else {
      throw .verdict(.unmet(.units(missing: Int(size - units % size))))
    }
    pick(groups * Int64(offer.count), from: lines, offer.pick, state, &draft.picked)
    discountPicked(&draft, offer.basisPoints, lines, state)
    // The others of the groups were paid for this; the dearest first, as a customer would count.
    pick(groups * (size - Int64(offer.count)), from: lines, .dearest, state, &draft.picked)
  }

  /// Units together at one price, as often as they fit and as it saves.
  func fillBundles(
    _ draft: inout Draft, _ bundle: Bundle, _ step: PlannedStep, _ lines: [Int],
    _ state: BillState
  ) throws(Nothing) {
    let parts = bundle.parts.map { part in
      (part: part, lines: lines.filter { part.scope.contains(input.lines[$0].item) })
    }
    var times: Int64 = 0
    while times < bundle.repeats.times(.max) {
      var picked = draft.picked
      var missing: Int64 = 0
      for (part, lines) in parts {
        let wanted = Int64(part.quantity)
        missing += wanted - pick(wanted, from: lines, part.pick, state, &picked)
      }
      guard missing == 0 else {
        if times > 0 { break }
        throw .verdict(.unmet(.units(missing: Int(missing))))
      }
      let values = lines.map { line in
        picked[line] > draft.picked[line]
          ? max(0, state.value(of: picked[line], at: line))
            - max(0, draft.picked[line] > 0 ? state.value(of: draft.picked[line], at: line) : 0)
          : 0
      }
      let saving = values.reduce(0, +) - bundle.price.minorUnits
      // Further bundles are of no dearer units.
      guard saving > 0 else {
        if times > 0 { break }
        throw .refused(.nothingLeft)
      }
      let shares = Allocation.split(
        saving, weights: values, room: values, by: step.rule.calculation.allocation)
      for (line, share) in zip(lines, shares) { draft.parts[line] += share }
      draft.picked = picked
      times += 1
    }
  }

  private func discountPicked(
    _ draft: inout Draft, _ basisPoints: Int, _ lines: [Int], _ state: BillState
  ) {
    for line in lines where draft.picked[line] > 0 {
      draft.parts[line] = discount(basisPoints, of: draft.picked[line], at: line, state)
    }
  }

  /// A free unit gives back what it cost the customer and not what it is listed at, rounded down.
  private func discount(
    _ basisPoints: Int, of units: Int64, at line: Int, _ state: BillState
  ) -> Int64 {
    let value = max(0, state.value(of: units, at: line))
    guard basisPoints < 10_000 else { return value }
    let (unit, dearer) = value.quotientAndRemainder(dividingBy: units)
    let (cheap, dear) = (
      rules.rounding.discount(of: unit, basisPoints: Int64(basisPoints)),
      rules.rounding.discount(of: unit + 1, basisPoints: Int64(basisPoints))
    )
    return cheap * (units - dearer) + dear * dearer
  }
}
