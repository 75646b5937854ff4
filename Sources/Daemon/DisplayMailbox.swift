import Devices
import Logging

/// Shows the newest text on the customer display; what it could not show in time is skipped.
actor DisplayMailbox {
  private let logger: Logger
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private var display: (any LineDisplay)?
  private var wanted: [String] = []
  private var shown: [String]?

  init(logger: Logger) {
    self.logger = logger
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await _ in wakeUps { await write() }
  }

  nonisolated func stop() { waker.finish() }

  func show(_ lines: [String]) {
    wanted = lines
    waker.yield()
  }

  func displayReady(_ ready: any LineDisplay) {
    display = ready
    shown = nil
    waker.yield()
  }

  private func write() async {
    guard let display, shown != wanted else { return }
    let lines = wanted
    do throws(DeviceError) {
      try await display.show(lines)
      shown = lines
    } catch {
      // The supervisor opens it again and hands it in anew; then the newest text is shown.
      self.display = nil
      logger.warning("customer display: \(error.kind)", metadata: ["device": "\(error.device)"])
    }
  }
}
