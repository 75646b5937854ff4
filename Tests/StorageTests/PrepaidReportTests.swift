import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// The quarter's report of stored value, over a book.
struct PrepaidReportTests {
  private static let cake = WalletShop.item("cake", 5_000)

  @Test func `the figures end where the balances are`() async throws {
    let shop = try WalletShop()
    let member = try await shop.members.register("王小明", seed: 1).id
    try await shop.topUp(50_000, of: member, id: "t1")
    let (sale, _, plan) = try await shop.sell(
      [(Self.cake, 3)], number: 1, member: member, minutes: 10)
    try await shop.refund(sale, [(1, 1)], id: "r1", minutes: 20)
    _ = try await shop.store.sellGiftCard(
      .init(amount: Money(minorUnits: 10_000), tender: "cash"),
      code: try #require(WalletShop.codes(1)()), rules: WalletShop.rules(), law: nil,
      context: try WalletShop.context("g1", minutes: 30))
    _ = try await shop.store.spendGiftCard(
      try #require(MoneyActID("g1")), Money(minorUnits: 2_500),
      context: try WalletShop.context("s1", minutes: 40))
    try await shop.topUp(10_000, of: member, id: "t2", minutes: 50)

    func report(_ start: Int64, _ end: Int64) async throws -> PrepaidReport {
      try await shop.ledger.prepaidReport(
        from: WalletShop.time(start).instant, until: WalletShop.time(end).instant, currency: .cny)
    }
    let whole = try await report(0, 60)
    let (before, after) = (try await report(0, 25), try await report(25, 60))

    #expect(whole.principal.sold == Money(minorUnits: 60_000))
    #expect(whole.principal.spent == plan.principal && plan.principal > .zero)
    #expect(whole.principal.givenBack > .zero && whole.principal.givenBack < plan.principal)
    #expect(whole.giftCards.sold == Money(minorUnits: 10_000))
    #expect(whole.giftCards.spent == Money(minorUnits: 2_500))
    #expect(
      whole.principal.closing.minorUnits
        == (try await shop.has(MemberFacts.principal(member))))
    #expect(whole.giftCards.closing == Money(minorUnits: 7_500))
    #expect(after.principal.opening == before.principal.closing)
    #expect(after.closing == whole.closing)
    #expect(after.principal.sold == Money(minorUnits: 10_000) && after.principal.spent == .zero)
  }
}
