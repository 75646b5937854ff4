import Foundation
import Ledger
import Retail

extension KioskClock {
  /// The machine's clock in a time zone of the time zone database, and the kernel's random bytes.
  /// Nil for a zone that the database has not.
  public static func system(timeZone name: String) -> KioskClock? {
    guard let zone = TimeZone(identifier: name) else { return nil }
    return KioskClock(
      now: {
        let now = Date()
        return ShopTime(
          instant: Instant(milliseconds: Int64((now.timeIntervalSince1970 * 1_000).rounded(.down))),
          offsetSeconds: zone.secondsFromGMT(for: now))
      },
      sleep: { try await Task.sleep(for: $0) },
      randomBytes: { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      })
  }
}
