/// The number of a label that a shop prints itself: an item and its price, weight or count, under a
/// prefix that means something inside one country or shop only (GS1 General Specifications, 2.1.11:
/// restricted circulation numbers).
public struct InStoreNumber: Equatable, Hashable, Sendable {
  public enum Measure: String, Equatable, Hashable, Sendable, CaseIterable {
    case price, weight, count
  }

  /// The whole number.
  public let number: GS1.GTIN
  public let measure: Measure
  /// The digits of the item.
  public let item: String
  /// The digits of the value as a number; a power of ten below the currency's unit or the kilogram.
  public let value: Int64
  /// How many digits of the value are decimals.
  public let decimals: Int
  /// The number with zeros for the value, as the catalogue knows the item.
  public let catalogueNumber: GS1.GTIN

  /// The price in minor units of a currency that has this many decimals; nil when it is none, or
  /// finer than the currency.
  public func price(currencyDecimals: Int) -> Int64? {
    measure == .price ? scaled(to: currencyDecimals) : nil
  }

  public var grams: Int64? { measure == .weight ? scaled(to: 3) : nil }

  public var count: Int64? { measure == .count ? value : nil }

  private func scaled(to places: Int) -> Int64? {
    guard (decimals...decimals + 6).contains(places) else { return nil }
    // At most ten digits and six zeros.
    return (decimals..<places).reduce(value) { scaled, _ in scaled * 10 }
  }
}

extension InStoreNumber {
  /// The form of a country's or shop's numbers: 13 places, `22IIIIcVVVVVK`.
  ///
  /// Digits are the prefix, `I` the item, `V` the value, `c` the value's check digit and `K` that
  /// of the number. A number of twelve digits has a zero in front.
  public struct Template: Equatable, Hashable, Sendable {
    /// Why a pattern is none.
    public enum Flaw: String, Error, Equatable, Hashable, Sendable {
      case length = "expected 13 places"
      case place = "expected digits, then I, V and c, and K as the last"
      case prefix = "expected a prefix of 1 to 8 digits that begins with 0 or 2"
      case item = "expected 1 to 10 places I side by side"
      case value = "expected 1 to 10 places V side by side"
      case checkDigit = "expected one c at most, and beside it 4 or 5 places V"
      case decimals = "expected 0 to 3 decimals, and none for a count"
    }

    public let pattern: String
    public let measure: Measure
    public let decimals: Int

    /// The digits that a number of this form begins with.
    public var prefixDigits: String { String(decoding: prefix.map { $0 + 0x30 }, as: UTF8.self) }

    /// Values of the digits.
    let prefix: [UInt8]
    private let itemPlaces: Range<Int>
    private let valuePlaces: Range<Int>
    private let checkPlace: Int?

    public init(pattern: String, measure: Measure, decimals: Int) throws(Flaw) {
      let places = Array(pattern.utf8)
      guard places.count == 13 else { throw .length }
      let prefix = places.prefix { $0 &- 0x30 <= 9 }
      guard (1...8).contains(prefix.count), [0x30, 0x32].contains(prefix[0]) else { throw .prefix }
      let rest = places.dropFirst(prefix.count).dropLast()
      guard places.last == UInt8(ascii: "K"), rest.allSatisfy({ "IVc".utf8.contains($0) }) else {
        throw .place
      }
      guard let item = Self.places(of: UInt8(ascii: "I"), in: places), item.count <= 10 else {
        throw .item
      }
      guard let value = Self.places(of: UInt8(ascii: "V"), in: places), value.count <= 10 else {
        throw .value
      }
      let check = Self.places(of: UInt8(ascii: "c"), in: places)
      guard rest.contains(UInt8(ascii: "c")) == (check != nil), check?.count ?? 1 == 1,
        check == nil || (4...5).contains(value.count)
      else { throw .checkDigit }
      guard (measure == .count ? 0...0 : 0...3).contains(decimals) else { throw .decimals }
      (self.pattern, self.measure, self.decimals) = (pattern, measure, decimals)
      self.prefix = prefix.map { $0 - 0x30 }
      (itemPlaces, valuePlaces, checkPlace) = (item, value, check?.lowerBound)
    }

    private static func places(of letter: UInt8, in pattern: [UInt8]) -> Range<Int>? {
      guard let first = pattern.firstIndex(of: letter), let last = pattern.lastIndex(of: letter),
        pattern[first...last].allSatisfy({ $0 == letter })
      else { return nil }
      return first..<last + 1
    }

    /// Reads a number whose prefix is this template's; nil when the value's check digit is wrong.
    func read(_ number: GS1.GTIN) -> InStoreNumber? {
      let digits = Array(number.digits.dropFirst())
      let value = digits[valuePlaces]
      if let checkPlace {
        guard GS1.valueCheckDigit(of: value) == digits[checkPlace] else { return nil }
      }
      var withoutValue = digits.dropLast()
      for place in valuePlaces { withoutValue[place] = 0 }
      // The check digit of zeros is zero.
      if let checkPlace { withoutValue[checkPlace] = 0 }
      return InStoreNumber(
        number: number, measure: measure,
        item: String(decoding: digits[itemPlaces].map { $0 + 0x30 }, as: UTF8.self),
        value: value.reduce(0) { $0 * 10 + Int64($1) }, decimals: decimals,
        catalogueNumber: GS1.GTIN(completing: withoutValue))
    }
  }
}

extension GS1 {
  /// The check digit of a price or weight of four or five digits, values 0 to 9 (GS1 General
  /// Specifications, 7.9.2 to 7.9.4); nil for other lengths.
  static func valueCheckDigit(of value: ArraySlice<UInt8>) -> UInt8? {
    let digits = Array(value)
    switch digits.count {
    case 4:
      let sum =
        twoMinus[Int(digits[0])] + twoMinus[Int(digits[1])] + 3 * Int(digits[2])
        + fiveMinus[Int(digits[3])]
      return UInt8(sum * 3 % 10)
    case 5:
      let sum =
        fivePlus[Int(digits[0])] + twoMinus[Int(digits[1])] + fiveMinus[Int(digits[2])]
        + fivePlus[Int(digits[3])] + twoMinus[Int(digits[4])]
      return fiveMinus.firstIndex(of: (10 - sum % 10) % 10).map { UInt8($0) }
    default: return nil
    }
  }

  /// Weighted products of the digits 0 to 9: the units less the tens, or plus the tens.
  private static let twoMinus = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7]
  private static let fivePlus = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
  private static let fiveMinus = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1]
}
