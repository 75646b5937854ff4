import Devices
import Foundation
import Ledger
import Logging
import Retail
import Storage

/// Brings the stored print jobs to paper, one after the other, and never one twice unmarked.
///
/// The journal of jobs is in SQLite: queued → sent → printed. A job that was sent and not confirmed
/// may be on paper; it is printed again as a copy, with the same codes (DESIGN 2, DEVICES 1.1).
actor PrintQueue {
  /// A job that waited longer is not put into another customer's hand; staff can reprint it.
  static let jobLifetimeMilliseconds: Int64 = 30 * 60 * 1_000
  /// How often one job is started before it waits for staff.
  static let attemptLimit = 5
  /// Pause after a fault that no status change will end.
  static let retryPause = Duration.seconds(3)

  enum Report: Sendable {
    case finished(SaleID, PrintCompletion)
    case delayed(SaleID)
  }

  private let store: Store
  private let layout: ReceiptLayout
  private let clock: KioskClock
  private let logger: Logger
  private let report: @Sendable (Report) -> Void
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private var printer: (any POSPrinter)?
  private var attention: [Attention] = []
  private var attempts: [UInt32: Int] = [:]

  init(
    store: Store, layout: ReceiptLayout, clock: KioskClock, logger: Logger,
    report: @escaping @Sendable (Report) -> Void
  ) {
    self.store = store
    self.layout = layout
    self.clock = clock
    self.logger = logger
    self.report = report
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await _ in wakeUps { await drain() }
  }

  nonisolated func wake() { waker.yield() }

  nonisolated func stop() { waker.finish() }

  func printerReady(_ ready: any POSPrinter) {
    printer = ready
    attempts = [:]
    waker.yield()
  }

  func printerStatus(_ status: DeviceStatus) {
    if status.state != .enabled {
      if status.device == printer?.device { printer = nil }
      return
    }
    let wasBlocked = isBlocked
    attention = status.attention
    if wasBlocked && !isBlocked {
      attempts = [:]
      waker.yield()
    }
  }

  /// Near the end of the paper a job may still be printed.
  private var isBlocked: Bool { attention.contains { $0 != .paperNearEnd } }

  private func drain() async {
    do {
      while let job = try await store.pendingPrintJobs().first {
        guard !Task.isCancelled else { return }
        guard !isTooOld(job) else {
          try await store.abandonPrintJob(job.number, at: clock.now().instant)
          logger.warning("print job too old, not printed", metadata: ["job": "\(job.number)"])
          continue
        }
        guard let printer, !isBlocked, await print(job, on: printer) else {
          if let sale = job.sale { report(.delayed(sale)) }
          return
        }
      }
    } catch {
      logger.error("print journal: \(error)")
      retryLater()
    }
  }

  private func isTooOld(_ job: PrintJobRecord) -> Bool {
    clock.now().instant.milliseconds - job.queuedAt.milliseconds > Self.jobLifetimeMilliseconds
  }

  /// False when the queue has to wait for the printer.
  private func print(_ job: PrintJobRecord, on printer: any POSPrinter) async -> Bool {
    let used = attempts[job.number, default: 0]
    guard used < Self.attemptLimit else { return false }
    attempts[job.number] = used + 1
    do {
      // Sent before and never confirmed: some of it may be on paper. The copy is next in line.
      guard job.state == .queued else {
        _ = try await store.requeueAsCopy(job.number, at: clock.now().instant)
        return true
      }
      let elements = try elements(of: job)
      try await store.markSent(job.number, at: clock.now().instant)
      let completion = try await printer.print(PrintJob(number: job.number, elements: elements))
      try await store.markPrinted(
        job.number, how: completion == .printed ? .printed : .sent, at: clock.now().instant)
      attempts[job.number] = nil
      let rest = try await store.pendingPrintJobs()
      if let sale = job.sale, !rest.contains(where: { $0.sale == sale }) {
        report(.finished(sale, completion))
      }
      return true
    } catch let fault as DeviceError {
      logger.warning(
        "print job interrupted",
        metadata: ["job": "\(job.number)", "fault": "\(fault.kind)"])
      stepAside(after: fault)
      return false
    } catch {
      logger.error("print job \(job.number): \(error)")
      retryLater()
      return false
    }
  }

  private func stepAside(after fault: DeviceError) {
    switch fault.kind {
    case .disconnected, .cancelled:
      if printer?.device == fault.device { printer = nil }
    case .needsAttention(let need):
      if attention.isEmpty { attention = [need] }
    case .timedOut, .stalled, .malformedResponse, .busy, .accessDenied, .unsupported:
      retryLater()
    }
  }

  private func retryLater() {
    let (clock, waker) = (clock, waker)
    Task {
      do { try await clock.sleep(Self.retryPause) } catch { return }  // Cancelled: nothing to wake.
      waker.yield()
    }
  }

  private func elements(of job: PrintJobRecord) throws -> [PrintElement] {
    let paper = try JSONDecoder().decode(StoredPaper.self, from: Data(job.document ?? []))
    guard job.copyNumber > 0 else { return paper.elements }
    return [layout.copyBanner(number: job.copyNumber, language: paper.language)] + paper.elements
  }
}

/// A print job as the print journal keeps it, sealed, until it is on paper.
struct StoredPaper: Codable, Sendable {
  let language: Language
  let elements: [PrintElement]
}
