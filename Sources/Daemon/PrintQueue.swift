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
  /// Pause after a fault that no status change will end.
  static let retryPause = Duration.seconds(3)
  /// Jobs that are looked at in one turn; those behind them come when these are out or too old.
  static let pendingLimit = 256

  enum Report: Sendable {
    case finished(SaleID, PrintCompletion)
    case delayed(SaleID)
  }

  private let store: Store
  private let layout: ReceiptLayout
  /// Above every receipt and coupon.
  private let logo: PrintPicture?
  private let clock: KioskClock
  private let logger: Logger
  private let report: @Sendable (Report) -> Void
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private var printer: (any POSPrinter)?
  /// Counts the printers that came: a late fault of one says nothing of the next at the same port.
  private var printerNumber = 0
  private var attention: [Attention] = []
  private var supply: PaperSupply
  private var trials = PrintTrials()
  /// The sale whose customer waits for paper.
  private var awaited: SaleID?
  /// On paper, and not written down as such yet.
  private var unwritten: (job: PrintJobRecord, completion: PrintCompletion)?
  private var isPrinting = false
  private var isTesting = false
  private var isRetryDue = false

  init(
    store: Store, layout: ReceiptLayout, clock: KioskClock, logger: Logger,
    policy: PrintPolicy = PrintPolicy(), logo: PrintPicture? = nil,
    report: @escaping @Sendable (Report) -> Void
  ) {
    self.store = store
    self.layout = layout
    self.logo = logo
    self.clock = clock
    self.logger = logger
    self.report = report
    supply = PaperSupply(policy)
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await _ in wakeUps { await drain() }
  }

  nonisolated func wake() { waker.yield() }

  /// Reports on a sale as soon as there is something to say: at once when its papers are all out.
  func bring(_ sale: SaleID) {
    awaited = sale
    waker.yield()
  }

  nonisolated func stop() { waker.finish() }

  func printerReady(_ ready: any POSPrinter) {
    printer = ready
    printerNumber += 1
    trials.beginAnew()
    waker.yield()
  }

  func printerStatus(_ status: DeviceStatus) {
    if status.state != .enabled {
      if status.device == printer?.device { printer = nil }
      return
    }
    let wasBlocked = isBlocked
    attention = status.attention
    // What is known of a printer before it was handed in is that it is connected: the roll is as
    // it was.
    let isNewRoll = status.device == printer?.device && supply.told(attention)
    if wasBlocked && !isBlocked || isNewRoll {
      trials.beginAnew()
      waker.yield()
    }
  }

  /// A paper is on its way, the journal's or a test.
  var isBusy: Bool { isPrinting || isTesting }

  /// Near the end of the paper a job may still be printed.
  private var isBlocked: Bool { attention.contains { $0 != .paperNearEnd } }

  /// Prints the test page; papers that come meanwhile wait for its end. It is none of the journal's
  /// jobs: one that fails is not repeated.
  func test() async throws(TestRefusal) -> TestReport {
    guard let printer else { throw .noDevice(.printer) }
    guard !isPrinting, !isTesting else { throw .busy(.printer) }
    isTesting = true
    defer {
      isTesting = false
      waker.yield()
    }
    return try await DeviceTest.run(on: printer)
  }

  /// Gives the drawer at a connector its pulse, between two papers. It is none of the journal's
  /// jobs: a drawer that opens later, when nobody asks for it any more, would stand open.
  func openDrawer(_ connector: DrawerConnector) async throws(DrawerRefusal) -> PrintCompletion {
    guard let printer else { throw .noPrinter }
    guard !isPrinting, !isTesting else { throw .busy }
    isTesting = true
    defer {
      isTesting = false
      waker.yield()
    }
    guard await connector.rawValue <= printer.capabilities.drawerCount else {
      throw .noConnector(connector)
    }
    do throws(PrintFault) {
      return try await printer.print(
        PrintJob(
          number: DeviceTest.jobNumber, elements: [.drawerPulse(connector: connector)]))
    } catch {
      throw .fault(error.cause.kind, device: error.cause.device)
    }
  }

  private func drain() async {
    do throws(StorageError) {
      if let (job, completion) = unwritten { try await confirm(job, completion) }
      // Its papers may have come out before a power cut that took only the word of it.
      if let sale = awaited {
        try await report(on: sale)
        // Another one may have come meanwhile.
        if awaited == sale { awaited = nil }
      }
      while !Task.isCancelled {
        let pending = try await store.pendingPrintJobs(limit: Self.pendingLimit)
        guard !pending.isEmpty else { return }
        if let old = pending.first(where: isTooOld) {
          try await abandon(old.number, of: old.sale, .expired)
          continue
        }
        // One that cannot be printed waits for staff, and keeps nobody else's paper back.
        let next = pending.first { trials.mayStart($0.number) }
        // A test ends with a wake-up.
        if isTesting { return }
        guard let next, let printer, !isBlocked,
          try await print(next, on: printer, numbered: printerNumber)
        else {
          // Every customer who waits is told, not only the first in line.
          for sale in Set(pending.compactMap(\.sale)) { report(.delayed(sale)) }
          return
        }
      }
    } catch {
      logger.error("print journal: \(error)")
      retryLater()
    }
  }

  private func isTooOld(_ job: PendingPrintJob) -> Bool {
    clock.now().instant.milliseconds - job.queuedAt.milliseconds
      > PrintPolicy.lifetimeMilliseconds(of: job.kind)
  }

  /// False when the queue has to wait for the printer.
  private func print(
    _ pending: PendingPrintJob, on printer: any POSPrinter, numbered usedPrinter: Int
  ) async throws(StorageError) -> Bool {
    isPrinting = true
    defer { isPrinting = false }
    let round = trials.round
    guard let job = try await job(of: pending) else {
      try await abandon(pending.number, of: pending.sale, .unreadable)
      return true
    }
    // Sent before and never confirmed: some of it may be on paper. The copy has a number of its
    // own, so that a late word about the one is never taken for the other.
    guard job.state == .queued else {
      let copy = try await store.requeueAsCopy(job.number, at: clock.now().instant)
      trials.repeated(job.number, as: copy)
      return true
    }
    guard let elements = elements(of: job) else {
      try await abandon(job.number, of: job.sale, .unreadable)
      return true
    }
    let paper = PrintJob(
      number: job.number, elements: elements, followsTornPaper: job.copyNumber > 0)
    let length = await printer.paperMillimeters(for: paper)
    guard supply.allows(job.kind, millimeters: length) else {
      trials.holdBack(job.number, in: round)
      logger.warning(
        "paper too short for a coupon", metadata: ["job": "\(job.number)", "mm": "\(length)"])
      return true
    }
    try await store.markSent(job.number, at: clock.now().instant)
    trials.started(job.number, in: round)
    let completion: PrintCompletion
    do throws(PrintFault) {
      completion = try await printer.print(paper)
    } catch {
      logger.warning(
        "print job interrupted",
        metadata: [
          "job": "\(job.number)", "fault": "\(error.cause.kind)", "paper": "\(error.paper)",
        ])
      // Nothing of it can be on paper: the next one is no copy.
      if error.paper == .blank { try await store.requeue(job.number) }
      guard usedPrinter == printerNumber else { return true }
      stepAside(after: error.cause)
      return false
    }
    supply.printed(millimeters: length)
    try await confirm(job, completion)
    return true
  }

  /// Nil for one whose document the shop's key does not open.
  private func job(of pending: PendingPrintJob) async throws(StorageError) -> PrintJobRecord? {
    do throws(StorageError) {
      return try await store.printJob(pending.number)
    } catch {
      guard error.kind == .corrupt else { throw error }
      logger.error("print job \(pending.number): \(error)")
      return nil
    }
  }

  private func confirm(
    _ job: PrintJobRecord, _ completion: PrintCompletion
  ) async throws(StorageError) {
    unwritten = (job, completion)
    try await store.markPrinted(
      job.number, how: completion == .printed ? .printed : .sent, at: clock.now().instant)
    unwritten = nil
    trials.ended(job.number)
    if let sale = job.sale { try await report(on: sale) }
  }

  /// Gives a job up; staff can print it again from the sale.
  private func abandon(
    _ number: UInt32, of sale: SaleID?, _ why: PrintJobRecord.GivingUp
  ) async throws(StorageError) {
    try await store.abandonPrintJob(number, because: why, at: clock.now().instant)
    trials.ended(number)
    logger.warning("print job given up", metadata: ["job": "\(number)", "why": "\(why.rawValue)"])
    if let sale { try await report(on: sale) }
  }

  /// Says how a sale's papers ended, once none of them waits any more.
  private func report(on sale: SaleID) async throws(StorageError) {
    // Copies follow what they repeat: the last job of a paper says how it ended.
    var papers: [Paper: PrintJobRecord] = [:]
    for job in try await store.printJobs(of: sale) {
      papers[Paper(kind: job.kind, ordinal: job.ordinal)] = job
    }
    let states = Set(papers.values.map(\.state))
    guard !papers.isEmpty, states.isDisjoint(with: [.queued, .sent]) else { return }
    if states.contains(.abandoned) {
      report(.delayed(sale))
    } else {
      let isCertain = papers.values.allSatisfy { $0.confirmation == .printed }
      report(.finished(sale, isCertain ? .printed : .sent))
    }
  }

  private struct Paper: Hashable {
    let kind: NewPrintJob.Kind
    let ordinal: Int
  }

  private func stepAside(after fault: DeviceError) {
    switch fault.kind {
    case .cancelled where Task.isCancelled: printer = nil
    // Whether it is still there, or a person has mended it, is told by the printer's status, before
    // or after this. A transfer that ends with "no such device" is not that word: behind a short
    // fault of the line the kernel may keep the device, and nobody hands it in again.
    case .disconnected, .needsAttention, .timedOut, .stalled, .malformedResponse, .busy,
      .accessDenied, .exhausted, .unsupported, .cancelled:
      retryLater()
    }
  }

  private func retryLater() {
    // One pause at a time, whatever else wakes the queue meanwhile.
    guard !isRetryDue else { return }
    isRetryDue = true
    Task {
      do { try await clock.sleep(Self.retryPause) } catch { return }  // Cancelled: nothing to wake.
      self.retry()
    }
  }

  private func retry() {
    isRetryDue = false
    waker.yield()
  }

  /// Nil for a document that this program did not write.
  private func elements(of job: PrintJobRecord) -> [PrintElement]? {
    let paper: StoredPaper
    do {
      paper = try JSONDecoder().decode(StoredPaper.self, from: Data(job.document ?? []))
    } catch {
      logger.error("print job \(job.number): \(error)")
      return nil
    }
    let head: [PrintElement] =
      switch job.kind {
      case .receipt, .coupon: logo.map { [.picture($0)] } ?? []
      case .test, .report: []
      }
    guard job.copyNumber > 0 else { return head + paper.elements }
    let banner = layout.copyBanner(number: job.copyNumber, language: paper.language)
    return [banner] + head + paper.elements
  }
}

/// A print job as the print journal keeps it, sealed, until it is on paper.
struct StoredPaper: Codable, Sendable {
  let language: Language
  let elements: [PrintElement]
}
