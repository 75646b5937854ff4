import Synchronization

/// Where the time goes between two moments: stages that end one after the other, summed by name.
///
/// What the measured code does in other tasks ends stages too; outside of `begin` and `finish`
/// nothing counts.
final class Timeline: Sendable {
  private struct State {
    var last: Moment?
    var names: [String] = []
    var milliseconds: [String: Double] = [:]
    var count = 0

    mutating func end(_ name: String) {
      guard let last else { return }
      let now = Moment.now
      if milliseconds[name] == nil { names.append(name) }
      milliseconds[name, default: 0] += now.wallMilliseconds(since: last)
      self.last = now
    }
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.last = .now } }

  /// The stage ends here, and the next begins.
  func end(_ name: String) { state.withLock { $0.end(name) } }

  /// Ends the last stage.
  func finish(_ name: String) {
    state.withLock { state in
      state.end(name)
      state.last = nil
      state.count += 1
    }
  }

  func reset() { state.withLock { $0 = State() } }

  /// Means in milliseconds: `ledger 0.31, deciding 0.52, rows 0.20, commit 0.60`.
  var summary: String {
    state.withLock { state in
      state.names.map { name in
        let mean = (state.milliseconds[name] ?? 0) / Double(max(1, state.count))
        return name + " " + format(mean, decimals: 3).drop { $0 == " " }
      }.joined(separator: ", ")
    }
  }
}
