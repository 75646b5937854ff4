import Foundation
import Ledger
import Retail
import Testing

/// Days and shop time, against the calendar of Foundation.
struct CalendarDateTests {
  private static func calendar(_ offsetSeconds: Int = 0) throws -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: offsetSeconds))
    return calendar
  }

  @Test(arguments: [
    (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
    (1900, 3, 1, -25_508), (2024, 2, 29, 19_782), (2100, 2, 28, 47_540), (2100, 3, 1, 47_541),
  ])
  func `known days have their numbers`(year: Int, month: Int, day: Int, number: Int) {
    let date = CalendarDate(year: year, month: month, day: day)
    #expect(date.dayNumber == number)
    #expect(date.components == (year, month, day))
  }

  @Test func `every day from 1890 to 2110 is the calendar's`() throws {
    let calendar = try Self.calendar()
    var previous = CalendarDate(dayNumber: -30_000)
    for number in -29_999...51_500 {
      let date = CalendarDate(dayNumber: number)
      let (year, month, day) = date.components
      try demand(CalendarDate(year: year, month: month, day: day) == date)
      try demand(previous < date)
      previous = date
      guard number % 7 == 0 || day == 1 || day >= 28 else { continue }
      let known = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * 86_400))
      try demand(known.year == year && known.month == month && known.day == day)
    }
  }

  @Test(arguments: [0, 28_800, -18_000, 20_700, -34_200, 50_400, -43_200])
  func `a moment has the day and clock of its offset`(offset: Int) throws {
    let calendar = try Self.calendar(offset)
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(offset)))
    for _ in 0..<2_000 {
      let milliseconds = Int64(random.number(in: -2_000_000_000_000...4_000_000_000_000))
      let time = ShopTime(instant: Instant(milliseconds: milliseconds), offsetSeconds: offset)
      let seconds = (Double(milliseconds) / 1_000).rounded(.down)
      let known = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: seconds))
      let (year, month, day) = time.date.components
      try demand(known.year == year && known.month == month && known.day == day)
      try demand(known.hour == time.clock.hour && known.minute == time.clock.minute)
      let start = time.date.start(offsetSeconds: offset)
      let nextStart = time.date.adding(days: 1).start(offsetSeconds: offset)
      try demand(start <= time.instant && time.instant < nextStart)
    }
  }

  @Test func `months are counted from the first`() {
    let date = CalendarDate(year: 2026, month: 11, day: 22)
    #expect(date.firstOfMonth(after: 0).description == "2026-11-01")
    #expect(date.firstOfMonth(after: 1).description == "2026-12-01")
    #expect(date.firstOfMonth(after: 2).description == "2027-01-01")
    #expect(date.firstOfMonth(after: 13).monthDescription == "2027-12")
    #expect(date.firstOfMonth(after: -11).description == "2025-12-01")
    #expect(
      CalendarDate(year: 2024, month: 1, day: 31).firstOfMonth(after: 1).description
        == "2024-02-01")
  }

  @Test func `a coupon is good from its first midnight to the one after its last day`() {
    let template = Rule.of("t", .thresholdOff(threshold: fen(6_000), off: fen(800)))
    let evening = ShopTime(
      instant: CalendarDate(year: 2026, month: 11, day: 22).start(offsetSeconds: 0),
      offsetSeconds: 28_800)
    let coupon = IssuedCoupon(id: "1-000001-1", of: template, at: evening)
    #expect(coupon.validFrom.description == "2026-11-23")
    #expect(coupon.validUntil.description == "2026-12-31", "39 days, the first included")
    #expect(
      coupon.endsAt.milliseconds - coupon.beginsAt.milliseconds == 39 * 86_400_000)
    #expect(coupon.worth == fen(800))
  }
}
