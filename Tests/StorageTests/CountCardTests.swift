import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Count cards from their sale to their end, on a book in a file.
struct CountCardTests {
  private let shop: UnitShop

  init() async throws { shop = try await UnitShop() }

  private static func offer(_ refund: CountCardOffer.Refund, months: Int? = 1) -> CountCardOffer {
    CountCardOffer(
      id: "wash3", title: LocalizedText(zh: "洗车三次", en: "Three washes"), service: "wash",
      visits: 3, price: Money(minorUnits: 10_000), months: months, refund: refund)
  }

  private func sell(
    _ id: String, _ refund: CountCardOffer.Refund = .proportional,
    _ payment: CountCardSale.Payment = .cash, months: Int? = 1
  ) async throws -> CountCardAnswer {
    try await shop.store.sellCountCard(
      Self.offer(refund, months: months), to: shop.member, payment: payment, UnitShop.act(id))
  }

  private func use(
    _ id: String, card: String? = nil, service: String = "wash", on days: Int = 0
  ) async throws -> CountCardAnswer {
    try await shop.store.useVisit(
      of: service, card: card, member: shop.member, UnitShop.act(id, on: days))
  }

  private func refund(
    _ card: String, _ id: String, reason: String = "moves away", on days: Int = 0
  ) async throws -> CountCardAnswer {
    try await shop.store.refundCountCard(
      card, of: shop.member, reason: reason, UnitShop.act(id, on: days))
  }

  private func countRefusal(_ body: () async throws -> Void) async throws -> CountCardRefusal? {
    guard case .countCard(let refusal) = try await refusal(body) else { return nil }
    return refusal
  }

  @Test func `each visit earns its part of the price, and all of them the whole`() async throws {
    let sold = try await sell("k1")
    #expect(sold.card == "k1" && sold.left == 3 && sold.amount == Money(minorUnits: 10_000))
    #expect(try await shop.left(HouseAccount.cash) == -10_000)
    #expect(try await shop.left(HouseAccount.revenue) == 0)
    var earned: [Int64] = []
    for visit in 1...3 {
      let used = try await use("v\(visit)")
      #expect(used.left == Int64(3 - visit) && used.card == "k1")
      earned.append(try await shop.left(HouseAccount.revenue))
    }
    #expect(earned == [3_334, 6_667, 10_000])
    let entries = try await shop.entryCount()
    #expect(try await use("v3").left == 0)
    #expect(try await sell("k1") == sold)
    #expect(try await shop.entryCount() == entries)
    #expect(try await countRefusal { _ = try await use("v4") } == .noVisitsLeft)
    #expect(try await countRefusal { _ = try await refund("k1", "r") } == .noVisitsLeft)
    #expect(try await countRefusal { _ = try await sell("v1") } == .idOfAnother)
    #expect(try await countRefusal { _ = try await sell("v 1") } == .malformedID)
    #expect(
      try await countRefusal { _ = try await use("w", service: "cut") } == .unknownCard("cut"))
  }

  @Test func `the card that ends first is used first, and the sweep ends the rest`() async throws {
    _ = try await sell("later", months: 2)
    _ = try await sell("sooner", months: 1)
    #expect(try await use("v1").card == "sooner")
    #expect(try await use("v2", card: "later").card == "later")
    #expect(try await countRefusal { _ = try await use("v3", card: "sooner", on: 40) } == .over)
    #expect(try await countRefusal { _ = try await refund("sooner", "r", on: 40) } == .over)
    #expect(try await use("v4", on: 40).card == "later")
    try await shop.sweep(on: 40)
    #expect(try await shop.left(.house("visits/expired/wash")) == 2)
    #expect(try await shop.left(HouseAccount.forfeit) == 6_666)
    #expect(try await countRefusal { _ = try await refund("none", "r") } == .unknownCard("none"))
    _ = try await shop.entryCount()
  }

  @Test func `unused visits are refunded by the rule that was sold`() async throws {
    _ = try await sell("a", .proportional)
    _ = try await use("a1", card: "a")
    #expect(
      try await countRefusal { _ = try await refund("a", "ar", reason: "") } == .reasonMissing)
    let answer = try await refund("a", "ar")
    #expect(answer.amount == Money(minorUnits: 6_666))
    #expect(try await refund("a", "ar") == answer)
    #expect(try await shop.left(HouseAccount.cash) == -10_000 + 6_666)
    #expect(try await shop.left(.house("visits/refunded/wash")) == 2)

    _ = try await sell("b", .usedAt(Money(minorUnits: 4_000)), .psp("pay"))
    _ = try await use("b1", card: "b")
    #expect(try await refund("b", "br").amount == Money(minorUnits: 6_000))
    #expect(try await shop.left(.house("psp/pay")) == -4_000)
    #expect(try await shop.left(HouseAccount.revenue) == 3_334 + 3_334 + 666)

    _ = try await sell("c", .none)
    #expect(try await countRefusal { _ = try await refund("c", "cr") } == .notRefundable)
    _ = try await shop.entryCount()
  }

  @Test func `stored value pays with principal only, and is paid back there`() async throws {
    #expect(
      try await countRefusal { _ = try await sell("w", .proportional, .wallet) }
        == .notEnoughStoredValue)
    try await shop.members.credit(
      MemberShop.principal(shop.member), 10_000, from: HouseAccount.cash, entry: 1)
    _ = try await sell("w", .proportional, .wallet)
    #expect(try await shop.left(MemberFacts.principal(shop.member)) == 0)
    #expect(try await refund("w", "r").amount == Money(minorUnits: 10_000))
    #expect(try await shop.left(MemberFacts.principal(shop.member)) == 10_000)
    #expect(
      try await countRefusal { _ = try await sell("p", .none, .psp("")) }.map { "\($0)" }?
        .hasPrefix("unknownPayment") == true)
    _ = try await shop.store.setBlocked(shop.member, true, act: try MemberShop.act("asked"))
    #expect(try await countRefusal { _ = try await sell("q") } == .memberBlocked)
    #expect(try await countRefusal { _ = try await use("u") } == .memberBlocked)
  }

  @Test func `a card follows its member into another record`() async throws {
    _ = try await sell("k1")
    let other = try await shop.members.register("王方", seed: 2).id
    _ = try await shop.store.mergeMember(
      shop.member, into: other, entries: MergerEntries(kiosk: 3, step: 1),
      act: try MemberShop.act("one person"))
    #expect(try await use("v1", card: "k1").member == other)
    #expect(try await refund("k1", "r").amount == Money(minorUnits: 6_666))
    _ = try await shop.entryCount()
  }
}
