extension GS1 {
  /// What the elements of one item say about it to a till.
  public struct TradeItem: Equatable, Hashable, Sendable {
    public let gtin: GTIN
    /// Net weight in grams, (310n); finer ones are rounded half up.
    public let grams: Int64?
    /// What is to be paid for it in the currency of the place, (392n).
    public let payable: Payable?
    /// How many pieces, (30).
    public let count: Int64?
    /// The last day that it may be used, (17) or (7003); of (7003) the day alone.
    public let expiry: Day?

    public struct Payable: Equatable, Hashable, Sendable {
      public let value: Int64
      public let decimals: Int

      /// In minor units of a currency that has this many decimals; nil when it is finer than that.
      public func minorUnits(currencyDecimals: Int) -> Int64? {
        var (value, decimals) = (value, decimals)
        while decimals > currencyDecimals {
          guard value % 10 == 0 else { return nil }
          (value, decimals) = (value / 10, decimals - 1)
        }
        for _ in decimals..<currencyDecimals {
          let (more, isTooMuch) = value.multipliedReportingOverflow(by: 10)
          guard !isTooMuch else { return nil }
          value = more
        }
        return value
      }
    }

    /// A day of a year of two digits.
    public struct Day: Equatable, Hashable, Sendable {
      public let yearOfCentury: Int
      public let month: Int
      /// 0 is the last day of the month.
      public let day: Int

      public init(yearOfCentury: Int, month: Int, day: Int) {
        (self.yearOfCentury, self.month, self.day) = (yearOfCentury, month, day)
      }

      /// The year, seen from another: the nearest, up to 49 years back and 50 ahead (GS1 General
      /// Specifications, 7.12).
      public func year(seenFrom current: Int) -> Int {
        let year = current - current % 100 + yearOfCentury
        if year - current >= 51 { return year - 100 }
        return year - current <= -50 ? year + 100 : year
      }
    }

    /// Nil when no (01) is among them: they are of a pallet, a place, a coupon.
    public init?(_ elements: [Element]) {
      var gtin: GTIN?
      var grams: Int64?
      var payable: Payable?
      var count: Int64?
      var expiry: Day?
      for element in elements {
        let identifier = element.identifier
        switch (identifier.length, identifier.number) {
        case (2, 1): gtin = Self.gtin(element.value)
        case (2, 17), (4, 7003): expiry = Self.day(element.value) ?? expiry
        case (2, 30): count = Int64(element.value)
        case (4, 3100...3105): grams = Self.grams(element.value, Int(identifier.number % 10))
        case (4, 3920...3929):
          payable = Int64(element.value).map {
            Payable(value: $0, decimals: Int(identifier.number % 10))
          }
        default: break  // Nothing that a till needs.
        }
      }
      guard let gtin else { return nil }
      (self.gtin, self.grams, self.payable) = (gtin, grams, payable)
      (self.count, self.expiry) = (count, expiry)
    }

    private static func gtin(_ value: String) -> GTIN? {
      switch Result(catching: { () throws(Refusal) in try GTIN(ascii: value.utf8) }) {
      case .success(let gtin): gtin
      case .failure: nil
      }
    }

    /// Six digits with decimals of a kilogram.
    private static func grams(_ value: String, _ decimals: Int) -> Int64? {
      guard let number = Int64(value), (0...9_999_999).contains(number) else { return nil }
      let scale = [1_000, 100, 10, 1][min(decimals, 3)] as Int64
      let divisor = [1, 10, 100][max(decimals - 3, 0)] as Int64
      return (number * scale + divisor / 2) / divisor
    }

    private static func day(_ value: String) -> Day? {
      let digits = value.utf8.prefix(6).map { Int($0) - 0x30 }
      guard digits.count == 6, digits.allSatisfy((0...9).contains) else { return nil }
      return Day(
        yearOfCentury: digits[0] * 10 + digits[1], month: digits[2] * 10 + digits[3],
        day: digits[4] * 10 + digits[5])
    }
  }
}
