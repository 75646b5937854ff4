import Foundation
import Synchronization

/// `--crash-at N`: the process dies at the N-th point it passes, without a chance to tidy up.
/// Points lie before and after each commit and after each effect.
final class CrashPoint: Sendable {
  private let target: Int?
  private let passed = Mutex(0)

  init(at target: Int?) { self.target = target }

  /// Counts a point, and dies if it is the one.
  func pass() {
    guard let target else { return }
    let count = passed.withLock { count in
      count += 1
      return count
    }
    if count == target { kill(getpid(), SIGKILL) }
  }
}
