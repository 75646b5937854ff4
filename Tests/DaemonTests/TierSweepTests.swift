import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// The sweep of tiers on a real book, with a clock that the test moves.
struct TierSweepTests {
  private static let rules = MemberRules(
    tierNames: ["basic", "silver", "gold"],
    tiers: TierRules(
      base: "basic", period: .rolling(days: 30), graceDays: 5,
      levels: [
        .init(tier: "silver", reach: [.init(measure: .spend, atLeast: 1_000)]),
        .init(
          tier: "gold",
          reach: [
            .init(measure: .points, atLeast: 50_000), .init(measure: .topUp, atLeast: 20_000),
          ], coupons: ["over50-off8"]),
      ]))
  private static let day: Int64 = 86_400_000

  private let chance = ManualClock(seed: 5)
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  private func time(_ days: Int64) -> ShopTime {
    ShopTime(
      instant: Instant(milliseconds: ManualClock.start.milliseconds + days * Self.day),
      offsetSeconds: ManualClock.offset)
  }

  private func sweep(on days: Int64, confirmed: Bool = false) async throws -> TierSweep.Part {
    let clock = KioskClock(
      now: { time(days) }, sleep: { _ in }, randomBytes: chance.kioskClock.randomBytes)
    return try await TierSweep(
      MemberOffice(
        store: store, rules: Self.rules, offers: TestShop.rules, kiosk: TestShop.kiosk,
        clock: clock, language: .zh)
    ).run(isDateConfirmed: confirmed)
  }

  private func member(_ id: Int64) async throws {
    try await store.registerMember(
      MemberRecord(id: id, number: "8000\(id)", name: "王", phone: nil, tier: "basic"))
  }

  private func sell(_ total: Int64, to member: Int64, counter: UInt64, on days: Int64) async throws
  {
    let at = time(days).instant
    _ = try await store.commit(batch: Batch(openings: [], entries: [], isLinked: true)) { _ in
      Decision(
        journal: JournalRecord(
          at: at, saleCounter: counter, schemaVersion: 1, event: [], state: [], effects: []),
        sale: SaleRecord(
          id: SaleID(kiosk: 3, counter: counter), at: at, member: member, total: fen(total),
          receipt: [], decision: []))
    }
  }

  private func credit(
    _ account: Account, _ units: Int64, from house: AccountID, counter: UInt64, on days: Int64
  ) async throws {
    let outcomes = try await SQLiteLedger(store).submit(
      Batch(
        openings: [Account(id: house, asset: account.asset, rule: .free), account],
        entries: [
          JournalEntry(
            id: EntryID(sale: SaleID(kiosk: 3, counter: counter), step: 0, ordinal: 0),
            action: .post(
              try Postings([
                Posting(account: house, asset: account.asset, units: units),
                Posting(account: account.id, asset: account.asset, units: -units),
              ])),
            context: EntryContext(
              reason: "test", actor: "system", kiosk: 3, sale: nil, at: time(days).instant))
        ], isLinked: true))
    try #require(outcomes == [.ok])
  }

  private func tier(_ id: Int64) async throws -> String? { try await store.member(id)?.tier }

  private func coupons() async throws -> Int {
    try await SQLiteLedger(store).trialBalance().lines
      .filter { $0.account.id.owner.hasPrefix("coupon/") }.count
  }

  @Test func `members rise by sales, points and top-ups, and fall when they end`() async throws {
    for id: Int64 in 1...4 { try await member(id) }
    try await sell(999, to: 1, counter: 1, on: 0)
    try await sell(1_000, to: 2, counter: 2, on: 0)
    let lot = Account.pointsLot(
      member: 3, month: CalendarDate(year: 2_027, month: 11, day: 1))
    try await credit(lot, 50_000, from: HouseAccount.pointsIssued, counter: 3, on: 0)
    let principal = Account(
      id: MemberFacts.principal(4), asset: Currency.cny.asset, rule: .debitsWithinCredits)
    try await credit(principal, 20_000, from: HouseAccount.cash, counter: 4, on: 0)

    let first = try await sweep(on: 0)
    #expect(first.looked == 4 && first.risen == 3 && first.coupons == 2)
    #expect(try await [tier(1), tier(2), tier(3), tier(4)] == ["basic", "silver", "gold", "gold"])
    #expect(try await coupons() == 2)
    // The same day and the next: nothing more.
    for days: Int64 in [0, 1] {
      let again = try await sweep(on: days)
      #expect(again.risen == 0 && again.fallen == 0 && again.coupons == 0)
    }
    #expect(try await coupons() == 2)
    #expect(try await sweep(on: 30).fallen == 0)
    #expect(try await sweep(on: 35).fallen == 3)
    #expect(try await [tier(2), tier(3)] == ["basic", "basic"])
    try store.close()
  }

  @Test func `a date that jumped takes nothing away until somebody says it is right`()
    async throws
  {
    try await member(1)
    try await sell(1_000, to: 1, counter: 1, on: 0)
    _ = try await sweep(on: 0)
    for days: Int64 in [400, 4_000, -400] {
      let part = try await sweep(on: days)
      #expect(part.fallen == 0)
      #expect(part.withheld == (days > 0 ? 1 : 0))
      #expect(try await tier(1) == "silver")
    }
    let confirmed = try await sweep(on: 400, confirmed: true)
    #expect(confirmed.fallen == 1)
    #expect(try await tier(1) == "basic")
    try store.close()
  }

  /// Cut off between the coupon and the tier, a sweep gives the same coupon.
  @Test func `a rise that was cut off gives its coupon once`() async throws {
    try await member(4)
    let principal = Account(
      id: MemberFacts.principal(4), asset: Currency.cny.asset, rule: .debitsWithinCredits)
    try await credit(principal, 20_000, from: HouseAccount.cash, counter: 4, on: 0)
    let looks = try await store.tierLooks(
      after: 0, limit: 10, rules: try #require(Self.rules.tiers), today: time(0))
    let look = try #require(looks.first)
    let rise = "4/basic/\(look.standing.since)/gold/over50-off8"
    _ = try await CouponIssue.issue(
      template: "over50-off8", member: 4, serial: TierSweep.serial(of: rise, 0), in: store,
      rules: TestShop.rules, kiosk: TestShop.kiosk, clock: ManualClock().kioskClock,
      language: .zh)
    #expect(try await coupons() == 1)
    #expect(try await sweep(on: 0).risen == 1)
    #expect(try await coupons() == 1)
    try store.close()
  }

  @Test func `more members than a part holds are all looked at`() async throws {
    let count = Int64(TierSweep.partLimit + 3)
    for id in 1...count { try await member(id) }
    try await sell(1_000, to: count, counter: 1, on: 0)
    let part = try await sweep(on: 0)
    #expect(part.looked == Int(count) && part.risen == 1)
    try store.close()
  }
}
