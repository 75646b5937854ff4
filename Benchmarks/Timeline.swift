import Synchronization

/// Where the time goes between two moments: stages that end one after the other.
///
/// What the measured code does in other tasks ends stages too; outside of `begin` and `finish`
/// nothing counts.
final class Timeline: Sendable {
  private struct State {
    var last: Moment?
    var names: [String] = []
    var milliseconds: [String: [Double]] = [:]

    mutating func end(_ name: String) {
      guard let last else { return }
      let now = Moment.now
      if milliseconds[name] == nil { names.append(name) }
      milliseconds[name, default: []].append(now.wallMilliseconds(since: last))
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
    }
  }

  func reset() { state.withLock { $0 = State() } }

  /// Each stage's times, in the order in which they first ended.
  var stages: [(name: String, times: Distribution)] {
    state.withLock { state in
      state.names.map { ($0, Distribution(state.milliseconds[$0] ?? [])) }
    }
  }
}
