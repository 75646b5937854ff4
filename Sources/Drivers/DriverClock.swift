/// What a driver takes the time from.
///
/// A driver with several tasks goes on in whatever order they are woken, and decides by the time at
/// that moment. Both come from here: what it does follows from the words of its device, its tasks'
/// turns and their times, so that a recording of these is enough to repeat it exactly.
public protocol DriverClock: Sendable {
  /// A task goes on after it waited, `isolation` being the actor that its driver is. Returns the
  /// time since any fixed moment, which never goes back and holds until the task waits again.
  func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration

  /// Throws when its task is cancelled, and nothing else.
  func sleep(for duration: Duration) async throws
}

/// The tasks that a driver can have at once, one of each.
public enum DriverTask: String, Sendable, Codable {
  /// Hears what the device says.
  case listening
  case printing
  /// Takes back the job that is printed.
  case withdrawing
  /// Sends what another device behind this one shall show.
  case passing
}

/// The machine's time, the same for all drivers.
public struct MachineClock: DriverClock {
  private static let start = ContinuousClock.now

  public init() {}

  public func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration {
    Self.start.duration(to: .now)
  }

  public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

extension Duration {
  /// What scanners count in.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
