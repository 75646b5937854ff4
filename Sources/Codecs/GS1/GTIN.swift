extension GS1 {
  /// The number of a trade item, always 14 digits: a shorter one has zeros in front (GS1 General
  /// Specifications, 3.3.2). The check digit is right, or there would be no value.
  public struct GTIN: Equatable, Hashable, Sendable, CustomStringConvertible {
    static let lengths: Set<Int> = [8, 12, 13, 14]

    /// The 14 digits as a number.
    let number: UInt64

    /// Takes 8, 12, 13 or 14 values 0 to 9.
    public init(_ digits: some Collection<UInt8>) throws(Refusal) {
      guard digits.allSatisfy({ $0 <= 9 }) else { throw .notANumber }
      guard Self.lengths.contains(digits.count) else { throw .wrongLength(digits.count) }
      try GS1.verifyCheckDigit(digits)
      number = digits.reduce(0) { $0 * 10 + UInt64($1) }
    }

    /// Takes 8, 12, 13 or 14 ASCII digits.
    public init(ascii bytes: some Collection<UInt8>) throws(Refusal) {
      try self.init(GS1.digits(of: bytes))
    }

    /// Takes the values 0 to 9 in front of the check digit, which is worked out.
    init(completing digits: some Collection<UInt8>) {
      number =
        digits.reduce(0) { $0 * 10 + UInt64($1) } * 10 + UInt64(GS1.checkDigit(of: digits))
    }

    /// Whether it is of at most 13 digits: no packaging level in front.
    var isOfThirteenDigits: Bool { number < 10_000_000_000_000 }

    /// The 14 digits, values 0 to 9.
    var digits: [UInt8] {
      var digits = [UInt8](repeating: 0, count: 14)
      var rest = number
      for place in digits.indices.reversed() {
        digits[place] = UInt8(rest % 10)
        rest /= 10
      }
      return digits
    }

    /// 14 digits.
    public var description: String { String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self) }
  }
}
