import Synchronization

/// When a scan's answers came out: the display's bytes, and the snapshot at a reader of the events.
final class Marks: Sendable {
  enum Answer: Sendable { case display, snapshot, tick }

  /// Seconds without the answer that is waited for until the run is given up.
  static let patienceSeconds = 10

  private let outlet: AsyncStream<(Answer, Moment)>.Continuation
  private let stream: AsyncStream<(Answer, Moment)>
  /// Set while nothing is measured, when answers are of no interest.
  private let isPaused = Mutex(true)

  init() { (stream, outlet) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64)) }

  func note(_ answer: Answer) {
    let moment = Moment.now
    if !isPaused.withLock({ $0 }) { outlet.yield((answer, moment)) }
  }

  /// Wakes a wait that nothing else ends; runs until its task is cancelled.
  func tick() async throws {
    while true {
      try await Task.sleep(for: .seconds(1))
      outlet.yield((.tick, .now))
    }
  }

  func resume() { isPaused.withLock { $0 = false } }
  func pause() { isPaused.withLock { $0 = true } }

  func reader() -> Reader { Reader(iterator: stream.makeAsyncIterator()) }

  /// The one that waits for the answers.
  struct Reader {
    var iterator: AsyncStream<(Answer, Moment)>.AsyncIterator

    /// The first display write and the first snapshot after `start`.
    mutating func answers(
      after start: Moment
    ) async throws -> (display: Moment, snapshot: Moment) {
      var (display, snapshot): (Moment?, Moment?)
      var ticks = 0
      while let (answer, moment) = await iterator.next(isolation: #isolation) {
        switch answer {
        case .tick: ticks += 1
        case .display where moment.wall > start.wall:
          display = display ?? moment
        case .snapshot where moment.wall > start.wall:
          snapshot = snapshot ?? moment
        case .display, .snapshot: break  // A late answer to what was before.
        }
        if let display, let snapshot { return (display, snapshot) }
        if ticks > Marks.patienceSeconds { break }
      }
      throw BenchmarkFault("a scan was not answered in \(Marks.patienceSeconds) s")
    }
  }
}
