import CheckoutMachine
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

struct StaffTests {
  private let sale = SaleID(kiosk: TestShop.kiosk, counter: 7)

  /// A kiosk whose last step was a posting that the ledger refused; the wallet is still held.
  private func closedKiosk() async throws -> TestKiosk {
    let before = try await TestKiosk(running: false)
    let principal = MemberFacts.principal(TestShop.wang.id)
    let clearing = HouseAccount.walletClearing
    let postings = try Postings([
      Posting(account: principal, asset: Currency.cny.asset, units: 500),
      Posting(account: clearing, asset: Currency.cny.asset, units: -500),
    ])
    let now = before.clock.time.instant
    let outcomes = try await SQLiteLedger(before.store).submit(
      Batch(
        openings: [Account(id: clearing, asset: Currency.cny.asset, rule: .free)],
        entries: [
          JournalEntry(
            id: EntryID(sale: sale, step: 1, ordinal: 0), action: .hold(postings),
            context: EntryContext(
              reason: "sale", actor: "customer", kiosk: TestShop.kiosk, sale: sale, at: now))
        ], isLinked: true))
    #expect(outcomes == [.ok])
    let state = Stages.after(.closed(.postingRefused(sale)), in: .attract(.zh))
    let encoder = JSONEncoder()
    _ = try await before.store.append(
      JournalRecord(
        at: now, saleCounter: 7, schemaVersion: Checkout.schemaVersion,
        event: Array(try encoder.encode(Checkout.Event.held([]))),
        state: Array(try encoder.encode(state)), effects: []))
    return try await before.restarted()
  }

  // shopware/shopware#8575, saleor/saleor#8796: a payment that was given up burned the coupon.
  @Test func `a refused posting outlasts a restart until staff give back what it holds`()
    async throws
  {
    let kiosk = try await closedKiosk()
    _ = try await kiosk.screen("closed") { $0.state == "outOfService" }
    let told = await kiosk.loop.kioskState()
    #expect(told.state == "outOfService")
    #expect(told.reasons.contains { $0.contains("kioskctl sale release \(sale)") })

    #expect(try await kiosk.loop.release(sale) == 1)
    _ = try await kiosk.screen("open again") { $0.state == "attract" }
    #expect(try await SQLiteLedger(kiosk.store).openHolds().isEmpty)
    #expect(await kiosk.loop.kioskState().reasons.isEmpty)
    #expect(try await SQLiteLedger(kiosk.store).verify().isSound)
    try await kiosk.stop()
  }

  @Test func `only a sale whose posting was refused can be released`() async throws {
    let kiosk = try await TestKiosk()
    await #expect(throws: ReleaseRefusal.notACase(sale)) {
      _ = try await kiosk.loop.release(sale)
    }
    try await kiosk.stop()
  }
}
