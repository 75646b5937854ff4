import Foundation
import GRDB
import Ledger
import LedgerConformance
import Retail
import Testing

@testable import Storage

/// The sweep of ended lots, on a book in a file.
struct ExpiryTests {
  private static let offset = 8 * 3_600
  private static let month = CalendarDate(year: 2_026, month: 11, day: 1)
  /// November's points end on the first of December, 20:00 in the shop.
  private static let after = CalendarDate(year: 2_026, month: 12, day: 2)

  private let shop: MemberShop
  private var ledger: SQLiteLedger { SQLiteLedger(shop.store) }

  init() throws { shop = try MemberShop() }

  /// A moment of the shop's clock.
  private static func time(_ day: CalendarDate, minute: Int = 0) -> ShopTime {
    let start = day.start(offsetSeconds: offset).milliseconds
    return ShopTime(
      instant: Instant(milliseconds: start + Int64(minute) * 60_000), offsetSeconds: offset)
  }

  @discardableResult
  private func sweep(
    _ now: ShopTime, dayStart: Int = 0, confirmed: Bool = false, limit: Int = 100
  ) async throws -> ExpiryPart {
    let request = ExpiryRequest(
      kiosk: 3, now: now, dayStart: dayStart, isDateConfirmed: confirmed)
    var sum = try await shop.store.sweepEnded(request, limit: limit)
    while let next = sum.next {
      sum = sum + (try await shop.store.sweepEnded(after: next, request, limit: limit))
    }
    return sum
  }

  private func left(_ account: AccountID) async throws -> Int64? {
    try await ledger.balance(of: account).map { -$0.posted }
  }

  private func points(_ member: Int64, _ units: Int64, entry: UInt64) async throws -> AccountID {
    let lot = PointsBucket.month(Self.month).account(of: member)
    try await shop.credit(lot, units, from: HouseAccount.pointsIssued, entry: entry)
    return lot.id
  }

  @Test func `what is left of every kind of lot ends once`() async throws {
    let end = Self.after.start(offsetSeconds: Self.offset)
    func lot(_ owner: String, _ purpose: String, _ asset: String) throws -> Account {
      Account(
        id: AccountID(owner: owner, purpose: purpose),
        asset: try #require(Asset(code: asset)), rule: .debitsWithinCredits, expiresAt: end)
    }
    let lots: [(Account, AccountID, AccountID)] = [
      (try lot("m/1", "bonus/a", "CNY"), HouseAccount.bonusIssued, HouseAccount.bonusExpired),
      (
        try lot("coupon/c1", "piece", "CPN/tea"), .house("coupons/issued/tea"),
        .house("coupons/expired/tea")
      ),
      (
        try lot("m/1", "count/wash/k1", "CNT/wash"), .house("visits/issued/wash"),
        .house("visits/expired/wash")
      ),
      (try lot("m/1", "count-value/wash/k1", "CNY"), .house("cash"), HouseAccount.forfeit),
      (
        PointsBucket.day(Self.after.adding(days: -2)).account(of: 1), HouseAccount.pointsIssued,
        HouseAccount.pointsExpired
      ),
    ]
    for (index, lot) in lots.enumerated() {
      try await shop.credit(lot.0, 700, from: lot.1, entry: UInt64(index + 1))
    }
    // No lot: nothing of it ends by itself.
    let other = try lot("m/1", "principal", "CNY")
    try await shop.credit(other, 700, from: .house("cash"), entry: 90)

    #expect(try await sweep(Self.time(Self.after.adding(days: -1), minute: 1_439)).posted == 0)
    let part = try await sweep(Self.time(Self.after))
    #expect(part.looked == 6 && part.posted == 5 && part.unknown == 1 && part.held == 0)
    for lot in lots {
      #expect(try await left(lot.0.id) == 0)
      #expect(try await left(lot.2) == 700)
    }
    #expect(try await left(other.id) == 700)
    let entries = try await ledger.verify().entryCount
    #expect(try await sweep(Self.time(Self.after)).posted == 0)
    #expect(try await sweep(Self.time(Self.after.adding(days: 5))).posted == 0)
    let report = try await ledger.verify()
    #expect(report.entryCount == entries && report.isSound)
  }

  @Test func `what a sale holds stays until it is given back`() async throws {
    let lot = try await points(1, 5_000, entry: 1)
    let hold = try Postings([
      Posting(account: lot, asset: .points, units: 2_000),
      Posting(account: HouseAccount.pointsIssued, asset: .points, units: -2_000),
    ])
    try #require(try await ledger.submit(Shop.entry(2, .hold(hold))) == .ok)
    let first = try await sweep(Self.time(Self.after))
    #expect(first.posted == 1 && first.held == 1 && first.sums.first?.units == 3_000)
    #expect(try await sweep(Self.time(Self.after)).posted == 0)
    #expect(try await left(lot) == 2_000)
    try #require(try await ledger.submit(Shop.entry(3, .void(Shop.id(2)))) == .ok)
    let second = try await sweep(Self.time(Self.after))
    #expect(second.posted == 1 && second.sums.first?.units == 2_000)
    #expect(try await left(HouseAccount.pointsExpired) == 5_000)
  }

  @Test func `the shop's day decides, and a clock that was set back brings nothing back`()
    async throws
  {
    let lot = try await points(1, 5_000, entry: 1)
    // The day begins at four: a minute before, it is still the first of December.
    #expect(try await sweep(Self.time(Self.after, minute: 239), dayStart: 240).posted == 0)
    let late = Self.time(Self.after, minute: 240)
    #expect(try await sweep(late, dayStart: 240).posted == 1)
    #expect(try await left(lot) == 0)
    // What comes to an ended lot while the clock is years behind ends all the same.
    try await shop.credit(
      PointsBucket.month(Self.month).account(of: 1), 10, from: HouseAccount.pointsIssued, entry: 2)
    let past = Self.time(CalendarDate(year: 2_020, month: 1, day: 1))
    #expect(try await sweep(past, dayStart: 240).posted == 1)
    #expect(try await shop.store.latestSweep() == late.instant)
  }

  @Test func `a date that jumped ends nothing before a person says so`() async throws {
    let lot = try await points(1, 5_000, entry: 1)
    #expect(try await sweep(Self.time(Self.month)).posted == 0)
    let later = Self.time(Self.month.adding(days: Expiry.jumpLimitDays + 1))
    let part = try await sweep(later)
    #expect(part.posted == 0 && part.withheld == 1)
    #expect(try await left(lot) == 5_000)
    #expect(try await sweep(later, confirmed: true).posted == 1)
    #expect(try await left(lot) == 0)
  }

  @Test func `pending points are set free, and pay what is owed first`() async throws {
    let until = Self.after.adding(days: -2)
    let bucket = PointsBucket.month(CalendarDate(year: 2_027, month: 11, day: 1))
    for member: Int64 in [1, 2] {
      try await shop.credit(
        PendingPoints.account(of: member, until: until, bucket), 3_000,
        from: HouseAccount.pointsIssued, entry: UInt64(member))
    }
    let owed = Account(
      id: MemberFacts.pointsOwed(2), asset: .points, rule: .creditsWithinDebits)
    try await shop.credit(owed, -1_000, from: HouseAccount.pointsClawedBack, entry: 9)
    #expect(try await sweep(Self.time(Self.after)).posted == 2)
    #expect(try await left(bucket.account(of: 1).id) == 3_000)
    #expect(try await left(bucket.account(of: 2).id) == 2_000)
    #expect(try await left(MemberFacts.pointsOwed(2)) == 0)
    #expect(try await ledger.balance(of: HouseAccount.pointsExpired) == nil)
  }

  @Test func `a sweep goes on in parts, finds its lots by an index and survives a cut`()
    async throws
  {
    for member: Int64 in 1...25 { _ = try await points(member, 1_000, entry: UInt64(member)) }
    let request = ExpiryRequest(
      kiosk: 3, now: Self.time(Self.after), dayStart: 0, isDateConfirmed: false)
    #expect(try await shop.store.endedLots(request).posted == 25)
    let first = try await shop.store.sweepEnded(request, limit: 10)
    #expect(first.posted == 10 && first.next != nil)
    #expect(try await shop.store.latestSweep() == nil)
    // Cut off here: another sweep begins anew and finds the others.
    let rest = try await sweep(Self.time(Self.after), limit: 10)
    #expect(rest.looked == 15 && rest.posted == 15)
    #expect(try await left(HouseAccount.pointsExpired) == 25_000)
    let plan = try await shop.store.read { db in
      try String.fetchAll(
        db, sql: "EXPLAIN QUERY PLAN " + ExpiryTable.select, arguments: [0, 0, "", "", 1],
        adapter: SuffixRowAdapter(fromIndex: 3))
    }
    #expect(plan.allSatisfy { $0.contains("USING INDEX accounts_ending") } && !plan.isEmpty)
    #expect(try await ledger.verify().isSound)
  }
}
