extension GS1 {
  /// The UPC-A number of twelve digits that a zero-suppressed UPC-E number stands for (GS1 General
  /// Specifications, 5.2.3.4). Takes six digits (number system 0), seven (number system first) or
  /// eight (with the check digit, which is verified); values 0 to 9.
  public static func expandUPCE(_ digits: [UInt8]) throws(Refusal) -> [UInt8] {
    guard digits.allSatisfy({ $0 <= 9 }) else { throw .notANumber }
    let numberSystem: UInt8
    let six: [UInt8]
    switch digits.count {
    case 6: (numberSystem, six) = (0, digits)
    case 7, 8: (numberSystem, six) = (digits[0], Array(digits[1...6]))
    default: throw .wrongLength(digits.count)
    }
    guard numberSystem <= 1 else { throw .notUPCE }
    let body: [UInt8]
    switch six[5] {
    case 0, 1, 2: body = six[0...1] + [six[5], 0, 0, 0, 0] + six[2...4]
    case 3: body = six[0...2] + [0, 0, 0, 0, 0] + six[3...4]
    case 4: body = six[0...3] + [0, 0, 0, 0, 0] + [six[4]]
    default: body = six[0...4] + [0, 0, 0, 0] + [six[5]]
    }
    let eleven = [numberSystem] + body
    let expected = checkDigit(of: eleven)
    if digits.count == 8, digits[7] != expected {
      throw .wrongCheckDigit(expected: expected, found: digits[7])
    }
    return eleven + [expected]
  }
}
