import CheckoutMachine
import Devices
import Foundation
import GRDB
import Ledger
import Retail
import Testing

@testable import Daemon
@testable import Storage

/// A disk without room: no sale starts, nothing is lost, and the kiosk opens by itself again.
struct StorageFullTests {
  /// Gives the book so many pages more; nil: as many as it wants.
  private func limit(_ kiosk: TestKiosk, morePages: Int?) throws {
    let pool = try #require(kiosk.store.pool)
    try pool.writeWithoutTransaction { db in
      // Pages that an upgrade left free are room as well.
      try db.execute(sql: "CREATE TABLE IF NOT EXISTS filler (bytes BLOB)")
      while try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 > 0 {
        try db.execute(sql: "INSERT INTO filler VALUES (zeroblob(3000))")
      }
      let now = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let most = morePages.map { now + $0 } ?? 1_000_000
      try db.execute(sql: "PRAGMA max_page_count = \(most)")
    }
  }

  /// Not one journal row as large as that of a state fits any more.
  private func fill(
    _ kiosk: TestKiosk, with state: Checkout.State = .attract(.zh)
  ) async throws {
    try limit(kiosk, morePages: 0)
    let row = try row(state)
    await #expect(throws: StorageError.self) {
      for _ in 0..<10_000 { _ = try await kiosk.store.append(row) }
    }
  }

  private func row(_ state: Checkout.State) throws -> JournalRecord {
    JournalRecord(
      at: ManualClock.start, saleCounter: Stages.sale.counter,
      schemaVersion: Checkout.schemaVersion, event: [],
      state: Array(try JSONEncoder().encode(state)), effects: [])
  }

  /// Lets the pauses of loop and print queue go by until it is so.
  private func goOn(
    _ kiosk: TestKiosk, until what: String, _ isSo: (Snapshot) -> Bool
  ) async throws {
    try await eventually(what) {
      if isSo(await kiosk.loop.snapshot()) { return true }
      let pauses = [CheckoutLoop.storageRetryPause, PrintQueue.retryPause]
      if let pause = kiosk.clock.sleeps.first(where: pauses.contains) { kiosk.clock.advance(pause) }
      return false
    }
  }

  @Test func `a disk that fills up while scanning closes the kiosk, and it goes on by itself`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen()
    try await fill(kiosk)
    kiosk.scan(TestShop.rice)
    let closed = try await kiosk.screen()
    #expect(closed.state == "outOfService")
    #expect(closed.messages.map(\.code) == ["outOfService"])
    #expect(closed.lines.isEmpty)

    // Still full: it stays closed, whoever scans.
    for _ in 0..<3 {
      try await kiosk.clock.pass(CheckoutLoop.storageRetryPause)
      kiosk.scan(TestShop.rice)
      #expect(try await kiosk.screen().state == "outOfService")
    }
    try limit(kiosk, morePages: nil)
    // What was on disk of the basket is there again.
    try await goOn(kiosk, until: "open again") { $0.state == "scanning" }
    #expect(try await kiosk.screen().lines.count == 1)
    #expect(kiosk.store.hasReserve)
    try await kiosk.press("cancel")
    try await kiosk.sell()
    let done = try await kiosk.screen("done") { $0.completed?.paper == .printed }
    #expect(done.completed?.paid == 7_070)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  /// Whoever stands there after a while need not be the member (C12).
  @Test(arguments: [(10, true), (60, false)])
  func `a basket comes back with its member only after a short pause`(
    seconds: Int, isMemberStill: Bool
  ) async throws {
    let kiosk = try await TestKiosk()
    kiosk.tap(TestShop.wangCard)
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen()
    try await fill(kiosk)
    kiosk.scan(TestShop.rice)
    #expect(try await kiosk.screen().member == nil)
    for _ in 0..<seconds / 2 { try await kiosk.clock.pass(CheckoutLoop.storageRetryPause) }
    try limit(kiosk, morePages: nil)
    try await goOn(kiosk, until: "open again") { $0.state == "scanning" }

    let screen = try await kiosk.screen()
    #expect(screen.lines.count == 1)
    #expect((screen.member != nil) == isMemberStill)
    #expect(screen.messages.map(\.code) == ["resumedAfterPowerCut"])
    try await kiosk.stop()
  }

  @Test func `on a full disk no sale starts`() async throws {
    let kiosk = try await TestKiosk()
    _ = try await kiosk.screen()
    try await fill(kiosk)
    kiosk.tap(TestShop.wangCard)
    let closed = try await kiosk.screen()
    #expect(closed.state == "outOfService")
    #expect(closed.member == nil)
    try await kiosk.stop()
  }

  @Test func `a start on a full disk sells nothing, and what was being paid is finished first`()
    async throws
  {
    let holding = try #require(Stages().all.first { $0.name == "holding" })
    let kiosk = try await TestKiosk(running: false)
    _ = try await kiosk.store.append(try row(holding))
    try await kiosk.stop()
    let again = try await TestKiosk(in: kiosk.directory, clock: kiosk.clock, running: false)
    try await fill(again, with: holding)
    let running = Task { try await again.loop.run() }
    _ = try await again.screen("it cannot go on") { $0.state == "holding" }
    try await again.clock.pass(CheckoutLoop.storageRetryPause)
    #expect(try await again.screen().state == "holding")

    try limit(again, morePages: nil)
    try await goOn(again, until: "finished") { $0.completed?.paper == .printed }
    #expect(try await again.principal == 22_130)
    try await again.audit()
    again.loop.stop()
    try await running.value
    try await again.stop()
  }

  @Test func `the last screen of a sale does not stay for the next customer`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.sell()
    _ = try await kiosk.screen("done") { $0.completed?.paper == .printed }
    try await fill(kiosk)
    try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.done))
    _ = try await kiosk.screen("closed") { $0.state == "outOfService" && $0.completed == nil }
    try limit(kiosk, morePages: nil)
    try await goOn(kiosk, until: "open again") { $0.state == "attract" }
    try await kiosk.stop()
  }

  @Test func `paper that came while nothing could be written is told afterwards`() async throws {
    let kiosk = try await TestKiosk(printing: [.prints, .waits])
    try await kiosk.sell()
    try await eventually("the coupon is under way") { kiosk.printer.isWaiting }
    try await fill(kiosk)
    kiosk.printer.release()
    try await eventually("it was tried") {
      kiosk.clock.sleeps.contains(CheckoutLoop.storageRetryPause)
    }
    #expect(try await kiosk.screen().state == "printing")
    try limit(kiosk, morePages: nil)
    try await goOn(kiosk, until: "done") { $0.completed?.paper == .printed && $0.state == "done" }
    #expect(kiosk.printer.started.count == 2)
    try await kiosk.stop()
  }

  @Test func `a scanner that came back while nothing could be written opens the kiosk as well`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.unplug(.scanner)
    _ = try await kiosk.screen()
    try await kiosk.clock.pass(CheckoutLoop.scannerGrace)
    _ = try await kiosk.screen("closed") { $0.state == "outOfService" }
    try await fill(kiosk)
    kiosk.plugIn(.scanner)
    #expect(try await kiosk.screen().state == "outOfService")
    try limit(kiosk, morePages: nil)
    try await goOn(kiosk, until: "open again") { $0.state == "attract" }
    try await kiosk.stop()
  }

  @Test func `paper is not printed twice because its end could not be written`() async throws {
    let kiosk = try await TestKiosk()
    let pool = try #require(kiosk.store.pool)
    try await pool.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER no_end BEFORE UPDATE OF state ON print_jobs WHEN NEW.state = 'printed'
          BEGIN SELECT RAISE(ABORT, 'test'); END
          """)
    }
    try await kiosk.sell()
    try await kiosk.clock.pass(PrintQueue.retryPause)
    try await pool.write { db in try db.execute(sql: "DROP TRIGGER no_end") }
    try await goOn(kiosk, until: "done") { $0.completed?.paper == .printed }
    #expect(kiosk.printer.started.map(\.isCopy) == [false, false])
    try await kiosk.stop()
  }

  /// Page by page: wherever in the main job the disk fills up, nothing is lost or done twice.
  @Test func `wherever the disk fills up, the sale is made once`() async throws {
    var stalls: Set<String> = []
    var pages = 0
    while true {
      let kiosk = try await TestKiosk()
      let coupon = try await kiosk.coupon()
      try limit(kiosk, morePages: pages)
      kiosk.shop(with: coupon)
      await pay(kiosk)
      let isWhole = try await kiosk.screen().state != "outOfService" && kiosk.store.hasReserve
      let stalled = try await kiosk.screen().state
      stalls.insert(isWhole ? "none" : stalled)
      try limit(kiosk, morePages: nil)
      try await goOn(kiosk, until: "on from \(stalled) after \(pages) pages") {
        ["attract", "scanning", "reviewing", "tendering"].contains($0.state)
          || $0.completed?.paper == .printed && $0.state == "done"
      }
      if try await kiosk.store.latestSales(limit: 9).isEmpty {
        while try await kiosk.screen().state != "attract" { try await kiosk.press("cancel") }
        kiosk.shop(with: coupon)
        await pay(kiosk)
        try await goOn(kiosk, until: "sold after \(pages) pages") {
          $0.completed?.paper == .printed && $0.state == "done"
        }
      }
      try await expectSoldOnce(kiosk)
      try await kiosk.stop()
      if isWhole { break }
      pages += 1
      try #require(pages < 500)
    }
    #expect(stalls.contains("outOfService"))
    #expect(pages > 5)
  }

  /// As far as the screen lets the customer.
  private func pay(_ kiosk: TestKiosk) async {
    for button in ["pay", "wallet", "confirm"] {
      do { try await kiosk.press(button) } catch { return }
    }
  }

  private func expectSoldOnce(_ kiosk: TestKiosk) async throws {
    #expect(try await kiosk.store.latestSales(limit: 9).count == 1)
    #expect(try await kiosk.principal == 24_430)
    #expect(try await kiosk.balance(MemberFacts.bonus(1_001, lot: "welcome")) == -1_500)
    let codes = Set(kiosk.printer.printed.compactMap(\.qrCode))
    #expect(codes.count == 1)
    try await kiosk.audit()
  }
}
