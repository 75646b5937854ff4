/// An amount in minor units (fen for CNY) of the book's one currency; negative when owed.
///
/// Never a floating-point number. The limits on prices, quantities and lines keep every sum far
/// inside 64 bits.
public struct Money: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let minorUnits: Int64

  public init(minorUnits: Int64) { self.minorUnits = minorUnits }

  public init(from decoder: any Decoder) throws {
    minorUnits = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(minorUnits)
  }

  public static let zero = Money(minorUnits: 0)

  public static func + (left: Money, right: Money) -> Money {
    Money(minorUnits: left.minorUnits + right.minorUnits)
  }

  public static func - (left: Money, right: Money) -> Money {
    Money(minorUnits: left.minorUnits - right.minorUnits)
  }

  public static func += (left: inout Money, right: Money) { left = left + right }
  public static func -= (left: inout Money, right: Money) { left = left - right }

  public static func * (left: Money, count: Int) -> Money {
    Money(minorUnits: left.minorUnits * Int64(count))
  }

  public static prefix func - (money: Money) -> Money { Money(minorUnits: -money.minorUnits) }

  public static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }

  public var description: String { "\(minorUnits)" }
}

extension Sequence<Money> {
  public func sum() -> Money { reduce(.zero, +) }
}

/// A currency of ISO 4217: its alphabetic code and the decimal digits of its minor unit.
public struct Currency: Hashable, Sendable, Codable {
  public let code: String
  public let minorDigits: Int
  /// What stands before an amount on paper and screen.
  public let symbol: String

  private init(code: String, minorDigits: Int, symbol: String) {
    self.code = code
    self.minorDigits = minorDigits
    self.symbol = symbol
  }

  /// The currencies a shop may keep its book in (ISO 4217 list one); nil for others.
  public init?(code: String) {
    guard let known = Self.known.first(where: { $0.code == code }) else { return nil }
    self = known
  }

  public static let cny = Currency(code: "CNY", minorDigits: 2, symbol: "¥")

  private static let known = [
    cny,
    Currency(code: "EUR", minorDigits: 2, symbol: "€"),
    Currency(code: "USD", minorDigits: 2, symbol: "$"),
    Currency(code: "HKD", minorDigits: 2, symbol: "HK$"),
    Currency(code: "TWD", minorDigits: 2, symbol: "NT$"),
    Currency(code: "SGD", minorDigits: 2, symbol: "S$"),
    Currency(code: "MYR", minorDigits: 2, symbol: "RM"),
    Currency(code: "THB", minorDigits: 2, symbol: "฿"),
    Currency(code: "JPY", minorDigits: 0, symbol: "¥"),
    Currency(code: "KRW", minorDigits: 0, symbol: "₩"),
    Currency(code: "KWD", minorDigits: 3, symbol: "KD"),
  ]

  public var asset: Asset { Asset(uncheckedCode: code) }

  /// `−¥12.00`: minus sign U+2212 before the symbol, all minor digits (SCREEN rule 30).
  public func text(_ money: Money) -> String { text(money, minus: "\u{2212}") }

  /// The same for paper, with a hyphen: no printer's code page has U+2212.
  public func paperText(_ money: Money) -> String { text(money, minus: "-") }

  private func text(_ money: Money, minus: String) -> String {
    let sign = money.minorUnits < 0 ? minus : ""
    var digits = String(money.minorUnits.magnitude)
    if minorDigits > 0 {
      while digits.count <= minorDigits { digits = "0" + digits }
      let point = digits.index(digits.endIndex, offsetBy: -minorDigits)
      digits = digits[..<point] + "." + digits[point...]
    }
    return sign + symbol + digits
  }
}
