/// How long to leave a device alone that failed: longer each time, up to a limit.
struct BackOff: Equatable, Sendable {
  /// The first pause; each further one is twice as long.
  static let first = Duration.milliseconds(500)
  static let limit = Duration.seconds(30)
  /// A device that ran this long before it failed starts with the first pause again.
  static let stableAfter = Duration.seconds(60)

  private var failureCount = 0

  /// The pause after one more failure of a device that had run for `uptime`.
  mutating func delay(uptime: Duration) -> Duration {
    if uptime >= Self.stableAfter { failureCount = 0 }
    // 2^6 times the first pause is past the limit: the shift stays small however often it fails.
    let delay = min(Self.first * (1 << min(failureCount, 6)), Self.limit)
    failureCount = min(failureCount + 1, 6)
    return delay
  }
}
