import Devices
import Foundation

/// The work of a thread that serves the bus until it is told to end, step by step.
///
/// What it waits for is the kernel's: a step that fails is repeated after a pause, because devices
/// come and go, and their transfers end, only as long as the thread runs.
struct ThreadSteps {
  /// Between a failed step and the next.
  static let pauseSeconds = 1.0

  enum Outcome {
    case done
    case failed(DeviceError)
    case over
  }

  /// Hears of a failed step, and not again before one succeeds.
  let onFault: @Sendable (DeviceError) -> Void
  var pause: () -> Void = { Thread.sleep(forTimeInterval: Self.pauseSeconds) }

  /// Returns when a step says that it is over.
  func run(_ step: () -> Outcome) {
    var isFailing = false
    while true {
      switch step() {
      case .done: isFailing = false
      case .failed(let fault):
        if !isFailing { onFault(fault) }
        isFailing = true
        pause()
      case .over: return
      }
    }
  }
}
