import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// A store with a member, for tests of points, visits and coupons.
struct UnitShop {
  static let offset = 8 * 3_600
  static let earning = EarningRule(
    milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: true,
    expiresAfterMonths: 12)

  let members: MemberShop
  let member: Int64
  var store: Store { members.store }
  var ledger: SQLiteLedger { SQLiteLedger(members.store) }

  init() async throws {
    members = try MemberShop()
    member = try await members.register("王芳", seed: 1).id
  }

  static func time(_ days: Int) -> ShopTime {
    ShopTime(
      instant: Instant(milliseconds: MemberShop.now.milliseconds + Int64(days) * 86_400_000),
      offsetSeconds: offset)
  }

  static func act(_ id: String, on days: Int = 0) -> UnitAct {
    UnitAct(id: id, actor: "staff/7", kiosk: 3, now: time(days), currency: .cny)
  }

  /// Gives points that end with a month, so many after November 2026.
  func give(_ units: Int64, month: Int, entry: UInt64) async throws {
    let first = CalendarDate(year: 2_026, month: 11, day: 1).firstOfMonth(after: month)
    try await members.credit(
      PointsBucket.month(first).account(of: member), units, from: HouseAccount.pointsIssued,
      entry: entry)
  }

  func purse(on days: Int = 0) async throws -> PointsPurse {
    try await store.points(of: member, now: Self.time(days).instant)
  }

  func left(_ account: AccountID) async throws -> Int64 {
    try await ledger.balance(of: account).map { -$0.posted } ?? 0
  }

  func sweep(on days: Int) async throws {
    let request = ExpiryRequest(
      kiosk: 3, now: Self.time(days), dayStart: 0, isDateConfirmed: true)
    _ = try await store.sweepEnded(request)
  }

  func entryCount() async throws -> Int64 {
    let report = try await ledger.verify()
    #expect(report.fault == nil)
    return report.entryCount
  }

  /// What a call about points is refused with.
  func pointsRefusal(_ body: () async throws -> Void) async throws -> PointsRefusal? {
    guard case .points(let refusal) = try await refusal(body) else { return nil }
    return refusal
  }
}

extension UnitShop {
  static let template = template()

  /// A coupon that is good for 30 days.
  static func template(uses: Int = 1, waits: Int = 0) -> Rule {
    Rule(
      id: "tea-free", version: 1, title: LocalizedText(zh: "茶", en: "Tea"),
      trigger: .coupon(CouponTerms(validAfterDays: waits, validDays: 30, uses: uses)),
      benefit: .percent(basisPoints: 10_000), target: .order)
  }
}

extension ExchangeOffer {
  static func test(
    _ gift: Gift, price: Int64 = 2_000, perMember: Limit? = nil, total: Limit? = nil,
    notBefore: CalendarDate? = nil, notAfter: CalendarDate? = nil
  ) -> ExchangeOffer {
    ExchangeOffer(
      id: "tea", title: LocalizedText(zh: "茶", en: "Tea"), price: price, gift: gift,
      perMember: perMember, total: total, notBefore: notBefore, notAfter: notAfter)
  }
}
