import Ledger
import Retail
import Testing

struct TierRulesTests {
  private static func rules(_ period: TierRules.Period, grace: Int = 30) -> TierRules {
    TierRules(
      base: "basic", period: period, graceDays: grace,
      levels: [
        .init(tier: "silver", reach: [.init(measure: .spend, atLeast: 100_000)]),
        .init(
          tier: "gold",
          reach: [
            .init(measure: .spend, atLeast: 500_000), .init(measure: .topUp, atLeast: 200_000),
          ]),
      ])
  }

  private static let base = TierStanding(tier: "basic", since: day(2_026, 1, 1), review: nil)

  private static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDate {
    CalendarDate(year: year, month: month, day: day)
  }

  private func next(
    _ rules: TierRules, _ standing: TierStanding, spend: Int64 = 0, topUp: Int64 = 0,
    ended: Int64? = nil, on today: CalendarDate, mayFall: Bool = true
  ) -> TierStanding {
    rules.next(
      after: standing, present: TierFigures(spend: spend, topUp: topUp),
      ended: ended.map { TierFigures(spend: $0) }, today: today, mayFall: mayFall)
  }

  @Test func `up at once, by any way to a level, and over levels`() {
    let rules = Self.rules(.calendar(.year))
    let today = Self.day(2_026, 6, 1)
    #expect(next(rules, Self.base, spend: 99_999, on: today) == Self.base)
    let silver = next(rules, Self.base, spend: 100_000, on: today)
    #expect(silver.tier == "silver" && silver.since == today)
    #expect(silver.review == Self.day(2_027, 1, 31))
    #expect(next(rules, Self.base, spend: 500_000, on: today).tier == "gold")
    #expect(next(rules, Self.base, topUp: 200_000, on: today).tier == "gold")
    #expect(next(rules, silver, spend: 500_000, on: today).tier == "gold")
  }

  @Test func `down only when the period and its grace are over`() {
    let rules = Self.rules(.calendar(.year))
    let gold = next(rules, Self.base, spend: 500_000, on: Self.day(2_026, 12, 30))
    // The days of grace, with nothing bought in the new year.
    for today in [Self.day(2_027, 1, 1), Self.day(2_027, 1, 30)] {
      #expect(next(rules, gold, ended: 500_000, on: today) == gold)
      #expect(next(rules, gold, ended: 0, on: today) == gold)
    }
    // The review: the year that ended carries it through the next one.
    let kept = next(rules, gold, ended: 500_000, on: Self.day(2_027, 1, 31))
    #expect(kept.tier == "gold" && kept.since == gold.since)
    #expect(kept.review == Self.day(2_028, 1, 31))
    // A year later there was less: to the level that was reached.
    let silver = next(rules, kept, ended: 120_000, on: Self.day(2_028, 1, 31))
    #expect(silver.tier == "silver" && silver.since == Self.day(2_028, 1, 31))
    #expect(next(rules, kept, ended: 0, on: Self.day(2_028, 2, 10)).tier == "basic")
    // What was bought within the grace counts as well.
    #expect(
      next(rules, kept, spend: 500_000, ended: 0, on: Self.day(2_028, 1, 31)).tier == "gold")
  }

  @Test func `rolling periods are looked back on from the day`() {
    let rules = Self.rules(.rolling(days: 90), grace: 10)
    let today = Self.day(2_026, 3, 1)
    #expect(rules.spans(on: today).present == Self.day(2_025, 12, 2)...today)
    #expect(rules.spans(on: today).ended == nil)
    let silver = next(rules, Self.base, spend: 100_000, on: today)
    #expect(silver.review == today.adding(days: 100))
    #expect(next(rules, silver, on: today.adding(days: 99)) == silver)
    let renewed = next(rules, silver, spend: 100_000, on: today.adding(days: 100))
    #expect(renewed.tier == "silver" && renewed.review == today.adding(days: 200))
    let fallen = next(rules, silver, spend: 99_999, on: today.adding(days: 100))
    #expect(fallen.tier == "basic" && fallen.review == nil)
  }

  @Test func `the spans of calendar periods meet`() {
    for unit in TierRules.CalendarUnit.allCases {
      let rules = Self.rules(.calendar(unit))
      for offset in 0..<800 {
        let today = Self.day(2_026, 1, 1).adding(days: offset)
        let spans = rules.spans(on: today)
        #expect(spans.present.contains(today))
        #expect(spans.ended?.upperBound.adding(days: 1) == spans.present.lowerBound)
        #expect(rules.review(from: today) > today)
      }
    }
    let quarter = Self.rules(.calendar(.quarter)).spans(on: Self.day(2_026, 5, 17))
    #expect(quarter.present.lowerBound == Self.day(2_026, 4, 1))
    #expect(quarter.ended == Self.day(2_026, 1, 1)...Self.day(2_026, 3, 31))
  }

  @Test func `looking again on the same day changes nothing`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<2_000 {
      let periods: [TierRules.Period] = [.rolling(days: 30), .calendar(.month), .calendar(.year)]
      let rules = Self.rules(
        periods[random.number(in: 0...3 - 1)], grace: random.number(in: 0...40 - 1))
      let today = Self.day(2_026, 1, 1).adding(days: random.number(in: 0...900 - 1))
      let since = today.adding(days: -random.number(in: 0...900 - 1))
      let standing = TierStanding(
        tier: ["basic", "silver", "gold", "founder"][random.number(in: 0...4 - 1)], since: since,
        review: random.number(in: 0...2 - 1) == 0
          ? nil : since.adding(days: random.number(in: 0...900 - 1)),
        isByStaff: random.number(in: 0...4 - 1) == 0)
      let (spend, ended) = (
        Int64(random.number(in: 0...600_000 - 1)), Int64(random.number(in: 0...600_000 - 1))
      )
      let once = next(rules, standing, spend: spend, ended: ended, on: today)
      #expect(next(rules, once, spend: spend, ended: ended, on: today) == once)
    }
  }

  @Test func `what staff gave stays, for good or until its day`() {
    let rules = Self.rules(.calendar(.year))
    let today = Self.day(2_030, 5, 1)
    let forGood = TierStanding(
      tier: "gold", since: Self.day(2_026, 1, 1), review: nil, isByStaff: true)
    #expect(next(rules, forGood, ended: 0, on: today) == forGood)
    let founder = TierStanding(
      tier: "founder", since: Self.day(2_026, 1, 1), review: nil, isByStaff: true)
    #expect(next(rules, founder, spend: 900_000, ended: 0, on: today) == founder)
    let until = TierStanding(
      tier: "gold", since: Self.day(2_026, 1, 1), review: Self.day(2_026, 7, 1), isByStaff: true)
    #expect(next(rules, until, ended: 0, on: Self.day(2_026, 6, 30)) == until)
    #expect(next(rules, until, ended: 0, on: Self.day(2_026, 7, 1)).tier == "basic")
  }

  @Test func `a tier of a book that was taken over is sure for a period`() {
    let old = TierStanding(tier: "gold", since: CalendarDate(dayNumber: 0), review: nil)
    let kept = next(Self.rules(.calendar(.year)), old, ended: 0, on: Self.day(2_026, 5, 1))
    #expect(kept.tier == "gold" && kept.review == Self.day(2_027, 1, 31))
  }

  @Test func `a clock that jumped takes no tier away`() {
    let today = Self.day(2_026, 5, 1)
    #expect(TierClock.mayFall(today: today, lastSweep: nil))
    #expect(TierClock.mayFall(today: today, lastSweep: today))
    #expect(TierClock.mayFall(today: today, lastSweep: today.adding(days: -31)))
    #expect(!TierClock.mayFall(today: today, lastSweep: today.adding(days: -32)))
    #expect(!TierClock.mayFall(today: today, lastSweep: today.adding(days: 1)))
    let rules = Self.rules(.calendar(.year))
    let gold = TierStanding(tier: "gold", since: today, review: today)
    #expect(next(rules, gold, ended: 0, on: Self.day(2_040, 1, 1), mayFall: false) == gold)
  }
}

struct SegmentTests {
  private static let today = CalendarDate(year: 2_026, month: 11, day: 22)

  private func facts(
    consents: Set<Consent.Purpose> = [.birthday], birthday: String? = "11-25",
    sales: [(daysAgo: Int, count: Int, total: Int64)] = [(3, 2, 5_000), (40, 1, 9_000)]
  ) throws -> SegmentFacts {
    SegmentFacts(
      today: Self.today, tier: "gold", tags: ["tea", "vip"], source: "friend",
      consents: consents,
      birthday: try birthday.map { try Birthday($0, today: Self.today) },
      registered: Self.today.adding(days: -100),
      sales: sales.map {
        .init(
          day: Self.today.adding(days: -$0.daysAgo), count: $0.count,
          total: Money(minorUnits: $0.total))
      }, milliPoints: 120_000)
  }

  @Test func `each rule is about its fact, at its edges`() throws {
    let rules: [(SegmentRule, Bool)] = [
      (.tier(["gold"]), true), (.tier(["silver"]), false), (.tag("tea"), true),
      (.tag("rice"), false), (.source(["friend", "kiosk"]), true), (.consent(.marketing), false),
      (.birthday(withinDays: 3), false), (.birthday(withinDays: 4), true),
      (.registered(withinDays: 100), false), (.registered(withinDays: 101), true),
      (.visited(withinDays: 3), false), (.visited(withinDays: 4), true),
      (.visits(days: 41, atLeast: 3), true), (.visits(days: 40, atLeast: 3), false),
      (.spent(days: 41, atLeast: Money(minorUnits: 14_000)), true),
      (.spent(days: 41, atLeast: Money(minorUnits: 14_001)), false),
      (.points(atLeast: 120_000), true), (.points(atLeast: 120_001), false), (.all([]), true),
      (.any([]), false), (.not(.any([])), true),
      (.all([.tier(["gold"]), .not(.visited(withinDays: 2))]), true),
    ]
    for (rule, expected) in rules { #expect(rule.holds(for: try facts()) == expected, "\(rule)") }
  }

  @Test func `a birthday without consent is not used`() throws {
    #expect(!SegmentRule.birthday(withinDays: 366).holds(for: try facts(consents: [])))
    #expect(!SegmentRule.birthday(withinDays: 366).holds(for: try facts(birthday: nil)))
  }

  @Test func `a sale that a wrong clock dated ahead is none of the last days`() throws {
    let ahead = try facts(sales: [(-5, 1, 100)])
    #expect(!SegmentRule.visited(withinDays: 30).holds(for: ahead))
  }
}

struct PrepaidLawTests {
  private static let china = PrepaidLaw(
    source: "test", bearerBalance: fen(100_000), namedBalance: fen(500_000),
    realNameFrom: fen(1_000_000), organisationTransferFrom: fen(500_000),
    personTransferFrom: fen(5_000_000), bearerTermMonths: 36, depositShare: 2_000,
    reportWithinDays: 20)

  private typealias TopUp = PrepaidLaw.TopUp

  @Test func `each limit holds at its edge`() {
    let named = TopUp.Holder.named(isProven: true)
    let cases: [(TopUp, PrepaidRefusal?)] = [
      (TopUp(holder: .bearer, balance: fen(40_000), amount: fen(60_000)), nil),
      (
        TopUp(holder: .bearer, balance: fen(40_000), amount: fen(60_001)),
        .bearerLimit(fen(100_000))
      ),
      (TopUp(holder: named, balance: fen(0), amount: fen(500_000)), nil),
      (TopUp(holder: named, balance: fen(1), amount: fen(500_000)), .namedLimit(fen(500_000))),
      (
        TopUp(holder: .named(isProven: false), balance: fen(0), amount: fen(1)),
        .realNameNeeded(from: .zero)
      ),
      (
        TopUp(holder: .bearer, balance: fen(0), amount: fen(1), purchase: fen(1_000_000)),
        .realNameNeeded(from: fen(1_000_000))
      ),
      (
        TopUp(
          holder: .bearer, balance: fen(0), amount: fen(1), purchase: fen(1_000_000),
          isBuyerProven: true), nil
      ),
      (
        TopUp(
          holder: named, balance: fen(0), amount: fen(500_000), purchase: fen(500_000),
          buyer: .organisation, payment: .cash), .transferNeeded(from: fen(500_000))
      ),
      (
        TopUp(
          holder: named, balance: fen(0), amount: fen(500_000), purchase: fen(5_000_000),
          payment: .transfer), nil
      ),
      (
        TopUp(
          holder: named, balance: fen(0), amount: fen(500_000), purchase: fen(5_000_000)),
        .transferNeeded(from: fen(5_000_000))
      ),
      (
        TopUp(holder: .bearer, balance: fen(0), amount: fen(1), termMonths: 35),
        .termTooShort(months: 36)
      ),
      (TopUp(holder: named, balance: fen(0), amount: fen(1), termMonths: 36), .namedWithEnd),
      (TopUp(holder: named, balance: fen(0), amount: fen(0)), .noAmount),
      (TopUp(holder: named, balance: fen(0), amount: fen(-5)), .noAmount),
      (TopUp(holder: named, balance: fen(.max), amount: fen(1)), .noAmount),
    ]
    for (topUp, expected) in cases { #expect(Self.china.refusal(of: topUp) == expected) }
  }

  @Test func `where no law is named nothing is limited`() {
    let none = PrepaidLaw(source: "none")
    #expect(
      none.refusal(
        of: TopUp(
          holder: .bearer, balance: fen(1_000_000_000), amount: fen(1_000_000_000),
          termMonths: 1)) == nil)
    #expect(none.deposit(for: fen(1_000)) == .zero)
  }

  @Test func `the deposit is rounded up`() {
    #expect(Self.china.deposit(for: fen(1_001)) == fen(201))
    #expect(Self.china.deposit(for: fen(1_000)) == fen(200))
    #expect(Self.china.deposit(for: fen(-1)) == .zero)
  }

  @Test func `every refusal has words for both`() {
    let all: [PrepaidRefusal] = [
      .noAmount, .bearerLimit(fen(1)), .namedLimit(fen(1)), .realNameNeeded(from: .zero),
      .transferNeeded(from: fen(1)), .termTooShort(months: 1), .namedWithEnd,
    ]
    #expect(Set(all.map { $0.staffText(.cny) }).count == all.count)
    #expect(all.allSatisfy { !$0.customerText(.cny).en.isEmpty })
  }
}
