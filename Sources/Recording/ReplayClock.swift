import Drivers
import Synchronization

/// The time of a replay. A task of the driver that would go on waits here until the recording says
/// that it did, and when; a sleep lasts until the replay ends it, for what follows a sleep is a
/// turn.
final class ReplayClock: DriverClock {
  private struct Turn {
    let task: DriverTask
    let continuation: CheckedContinuation<Duration, Never>
  }

  private struct State {
    var now = Duration.zero
    var turns: [Turn] = []
    var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
    var nextSleeper = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let onWait: @Sendable () -> Void

  init(onWait: @escaping @Sendable () -> Void) { self.onWait = onWait }

  /// Lets the task go on at this time; nil when it does not wait for its turn.
  func release(_ task: DriverTask, at time: Duration) -> Duration? {
    let turn = state.withLock { state -> Turn? in
      guard let index = state.turns.firstIndex(where: { $0.task == task }) else { return nil }
      state.now = time
      return state.turns.remove(at: index)
    }
    turn?.continuation.resume(returning: time)
    return turn.map { _ in time }
  }

  /// Ends all sleeps. One too many does nothing: who slept waits for its turn.
  func wakeSleepers() {
    let sleepers = state.withLock { state in
      defer { state.sleepers = [:] }
      return state.sleepers
    }
    for sleeper in sleepers.values { sleeper.resume() }
  }

  /// Nothing waits any more.
  func end() {
    let (turns, now) = state.withLock { state in
      defer { (state.turns, state.isOver) = ([], true) }
      return (state.turns, state.now)
    }
    for turn in turns { turn.continuation.resume(returning: now) }
    wakeSleepers()
  }

  // MARK: DriverClock

  func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration {
    await withCheckedContinuation(isolation: isolation) { continuation in
      let end = state.withLock { state -> Duration? in
        guard !state.isOver else { return state.now }
        state.turns.append(Turn(task: task, continuation: continuation))
        return nil
      }
      if let end { continuation.resume(returning: end) }
      onWait()
    }
  }

  func sleep(for duration: Duration) async throws {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        let isOver = state.withLock { state in
          if !state.isOver { state.sleepers[id] = continuation }
          return state.isOver
        }
        if isOver { continuation.resume() }
        // Cancelled before it lay down: nobody else would wake it.
        if Task.isCancelled { cancel(id) }
        onWait()
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func cancel(_ id: Int) {
    state.withLock { $0.sleepers.removeValue(forKey: id) }?
      .resume(throwing: CancellationError())
  }
}
