import Ledger

/// A part of the members, by a rule over what is known of each.
public struct Segment: Equatable, Sendable, Codable {
  public let id: String
  public let title: LocalizedText
  public let rule: SegmentRule

  public init(id: String, title: LocalizedText, rule: SegmentRule) {
    self.id = id
    self.title = title
    self.rule = rule
  }
}

public indirect enum SegmentRule: Equatable, Sendable, Codable {
  case all([SegmentRule])
  case any([SegmentRule])
  case not(SegmentRule)
  case tier([String])
  case tag(String)
  case source([String])
  case consent(Consent.Purpose)
  /// Within the next so many days, today included; never without the consent for birthdays.
  case birthday(withinDays: Int)
  case registered(withinDays: Int)
  /// Bought something in the last so many days.
  case visited(withinDays: Int)
  case visits(days: Int, atLeast: Int)
  case spent(days: Int, atLeast: Money)
  /// All lots together, thousandths.
  case points(atLeast: Int64)
}

/// What rules of segments are about; all of it is handed in.
public struct SegmentFacts: Equatable, Sendable {
  public struct SaleDay: Equatable, Sendable {
    public let day: CalendarDate
    public let count: Int
    public let total: Money

    public init(day: CalendarDate, count: Int, total: Money) {
      self.day = day
      self.count = count
      self.total = total
    }
  }

  public let today: CalendarDate
  public let tier: String
  public let tags: Set<String>
  public let source: String?
  public let consents: Set<Consent.Purpose>
  public let birthday: Birthday?
  public let registered: CalendarDate?
  public let sales: [SaleDay]
  public let milliPoints: Int64

  public init(
    today: CalendarDate, tier: String, tags: Set<String>, source: String?,
    consents: Set<Consent.Purpose>, birthday: Birthday?, registered: CalendarDate?,
    sales: [SaleDay], milliPoints: Int64
  ) {
    self.today = today
    self.tier = tier
    self.tags = tags
    self.source = source
    self.consents = consents
    self.birthday = birthday
    self.registered = registered
    self.sales = sales
    self.milliPoints = milliPoints
  }
}

extension SegmentRule {
  /// Whether it holds for a member. Total, without a clock.
  public func holds(for facts: SegmentFacts) -> Bool {
    switch self {
    case .all(let rules): return rules.allSatisfy { $0.holds(for: facts) }
    case .any(let rules): return rules.contains { $0.holds(for: facts) }
    case .not(let rule): return !rule.holds(for: facts)
    case .tier(let tiers): return tiers.contains(facts.tier)
    case .tag(let tag): return facts.tags.contains(tag)
    case .source(let sources): return facts.source.map { sources.contains($0) } ?? false
    case .consent(let purpose): return facts.consents.contains(purpose)
    case .birthday(let days):
      guard facts.consents.contains(.birthday), let birthday = facts.birthday else { return false }
      return birthday.next(from: facts.today).dayNumber - facts.today.dayNumber < days
    case .registered(let days):
      guard let registered = facts.registered else { return false }
      return facts.isInLast(days, registered)
    case .visited(let days): return facts.sales.contains { facts.isInLast(days, $0.day) }
    case .visits(let days, let least):
      return facts.salesInLast(days).reduce(0) { $0 + $1.count } >= least
    case .spent(let days, let least):
      return facts.salesInLast(days).map(\.total).sum() >= least
    case .points(let least): return facts.milliPoints >= least
    }
  }
}

extension SegmentFacts {
  fileprivate func isInLast(_ days: Int, _ day: CalendarDate) -> Bool {
    (0..<max(0, days)).contains(today.dayNumber - day.dayNumber)
  }

  fileprivate func salesInLast(_ days: Int) -> [SaleDay] {
    sales.filter { isInLast(days, $0.day) }
  }
}
