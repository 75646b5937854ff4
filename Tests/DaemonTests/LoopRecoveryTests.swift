import CheckoutMachine
import Devices
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// A daemon that is started again goes on from the last row of its journal.
struct LoopRecoveryTests {
  /// A book whose journal ends with a state; in `posting` the plan is held.
  private func kiosk(endingIn state: Checkout.State) async throws -> TestKiosk {
    let kiosk = try await TestKiosk(running: false)
    if case .posting(let settlement) = state {
      let outcomes = try await SQLiteLedger(kiosk.store).submit(settlement.hold)
      #expect(outcomes.allSatisfy { $0 == .ok })
    }
    try await append(state, to: kiosk.store)
    try await kiosk.stop()
    return try await TestKiosk(in: kiosk.directory, clock: kiosk.clock)
  }

  private func append(_ state: Checkout.State, to store: Store) async throws {
    _ = try await store.append(
      JournalRecord(
        at: ManualClock.start, saleCounter: Stages.sale.counter,
        schemaVersion: Checkout.schemaVersion, event: [],
        state: Array(try JSONEncoder().encode(state)), effects: []))
  }

  @Test(arguments: Stages().all)
  func `from every state the kiosk goes on to one where a customer can act`(
    state: Checkout.State
  ) async throws {
    let kiosk = try await kiosk(endingIn: state)
    let expected: String
    switch state {
    case .attract, .outOfService, .done: expected = "attract"
    case .scanning, .claiming, .reviewing, .tendering: expected = "scanning"
    case .holding, .posting, .printing: expected = "done"
    }
    // A printing sale of this book has no papers, for it was never posted here.
    if case .printing = state {
      _ = try await kiosk.screen("told") { $0.state == "printing" }
      try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.paper))
    }
    _ = try await kiosk.screen("going on from \(state.name)") { $0.state == expected }
    let screen = try await kiosk.screen()

    switch state {
    case .scanning(let basket), .reviewing(let basket):
      #expect(screen.lines.count == basket.bill.lines.count)
      #expect(screen.messages.map(\.code) == ["resumedAfterPowerCut"])
      #expect(screen.member?.name == "王*")
    case .tendering:
      #expect(screen.total == 7_870)
    case .holding, .posting:
      #expect(screen.completed?.receipt == "3-000042")
      #expect(kiosk.printer.printed.map(\.isCopy) == [false, false])
      #expect(try await kiosk.principal == 22_130)
      #expect(try await kiosk.store.latestSales(limit: 9).count == 1)
    case .claiming(let claim):
      // The card has to be tapped again.
      #expect(screen.lines.count == claim.basket.bill.lines.count && screen.member == nil)
    case .attract, .done, .outOfService, .printing: break
    }
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `numbers of sales go on after the last one`() async throws {
    let kiosk = try await kiosk(endingIn: .attract(.zh))
    try await kiosk.sell()
    let done = try await kiosk.screen("done") { $0.state == "done" }
    #expect(done.completed?.receipt == "3-000043")
    let again = try await kiosk.restarted()
    try await again.sell()
    let next = try await again.screen("done") { $0.completed?.paper == .printed }
    #expect(next.completed?.receipt == "3-000044")
    try await again.stop()
  }

  @Test func `a stop in mid-basket loses nothing of it`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.shop(with: try await kiosk.coupon())
    let before = try await kiosk.screen()
    let again = try await kiosk.restarted()
    let after = try await again.screen("resumed") { $0.state == "scanning" }
    #expect(after.lines == before.lines)
    #expect(after.discounts == before.discounts)
    #expect(after.total == 7_070)
    for button in ["pay", "wallet", "confirm"] { try await again.press(button) }
    _ = try await again.screen("done") { $0.completed?.paper == .printed }
    #expect(try await again.principal == 24_430)
    try await again.audit()
    try await again.stop()
  }

  @Test func `a posting that the ledger refuses closes the kiosk, also after the next start`()
    async throws
  {
    // The plan was never held in this book: a capture of nothing.
    let posting = try #require(Stages().all.first { $0.name == "posting" })
    let kiosk = try await TestKiosk(running: false)
    try await append(posting, to: kiosk.store)
    let second = try await kiosk.restarted()
    let closed = try await second.screen("closed") { $0.state == "outOfService" }
    #expect(closed.messages.first?.code == "outOfService")
    let third = try await second.restarted()
    #expect(try await third.screen().state == "outOfService")
    #expect(try await third.store.latestSales(limit: 9).isEmpty)
    #expect(try await third.principal == 30_000)
    try await third.stop()
  }

  @Test func `a journal of a newer kiosk is refused with what to do`() async throws {
    let kiosk = try await TestKiosk(running: false)
    _ = try await kiosk.store.append(
      JournalRecord(
        at: ManualClock.start, saleCounter: 1, schemaVersion: Checkout.schemaVersion + 1,
        event: [], state: [], effects: []))
    try await kiosk.stop()
    let again = try await TestKiosk(in: kiosk.directory)
    let fault = await #expect(throws: RecoveryError.self) { try await again.stop() }
    #expect(try #require(fault).description.contains("install the newer kioskd"))
  }

  @Test func `a journal that cannot be read is refused, not skipped`() async throws {
    let kiosk = try await TestKiosk(running: false)
    _ = try await kiosk.store.append(
      JournalRecord(
        at: ManualClock.start, saleCounter: 1, schemaVersion: Checkout.schemaVersion,
        event: [], state: Array("{}".utf8), effects: []))
    try await kiosk.stop()
    let again = try await TestKiosk(in: kiosk.directory)
    let fault = await #expect(throws: RecoveryError.self) { try await again.stop() }
    #expect(try #require(fault).description.contains("kioskctl ledger verify"))
  }
}
