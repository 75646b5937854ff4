import Foundation
import Ledger

/// Units of an asset and moments, as people read them.
enum Amounts {
  /// `¥12.00` for a currency, `63.5` for points, else the plain number.
  static func text(_ units: Int64, of asset: Asset) -> String {
    if let currency = Currency(code: asset.code) {
      return currency.text(Money(minorUnits: units))
    }
    guard asset == .points else { return "\(units)" }
    let rest = units.magnitude % 1_000
    let sign = units < 0 ? "\u{2212}" : ""
    guard rest > 0 else { return "\(sign)\(units.magnitude / 1_000)" }
    var digits = String(1_000 + rest).dropFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(sign)\(units.magnitude / 1_000).\(digits)"
  }

  /// Reads `300.00`, with all digits of the minor unit: nobody has to guess which unit is meant.
  static func money(_ text: String, _ currency: Currency) throws -> Money {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.joined()
    let isWellFormed =
      parts.count == (currency.minorDigits > 0 ? 2 : 1) && !parts[0].isEmpty
      && (parts.count < 2 || parts[1].utf8.count == currency.minorDigits)
      && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isWellFormed, let units = Int64(digits), units <= Posting.unitsLimit else {
      let example = currency.minorDigits > 0 ? "300." + zeros(currency.minorDigits) : "300"
      throw Complaint("\"\(text.prefix(40))\" is no amount; write it like \(example)")
    }
    return Money(minorUnits: units)
  }

  private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

  /// `2026-11-22 10:30` by the clock of a time zone.
  static func text(_ instant: Instant, in zone: TimeZone) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = zone
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    return formatter.string(
      from: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }

  /// `45 s`, `12 min`, `3 h 5 min` or `2 d 4 h`.
  static func age(seconds: Int64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400)
    if minutes == 0 { return "\(seconds) s" }
    if hours == 0 { return "\(minutes) min" }
    if days == 0 { return "\(hours) h \(minutes % 60) min" }
    return "\(days) d \(hours % 24) h"
  }
}
