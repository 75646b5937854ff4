import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Gift cards in the product's own store.
struct GiftCardTests {
  @discardableResult
  private func sell(
    _ amount: Int64, _ shop: WalletShop, id: String, law: PrepaidLaw? = nil, proven: Bool = false,
    code: UInt64 = 1, minutes: Int64 = 0
  ) async throws -> (facts: GiftCardSale.Facts, isRepeated: Bool) {
    try await shop.store.sellGiftCard(
      .init(amount: Money(minorUnits: amount), tender: "cash", isBuyerProven: proven),
      code: try #require(WalletShop.codes(code)()), rules: WalletShop.rules(), law: law,
      context: try WalletShop.context(id, minutes: minutes))
  }

  private func spend(
    _ amount: Int64, _ shop: WalletShop, id: String, minutes: Int64 = 0
  ) async throws -> (facts: GiftCardUse.Facts, isRepeated: Bool) {
    try await shop.store.spendGiftCard(
      try #require(MoneyActID("g1")), Money(minorUnits: amount),
      context: try WalletShop.context(id, minutes: minutes))
  }

  @Test func `a card is sold once, spent in parts, and what is left is paid out`() async throws {
    let shop = try WalletShop()
    let sold = try await sell(10_000, shop, id: "g1")
    let again = try await sell(10_000, shop, id: "g1", code: 2)
    #expect(again.isRepeated && again.facts == sold.facts)
    let code = try #require(WalletShop.codes(1)())
    #expect(try await shop.store.revealGiftCode(sold.facts.card) == code)

    #expect(try await spend(2_500, shop, id: "s1").facts.left == Money(minorUnits: 7_500))
    #expect(try await spend(2_500, shop, id: "s1").isRepeated)
    let much = try await walletRefusal { _ = try await spend(7_600, shop, id: "s2") }
    #expect(much == .cardBalance(Money(minorUnits: 7_500)))
    let card = try await shop.store.giftCard(code: code)
    #expect(card.left == Money(minorUnits: 7_500))
    let refund = try await shop.store.refundGiftCard(
      card.id, by: "cash", rules: WalletShop.rules(), context: try WalletShop.context("r1"))

    #expect(refund.facts.amount == Money(minorUnits: 7_500))
    #expect(try await shop.has(HouseAccount.cash) == -2_500)
    #expect(try await shop.has(HouseAccount.giftClearing) == 2_500)
    #expect(try await shop.has(GiftCard.account(card.id)) == 0)
    try await shop.expectSound()
  }

  // Setono/SyliusGiftCardPlugin#297: codes could be guessed.
  @Test func `every code that is none reads the same, and no code is kept`() async throws {
    let shop = try WalletShop()
    try await sell(10_000, shop, id: "g1")
    let other = try #require(WalletShop.codes(99)())
    let refusal = try await walletRefusal { _ = try await shop.store.giftCard(code: other) }
    let byID = try await walletRefusal {
      _ = try await shop.store.spendGiftCard(
        try #require(MoneyActID("none")), Money(minorUnits: 1),
        context: try WalletShop.context("s1"))
    }
    #expect(refusal == .unknownCard && byID == .unknownCard)
    let code = try #require(WalletShop.codes(1)())
    let files = try shop.members.files()
    #expect(files.range(of: Data(code.characters.utf8)) == nil)
  }

  @Test func `the law's limit, term and name of cards of nobody are kept`() async throws {
    let shop = try WalletShop()
    let law = PrepaidLaw(
      source: "test", bearerBalance: Money(minorUnits: 50_000),
      realNameFrom: Money(minorUnits: 40_000), bearerTermMonths: 36)
    let limit = try await walletRefusal { try await sell(60_000, shop, id: "g1", law: law) }
    let name = try await walletRefusal { try await sell(45_000, shop, id: "g1", law: law) }
    let term = PrepaidLaw(source: "test", bearerTermMonths: 37)
    let short = try await walletRefusal { try await sell(1_000, shop, id: "g1", law: term) }
    #expect(limit == .prepaid(.bearerLimit(Money(minorUnits: 50_000))))
    #expect(name == .prepaid(.realNameNeeded(from: Money(minorUnits: 40_000))))
    #expect(short == .prepaid(.termTooShort(months: 37)))
    let facts = try await sell(45_000, shop, id: "g1", law: law, proven: true).facts
    #expect(facts.limit == Money(minorUnits: 50_000))
  }

  @Test func `a card that has ended is not spent and still paid out`() async throws {
    let shop = try WalletShop()
    let facts = try await sell(10_000, shop, id: "g1").facts
    let end = try #require(facts.endsAt)
    let minutes = (end.milliseconds - WalletShop.start.milliseconds) / 60_000
    #expect(minutes >= 36 * 30 * 1_440)
    _ = try await spend(100, shop, id: "s1", minutes: minutes - 1)
    let ended = try await walletRefusal {
      _ = try await spend(100, shop, id: "s2", minutes: minutes)
    }
    #expect(ended == .cardEnded)
    let refund = try await shop.store.refundGiftCard(
      facts.card, by: "cash", rules: WalletShop.rules(),
      context: try WalletShop.context("r1", minutes: minutes))
    #expect(refund.facts.amount == Money(minorUnits: 9_900))
  }

  @Test func `a card that paid a part of a bill gets it back`() async throws {
    let shop = try WalletShop()
    try await sell(10_000, shop, id: "g1")
    let (sale, bill, _) = try await shop.sell(
      [(WalletShop.item("tea", 1_000), 4)], number: 1, member: nil, giftCard: "g1")
    #expect(try await shop.has(GiftCard.account(try #require(MoneyActID("g1")))) == 6_400)

    let half = try await shop.refund(sale, [(1, 2)], id: "r1").facts
    let rest = try await shop.refund(sale, id: "r2").facts

    #expect(half.amount + rest.amount == bill.payable)
    #expect(try await shop.has(GiftCard.account(try #require(MoneyActID("g1")))) == 10_000)
    try await shop.expectSound()
  }
}
