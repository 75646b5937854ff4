import Devices
import Logging

/// Shows the newest text on the customer display; what it could not show in time is skipped.
actor DisplayMailbox {
  /// How often one text is tried on a display that is there and does not take it; then the next
  /// text is.
  static let attemptLimit = 5
  static let retryPause = Duration.seconds(1)

  private let logger: Logger
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private let sleep: @Sendable (Duration) async throws -> Void
  private var display: (any LineDisplay)?
  /// Counts the displays that came: a late fault of one says nothing of the next at the same port.
  private var displayNumber = 0
  private var wanted: [String] = []
  private var shown: [String]?
  /// Faults of the display since it was handed in or the text changed.
  private var faultCount = 0

  /// `sleep` throws when its task is cancelled, and nothing else.
  init(
    logger: Logger,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.logger = logger
    self.sleep = sleep
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await _ in wakeUps { await write() }
  }

  nonisolated func stop() { waker.finish() }

  func show(_ lines: [String]) {
    guard lines != wanted else { return }
    wanted = lines
    faultCount = 0
    waker.yield()
  }

  func displayReady(_ ready: any LineDisplay) {
    display = ready
    displayNumber += 1
    shown = nil
    faultCount = 0
    waker.yield()
  }

  private func write() async {
    guard let display, shown != wanted, faultCount < Self.attemptLimit else { return }
    let (lines, number) = (wanted, displayNumber)
    do throws(DeviceError) {
      try await display.show(lines)
      if number == displayNumber { shown = lines }
    } catch {
      if faultCount == 0 {
        logger.warning("customer display: \(error.kind)", metadata: ["device": "\(error.device)"])
      }
      // Another display may have come while this one hung; it is told by its own wake-up.
      if number == displayNumber { stepAside(after: error, of: lines) }
    }
  }

  private func stepAside(after fault: DeviceError, of lines: [String]) {
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
    let (sleep, waker) = (sleep, waker)
    Task {
      do { try await sleep(Self.retryPause) } catch { return }  // Cancelled: nothing to wake.
      waker.yield()
    }
  }
}
