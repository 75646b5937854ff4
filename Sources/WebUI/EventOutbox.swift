import Daemon
import Synchronization

/// What waits to be written to one event stream: at most the newest snapshot and one heartbeat.
///
/// A reader slower than the kiosk misses what is in between, and never costs more memory.
final class EventOutbox: Sendable {
  /// What one write sends.
  struct Frame: Equatable {
    var snapshot: Snapshot?
    var beat = false
  }

  private struct State {
    var waiting = Frame()
    var writingSince: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  init() {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func offer(_ snapshot: Snapshot) {
    state.withLock { $0.waiting.snapshot = snapshot }
    wake.yield()
  }

  func offerBeat() {
    state.withLock { $0.waiting.beat = true }
    wake.yield()
  }

  /// Ends the stream after what is being written.
  func close() { wake.finish() }

  /// How long the write in progress has taken, or nil.
  func writingTime(now: ContinuousClock.Instant) -> Duration? {
    state.withLock { $0.writingSince }.map { now - $0 }
  }

  /// Hands every frame to `write`, one at a time, until `close` or a failed write.
  func drain(_ write: (Frame) async throws -> Void) async throws {
    for await _ in wakes {
      let frame = state.withLock { state in
        defer { state.waiting = Frame() }
        state.writingSince = .now
        return state.waiting
      }
      if frame != Frame() { try await write(frame) }
      state.withLock { $0.writingSince = nil }
    }
  }
}
