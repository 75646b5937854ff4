import Devices
import Ledger
import Logging
import Retail
import Synchronization
import Testing

@testable import Daemon

/// What the customer display shows when writes to it fail and hang.
@Suite(.timeLimit(.minutes(1))) struct DisplayMailboxTests {
  private let clock = ManualClock()
  private let mailbox: DisplayMailbox

  init() {
    mailbox = DisplayMailbox(
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
      now: clock.kioskClock.now, sleep: clock.kioskClock.sleep)
  }

  private func whileRunning(_ body: () async throws -> Void) async throws {
    let running = Task { await mailbox.run() }
    try await body()
    mailbox.stop()
    await running.value
  }

  @Test(arguments: [DeviceError.Kind.timedOut, .stalled, .exhausted])
  func `a text that failed is shown after a pause`(_ kind: DeviceError.Kind) async throws {
    let display = UncertainDisplay([.faults(kind), .faults(kind)])
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("milk")])
      for _ in 1...2 { try await clock.pass(DisplayMailbox.retryPause) }
      try await eventually("shown") { display.shown == [["milk"]] }
    }
  }

  @Test func `a text is tried so often and no more, and the next is tried again`() async throws {
    let display = UncertainDisplay(
      Array(repeating: .faults(.timedOut), count: DisplayMailbox.attemptLimit))
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("milk")])
      for _ in 1..<DisplayMailbox.attemptLimit { try await clock.pass(DisplayMailbox.retryPause) }
      try await eventually("all tries") { display.tryCount == DisplayMailbox.attemptLimit }
      await mailbox.show([DisplayLine("milk")])
      await mailbox.show([DisplayLine("rice")])
      try await eventually("shown") { display.shown == [["rice"]] }
      #expect(display.tryCount == DisplayMailbox.attemptLimit + 1)
      #expect(clock.sleeps.isEmpty)
    }
  }

  @Test func `a text that comes while another hangs is shown next`() async throws {
    let display = UncertainDisplay([.hangs])
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("milk")])
      try await eventually("hangs") { display.isHanging }
      await mailbox.show([DisplayLine("rice")])
      display.fail(.timedOut)
      try await eventually("shown") { display.shown == [["rice"]] }
    }
  }

  @Test func `a display that is written to is not tested meanwhile`() async throws {
    let display = UncertainDisplay([.hangs])
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("milk")])
      try await eventually("hangs") { display.isHanging }
      await #expect(throws: TestRefusal.busy(.display)) { try await mailbox.test() }
      #expect(display.tryCount == 1)
      display.fail(.disconnected)
    }
  }

  @Test(arguments: [DeviceError.Kind.disconnected, .timedOut])
  func `a display that comes while the last one hangs is used`(
    _ kind: DeviceError.Kind
  ) async throws {
    let (old, new) = (UncertainDisplay([.hangs]), UncertainDisplay([]))
    try await whileRunning {
      await mailbox.displayReady(old)
      await mailbox.show([DisplayLine("milk")])
      try await eventually("hangs") { old.isHanging }
      await mailbox.displayReady(new)
      old.fail(kind)
      try await eventually("shown") { new.shown == [["milk"]] }
    }
  }

  @Test func `a display that is gone is left alone until it is handed in again`() async throws {
    let display = UncertainDisplay([.faults(.disconnected)])
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("milk")])
      try await eventually("tried") { display.tryCount == 1 }
      await mailbox.show([DisplayLine("rice")])
      await mailbox.displayReady(display)
      try await eventually("shown") { display.shown == [["rice"]] }
    }
  }

  @Test func `a text that is wider than the display runs through it`() async throws {
    let display = UncertainDisplay([])
    try await whileRunning {
      await mailbox.displayReady(display)
      await mailbox.show([DisplayLine("会员日 5 折 MEMBERS HALF PRICE"), DisplayLine("SCAN")])
      try await eventually("first") { display.shown.count == 1 }
      for count in 2...4 {
        try await clock.pass(Marquee.pause)
        try await eventually("step") { display.shown.count == count }
      }
      #expect(
        display.shown.map(\.first) == [
          "会员日 5 折 MEMBERS ", " 员日 5 折 MEMBERS H", "员日 5 折 MEMBERS HA", " 日 5 折 MEMBERS HAL",
        ])
      #expect(display.shown.allSatisfy { $0.last == "SCAN" })
      // A sale begins: nothing runs any more.
      await mailbox.show([DisplayLine("milk")])
      try await eventually("sale") { display.shown.last == ["milk"] }
      #expect(clock.sleeps.isEmpty)
    }
  }

  @Test func `half a wide character is never shown, at no step`() {
    let line = DisplayLine("会员日 5 折 MEMBERS HALF PRICE")
    for step in 0..<100 {
      let window = Marquee.window(line, columns: 20, step: step)
      #expect(DisplayText.width(window.left) == 20)
    }
    for fixed in [DisplayLine("short"), DisplayLine("a name that is too long", right: "1.00")] {
      #expect(Marquee.window(fixed, columns: 20, step: 7) == fixed)
    }
  }

  @Test func `the display is as bright as the hour says`() {
    func at(_ hour: Int, _ minute: Int) -> ShopTime {
      ShopTime(
        instant: Instant(milliseconds: Int64(hour * 60 + minute) * 60_000), offsetSeconds: 0)
    }
    let plan = DimmingPlan([
      DimmingPlan.Step(minuteOfDay: 22 * 60, percent: 25),
      DimmingPlan.Step(minuteOfDay: 7 * 60 + 30, percent: 100),
    ])
    #expect(plan.percent(at: at(7, 29)) == 25)
    #expect(plan.percent(at: at(7, 30)) == 100)
    #expect(plan.percent(at: at(21, 59)) == 100)
    #expect(plan.percent(at: at(22, 0)) == 25)
    #expect(plan.pause(from: at(21, 59)) == .seconds(60))
    #expect(plan.pause(from: at(22, 0)) == .seconds(3_600))
    #expect(DimmingPlan().percent(at: at(3, 0)) == 100)
    #expect(DimmingPlan().pause(from: at(3, 0)) == nil)
  }
}

/// A display that does with each text what the next line of its script says; then it shows it.
private final class UncertainDisplay: LineDisplay {
  enum Line: Sendable {
    case faults(DeviceError.Kind)
    /// Until `fail`.
    case hangs
  }

  private struct State {
    var script: [Line]
    var tryCount = 0
    var shown: [[String]] = []
    var waiter: CheckedContinuation<DeviceError.Kind, Never>?
  }

  let device = DeviceID("display@1-4")
  let size = (columns: 20, rows: 2)
  private let state: Mutex<State>

  init(_ script: [Line]) { state = Mutex(State(script: script)) }

  var tryCount: Int { state.withLock { $0.tryCount } }
  var shown: [[String]] { state.withLock { $0.shown } }
  var isHanging: Bool { state.withLock { $0.waiter != nil } }

  func fail(_ kind: DeviceError.Kind) {
    state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }?.resume(returning: kind)
  }

  func show(_ content: DisplayContent) async throws(DeviceError) {
    let line = state.withLock { state -> Line? in
      state.tryCount += 1
      return state.script.isEmpty ? nil : state.script.removeFirst()
    }
    switch line {
    case .faults(let kind): throw DeviceError(kind, device: device)
    case .hangs:
      let kind = await withCheckedContinuation { waiter in
        state.withLock { $0.waiter = waiter }
      }
      throw DeviceError(kind, device: device)
    case nil: state.withLock { $0.shown.append(content.lines.map(\.words)) }
    }
  }

  func run() async throws(DeviceError) { throw DeviceError(.disconnected, device: device) }
}
