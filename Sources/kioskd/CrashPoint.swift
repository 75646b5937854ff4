import Foundation
import Synchronization

/// `--crash-at N`: the process dies at the N-th point it passes, without a chance to tidy up.
/// Points lie before and after each commit and after each effect.
final class CrashPoint: Sendable {
  private let target: Int?
  private let passed = Mutex(0)
  private let isArmed = Mutex(false)

  init(at target: Int?) { self.target = target }

  /// Starts counting: what comes before is the start, which tests cut in other ways.
  func arm() { isArmed.withLock { $0 = true } }

  /// Counts a point, and dies if it is the one.
  func pass() {
    guard let target, isArmed.withLock({ $0 }) else { return }
    let count = passed.withLock { count in
      count += 1
      return count
    }
    if count == target { kill(getpid(), SIGKILL) }
  }
}
