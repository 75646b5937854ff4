import CheckoutMachine
import Devices
import Ledger
import Logging
import Retail
import Storage
import Synchronization
import Testing

@testable import Daemon

/// What becomes of paper when printers and power fail.
struct PrintQueueTests {
  func done(
    _ kiosk: TestKiosk, _ paper: Snapshot.Completed.Paper
  ) async throws -> Snapshot {
    try await kiosk.screen("paper is \(paper)") {
      $0.state == "done" && $0.completed?.paper == paper
    }
  }

  /// Every paper once whole and unmarked, or again as a marked copy; what the store says of it.
  private func expectAllPrinted(_ kiosk: TestKiosk) async throws {
    let last = Dictionary(
      grouping: try await kiosk.jobs(), by: { "\($0.kind) \($0.ordinal)" }
    ).mapValues { $0.last?.state }
    #expect(last.count == 2)
    #expect(last.values.allSatisfy { $0 == .printed })
  }

  // odoo PR 140271, PR 160284: who waits for paper has a number at least.
  @Test func `without paper the sale is done and its papers come when paper is back`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.loop.take(.status(.of(.printer, attention: [.paperOut])))
    try await kiosk.sell()
    let delayed = try await done(kiosk, .delayed)
    #expect(delayed.messages.map(\.code).contains("receiptDelayed"))
    #expect(delayed.messages.map(\.code).contains("printerNotReady"))
    #expect(delayed.completed?.receipt == "3-000001")
    #expect(kiosk.printer.started.isEmpty)

    kiosk.loop.take(.status(.of(.printer)))
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.printed.map(\.isCopy) == [false, false])
    try await expectAllPrinted(kiosk)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `near the end of the paper is no reason to wait`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.loop.take(.status(.of(.printer, attention: [.paperNearEnd])))
    try await kiosk.sell()
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.printed.count == 2)
    try await kiosk.stop()
  }

  @Test func `without a printer the sale is done, and a printer that comes gets its papers`()
    async throws
  {
    let kiosk = try await TestKiosk(devices: [.scanner, .cardReader])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    kiosk.plugIn(.printer)
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.printed.map(\.isCopy) == [false, false])
    try await kiosk.stop()
  }

  // odoo PR 263487, PR 150846; escpos-php #890: what came a second time was taken for another.
  @Test func `a paper that broke off comes again as a copy with the same coupon code`()
    async throws
  {
    let kiosk = try await TestKiosk(printing: [.prints, .faults(.disconnected)])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    kiosk.unplug(.printer)
    kiosk.plugIn(.printer)
    _ = try await done(kiosk, .printed)

    let papers = kiosk.printer.started
    #expect(papers.map(\.isCopy) == [false, false, true])
    let code = try #require(papers[1].qrCode)
    #expect(papers[2].qrCode == code)
    #expect(try await kiosk.store.revealCode(id: "3-000001-1")?.characters == code)
    try await expectAllPrinted(kiosk)
    try await kiosk.stop()
  }

  @Test func `a job that was sent before a stop comes as a copy, later ones as they are`()
    async throws
  {
    let first = try await TestKiosk(printing: [.waits])
    try await first.sell()
    try await eventually("the receipt is under way") { first.printer.isWaiting }
    let second = try await first.restarted()
    let screen = try await done(second, .printed)

    #expect(screen.completed?.receipt == "3-000001")
    #expect(second.printer.printed.map(\.isCopy) == [true, false])
    #expect(second.printer.printed.first?.text.contains("3-000001") == true)
    #expect(try await second.store.latestSales(limit: 9).count == 1)
    try await expectAllPrinted(second)
    try await second.audit()
    try await second.stop()
  }

  @Test func `a printer is busy as long as a paper is on its way, for staff and not on screen`()
    async throws
  {
    let kiosk = try await TestKiosk(printing: [.waits])
    func state(_ devices: [Snapshot.Device]) -> UnifiedPOSCodes.State? {
      devices.first { $0.kind == "printer" }?.unifiedPOS?.state
    }
    try await kiosk.sell()
    try await eventually("the receipt is under way") { kiosk.printer.isWaiting }
    #expect(state(await kiosk.loop.deviceLines()) == .busy)
    #expect(state(await kiosk.loop.snapshot().devices) == .idle)
    kiosk.printer.release()
    _ = try await done(kiosk, .printed)
    try await eventually("the printer rests") {
      state(await kiosk.loop.deviceLines()) == .idle
    }
    try await kiosk.stop()
  }

  // odoo PR 266747, #146612: "Retry" although it was printed.
  @Test func `papers that were out before a power cut are not waited for`() async throws {
    let first = try await TestKiosk(printing: [.waits])
    try await first.sell()
    try await eventually("the receipt is under way") { first.printer.isWaiting }
    try await first.stop()
    // Both came out and were written down; the word of it did not reach the journal any more.
    let store = try Store.open(directory: first.directory.path, mode: .writer)
    let now = first.clock.time.instant
    try await store.markPrinted(1, how: .printed, at: now)
    try await store.markSent(2, at: now)
    try await store.markPrinted(2, how: .printed, at: now)
    try store.close()

    let second = try await TestKiosk(in: first.directory, clock: first.clock)
    _ = try await done(second, .printed)
    #expect(second.printer.started.isEmpty)
    try await second.stop()
  }

  // escpos-php #411; python-escpos #370; react-native-esc-pos-printer #95
  @Test func `a job that waited too long is not put into another customer's hand`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.loop.take(.status(.of(.printer, attention: [.coverOpen])))
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    try await kiosk.press("done")
    kiosk.clock.advance(.milliseconds(PrintPolicy.lifetimeMilliseconds(of: .receipt) + 1))
    kiosk.loop.take(.status(.of(.printer)))

    try await eventually("the old papers are given up") {
      try await kiosk.store.pendingPrintJobs(limit: 9).isEmpty
    }
    #expect(try await kiosk.jobs().map(\.state) == [.abandoned, .abandoned])
    #expect(kiosk.printer.started.isEmpty)
    try await kiosk.sell()
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.printed.allSatisfy { !$0.text.contains("3-000001") })
    try await kiosk.stop()
  }

  @Test func `a copy is as old as what it repeats`() async throws {
    let kiosk = try await TestKiosk(
      printing: Array(repeating: .faults(.disconnected), count: 100))
    try await kiosk.sell()
    let minutes = PrintPolicy.lifetimeMilliseconds(of: .receipt) / 60_000
    for _ in 0...minutes {
      kiosk.clock.advance(.seconds(60))
      let count = kiosk.printer.started.count
      kiosk.unplug(.printer)
      kiosk.plugIn(.printer)
      try await eventually("another try, or none any more") {
        let isOver = try await kiosk.store.pendingPrintJobs(limit: 9).isEmpty
        return isOver || kiosk.printer.started.count > count
      }
    }
    kiosk.clock.advance(.seconds(60))
    kiosk.plugIn(.printer)
    try await eventually("given up") { try await kiosk.store.pendingPrintJobs(limit: 9).isEmpty }
    #expect(kiosk.printer.started.count <= Int(minutes) + 2)
    try await kiosk.stop()
  }

  @Test func `a printer that never manages is tried so often and no more, each time as a copy`()
    async throws
  {
    let kiosk = try await TestKiosk(printing: Array(repeating: .faults(.timedOut), count: 100))
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    // The receipt until it has had its share, then the coupon.
    let most = 2 * PrintTrials.startLimit
    for count in 1...most {
      try await eventually("try \(count)") { kiosk.printer.started.count == count }
      try await kiosk.clock.pass(PrintQueue.retryPause)
    }
    // The last fault's pause is over, and nothing more is tried.
    try await Task.sleep(for: .milliseconds(50))
    #expect(!kiosk.clock.sleeps.contains(PrintQueue.retryPause))
    let marks = kiosk.printer.started.map(\.isCopy)
    let share = [false] + Array(repeating: true, count: PrintTrials.startLimit - 1)
    #expect(marks == share + share)

    // A person who opens and closes the printer begins anew.
    kiosk.loop.take(.status(.of(.printer, attention: [.coverOpen])))
    kiosk.loop.take(.status(.of(.printer)))
    try await eventually("tried again") {
      kiosk.printer.started.count > most
    }
    try await kiosk.stop()
  }

  @Test func `a paper that never comes out does not keep the next customer's back`() async throws {
    // The receipt fails each time.
    let script: [ScriptedPrinter.Line] = Array(
      repeating: .faults(.timedOut), count: PrintTrials.startLimit)
    let kiosk = try await TestKiosk(printing: script)
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    for fault in 1...PrintTrials.startLimit {
      try await eventually("fault \(fault)") { kiosk.printer.started.count == fault }
      try await kiosk.clock.pass(PrintQueue.retryPause)
    }
    try await kiosk.press("done")
    try await kiosk.sell()
    _ = try await done(kiosk, .printed)
    // Its coupon and both papers of the next sale.
    #expect(kiosk.printer.started.count == script.count + 3)
    let left = try await kiosk.store.pendingPrintJobs(limit: 9)
    #expect(left.map(\.number) == [kiosk.printer.started[PrintTrials.startLimit - 1].number])
    try await kiosk.stop()
  }

  @Test func `a sale that is asked for while another is looked up is answered too`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.sell()
    _ = try await done(kiosk, .printed)
    try await kiosk.press("done")
    try await kiosk.sell()
    _ = try await done(kiosk, .printed)
    let sales = try await kiosk.store.latestSales(limit: 2).map(\.id)

    let (reports, outlet) = AsyncStream<PrintQueue.Report>.makeStream()
    let queue = PrintQueue(
      store: kiosk.store,
      layout: ReceiptLayout(shop: TestShop.name, currency: TestShop.policy.currency),
      clock: kiosk.clock.kioskClock,
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
      report: { outlet.yield($0) })
    let running = Task { await queue.run() }
    let answered = Mutex(0)
    let listening = Task {
      for await case .finished(let sale, _) in reports where sale == sales[1] {
        answered.withLock { $0 += 1 }
      }
    }
    for round in 1...100 {
      await queue.bring(sales[0])
      // At one moment or another of the look-up.
      for _ in 0..<round { await Task.yield() }
      await queue.bring(sales[1])
      try await eventually("answer \(round)") { answered.withLock { $0 } == round }
    }
    queue.stop()
    await running.value
    outlet.finish()
    await listening.value
    try await kiosk.stop()
  }

  @Test func `what a person mended before the job gave up is seen all the same`() async throws {
    let kiosk = try await TestKiosk(printing: [.faults(.needsAttention(.paperOut))])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    // No status comes any more: paper was put in while the job still waited.
    try await kiosk.clock.pass(PrintQueue.retryPause)
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.started.map(\.isCopy) == [false, true, false])
    try await kiosk.stop()
  }

  @Test func `a printer that hangs never holds up a scan`() async throws {
    let kiosk = try await TestKiosk(printing: [.waits])
    try await kiosk.sell()
    try await eventually("the receipt is under way") { kiosk.printer.isWaiting }
    #expect(try await kiosk.press("done").state == "attract")
    for _ in 0..<50 { kiosk.scan(TestShop.water) }
    #expect(try await kiosk.screen().lines.first?.quantity == 50)

    kiosk.printer.release()
    try await eventually("both papers") { kiosk.printer.printed.count == 2 }
    #expect(try await kiosk.screen().state == "scanning")
    try await kiosk.stop()
  }

  @Test func `every customer whose paper waits is told, not only the first`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.loop.take(.status(.of(.printer, attention: [.paperOut])))
    for _ in 0..<3 {
      try await kiosk.sell()
      _ = try await done(kiosk, .delayed)
      try await kiosk.press("done")
    }
    kiosk.loop.take(.status(.of(.printer)))
    try await eventually("all papers") { kiosk.printer.printed.count == 6 }
    #expect(kiosk.printer.printed.map(\.number) == [1, 2, 3, 4, 5, 6])
    try await kiosk.stop()
  }

  @Test func `a printer that cannot report is believed, and said to be such`() async throws {
    let kiosk = try await TestKiosk(printing: [.sends, .sends])
    try await kiosk.sell()
    _ = try await done(kiosk, .sent)
    #expect(try await kiosk.jobs().map(\.confirmation) == [.sent, .sent])
    try await kiosk.stop()
  }
}
