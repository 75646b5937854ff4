import Ledger

/// How the tie of a percentage is rounded; a choice of the shop, never of a release (RETAIL 4).
public enum PercentRounding: String, Equatable, Sendable, Codable, CaseIterable {
  /// The price that is left is rounded half up: 2.75 less 10 % is 2.48.
  case halfUpOnPrice
  /// What is taken off is rounded half up: 2.75 less 10 % is 2.47.
  case halfUpOnDiscount

  /// The discount of `basisPoints` on `base`, which must not be negative.
  public func discount(of base: Money, basisPoints: Int) -> Money {
    let twice = 2 * Int128(base.minorUnits) * Int128(basisPoints)
    let rounded =
      switch self {
      case .halfUpOnPrice: (twice + 9_999) / 20_000
      case .halfUpOnDiscount: (twice + 10_000) / 20_000
      }
    return Money(minorUnits: Int64(rounded))
  }
}

/// `floor(amount · basisPoints / 10000)`: a cap is never exceeded by rounding.
public func cap(_ amount: Money, basisPoints: Int) -> Money {
  Money(minorUnits: Int64(Int128(amount.minorUnits) * Int128(basisPoints) / 10_000))
}

/// Splits an amount over lines so that the parts sum to it exactly.
public enum Allocation {
  /// Largest remainder, ties to the earlier line (RETAIL 4): parts proportional to `weights`, no
  /// part above its weight. What does not fit (more than the sum of weights) is not allocated.
  public static func largestRemainder(_ amount: Money, weights: [Money]) -> [Money] {
    let total = Int128(weights.sum().minorUnits)
    let wanted = min(Int128(amount.minorUnits), total)
    guard total > 0, wanted > 0 else { return weights.map { _ in .zero } }
    let shares = weights.map {
      (wanted * Int128($0.minorUnits)).quotientAndRemainder(dividingBy: total)
    }
    var parts = shares.map(\.quotient)
    let remainders = shares.map(\.remainder)
    let order = weights.indices.sorted {
      remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
    }
    // Fewer units are left than lines with a remainder, and a remainder means room for one more.
    let left = Int(wanted - parts.reduce(0, +))
    for index in order.prefix(left) { parts[index] += 1 }
    return parts.map { Money(minorUnits: Int64($0)) }
  }
}
