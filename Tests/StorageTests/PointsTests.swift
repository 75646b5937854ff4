import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Exchanging, correcting and taking back points, on a book in a file.
struct PointsTests {
  private let shop: UnitShop

  init() async throws { shop = try await UnitShop() }

  private func exchange(
    _ offer: ExchangeOffer, _ id: String, coupon: (IssuedCoupon, BearerCode)? = nil,
    on days: Int = 0
  ) async throws -> PointsAnswer {
    try await shop.store.exchange(
      offer, for: shop.member, coupon: coupon, UnitShop.act(id, on: days))
  }

  private func adjust(
    _ units: Int64, _ id: String, reason: String = "counted wrong", second: String? = "li",
    rules: PointsRules = .standard
  ) async throws -> PointsAnswer {
    try await shop.store.adjustPoints(
      .init(units: units, reason: reason, by: "wang", second: second), of: shop.member,
      rules: rules, earning: UnitShop.earning, UnitShop.act(id))
  }

  private func takeBack(
    _ units: Int64, _ id: String, _ decision: PointsRules.SpentAlready = .owe,
    lot: AccountID? = nil
  ) async throws -> PointsAnswer {
    try await shop.store.takeBackPoints(
      units, of: shop.member, earnedOn: lot, reason: "refund",
      rules: PointsRules(spentAlready: decision), UnitShop.act(id))
  }

  @Test func `the oldest end goes first, and the same id posts nothing more`() async throws {
    try await shop.give(1_500, month: 3, entry: 1)
    try await shop.give(1_500, month: 1, entry: 2)
    let offer = ExchangeOffer.test(.value(Money(minorUnits: 500), months: 1))
    let first = try await exchange(offer, "a")
    #expect(first.moved == -2_000 && first.spendable == 1_000)
    #expect(try await shop.purse().lots.map(\.free) == [1_000])
    #expect(try await shop.left(HouseAccount.pointsBurned) == 2_000)
    let lot = try #require(first.lot)
    #expect(try await shop.left(lot) == 500)
    #expect(lot.purpose == "bonus/x-a")
    let entries = try await shop.entryCount()
    #expect(try await exchange(offer, "a") == first)
    #expect(try await shop.entryCount() == entries)
    // Another offer under the id, or something else altogether: refused by name.
    let other = ExchangeOffer(
      id: "cake", title: offer.title, price: 1, gift: offer.gift)
    #expect(try await shop.pointsRefusal { _ = try await exchange(other, "a") } == .idOfAnother)
    #expect(try await shop.pointsRefusal { _ = try await adjust(1, "a") } == .idOfAnother)
    for id in ["", "ü", "a b", String(repeating: "a", count: 41)] {
      #expect(try await shop.pointsRefusal { _ = try await exchange(offer, id) } == .malformedID)
    }
    #expect(
      try await shop.pointsRefusal { _ = try await exchange(offer, "b") }
        == .notEnough(price: 2_000, available: 1_000))
    #expect(try await shop.entryCount() == entries)
  }

  @Test func `a coupon, goods and visits are given for points`() async throws {
    try await shop.give(20_000, month: 3, entry: 1)
    let coupon = IssuedCoupon(id: "3-p1", of: UnitShop.template, at: UnitShop.time(0))
    let code = try #require(BearerCode(random: Array(repeating: 7, count: 10)))
    let given = try await exchange(
      .test(.coupon(template: "tea-free")), "c", coupon: (coupon, code))
    #expect(given.coupon == "3-p1")
    let record = try #require(try await shop.store.coupon(code: code))
    #expect(record.holder == shop.member && record.template == "tea-free")
    #expect(try await shop.left(record.account) == 1)

    let goods = ExchangeOffer.test(.goods(sku: "mug", pieces: 1))
    #expect(
      try await shop.pointsRefusal { _ = try await exchange(goods, "g") }
        == .outOfStock(sku: "mug"))
    #expect(
      try await shop.store.stockForPoints(
        "mug", pieces: 2, reason: "box", UnitShop.act("s")) == 2)
    _ = try await exchange(goods, "g")
    _ = try await exchange(goods, "g2")
    #expect(
      try await shop.pointsRefusal { _ = try await exchange(goods, "g3") }
        == .outOfStock(sku: "mug"))
    #expect(
      try await shop.pointsRefusal {
        _ = try await shop.store.stockForPoints(
          "mug", pieces: -1, reason: "lost", UnitShop.act("s2"))
      } == .outOfStock(sku: "mug"))

    _ = try await exchange(.test(.visits(service: "wash", 3, months: nil)), "v")
    let card = try #require(try await shop.store.countCards(of: shop.member).first)
    #expect(card.left == 3 && card.value == nil && card.card == "x-v")
    #expect(try await shop.purse().spendable == 12_000)
    _ = try await shop.entryCount()
  }

  @Test func `limits, days and closed accounts refuse by name`() async throws {
    try await shop.give(100_000, month: 3, entry: 1)
    let gift = ExchangeOffer.Gift.value(Money(minorUnits: 1), months: nil)
    let own = ExchangeOffer.test(gift, perMember: .init(window: .day, levels: [1]))
    _ = try await exchange(own, "a")
    #expect(try await shop.pointsRefusal { _ = try await exchange(own, "b") } == .memberLimit)
    _ = try await exchange(own, "b", on: 1)
    let raised = ExchangeOffer.test(gift, perMember: .init(window: .day, levels: [1, 2]))
    _ = try await exchange(raised, "c", on: 1)

    let few = ExchangeOffer(
      id: "few", title: own.title, price: 1, gift: gift,
      total: .init(window: .life, levels: [1]))
    _ = try await exchange(few, "d")
    #expect(try await shop.pointsRefusal { _ = try await exchange(few, "e") } == .soldOut)

    let today = UnitShop.time(0).date
    let later = today.adding(days: 1)
    #expect(
      try await shop.pointsRefusal { _ = try await exchange(.test(gift, notBefore: later), "f") }
        == .notYet(later))
    let past = today.adding(days: -1)
    #expect(
      try await shop.pointsRefusal { _ = try await exchange(.test(gift, notAfter: past), "f") }
        == .over(past))
    _ = try await shop.store.setBlocked(shop.member, true, act: try MemberShop.act("asked"))
    #expect(try await shop.pointsRefusal { _ = try await exchange(own, "g") } == .memberBlocked)
    // A refusal left nothing behind, not even of the limit: the id is free.
    _ = try await shop.store.setBlocked(shop.member, false, act: try MemberShop.act("asked"))
    _ = try await exchange(own, "g", on: 2)
  }

  @Test func `a correction needs a reason and a second person`() async throws {
    #expect(
      try await shop.pointsRefusal { _ = try await adjust(5, "a", reason: " ") } == .reasonMissing)
    #expect(
      try await shop.pointsRefusal { _ = try await adjust(5, "a", second: nil) }
        == .secondPersonMissing)
    #expect(
      try await shop.pointsRefusal { _ = try await adjust(5, "a", second: "wang") } == .samePerson)
    let rules = PointsRules(secondPersonFrom: 10_000, adjustLimit: 50_000)
    for units: Int64 in [0, 50_001, -50_001, .min] {
      #expect(
        try await shop.pointsRefusal { _ = try await adjust(units, "a", rules: rules) }
          == .amount(limit: 50_000))
    }
    #expect(try await adjust(9_999, "a", second: nil, rules: rules).spendable == 9_999)
    #expect(
      try await shop.pointsRefusal { _ = try await adjust(-10_000, "b") }
        == .notEnough(price: 10_000, available: 9_999))
    #expect(try await adjust(-999, "b").spendable == 9_000)
    let act = try #require(ActID("b"))
    let entry = try #require(try await shop.ledger.entry(act.entry("adjust", 0)))
    #expect(entry.context.reason == "correction by wang, with li: counted wrong")
    #expect(try await shop.left(HouseAccount.pointsClawedBack) == 999)
  }

  @Test func `only a refund takes points below zero, as the shop decided`() async throws {
    try await shop.give(1_000, month: 2, entry: 1)
    #expect(
      try await shop.pointsRefusal { _ = try await takeBack(3_000, "a", .refuse) }
        == .spentAlready(missing: 2_000))
    #expect(try await takeBack(3_000, "a", .owe).total == -2_000)
    #expect(try await shop.purse().owed == 2_000)
    #expect(try await takeBack(500, "b", .forgive).total == -2_000)
    // What comes next pays the debt.
    try await shop.give(1_500, month: 3, entry: 2)
    #expect(try await shop.purse().spendable == 0)
    #expect(try await adjust(1_000, "c").spendable == 500)
    let offer = ExchangeOffer.test(.value(Money(minorUnits: 1), months: nil), price: 500)
    _ = try await exchange(offer, "d")
    let purse = try await shop.purse()
    #expect(purse.owed == 0 && purse.total == 0)
    #expect(try await shop.left(HouseAccount.pointsClawedBack) == 3_000)
    _ = try await shop.entryCount()
  }

  @Test func `a refund takes pending points first, and the sweep sets the rest free`()
    async throws
  {
    let earning = EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: true,
      expiresAfterMonths: 12, span: .day, pendingDays: 7)
    let today = UnitShop.time(0).date
    let lot = earning.lot(of: shop.member, on: today)
    #expect(lot.id.purpose == "points-pending/\(today.adding(days: 7))/2027-11-22")
    try await shop.members.credit(lot, 4_000, from: HouseAccount.pointsIssued, entry: 1)
    try await shop.give(1_000, month: 2, entry: 2)
    #expect(try await shop.purse().spendable == 1_000)
    #expect(try await takeBack(1_000, "a", lot: lot.id).total == 4_000)
    #expect(try await shop.purse().spendable == 1_000)
    try await shop.sweep(on: 7)
    #expect(try await shop.purse(on: 7).spendable == 1_000)
    try await shop.sweep(on: 9)
    #expect(try await shop.purse(on: 9).spendable == 4_000)
    // Set free, they are still what that purchase gave.
    _ = try await takeBack(3_000, "b", lot: lot.id)
    #expect(
      try await shop.left(
        PointsBucket("2027-11-22").map { $0.account(of: shop.member).id }
          ?? HouseAccount.cash) == 0)
  }

  @Test func `every refusal has words for both sides`() {
    let refusals: [PointsRefusal] = [
      .idOfAnother, .malformedID, .unknownOffer("x"), .notYet(CalendarDate(dayNumber: 1)),
      .over(CalendarDate(dayNumber: 1)), .memberBlocked, .notEnough(price: 1_500, available: 2),
      .memberLimit, .soldOut, .outOfStock(sku: "x"), .amount(limit: 1), .reasonMissing,
      .secondPersonMissing, .samePerson, .spentAlready(missing: 1), .tooManyLots, .ledger("x"),
    ]
    for refusal in refusals {
      #expect(!refusal.staffText.isEmpty && !refusal.customerText.zh.isEmpty)
      #expect(MemberRefusal.points(refusal).staffText == refusal.staffText)
    }
    #expect(Set(refusals.map(\.staffText)).count == refusals.count)
    #expect(PointsRefusal.points(-1_500) == "-1.5" && PointsRefusal.points(20) == "0.02")
  }
}
