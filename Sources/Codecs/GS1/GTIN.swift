extension GS1 {
  /// The number of a trade item, always 14 digits: a shorter one has zeros in front (GS1 General
  /// Specifications, 3.3.2). The check digit is right, or there would be no value.
  public struct GTIN: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// 14 values 0 to 9.
    private let digits: [UInt8]

    /// Takes 8, 12, 13 or 14 values 0 to 9.
    public init(_ digits: [UInt8]) throws(Refusal) {
      guard digits.allSatisfy({ $0 <= 9 }) else { throw .notANumber }
      guard [8, 12, 13, 14].contains(digits.count) else { throw .wrongLength(digits.count) }
      try GS1.verifyCheckDigit(digits)
      self.digits = [UInt8](repeating: 0, count: 14 - digits.count) + digits
    }

    /// Takes 8, 12, 13 or 14 ASCII digits.
    public init(ascii bytes: some Collection<UInt8>) throws(Refusal) {
      try self.init(GS1.digits(of: bytes))
    }

    /// 14 digits.
    public var description: String { String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self) }
  }
}
