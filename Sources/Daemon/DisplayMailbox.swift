import Devices
import Logging
import Retail

/// Shows the newest text on the customer display; what it could not show in time is skipped.
actor DisplayMailbox {
  /// How often one text is tried on a display that is there and does not take it; then the next
  /// text is.
  static let attemptLimit = 5
  static let retryPause = Duration.seconds(1)

  private let logger: Logger
  private let dimming: DimmingPlan
  private let now: @Sendable () -> ShopTime
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private let sleep: @Sendable (Duration) async throws -> Void
  private var display: (any LineDisplay)?
  /// Counts the displays that came: a late fault of one says nothing of the next at the same port.
  private var displayNumber = 0
  private var wanted: [DisplayLine] = []
  private var shown: DisplayContent?
  /// Columns that texts wider than the display have run.
  private var step = 0
  /// Wakes the mailbox for the next step or the next brightness.
  private var alarm: Task<Void, Never>?
  /// Faults of the display since it was handed in or the text changed.
  private var faultCount = 0
  private var isTesting = false
  /// A display shows one thing after the other.
  private var isWriting = false
  private var isRetryDue = false

  /// `sleep` throws when its task is cancelled, and nothing else.
  init(
    logger: Logger, dimming: DimmingPlan = DimmingPlan(), now: @escaping @Sendable () -> ShopTime,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.logger = logger
    self.dimming = dimming
    self.now = now
    self.sleep = sleep
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await _ in wakeUps { await write() }
    alarm?.cancel()
  }

  nonisolated func stop() { waker.finish() }

  func show(_ lines: [DisplayLine]) {
    guard lines != wanted else { return }
    wanted = lines
    step = 0
    faultCount = 0
    waker.yield()
  }

  /// Shows the test patterns one after the other, then again what belongs there.
  func test() async throws(TestRefusal) -> TestReport {
    guard let display else { throw .noDevice(.display) }
    guard !isTesting, !isWriting else { throw .busy(.display) }
    isTesting = true
    defer {
      isTesting = false
      shown = nil
      waker.yield()
    }
    return try await DeviceTest.run(on: display, pausing: sleep)
  }

  func displayReady(_ ready: any LineDisplay) {
    display = ready
    displayNumber += 1
    shown = nil
    faultCount = 0
    waker.yield()
  }

  private func write() async {
    guard let display, !isTesting, faultCount < Self.attemptLimit else { return }
    let (content, lines, number) = (content(for: display), wanted, displayNumber)
    guard shown != content else { return wakeLater(for: display) }
    isWriting = true
    defer { isWriting = false }
    do throws(DeviceError) {
      try await display.show(content)
      if number == displayNumber {
        shown = content
        wakeLater(for: display)
      }
    } catch {
      if faultCount == 0 {
        logger.warning("customer display: \(error.kind)", metadata: ["device": "\(error.device)"])
      }
      // Another display may have come while this one hung; it is told by its own wake-up.
      if number == displayNumber { stepAside(after: error, of: lines) }
    }
  }

  private func content(for display: any LineDisplay) -> DisplayContent {
    DisplayContent(
      wanted.map { Marquee.window($0, columns: display.size.columns, step: step) },
      brightnessPercent: dimming.percent(at: now()))
  }

  private func wakeLater(for display: any LineDisplay) {
    alarm?.cancel()
    let columns = display.size.columns
    let runs = wanted.contains { Marquee.isNeeded($0, columns: columns) }
    guard let pause = runs ? Marquee.pause : dimming.pause(from: now()) else { return }
    alarm = Task {
      do { try await sleep(pause) } catch { return }  // Cancelled: something else is shown.
      self.advance(runs)
    }
  }

  private func advance(_ runs: Bool) {
    // The texts are bounded; so is this, long before it matters.
    if runs { step = (step + 1) % Int(Int32.max) }
    waker.yield()
  }

  private func stepAside(after fault: DeviceError, of lines: [DisplayLine]) {
    // Half of it may stand there.
    shown = nil
    switch fault.kind {
    // The supervisor opens it again and hands it in anew; then the newest text is shown.
    case .disconnected, .cancelled, .accessDenied, .unsupported: display = nil
    // Its `run` need not fail with it: nobody else would try again.
    case .timedOut, .stalled, .busy, .needsAttention, .malformedResponse, .exhausted:
      // A newer text has its own attempts, and its own wake-up.
      guard lines == wanted else { return }
      faultCount += 1
      if faultCount < Self.attemptLimit { retryLater() }
    }
  }

  private func retryLater() {
    guard !isRetryDue else { return }
    isRetryDue = true
    Task {
      do { try await sleep(Self.retryPause) } catch { return }  // Cancelled: nothing to wake.
      self.retry()
    }
  }

  private func retry() {
    isRetryDue = false
    waker.yield()
  }
}
