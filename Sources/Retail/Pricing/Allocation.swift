import Ledger

/// Where the odd units go when an amount is spread over lines (RETAIL 4).
public enum AllocationPolicy: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// To the largest remainders, of equal ones to the earlier line.
  case largestRemainder
  /// Each share is rounded, a half down, and what is then over or short goes to the first lines by
  /// one unit each (Sylius).
  case roundHalfDownThenFirst
  /// Each share is rounded down, and what is over goes to the first lines by one unit each
  /// (Formance, and Sylius for equal shares).
  case floorThenFirst
  /// Each share but the last is rounded; the last takes the rest (Oscar, Solidus).
  case lastTakesDelta
}

/// Splits an amount over lines so that the parts sum to it exactly.
public enum Allocation {
  /// Largest remainder, ties to the earlier line (RETAIL 4): parts proportional to `weights`, no
  /// part above its weight. What does not fit (more than the sum of weights) is not allocated.
  public static func largestRemainder(_ amount: Money, weights: [Money]) -> [Money] {
    let numbers = weights.map(\.minorUnits)
    return split(amount.minorUnits, weights: numbers, room: numbers, by: .largestRemainder)
      .map { Money(minorUnits: $0) }
  }

  /// Parts proportional to `weights`, which are not negative, and without `room` of any size. A
  /// negative amount is split as the positive one is.
  public static func split(
    _ amount: Int64, weights: [Int64], by policy: AllocationPolicy
  ) -> [Int64] {
    guard amount >= 0 else {
      return split(-amount, weights: weights, by: policy).map { -$0 }
    }
    var parts = [Int64](repeating: 0, count: weights.count)
    share(amount, weights, Array(weights.indices), policy, &parts)
    return parts
  }

  /// The same with no part above its `room`: what a line cannot take goes to those that can, by
  /// their weights, until it is spent or no line has room.
  public static func split(
    _ amount: Int64, weights: [Int64], room: [Int64], by policy: AllocationPolicy
  ) -> [Int64] {
    var parts = [Int64](repeating: 0, count: weights.count)
    var left = max(0, amount)
    var open = weights.indices.filter { weights[$0] > 0 && room[$0] > 0 }
    var given = [Int64](repeating: 0, count: weights.count)
    while left > 0, !open.isEmpty {
      for index in open { given[index] = 0 }
      share(left, weights, open, policy, &given)
      var isCapped = false
      for index in open {
        // A share that rounding made negative is none; what that adds is taken back below.
        let part = min(max(0, given[index]), room[index] - parts[index], left)
        if part < given[index] { isCapped = true }
        parts[index] += part
        left -= part
      }
      open.removeAll { parts[$0] == room[$0] }
      // Every line took its share: what is left is what rounding kept back, a unit to each first.
      if !isCapped, left > 0 {
        for index in open where left > 0 {
          parts[index] += 1
          left -= 1
        }
        open.removeAll { parts[$0] == room[$0] }
      }
    }
    return parts
  }

  private static func share(
    _ amount: Int64, _ weights: [Int64], _ open: [Int], _ policy: AllocationPolicy,
    _ parts: inout [Int64]
  ) {
    let total = open.reduce(Int128(0)) { $0 + Int128(weights[$1]) }
    guard total > 0, amount > 0 else { return }
    var shared: Int64 = 0
    for index in open {
      let share = part(of: amount, Int128(weights[index]), total, policy)
      parts[index] = share
      shared += share
    }
    switch policy {
    case .largestRemainder:
      spread(amount - shared, byRemainderOf: weights, amount, total, open, &parts)
    case .roundHalfDownThenFirst, .floorThenFirst:
      var rest = amount - shared
      let step: Int64 = rest < 0 ? -1 : 1
      while rest != 0 {
        for index in open where rest != 0 {
          parts[index] += step
          rest -= step
        }
      }
    case .lastTakesDelta:
      if let last = open.last { parts[last] += amount - shared }
    }
  }

  private static func part(
    of amount: Int64, _ weight: Int128, _ total: Int128, _ policy: AllocationPolicy
  ) -> Int64 {
    let product = Int128(amount) * weight
    switch policy {
    case .largestRemainder, .floorThenFirst: return Int64(product / total)
    case .roundHalfDownThenFirst: return Int64((2 * product + total - 1) / (2 * total))
    case .lastTakesDelta: return Int64((2 * product + total) / (2 * total))
    }
  }

  /// One unit each to the largest remainders; there are fewer units than lines with a remainder.
  private static func spread(
    _ left: Int64, byRemainderOf weights: [Int64], _ amount: Int64, _ total: Int128,
    _ open: [Int], _ parts: inout [Int64]
  ) {
    guard left > 0 else { return }
    let remainders = open.map { (index: $0, rest: Int128(amount) * Int128(weights[$0]) % total) }
    let order = remainders.sorted {
      $0.rest == $1.rest ? $0.index < $1.index : $0.rest > $1.rest
    }
    for entry in order.prefix(Int(left)) { parts[entry.index] += 1 }
  }
}
