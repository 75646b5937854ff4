import Daemon
import Foundation
import Ledger
import Retail
import Synchronization

/// Time that stands still until a test moves it, and chance that a seed decides.
final class ManualClock: Sendable {
  /// 2026-11-22 10:00 in the shop.
  static let start = Instant(milliseconds: 1_795_312_800_000)
  static let offset = 8 * 3_600

  private struct Sleeper {
    let duration: Duration
    let end: Int64
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = ManualClock.start.milliseconds
    var sleepers: [Int: Sleeper] = [:]
    var nextSleeper = 0
    var random: SplitMix64
  }

  private let state: Mutex<State>

  init(seed: UInt64 = 1) { state = Mutex(State(random: SplitMix64(seed: seed))) }

  /// What the daemon is given.
  var kioskClock: KioskClock {
    KioskClock(
      now: { self.time }, sleep: { try await self.sleep($0) },
      randomBytes: { count in
        self.state.withLock { state in
          (0..<count).map { _ in UInt8(truncatingIfNeeded: state.random.next() >> 32) }
        }
      })
  }

  var time: ShopTime {
    ShopTime(
      instant: Instant(milliseconds: state.withLock { $0.now }), offsetSeconds: Self.offset)
  }

  /// Who sleeps until a moment, and for how long each wanted to.
  var sleeps: [Duration] { state.withLock { $0.sleepers.values.map(\.duration) } }

  /// Moves the time on and wakes whose sleep is over, the earliest first.
  func advance(_ duration: Duration) {
    let woken = state.withLock { state in
      state.now += duration.milliseconds
      let due = state.sleepers.filter { $0.value.end <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.end < $1.end }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Waits until somebody sleeps for just this long, then lets that much time go by.
  func pass(_ duration: Duration) async throws {
    try await eventually("a sleep of \(duration)") { sleeps.contains(duration) }
    advance(duration)
  }

  private func sleep(_ duration: Duration) async throws {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        // Cancelled before it lay down: nobody would wake it.
        guard !Task.isCancelled else {
          continuation.resume(throwing: CancellationError())
          return
        }
        state.withLock { state in
          state.sleepers[id] = Sleeper(
            duration: duration, end: state.now + duration.milliseconds,
            continuation: continuation)
        }
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

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// Seeded numbers that mean the same under every compiler (Steele, Lea, Flood: SplitMix, 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Something that a test waits for did not come.
struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// Asks again until it is so. The limit is only for what hangs.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  for _ in 0..<10_000 {
    if try await isSo() { return }
    try await Task.sleep(for: .milliseconds(1))
  }
  throw NeverHappened(description: "never happened: \(what)")
}
