import Synchronization

/// Where the time of commits goes: the store's own marks, and those around its decision.
final class CommitTimeline: Sendable {
  enum Stage: Int, CaseIterable {
    /// From the call to the ledger's answer: the way to the writer, reading, judging, writing.
    case ledger
    /// The reducer and JSON.
    case deciding
    /// Journal step, sale, papers and coupon, sealed.
    case rows
    /// SQLite's COMMIT, a checkpoint now and then included, and the way back.
    case commit
  }

  private struct State {
    /// Nil between two commits: other transactions are not measured.
    var last: Moment?
    var milliseconds = Stage.allCases.map { _ in 0.0 }
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.last = .now } }

  /// The stage ends here, and the next begins.
  func end(_ stage: Stage) {
    state.withLock { state in
      guard let last = state.last else { return }
      let now = Moment.now
      state.milliseconds[stage.rawValue] += now.wallMilliseconds(since: last)
      state.last = stage == .commit ? nil : now
    }
  }

  func reset() { state.withLock { $0 = State() } }

  /// `ledger 0.31, deciding 0.52, rows 0.20, commit 0.60`, of each of so many commits.
  func summary(commits: Int) -> String {
    let milliseconds = state.withLock { $0.milliseconds }
    return Stage.allCases.map { stage in
      "\(stage)" + format(milliseconds[stage.rawValue] / Double(max(1, commits)))
    }.joined(separator: ", ")
  }
}
