import Ledger

/// A moment together with the shop's offset from UTC then, both handed in from outside.
public struct ShopTime: Equatable, Sendable, Codable {
  public let instant: Instant
  public let offsetSeconds: Int

  public init(instant: Instant, offsetSeconds: Int) {
    self.instant = instant
    self.offsetSeconds = offsetSeconds
  }

  public var date: CalendarDate {
    CalendarDate(dayNumber: floorDivide(localSeconds, 86_400))
  }

  /// Hour and minute on the shop's clock.
  public var clock: (hour: Int, minute: Int) {
    let second = localSeconds - floorDivide(localSeconds, 86_400) * 86_400
    return (second / 3_600, second % 3_600 / 60)
  }

  private var localSeconds: Int {
    floorDivide(Int(instant.milliseconds), 1_000) + offsetSeconds
  }
}

/// A day of the Gregorian calendar (ISO 8601).
public struct CalendarDate: Equatable, Hashable, Sendable, Comparable, Codable,
  CustomStringConvertible
{
  /// Days since 1970-01-01.
  public let dayNumber: Int

  public init(dayNumber: Int) { self.dayNumber = dayNumber }

  public init(year: Int, month: Int, day: Int) {
    // Years that begin in March put the leap day last, so that months have a regular length.
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    dayNumber = era * 146_097 + dayOfEra - 719_468
  }

  public var components: (year: Int, month: Int, day: Int) {
    let shifted = dayNumber + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Reads `2026-11-22`; nil for what is no day.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 <= 9 } })
    else { return nil }
    let numbers = parts.compactMap { Int($0) }
    guard (1...12).contains(numbers[1]) else { return nil }
    self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    guard components == (numbers[0], numbers[1], numbers[2]) else { return nil }
  }

  public func adding(days: Int) -> CalendarDate { CalendarDate(dayNumber: dayNumber + days) }

  /// The first day of the month that lies `months` after this date's.
  public func firstOfMonth(after months: Int) -> CalendarDate {
    let (year, month, _) = components
    let index = year * 12 + month - 1 + months
    return CalendarDate(
      year: floorDivide(index, 12), month: index - floorDivide(index, 12) * 12 + 1, day: 1)
  }

  /// The day's first moment under an offset.
  public func start(offsetSeconds: Int) -> Instant {
    Instant(milliseconds: (Int64(dayNumber) * 86_400 - Int64(offsetSeconds)) * 1_000)
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.dayNumber < right.dayNumber
  }

  /// `2026-11-22`
  public var description: String {
    let (year, month, day) = components
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `2026-11`
  public var monthDescription: String {
    let (year, month, _) = components
    return "\(padded(year, 4))-\(padded(month, 2))"
  }
}

/// Decimal digits with leading zeros.
public func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func floorDivide(_ number: Int, _ divisor: Int) -> Int {
  number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
}
