/// A member's birthday; the year may be left out.
public struct Birthday: Hashable, Sendable {
  /// Nobody older is registered.
  static let ageLimit = 130

  public let year: Int?
  public let month: Int
  public let day: Int

  public enum Flaw: String, Error, Sendable, Codable, CaseIterable {
    /// Neither `YYYY-MM-DD` nor `MM-DD`.
    case malformed
    /// No day of the calendar.
    case impossible
    case inTheFuture
    case tooLongAgo
  }

  public init(_ text: String, today: CalendarDate) throws(Flaw) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 <= 9 } }),
      parts.map(\.utf8.count) == [4, 2, 2] || parts.map(\.utf8.count) == [2, 2]
    else { throw .malformed }
    let numbers = parts.compactMap { Int($0) }
    let (month, day) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
    let year = numbers.count == 3 ? numbers[0] : nil
    // Without a year, the 29th of February is one.
    let date = CalendarDate(year: year ?? 2_000, month: month, day: day)
    guard (1...12).contains(month), date.components == (year ?? 2_000, month, day) else {
      throw .impossible
    }
    if let year {
      guard date <= today else { throw .inTheFuture }
      guard today.components.year - year <= Self.ageLimit else { throw .tooLongAgo }
    }
    self.year = year
    self.month = month
    self.day = day
  }

  public var text: String {
    (year.map { padded($0, 4) + "-" } ?? "") + padded(month, 2) + "-" + padded(day, 2)
  }

  /// The next one, today's included. Who was born on the 29th of February has it on the 28th in
  /// other years.
  public func next(from today: CalendarDate) -> CalendarDate {
    let thisYear = Self.day(in: today.components.year, month, day)
    return thisYear >= today ? thisYear : Self.day(in: today.components.year + 1, month, day)
  }

  private static func day(in year: Int, _ month: Int, _ day: Int) -> CalendarDate {
    let date = CalendarDate(year: year, month: month, day: day)
    return date.components.month == month ? date : date.adding(days: -1)
  }
}

extension Birthday: CustomStringConvertible, CustomReflectable {
  public var description: String { "birthday" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
