import Ledger

/// How the tie of a percentage is rounded; a choice of the shop, never of a release (RETAIL 4).
public enum PercentRounding: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// The price that is left is rounded half up: 2.75 less 10 % is 2.48.
  case halfUpOnPrice
  /// What is taken off is rounded half up: 2.75 less 10 % is 2.47.
  case halfUpOnDiscount

  /// The discount of `basisPoints` on `base`, which must not be negative.
  public func discount(of base: Money, basisPoints: Int) -> Money {
    Money(minorUnits: discount(of: base.minorUnits, basisPoints: Int64(basisPoints)))
  }

  func discount(of base: Int64, basisPoints: Int64) -> Int64 {
    let tie: Int64 =
      switch self {
      case .halfUpOnPrice: 9_999
      case .halfUpOnDiscount: 10_000
      }
    // The fullest cart is 1.98 · 10^14: twice that times 10^4 fits, more does not.
    guard base <= Self.narrowLimit else {
      return Int64((2 * Int128(base) * Int128(basisPoints) + Int128(tie)) / 20_000)
    }
    return (2 * base * basisPoints + tie) / 20_000
  }

  private static let narrowLimit: Int64 = 400_000_000_000_000
}

/// `floor(amount · basisPoints / 10000)`: a cap is never exceeded by rounding.
public func cap(_ amount: Money, basisPoints: Int) -> Money {
  Money(minorUnits: Int64(Int128(amount.minorUnits) * Int128(basisPoints) / 10_000))
}
