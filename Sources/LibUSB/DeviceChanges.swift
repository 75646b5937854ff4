import Devices
import Synchronization

/// The roster between the thread that hears of changes and the one task that waits for them.
final class DeviceChanges: Sendable {
  private struct State {
    var roster = Roster()
    var waiter: CheckedContinuation<Void, Never>?
    var isFinished = false
  }

  private let state = Mutex(State())

  func update(_ body: (inout Roster) -> Void) {
    state.withLock { body(&$0.roster) }
    wake()
  }

  /// The consumer gets what is left and then the end.
  func finish() {
    state.withLock { $0.isFinished = true }
    wake()
  }

  /// The next change, or nil at the end and when the task is cancelled.
  func next() async -> USBBusEvent? {
    while !Task.isCancelled {
      let (event, isFinished) = state.withLock { ($0.roster.next(), $0.isFinished) }
      if let event { return event }
      if isFinished { return nil }
      await wait()
    }
    return nil
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let resumed = state.withLock { state -> CheckedContinuation<Void, Never>? in
          var unseen = state.roster
          let hasNews = unseen.next() != nil || state.isFinished || Task.isCancelled
          if hasNews { return continuation }
          // One consumer: one that waited before was cancelled or is a mistake; let it look again.
          defer { state.waiter = continuation }
          return state.waiter
        }
        resumed?.resume()
      }
    } onCancel: {
      wake()
    }
  }

  private func wake() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
