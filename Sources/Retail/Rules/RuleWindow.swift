import Ledger

/// When a rule is in force, on the shop's own clock.
///
/// The hour that a change to winter time repeats is in a window both times, one that summer time
/// leaves out in none: the offset that comes with the time decides.
public struct RuleWindow: Equatable, Hashable, Sendable, Codable {
  /// First and last day, both included.
  public let from: CalendarDate?
  public let until: CalendarDate?
  /// ISO 8601: bit 0 is Monday, bit 6 Sunday; nil: every day.
  public let weekdays: UInt8?
  /// Any of them; empty: all day.
  public let hours: [MinuteRange]
  /// The minute after midnight at which a day of business begins: what is sold before belongs to
  /// the day before.
  public let dayStart: Int

  /// Minutes of a day; `end` is no longer in it, and may be at or before `start` for a night.
  public struct MinuteRange: Equatable, Hashable, Sendable, Codable {
    public let start: Int
    public let end: Int

    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }

    func contains(_ minute: Int) -> Bool {
      start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }
  }

  public init(
    from: CalendarDate? = nil, until: CalendarDate? = nil, weekdays: UInt8? = nil,
    hours: [MinuteRange] = [], dayStart: Int = 0
  ) {
    self.from = from
    self.until = until
    self.weekdays = weekdays
    self.hours = hours
    self.dayStart = dayStart
  }

  public static let always = RuleWindow()

  /// Why it is not in force at a time; nil when it is.
  func refusal(at time: ShopTime) -> DecisionRecord.Refusal? {
    if self == .always { return nil }
    let day = time.businessDate(dayStart: dayStart)
    if let from, day < from { return .notYetValid }
    if let until, day > until { return .expired }
    if let weekdays, weekdays >> UInt8(day.weekday - 1) & 1 == 0 { return .notToday }
    let minute = time.clock.hour * 60 + time.clock.minute
    guard hours.isEmpty || hours.contains(where: { $0.contains(minute) }) else {
      return .notAtThisHour
    }
    return nil
  }
}
