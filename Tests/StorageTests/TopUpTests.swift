import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Top-ups, their offers, their undo and their refund, in the product's own store.
struct TopUpTests {
  private func shop() async throws -> (WalletShop, Int64) {
    let shop = try WalletShop()
    return (shop, try await shop.members.register("王小明", seed: 1).id)
  }

  @Test func `a top-up with the best offer posts principal, bonus, points and coupon`()
    async throws
  {
    let (shop, member) = try await shop()

    let (facts, isRepeated) = try await shop.topUp(50_000, of: member, id: "t1")

    #expect(!isRepeated)
    #expect(facts.offer == "fill-500")
    #expect(try await shop.has(MemberFacts.principal(member)) == 50_000)
    #expect(try await shop.has(facts.bonusLot) == 6_000)
    #expect(try await shop.has(HouseAccount.cash) == -50_000)
    #expect(try await shop.has(HouseAccount.bonusIssued) == -6_000)
    #expect(try await shop.has(try #require(facts.pointsLot)) == 100_000)
    let coupon = try #require(facts.coupons.first)
    #expect(try await shop.has(PresentedCoupon.account(coupon.id)) == 1)
    let record = try #require(try await shop.store.coupon(id: coupon.id))
    #expect(record.holder == member)
    #expect(try await shop.store.revealCode(id: coupon.id) != nil)
    let lot = try #require(try await shop.ledger.account(facts.bonusLot)).0
    #expect(lot.grant?.limitUnits == 6_000)
    #expect(lot.grant?.capOfGrantBasisPoints == 5_000)
    #expect(
      lot.expiresAt
        == WalletShop.time().date.adding(days: 365).start(offsetSeconds: WalletShop.offset))
    try await shop.expectSound()
  }

  // odoo/odoo#270532, #235956: a retry doubled points and cards.
  @Test func `the same id again answers the same and posts nothing`() async throws {
    let (shop, member) = try await shop()
    let first = try await shop.topUp(30_000, of: member, id: "t1")
    let entries = try await shop.ledger.verify().entryCount

    let again = try await shop.topUp(30_000, of: member, id: "t1", minutes: 5)
    let other = try await walletRefusal { try await shop.topUp(40_000, of: member, id: "t1") }

    #expect(again.facts == first.facts)
    #expect(again.isRepeated)
    #expect(try await shop.ledger.verify().entryCount == entries)
    #expect(other == .idTaken(try #require(MoneyActID("t1"))))
  }

  @Test func `a refusal posts nothing and leaves its id free`() async throws {
    let (shop, member) = try await shop()
    let cases: [(Int64, String, String?, WalletRefusal)] = [
      (950, "cash", nil, .amount), (-10_000, "cash", nil, .amount), (10_050, "cash", nil, .amount),
      (10_000, "psp/unknown", nil, .tender("psp/unknown", known: ["cash", "psp/wechat"])),
      (10_000, "cash", "nothing", .unknownOffer("nothing")),
      (
        10_000, "cash", "fill-300", .offerNotMet("fill-300", from: Money(minorUnits: 30_000))
      ),
    ]

    for (amount, tender, offer, expected) in cases {
      let refusal = try await walletRefusal {
        try await shop.topUp(amount, of: member, id: "t1", tender: tender, offer: offer)
      }
      #expect(refusal == expected)
    }
    let unknown = try await walletRefusal { try await shop.topUp(10_000, of: 99, id: "t1") }

    #expect(unknown == .member(.unknownMember))
    #expect(try await shop.ledger.verify().entryCount == 0)
    try await shop.topUp(10_000, of: member, id: "t1")
    #expect(try await shop.has(MemberFacts.principal(member)) == 10_000)
  }

  @Test func `a law's limit of a card with a name is kept, and off where there is none`()
    async throws
  {
    let (shop, member) = try await shop()
    let law = PrepaidLaw(source: "test", namedBalance: Money(minorUnits: 500_000))
    try await shop.topUp(490_000, of: member, id: "t1", law: law)

    let refusal = try await walletRefusal {
      try await shop.topUp(10_100, of: member, id: "t2", law: law)
    }
    try await shop.topUp(10_000, of: member, id: "t3", law: law)
    try await shop.topUp(10_000, of: member, id: "t4")

    let expected = WalletRefusal.prepaid(.namedLimit(Money(minorUnits: 500_000)))
    #expect(refusal == expected)
    #expect(expected.customerText(.cny).zh.contains("¥5000.00"))
    #expect(expected.staffText(.cny).contains("members.yaml"))
    #expect(try await shop.has(MemberFacts.principal(member)) == 510_000)
  }

  // MARK: Undo

  @Test func `undo takes everything back, once`() async throws {
    let (shop, member) = try await shop()
    let facts = try await shop.topUp(50_000, of: member, id: "t1").facts

    let undo = try await shop.undo("t1", id: "u1", minutes: 30)
    let again = try await shop.undo("t1", id: "u1", minutes: 31)
    let other = try await walletRefusal { try await shop.undo("t1", id: "u2", minutes: 1) }

    #expect(!undo.isRepeated)
    #expect(again.isRepeated)
    #expect(other == .alreadyGivenBack(facts.id))
    for account in try await shop.ledger.trialBalance().lines {
      #expect(account.balance.posted == 0, "\(account.account.id)")
    }
    try await shop.expectSound()
  }

  @Test func `undo is for what nobody has used`() async throws {
    let (shop, member) = try await shop()
    let facts = try await shop.topUp(50_000, of: member, id: "t1").facts
    try await shop.spend([(facts.bonusLot, 100)], sale: 1)
    let bonus = try await walletRefusal { try await shop.undo("t1", id: "u1") }
    try await shop.topUp(10_000, of: member, id: "t2")
    try await shop.spend([(MemberFacts.principal(member), 60_000)], sale: 2)
    let principal = try await walletRefusal { try await shop.undo("t2", id: "u2") }

    #expect(bonus == .touched(.bonus))
    #expect(principal == .touched(.principal))
    try await shop.expectSound()
  }

  @Test func `later it takes two persons`() async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(10_000, of: member, id: "t1")

    let late = try await walletRefusal { try await shop.undo("t1", id: "u1", minutes: 31) }
    let alone = try await walletRefusal {
      try await shop.undo("t1", id: "u1", minutes: 31, second: "staff/7")
    }
    let both = try await shop.undo("t1", id: "u1", minutes: 31, second: "staff/9")

    #expect(late == .tooLate(minutes: 30))
    #expect(alone == .samePerson)
    #expect(both.facts.second == "staff/9")
  }

  // MARK: Refund of a top-up

  @Test func `used bonus is taken off the principal as the offer says`() async throws {
    let (shop, member) = try await shop()
    let facts = try await shop.topUp(30_000, of: member, id: "t1").facts
    try await shop.spend(
      [(facts.bonusLot, 1_000), (MemberFacts.principal(member), 5_000)], sale: 1)

    let refund = try await shop.refundTopUp("t1", id: "r1").facts

    #expect(refund.principal == Money(minorUnits: 25_000))
    #expect(refund.bonus == Money(minorUnits: 2_000))
    #expect(refund.usedBonus == Money(minorUnits: 1_000))
    #expect(refund.paidOut == Money(minorUnits: 24_000))
    #expect(try await shop.has(HouseAccount.forfeit) == 1_000)
    #expect(try await shop.has(HouseAccount.cash) == -6_000)
    #expect(try await shop.has(facts.bonusLot) == 0)
    #expect(try await shop.has(MemberFacts.principal(member)) == 0)
    try await shop.expectSound()
  }

  @Test func `bonus is never paid out, whatever is left of the principal`() async throws {
    let (shop, member) = try await shop()
    let facts = try await shop.topUp(30_000, of: member, id: "t1").facts
    try await shop.spend(
      [(facts.bonusLot, 3_000), (MemberFacts.principal(member), 29_000)], sale: 1)

    let refund = try await shop.refundTopUp("t1", id: "r1").facts
    let again = try await walletRefusal { try await shop.refundTopUp("t1", id: "r2") }

    #expect(refund.paidOut == .zero)
    #expect(refund.withheld == Money(minorUnits: 1_000))
    #expect(again == .alreadyGivenBack(facts.id))
  }

  @Test func `the oldest top-up is spent first`() async throws {
    let (shop, member) = try await shop()
    try await shop.topUp(10_000, of: member, id: "t1")
    try await shop.topUp(20_000, of: member, id: "t2", minutes: 1)
    try await shop.spend([(MemberFacts.principal(member), 4_000)], sale: 1)

    let newer = try await shop.refundTopUp("t2", id: "r2", minutes: 2).facts
    let older = try await shop.refundTopUp("t1", id: "r1", minutes: 3).facts

    #expect(newer.paidOut == Money(minorUnits: 20_000))
    #expect(older.paidOut == Money(minorUnits: 6_000))
  }

  @Test func `spent points are owed`() async throws {
    let (shop, member) = try await shop()
    let facts = try await shop.topUp(50_000, of: member, id: "t1").facts
    let lot = try #require(facts.pointsLot)
    let spent = try await shop.ledger.submit(
      Shop.entry(
        900,
        .post(
          try Postings([
            Posting(account: lot, asset: .points, units: 60_000),
            Posting(account: HouseAccount.pointsIssued, asset: .points, units: -60_000),
          ]))))
    try #require(spent == .ok)

    let refund = try await shop.refundTopUp("t1", id: "r1").facts

    #expect(refund.milliPoints == 40_000)
    #expect(refund.owedMilliPoints == 60_000)
    #expect(try await shop.has(lot) == 0)
    #expect(try await shop.has(Account.pointsOwed(by: member).id) == -60_000)
    try await shop.expectSound()
  }

  @Test func `a member who became another still has the top-up`() async throws {
    let (shop, member) = try await shop()
    let other = try await shop.members.register("李雷", seed: 2).id
    let facts = try await shop.topUp(30_000, of: member, id: "t1").facts
    try await shop.spend([(facts.bonusLot, 1_000)], sale: 1)
    _ = try await shop.store.mergeMember(
      member, into: other, entries: MergerEntries(kiosk: 3, step: 1),
      act: try MemberShop.act("twice"))

    let refund = try await shop.refundTopUp("t1", id: "r1").facts

    #expect(refund.member == other)
    #expect(refund.bonus == Money(minorUnits: 2_000))
    #expect(refund.paidOut == Money(minorUnits: 29_000))
    #expect(try await shop.has(MemberFacts.principal(other)) == 0)
    try await shop.expectSound()
  }
}

extension WalletShop {
  @discardableResult
  func undo(
    _ topUp: String, id: String, minutes: Int64 = 0, second: String? = nil
  ) async throws -> (facts: TopUpUndo.Facts, isRepeated: Bool) {
    try await store.undoTopUp(
      try #require(MoneyActID(topUp)), second: second, rules: Self.rules().topUp,
      context: try Self.context(id, minutes: minutes))
  }

  @discardableResult
  func refundTopUp(
    _ topUp: String, id: String, minutes: Int64 = 0
  ) async throws -> (facts: TopUpRefund.Facts, isRepeated: Bool) {
    try await store.refundTopUp(
      try #require(MoneyActID(topUp)), rules: Self.rules().refund,
      context: try Self.context(id, minutes: minutes))
  }
}
