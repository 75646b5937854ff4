extension GS1 {
  /// The mod-10 check digit of the digits in front of it, the last of which weighs 3 (GS1 General
  /// Specifications, 7.9.1): the same for 8, 12, 13, 14 and 18 digits. Values 0 to 9, not ASCII.
  public static func checkDigit(of digits: some Collection<UInt8>) -> UInt8 {
    var sum = 0
    var weight = digits.count % 2 == 0 ? 1 : 3
    for digit in digits {
      sum += Int(digit) * weight
      weight = 4 - weight
    }
    return UInt8((10 - sum % 10) % 10)
  }

  /// Throws unless the last digit is the check digit of those before it. The lengths are those of
  /// GTIN, SSCC and GSRN: 8, 12, 13, 14, 18.
  public static func verifyCheckDigit(_ digits: some Collection<UInt8>) throws(Refusal) {
    guard [8, 12, 13, 14, 18].contains(digits.count), let found = digits.suffix(1).first else {
      throw .wrongLength(digits.count)
    }
    let expected = checkDigit(of: digits.dropLast())
    guard expected == found else { throw .wrongCheckDigit(expected: expected, found: found) }
  }

  /// Values 0 to 9 of ASCII digits.
  static func digits(of bytes: some Collection<UInt8>) throws(Refusal) -> [UInt8] {
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .notANumber
    }
    return bytes.map { $0 - 0x30 }
  }
}
