/// Where scanners take the time from: milliseconds that never go back.
public struct ScanClock: Sendable {
  public let now: @Sendable () -> Int64

  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  /// By the clock that a driver waits by; counts from here on.
  public init(_ clock: some Clock<Duration>) {
    let start = clock.now
    now = { Self.milliseconds(start.duration(to: clock.now)) }
  }

  private static let start = ContinuousClock.now

  /// Counts from the first question on.
  public static let system = ScanClock {
    milliseconds(start.duration(to: .now))
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
