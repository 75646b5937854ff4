import Ledger
import Testing

@testable import Retail

struct UsageLimitTests {
  private let monday = CalendarDate(year: 2026, month: 11, day: 30)

  private func uses(_ levels: [Int64] = [2], _ window: LimitWindow = .day) throws -> UsageLimit {
    try .uses(of: "lunch", by: 17, window, levels: levels)
  }

  @Test func `windows are days, weeks from Monday, months and life`() {
    let sunday = monday.adding(days: -1)
    let nextSunday = monday.adding(days: 6)
    #expect(LimitWindow.day.name(of: monday) == "day-2026-11-30")
    #expect(LimitWindow.week.name(of: monday) == "week-2026-11-30")
    #expect(LimitWindow.week.name(of: sunday) == "week-2026-11-23")
    #expect(LimitWindow.week.name(of: nextSunday) == "week-2026-11-30")
    #expect(LimitWindow.month.name(of: monday) == "month-2026-11-01")
    #expect(LimitWindow.month.name(of: monday.adding(days: 1)) == "month-2026-12-01")
    #expect(LimitWindow.life.name(of: monday) == "life")
    // Before 1970, and across a year.
    #expect(LimitWindow.week.firstDay(of: CalendarDate(dayNumber: -4))?.dayNumber == -10)
    #expect(LimitWindow.week.firstDay(of: CalendarDate(dayNumber: -3))?.dayNumber == -3)
    let newYear = CalendarDate(year: 2027, month: 1, day: 1)
    #expect(LimitWindow.week.name(of: newYear) == "week-2026-12-28")
  }

  @Test func `every day of ten years lies in the window that it names`() {
    for number in 20_000..<23_650 {
      let date = CalendarDate(dayNumber: number)
      for window in LimitWindow.allCases {
        guard let first = window.firstDay(of: date) else { continue }
        #expect(first <= date && window.firstDay(of: first) == first)
      }
    }
  }

  @Test func `a limit is an account of who it limits`() throws {
    let limit = try uses()
    #expect("\(limit.account(on: monday).id)" == "m/17/limit/lunch/day-2026-11-30")
    #expect(limit.account(on: monday).asset.code == "USE/lunch")
    #expect(limit.account(on: monday).rule == .debitsWithinCredits)
    let budget = try UsageLimit.budget(
      of: "spring", on: 3, .life, currency: .cny, levels: [100_000])
    #expect("\(budget.account(on: monday).id)" == "block/3/spring/limit/spring/life/money")
    let ofStore = try UsageLimit(
      rule: "spring", scope: .store("north"), window: .life, asset: Currency.cny.asset, levels: [1])
    #expect(
      "\(ofStore.account(on: monday).id)" == "rule/spring/limit/spring/life/money@north")
    #expect(budget.openings(on: monday).allSatisfy { $0.asset == Currency.cny.asset })
  }

  @Test func `the same funding is written whoever meets the window first`() throws {
    let first = try uses().fundings(on: monday)
    #expect(first == (try uses().fundings(on: monday)))
    #expect(try uses([2], .week).fundings(on: monday).map(\.id) != first.map(\.id))
    #expect(try uses().fundings(on: monday.adding(days: 1)).map(\.id) != first.map(\.id))
    // All days of a week fund it with the very same entry.
    let week = try (0..<7).map { try uses([2], .week).fundings(on: monday.adding(days: $0)) }
    #expect(week.allSatisfy { $0 == week[0] })
  }

  @Test func `a raised limit is a further entry and keeps the first`() throws {
    let before = try uses([2]).fundings(on: monday)
    let after = try uses([2, 5]).fundings(on: monday)
    #expect(after.count == 2 && after.first == before.first)
    guard case .post(let postings) = after[1].action else {
      Issue.record("no posting")
      return
    }
    #expect(postings.list.map(\.units) == [3, -3])
    #expect(try uses([0]).fundings(on: monday).isEmpty)
  }

  @Test func `funding ids are those of no sale and differ`() throws {
    var ids: Set<EntryID> = []
    for member in Int64(0)..<2_000 {
      for window in LimitWindow.allCases {
        let limit = try UsageLimit.uses(of: "lunch", by: member, window, levels: [1])
        ids.formUnion(try limit.fundings(on: monday).map(\.id))
      }
    }
    #expect(ids.count == 8_000)
    #expect(ids.allSatisfy { $0.high >> 32 == 0xFFFF_FFFF })
    // FNV-1a, 128 bits, of "a" is d228cb696f1a8caf78912b704e4a8964 (its authors' test vector).
    let folded = 0x6f1a_8caf_7891_2b70_4e4a_8964 ^ UInt128(0xd228_cb69)
    #expect(
      EntryID(derivedFrom: "a")
        == EntryID(
          high: 0xFFFF_FFFF << 32 | UInt64(truncatingIfNeeded: folded >> 64),
          low: UInt64(truncatingIfNeeded: folded)))
  }

  @Test func `what makes no limit is refused`() throws {
    for levels in [[], [-1], [3, 2], [2, 2], [Posting.unitsLimit + 1]] {
      #expect(throws: UsageLimit.Refusal.levels) { try uses(levels) }
    }
    for rule in ["", "a b", String(repeating: "x", count: 120)] {
      #expect(throws: UsageLimit.Refusal.self) {
        try UsageLimit.uses(of: rule, by: 17, .day, levels: [1])
      }
    }
    for units in [Int64(0), -1, Posting.unitsLimit + 1] {
      #expect(throws: UsageLimit.Refusal.units(units)) { try uses().take(units, on: monday) }
    }
  }

  @Test func `what is taken is taken from the account of the day`() throws {
    let taken = try uses().take(1, on: monday)
    #expect(
      taken.map(\.account) == [
        try uses().account(on: monday).id, AccountID.house("limits/used/lunch"),
      ])
    #expect(taken.map(\.units) == [1, -1])
  }
}
