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

extension ScanClock {
  /// A time that can be compared.
  static let still = ScanClock { 0 }
}

/// A time that goes on by the same step whenever it is asked for.
final class SteppingClock: Sendable {
  private let step: Int64
  private let time = Mutex(Int64(0))

  init(millisecondsPerQuestion step: Int64) { self.step = step }

  func now() -> Int64 {
    time.withLock { time in
      time += step
      return time
    }
  }
}
