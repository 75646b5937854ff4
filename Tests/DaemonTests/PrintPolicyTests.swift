import Devices
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// Which papers are printed, in which order, and which not any more.
struct PrintPolicyTests {
  private func done(
    _ kiosk: TestKiosk, _ paper: Snapshot.Completed.Paper
  ) async throws -> Snapshot {
    try await kiosk.screen("paper is \(paper)") {
      $0.state == "done" && $0.completed?.paper == paper
    }
  }

  // odoo PR 266747, #146612: "Retry" although it was printed; here the reverse, a mark on a paper
  // that never was begun.
  @Test func `a paper that was refused before its first byte is no copy`() async throws {
    let kiosk = try await TestKiosk(printing: [.refuses(.needsAttention(.paperOut))])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    try await kiosk.clock.pass(PrintQueue.retryPause)
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.started.map(\.number) == [1, 1, 2])
    #expect(kiosk.printer.started.allSatisfy { !$0.isCopy && !$0.followsTornPaper })
    try await kiosk.stop()
  }

  @Test
  func `the copy of a receipt comes before the coupon of its sale, cut off from the torn one`()
    async throws
  {
    let kiosk = try await TestKiosk(printing: [.faults(.disconnected)])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    kiosk.unplug(.printer)
    kiosk.plugIn(.printer)
    _ = try await done(kiosk, .printed)
    let papers = kiosk.printer.started
    #expect(papers.map(\.isCopy) == [false, true, false])
    #expect(papers.map(\.followsTornPaper) == [false, true, false])
    #expect(papers.map { $0.qrCode != nil } == [false, false, true])
    #expect(papers.map(\.number) == [1, 3, 2])
    try await kiosk.stop()
  }

  // escpos-php #411; python-escpos #370; react-native-esc-pos-printer #95
  @Test func `a coupon waits for paper for a shorter time than a receipt, and is told as expired`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.loop.take(.status(.of(.printer, attention: [.paperOut])))
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    try await kiosk.press("done")
    kiosk.clock.advance(.milliseconds(PrintPolicy.lifetimeMilliseconds(of: .coupon) + 1))
    kiosk.loop.take(.status(.of(.printer)))
    try await eventually("the receipt, and no coupon") {
      try await kiosk.store.pendingPrintJobs(limit: 9).isEmpty
    }
    #expect(kiosk.printer.printed.count == 1)
    #expect(kiosk.printer.printed.first?.qrCode == nil)
    #expect(try await kiosk.jobs().map(\.state) == [.printed, .abandoned])
    #expect(try await kiosk.jobs().map(\.givenUpBecause) == [nil, .expired])
    try await kiosk.stop()
  }

  @Test func `near the end of the paper a coupon that is too long waits for the next roll`()
    async throws
  {
    let kiosk = try await TestKiosk(paperAfterNearEnd: 150)
    kiosk.loop.take(.status(.of(.printer, attention: [.paperNearEnd])))
    try await kiosk.sell()
    // What is not printed is on the screen: the same code, as it is on the paper that comes later.
    let last = try await kiosk.screen("a coupon to photograph") {
      $0.completed?.coupon?.offer != nil
    }
    #expect(last.state == "done" && last.completed?.paper == .delayed)
    let offer = try #require(last.completed?.coupon?.offer)
    let code = try #require(BearerCode(offer.code))
    let issued = try #require(try await kiosk.store.coupon(code: code))
    #expect(issued.sale == SaleID(kiosk: 3, counter: 1))
    #expect(offer.size == 21 && offer.path.hasPrefix("M0 0h7v1h-7z"))
    #expect(kiosk.printer.started.count == 1 && kiosk.printer.started.first?.qrCode == nil)
    // That the printer is plugged in again says nothing of its roll.
    kiosk.unplug(.printer)
    kiosk.plugIn(.printer)
    kiosk.loop.take(.status(.of(.printer, attention: [.paperNearEnd])))
    try await Task.sleep(for: .milliseconds(100))
    #expect(kiosk.printer.started.count == 1)
    // The old roll runs out, which is no new one.
    kiosk.loop.take(.status(.of(.printer, attention: [.paperOut])))
    kiosk.loop.take(.status(.of(.printer)))
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.started.count == 2)
    #expect(kiosk.printer.started.last?.isCopy == false)
    #expect(kiosk.printer.started.last?.qrCode == code.characters)
    #expect(try await done(kiosk, .printed).completed?.coupon?.offer == nil)
    try await kiosk.stop()
  }
}
