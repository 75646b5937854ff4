/// The time of a driver, from outside: what it waits for is replayed with the rest of a recording.
struct DriverClock: Sendable {
  /// Since the driver was made; never goes back.
  let elapsed: @Sendable () -> Duration
  /// Throws when its task is cancelled, and nothing else.
  let sleep: @Sendable (Duration) async throws -> Void

  init(_ clock: some Clock<Duration>) {
    let origin = clock.now
    elapsed = { origin.duration(to: clock.now) }
    sleep = { try await clock.sleep(for: $0) }
  }

  var now: Duration { elapsed() }
}
