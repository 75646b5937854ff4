import Ledger

/// How members come to a tier, stay in it and leave it.
///
/// Up at once, whenever the figures of the present period reach a level. Down only when the period
/// is over and the grace after it: then the higher of the ended period's and the present one's
/// level counts.
public struct TierRules: Equatable, Sendable, Codable {
  public enum Period: Equatable, Sendable, Codable {
    /// The last so many days, today included.
    case rolling(days: Int)
    case calendar(CalendarUnit)
  }

  public enum CalendarUnit: String, Sendable, Codable, CaseIterable {
    case month, quarter, year

    var months: Int {
      switch self {
      case .month: 1
      case .quarter: 3
      case .year: 12
      }
    }
  }

  public enum Measure: String, Sendable, Codable, CaseIterable { case spend, points, topUp }

  /// One way to a level.
  public struct Reach: Equatable, Sendable, Codable {
    public let measure: Measure
    /// Minor units, or thousandths of a point.
    public let atLeast: Int64

    public init(measure: Measure, atLeast: Int64) {
      self.measure = measure
      self.atLeast = atLeast
    }
  }

  public struct Level: Equatable, Sendable, Codable {
    public let tier: String
    /// Any of them is enough.
    public let reach: [Reach]
    /// Given once at each rise to this level; templates of promotions.yaml.
    public let coupons: [String]

    public init(tier: String, reach: [Reach], coupons: [String] = []) {
      self.tier = tier
      self.reach = reach
      self.coupons = coupons
    }
  }

  /// What everybody has.
  public let base: String
  public let period: Period
  public let graceDays: Int
  /// The lowest first.
  public let levels: [Level]

  public init(base: String, period: Period, graceDays: Int, levels: [Level]) {
    self.base = base
    self.period = period
    self.graceDays = graceDays
    self.levels = levels
  }

  /// What the levels ask for.
  public var measures: Set<Measure> { Set(levels.flatMap(\.reach).map(\.measure)) }

  /// What the period's figures are taken of.
  public struct Spans: Equatable, Sendable {
    public let present: ClosedRange<CalendarDate>
    /// The period before; nil where periods roll.
    public let ended: ClosedRange<CalendarDate>?
  }

  public func spans(on today: CalendarDate) -> Spans {
    switch period {
    case .rolling(let days): Spans(present: today.adding(days: 1 - days)...today, ended: nil)
    case .calendar(let unit):
      Spans(
        present: Self.start(of: unit, today)...today,
        ended: Self.start(
          of: unit, today, after: -1)...Self.start(of: unit, today).adding(days: -1))
    }
  }

  /// The first day on which somebody who has a level today may fall.
  public func review(from today: CalendarDate) -> CalendarDate {
    switch period {
    case .rolling(let days): today.adding(days: days + graceDays)
    case .calendar(let unit): Self.start(of: unit, today, after: 1).adding(days: graceDays)
    }
  }

  private static func start(
    of unit: CalendarUnit, _ day: CalendarDate, after periods: Int = 0
  ) -> CalendarDate {
    let month = day.components.month - 1
    return day.firstOfMonth(after: periods * unit.months - month % unit.months)
  }

  /// Where a member stands after a look at the figures. The same look again changes nothing.
  ///
  /// - Parameter mayFall: false while the clock is not to be trusted; then nobody falls.
  public func next(
    after standing: TierStanding, present: TierFigures, ended: TierFigures?, today: CalendarDate,
    mayFall: Bool
  ) -> TierStanding {
    let rank = levels.firstIndex { $0.tier == standing.tier }
    // A tier of no rule: somebody gave it, and only somebody takes it.
    guard rank != nil || standing.tier == base else { return standing }
    let reached = levels.lastIndex { $0.isReached(by: present) }
    if let reached, reached > rank ?? -1 { return standing.moved(to: reached, of: self, today) }
    guard let rank, !(standing.isByStaff && standing.review == nil) else { return standing }
    guard let review = standing.review else {
      return TierStanding(
        tier: standing.tier, since: standing.since, review: self.review(from: today))
    }
    guard today >= review, mayFall else { return standing }
    let kept = max(
      reached ?? -1,
      ended.flatMap { figures in
        levels.lastIndex { $0.isReached(by: figures) }
      } ?? -1)
    guard kept < rank else {
      return TierStanding(
        tier: standing.tier, since: standing.since, review: self.review(from: today))
    }
    return standing.moved(to: kept < 0 ? nil : kept, of: self, today)
  }
}

extension TierRules.Level {
  func isReached(by figures: TierFigures) -> Bool {
    reach.contains { figures[$0.measure] >= $0.atLeast }
  }
}

/// A member's tier and how long it is sure.
public struct TierStanding: Equatable, Sendable, Codable {
  public let tier: String
  public let since: CalendarDate
  /// The first day on which it may be lost; nil: the base, or given by staff for good.
  public let review: CalendarDate?
  public let isByStaff: Bool

  public init(
    tier: String, since: CalendarDate, review: CalendarDate?, isByStaff: Bool = false
  ) {
    self.tier = tier
    self.since = since
    self.review = review
    self.isByStaff = isByStaff
  }

  fileprivate func moved(
    to level: Int?, of rules: TierRules, _ today: CalendarDate
  ) -> TierStanding {
    TierStanding(
      tier: level.map { rules.levels[$0].tier } ?? rules.base, since: today,
      review: level == nil ? nil : rules.review(from: today))
  }
}

/// What a member did in a period.
public struct TierFigures: Equatable, Sendable, Codable {
  public let spend: Int64
  /// Thousandths.
  public let points: Int64
  public let topUp: Int64

  public init(spend: Int64 = 0, points: Int64 = 0, topUp: Int64 = 0) {
    self.spend = spend
    self.points = points
    self.topUp = topUp
  }

  subscript(measure: TierRules.Measure) -> Int64 {
    switch measure {
    case .spend: spend
    case .points: points
    case .topUp: topUp
    }
  }
}

/// Whether a sweep may take tiers away: a clock that jumped would take them all.
public enum TierClock {
  /// A kiosk that was off for longer is asked after by a person.
  public static let jumpLimitDays = 31

  /// - Parameter lastSweep: the day of the last sweep; nil: there was none.
  public static func mayFall(today: CalendarDate, lastSweep: CalendarDate?) -> Bool {
    guard let lastSweep else { return true }
    return (0...jumpLimitDays).contains(today.dayNumber - lastSweep.dayNumber)
  }
}
