import Devices
import Drivers
import Synchronization

/// Keeps what a driver delivers, and lets a test wait for it without a clock.
final class OutputCollector<Output: Sendable>: Sendable {
  private struct State {
    var outputs: [Output] = []
    var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  func deliver(_ output: Output) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.outputs.append(output)
      guard let waiter = state.waiter, state.outputs.count >= waiter.count else { return nil }
      state.waiter = nil
      return waiter.continuation
    }
    waiter?.resume()
  }

  var outputs: [Output] { state.withLock { $0.outputs } }

  /// All outputs once there are `count` of them, or what there is when the test's time is over. One
  /// waiter at a time.
  func first(_ count: Int) async -> [Output] {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          guard state.outputs.count < count, !Task.isCancelled else { return true }
          state.waiter = (count, continuation)
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter?.continuation
      }
      waiter?.resume()
    }
    return outputs
  }
}

/// Runs a driver beside `body`, cancels it after and tells what it threw.
func whileRunning(
  _ driver: @escaping @Sendable () async throws(DeviceError) -> Void,
  _ body: () async throws -> Void
) async throws -> DeviceError? {
  let task = Task<DeviceError?, Never> {
    do throws(DeviceError) {
      try await driver()
      return nil
    } catch {
      return error
    }
  }
  do {
    try await body()
  } catch {
    task.cancel()
    throw error
  }
  task.cancel()
  return await task.value
}

/// A time that goes on by the same step whenever it is asked for.
final class SteppingClock: DriverClock {
  private let step: Duration
  private let time = Mutex(Duration.zero)

  init(millisecondsPerQuestion step: Int) { self.step = .milliseconds(step) }

  func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration {
    time.withLock { time in
      time += step
      return time
    }
  }

  func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

extension DriverClock where Self == SteppingClock {
  /// A time that can be compared.
  static var still: SteppingClock { SteppingClock(millisecondsPerQuestion: 0) }
}
