import Synchronization

/// The time of a replay: it stands still until the recording moves it.
final class ReplayClock: Clock, Sendable {
  struct Instant: InstantProtocol {
    let sinceBegin: Duration

    func advanced(by duration: Duration) -> Instant {
      Instant(sinceBegin: sinceBegin + duration)
    }

    func duration(to other: Instant) -> Duration { other.sinceBegin - sinceBegin }

    static func < (one: Instant, other: Instant) -> Bool { one.sinceBegin < other.sinceBegin }
  }

  private struct Sleeper {
    let deadline: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Duration.zero
    var sleepers: [Int: Sleeper] = [:]
    var nextSleeper = 0
  }

  private let state = Mutex(State())

  var now: Instant { Instant(sinceBegin: state.withLock { $0.now }) }
  var minimumResolution: Duration { .microseconds(1) }

  /// When the first sleeper is due.
  var nextDeadline: Duration? { state.withLock { $0.sleepers.values.map(\.deadline).min() } }

  /// Moves the time on, never back, and wakes whose sleep is over.
  func move(to time: Duration) {
    let due = state.withLock { state in
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        let isOver = state.withLock { state in
          guard state.now < deadline.sinceBegin else { return true }
          state.sleepers[id] = Sleeper(
            deadline: deadline.sinceBegin, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
        // Cancelled before it lay down: nobody else would wake it.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func cancel(_ id: Int) {
    state.withLock { $0.sleepers.removeValue(forKey: id) }?
      .continuation.resume(throwing: CancellationError())
  }
}
