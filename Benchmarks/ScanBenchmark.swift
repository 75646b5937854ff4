import Daemon
import Foundation
import Simulators
import Storage

/// From the scanner's bytes to the display's bytes and the snapshot at a reader of the events, with
/// the step in the journal before either; a bare commit between every two scans.
struct ScanBenchmark {
  /// Own processor time that a scan may take beside two bare commits.
  static let ownMilliseconds = 2.0
  static let basketSize = 20
  /// Fills both write-ahead logs, which then are written over and grow no more.
  static let warmUpScans = 200
  static let warmUpCommits: Int64 = 1_200

  let scanCount: Int

  private struct Figures: Sendable {
    var display: [Double] = []
    var snapshot: [Double] = []
    var both: [Double] = []
    var cpu: [Double] = []
    var bare: [Double] = []
    var recordByteCount = 0
  }

  func run(in workplace: Workplace) async throws {
    let directory = try workplace.make("scan")
    let marks = Marks()
    let timeline = Timeline()
    let kiosk = try await CounterKiosk(directory: directory, marks: marks, timeline: timeline)
    let load = Machine.load
    let figures = try await kiosk.run { [self] in
      try await withThrowingTaskGroup(of: Figures?.self) { group in
        group.addTask {
          try await marks.tick()
          return nil
        }
        group.addTask { try await measure(kiosk, marks, timeline, directory) }
        defer { group.cancelAll() }
        while let figures = try await group.next() {
          if let figures { return figures }
        }
        throw BenchmarkFault("nothing was measured")
      }
    }
    try kiosk.store.close()
    report(figures, load, timeline)
  }

  private func measure(
    _ kiosk: CounterKiosk, _ marks: Marks, _ timeline: Timeline, _ directory: String
  ) async throws -> Figures {
    let bare = try BareTable(path: directory + "/bare.sqlite")
    for number in 0..<Self.warmUpCommits { try bare.commitRows(number) }
    let codes = kiosk.shop.codes
    var reader = marks.reader()
    var figures = Figures()
    for number in 0..<(Self.warmUpScans + scanCount) {
      if number.isMultiple(of: Self.basketSize) {
        try await check(kiosk, isFirst: number == 0)
        marks.pause()
        try await kiosk.beginBasket()
        marks.resume()
      }
      let commit = try bare.timeCommits()
      let code = codes[number % codes.count]
      if number == Self.warmUpScans { timeline.reset() }
      timeline.begin()
      let start = Moment.now
      kiosk.scanner.withModel { $0.scan(code, aim: "]E0") }
      let answers = try await reader.answers(after: start)
      timeline.finish("from the commit")
      // Behind the loop's last act for this scan, so that its processor time counts too.
      _ = await kiosk.loop.snapshot()
      let end = Moment.now
      guard number >= Self.warmUpScans else { continue }
      let display = answers.display.wallMilliseconds(since: start)
      let snapshot = answers.snapshot.wallMilliseconds(since: start)
      figures.display.append(display)
      figures.snapshot.append(snapshot)
      figures.both.append(max(display, snapshot))
      figures.cpu.append(end.cpuMilliseconds(since: start))
      figures.bare.append(commit)
    }
    try await check(kiosk, isFirst: false)
    if let last = try await kiosk.store.lastJournalRecord() {
      figures.recordByteCount = last.event.count + last.state.count + last.effects.count
    }
    return figures
  }

  /// Every scan of the basket was sold, or the figures would be those of something else.
  private func check(_ kiosk: CounterKiosk, isFirst: Bool) async throws {
    let count = await kiosk.loop.snapshot().lines.map(\.quantity).reduce(0, +)
    guard isFirst || count == Self.basketSize else {
      throw BenchmarkFault("a basket of \(Self.basketSize) scans has \(count) pieces")
    }
  }

  private func report(_ figures: Figures, _ load: String, _ timeline: Timeline) {
    let both = Distribution(figures.both)
    let cpu = Distribution(figures.cpu)
    let bare = Distribution(figures.bare)
    let stages = timeline.stages.map { stage in
      "    " + stage.name.padding(toLength: 25, withPad: " ", startingAt: 0)
        + stage.times.summary
    }.joined(separator: "\n")
    let budget = Self.ownMilliseconds + 2 * bare.p99
    print(
      """
      SCAN: HID reports in → journal on disk → display bytes out and snapshot sent
        how: \(scanCount) scans of EAN-13 in baskets of \(Self.basketSize) with a member, after \
      \(Self.warmUpScans) to warm up;
             simulated scanner and display under the real drivers, loop, store and web server, one
             reader of its events, all in one process; one bare commit before every scan; \
      load \(load)
        to the display's bytes       \(Distribution(figures.display).summary)
        to the reader of the events  \(Distribution(figures.snapshot).summary)
        to both                      \(both.summary)
      \(stages)
        processor time per scan      \(cpu.summary), mean \(format(cpu.mean))
        bare one-row commit          \(bare.summary)
        journal step, 20th scan      \(figures.recordByteCount) bytes of JSON
        target: latency p99 ≤ 2 ms + 2 × bare p99 = \(format(budget)) ms: \
      \(format(both.p99)) \(verdict(both.p99 <= budget))
      """)
  }
}
