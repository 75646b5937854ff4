import Ledger

/// Taking an amount from several balances one after the other: lots of points or bonus, tenders of
/// a bill, accounts that a refund goes back to.
public enum Spending {
  /// From each what it has, in order, until the amount is met; `left` is what none could give.
  public static func inOrder(
    _ amount: Int64, from balances: [Int64]
  ) -> (taken: [Int64], left: Int64) {
    var left = max(0, amount)
    let taken = balances.map { balance in
      let part = min(left, max(0, balance))
      left -= part
      return part
    }
    return (taken, left)
  }

  /// Whether one lot is spent before another: earliest expiry, then earliest availability, then id
  /// (RETAIL 2).
  public static func isBefore<ID: Comparable>(
    _ left: (expiresAt: Instant?, availableAt: Instant, id: ID),
    _ right: (expiresAt: Instant?, availableAt: Instant, id: ID)
  ) -> Bool {
    let ends = (
      left.expiresAt?.milliseconds ?? .max, right.expiresAt?.milliseconds ?? .max
    )
    if ends.0 != ends.1 { return ends.0 < ends.1 }
    if left.availableAt != right.availableAt { return left.availableAt < right.availableAt }
    return left.id < right.id
  }
}
