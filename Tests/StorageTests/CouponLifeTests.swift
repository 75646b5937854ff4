import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// A coupon from its issue to its end, every edge there is, and the others refused by name.
struct CouponLifeTests {
  private let shop: UnitShop

  init() async throws { shop = try await UnitShop() }

  private static func code(_ seed: UInt8) throws -> BearerCode {
    try #require(BearerCode(random: Array(repeating: seed, count: 10)))
  }

  private func issue(_ id: String, seed: UInt8, uses: Int = 1, waits: Int = 0) async throws {
    let template = UnitShop.template(uses: uses, waits: waits)
    let coupon = IssuedCoupon(id: id, of: template, at: UnitShop.time(0))
    let account = try #require(coupon.account)
    try await shop.members.credit(
      account, coupon.pieces, from: .house("coupons/issued/tea-free"), entry: UInt64(seed) << 8)
    try await shop.store.issue(
      NewCoupon(
        id: id, template: template.id, templateVersion: 1, code: try Self.code(seed),
        holder: shop.member, validFrom: coupon.beginsAt, validUntil: coupon.endsAt, sale: nil))
  }

  private func post(_ number: UInt64, _ action: JournalEntry.Action) async throws {
    try #require(try await shop.ledger.submit(Shop.entry(number, action)) == .ok)
  }

  private func take(_ id: String, _ units: Int64 = 1) async throws -> Postings {
    let house = AccountID.house("coupons/redeemed/tea-free")
    let asset = try #require(Asset(code: "CPN/tea-free"))
    let opening = Batch(
      openings: [Account(id: house, asset: asset, rule: .free)], entries: [], isLinked: true)
    _ = try await shop.ledger.submit(opening)
    return try Postings([
      Posting(account: CouponRecord.account(of: id), asset: asset, units: units),
      Posting(account: house, asset: asset, units: -units),
    ])
  }

  private func state(_ id: String, on days: Int = 0) async throws -> CouponState? {
    try await shop.store.couponHistory(id: id)?.life.state(at: UnitShop.time(days).instant)
  }

  private func edges(_ id: String) async throws -> [CouponEdge]? {
    try await shop.store.couponHistory(id: id)?.steps.map(\.edge)
  }

  private func couponRefusal(_ body: () async throws -> Void) async throws -> CouponActRefusal? {
    guard case .coupon(let refusal) = try await refusal(body) else { return nil }
    return refusal
  }

  private func void(_ id: String, _ act: String, reason: String = "spoilt", on days: Int = 0)
    async throws -> CouponActAnswer
  {
    try await shop.store.voidCoupon(id, reason: reason, UnitShop.act(act, on: days))
  }

  private func reissue(_ id: String, _ act: String, seed: UInt8 = 99, on days: Int = 0)
    async throws -> CouponActAnswer
  {
    try await shop.store.reissueCoupon(
      id, code: try Self.code(seed), reason: "paper torn", UnitShop.act(act, on: days))
  }

  @Test func `held, let go, held, spent, given back, used n times`() async throws {
    try await issue("3-1", seed: 1, uses: 2, waits: 1)
    #expect(try await state("3-1") == .waiting)
    #expect(try await state("3-1", on: 1) == .open)
    try await post(1, .hold(try await take("3-1", 2)))
    #expect(try await state("3-1", on: 1) == .held)
    try await post(2, .void(Shop.id(1)))
    try await post(3, .hold(try await take("3-1")))
    #expect(try await state("3-1", on: 1) == .open)
    try await post(4, .capture(Shop.id(3)))
    try await post(5, .post(try await take("3-1")))
    #expect(try await state("3-1", on: 1) == .spent)
    // A refund gives one back.
    try await post(6, .post(try await take("3-1", -1)))
    #expect(try await state("3-1", on: 1) == .open)
    let history = try #require(try await shop.store.couponHistory(id: "3-1"))
    #expect(
      history.steps.map(\.edge) == [
        .issued, .held, .released, .held, .spent, .spent, .givenBack,
      ])
    #expect(history.life.pieces == 2 && history.life.spent == 1 && history.life.left == 1)
    #expect(history.paper == nil && history.reissuedAs == nil)
  }

  @Test func `staff void what is left, once, and nothing else`() async throws {
    try await issue("3-1", seed: 1, uses: 2)
    #expect(
      try await couponRefusal { _ = try await void("3-1", "a", reason: " ") } == .reasonMissing)
    try await post(1, .hold(try await take("3-1")))
    #expect(try await couponRefusal { _ = try await void("3-1", "a") } == .isHeld)
    try await post(2, .capture(Shop.id(1)))
    let answer = try await void("3-1", "a")
    #expect(answer.state == .voided)
    #expect(try await state("3-1") == .voided)
    #expect(try await shop.left(.house("coupons/voided/tea-free")) == 1)
    let entries = try await shop.entryCount()
    #expect(try await void("3-1", "a") == answer)
    #expect(try await shop.entryCount() == entries)
    #expect(try await couponRefusal { _ = try await void("3-1", "b") } == .isVoided)
    #expect(try await couponRefusal { _ = try await void("3-2", "a") } == .idOfAnother)
    #expect(try await couponRefusal { _ = try await void("3-2", "c") } == .unknownCoupon)
    #expect(try await couponRefusal { _ = try await void("3-1", "") } == .malformedID)
    // Nothing can be taken of it any more.
    #expect(
      try await shop.ledger.submit(Shop.entry(9, .hold(try await take("3-1")))) == .overLimit)

    try await issue("3-3", seed: 3)
    try await post(20, .post(try await take("3-3")))
    #expect(try await couponRefusal { _ = try await void("3-3", "d") } == .isSpent)
    #expect(try await couponRefusal { _ = try await reissue("3-3", "d") } == .isSpent)
  }

  @Test func `a term that is over ends it, swept or not`() async throws {
    try await issue("3-1", seed: 1)
    #expect(try await state("3-1", on: 30) == .expired)
    #expect(try await couponRefusal { _ = try await void("3-1", "a", on: 30) } == .isExpired)
    try await shop.sweep(on: 31)
    #expect(try await state("3-1") == .expired)
    #expect(try await edges("3-1") == [.issued, .expired])
    #expect(try await couponRefusal { _ = try await void("3-1", "a") } == .isExpired)
    #expect(try await couponRefusal { _ = try await reissue("3-1", "a") } == .isExpired)
  }

  @Test func `another is given for one that was lost, once`() async throws {
    try await issue("3-1", seed: 1, uses: 3)
    try await post(1, .post(try await take("3-1")))
    let answer = try await reissue("3-1", "a")
    let new = try #require(answer.reissuedAs)
    #expect(try await state("3-1") == .voided)
    #expect(try await state(new) == .open)
    let record = try #require(try await shop.store.coupon(code: try Self.code(99)))
    #expect(record.id == new && record.holder == shop.member)
    #expect(try await shop.left(record.account) == 2)
    #expect(try await shop.store.couponHistory(id: "3-1")?.reissuedAs == new)
    // The answer was lost: the same coupon, whatever code was drawn since.
    #expect(try await reissue("3-1", "a", seed: 98) == answer)
    #expect(
      try await couponRefusal { _ = try await reissue("3-1", "b") } == .alreadyReissued(as: new))
    // One that staff voided first gets its other later.
    try await issue("3-2", seed: 2)
    _ = try await void("3-2", "c")
    #expect(try await reissue("3-2", "d", seed: 97).reissuedAs != nil)
    _ = try await shop.entryCount()
  }
}
