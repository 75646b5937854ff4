import Ledger

/// What a cart comes to before any rule; made once for a bill.
struct CartFigures {
  /// Indexes of the lines by their ids: the order of a cart never changes a total (I18).
  let order: [Int]
  let unit: [Int64]
  let quantity: [Int64]
  let list: [Int64]
  /// The least that each line may cost.
  let floor: [Int64]
  let subtotal: Int64
  let units: Int64
  /// A line that gives money back limits what discounts can take.
  let hasNegative: Bool

  init(_ lines: [Cart.Line]) {
    order = lines.indices.sorted { lines[$0].id < lines[$1].id }
    unit = lines.map(\.item.unitPrice.minorUnits)
    quantity = lines.map { Int64($0.quantity) }
    let list = lines.map { $0.item.unitPrice.minorUnits * Int64($0.quantity) }
    self.list = list
    floor = lines.map { max(0, $0.item.terms?.floor?.minorUnits ?? 0) * Int64($0.quantity) }
    subtotal = list.reduce(0, +)
    units = quantity.reduce(0, +)
    hasNegative = list.contains { $0 < 0 }
  }
}

/// What is left of a bill while its rules run.
struct BillState {
  /// What is left of each line.
  var net: [Int64]
  /// Units of each line that no rule has picked out yet, and what is left of those.
  var freshUnits: [Int64]
  var freshNet: [Int64]
  /// Lines that a price label or an offer on items has reduced.
  var isReduced: [Bool]
  var fee: Int64
  /// Which steps took something off.
  var applied: [Bool]
  /// What the bill takes from limits and budgets so far.
  private(set) var taken: [AccountID: Int64] = [:]

  init(_ figures: CartFigures, fee: Int64, stepCount: Int) {
    net = figures.list
    freshUnits = figures.quantity
    freshNet = figures.list
    isReduced = figures.list.map { _ in false }
    self.fee = fee
    applied = Array(repeating: false, count: stepCount)
  }

  var total: Int64 { net.reduce(fee, +) }

  /// What `count` fresh units of a line cost, rounded down.
  func value(of count: Int64, at line: Int) -> Int64 {
    guard count < freshUnits[line] else { return freshNet[line] }
    return Int64(Int128(freshNet[line]) * Int128(count) / Int128(freshUnits[line]))
  }

  /// What one fresh unit of a line costs, rounded down; there is one.
  func unitValue(at line: Int) -> Int64 { freshNet[line] / freshUnits[line] }

  /// What a limit or budget still has for a further rule.
  func left(of ceiling: PlannedStep.Ceiling) -> Int64 {
    ceiling.left - (taken[ceiling.account] ?? 0)
  }

  /// A step is on the bill with what it takes off.
  mutating func apply(_ index: Int, _ step: PlannedStep, _ amount: Int64) {
    applied[index] = true
    for ceiling in step.ceilings {
      taken[ceiling.account, default: 0] += ceiling.units(of: amount)
    }
  }

  /// Takes off what a rule worked out.
  mutating func take(_ draft: Draft, over lines: [Int], reduces: Bool) {
    for line in lines {
      let (part, picked) = (draft.parts[line], draft.picked[line])
      if picked > 0 {
        freshNet[line] -= value(of: picked, at: line)
        freshUnits[line] -= picked
      } else if part != 0 {
        // What is taken off a line is taken off all its units alike.
        freshNet[line] =
          net[line] == freshNet[line]
          ? freshNet[line] - part
          : freshNet[line] - Int64(Int128(part) * Int128(freshNet[line]) / Int128(net[line]))
      }
      net[line] -= part
      if reduces && part > 0 { isReduced[line] = true }
    }
    fee -= draft.fee
  }
}

/// What one rule takes off, while it is worked out; kept between rules so that nothing is allocated
/// for each.
struct Draft {
  var parts: [Int64]
  /// Fresh units of each line that the rule picks out.
  var picked: [Int64]
  var fee: Int64 = 0
  var isEmpty = true

  init(lineCount: Int) {
    parts = Array(repeating: 0, count: lineCount)
    picked = parts
  }

  mutating func clear() {
    guard !isEmpty else { return }
    for index in parts.indices {
      parts[index] = 0
      picked[index] = 0
    }
    fee = 0
    isEmpty = true
  }

  var total: Int64 { parts.reduce(fee, +) }

  /// Lowers the whole to `most`, each part in proportion.
  /// Odd units go by the order of `lines`.
  mutating func limit(to most: Int64, over lines: [Int], by policy: AllocationPolicy) {
    let whole = lines.map { parts[$0] } + [fee]
    let lowered = Allocation.split(most, weights: whole, room: whole, by: policy)
    for (line, part) in zip(lines, lowered) { parts[line] = part }
    fee = lowered[lines.count]
  }
}
