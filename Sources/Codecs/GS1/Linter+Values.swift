extension GS1.Linter {
  /// The mod-10 digit at the end (GS1 General Specifications, 7.9.1).
  static func hasCheckDigit(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.count >= 2, areDigits(value), let last = value.last else { return false }
    return GS1.checkDigit(of: value.dropLast().lazy.map { $0 - 0x30 }) == last - 0x30
  }

  /// The pair of check characters of alphanumeric keys: the values of the characters, weighted from
  /// right to left by 2, 3, 5, 7, 11 and so on, modulo 1021 (GS1 General Specifications, 7.9.5).
  static func hasCheckCharacterPair(_ value: ArraySlice<UInt8>) -> Bool {
    let body = value.dropLast(2)
    guard value.count >= 2, body.count <= primes.count else { return false }
    var sum = 0
    for (byte, prime) in zip(body.reversed(), primes) {
      guard let position = set82.firstIndex(of: byte) else { return false }
      sum += position * prime
    }
    sum %= 1_021
    return value.suffix(2).elementsEqual([set32[sum >> 5], set32[sum & 31]])
  }

  private static let set32 = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
  private static let set82 = (UInt8(0x21)...0x7A).filter(GS1.EncodableCharacters.isIn82)

  /// As many as the longest data has characters.
  private static let primes: [Int] = {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < 97 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }()

  /// Mod 97 over country, check digits and account (ISO 13616-1).
  static func isIBAN(_ value: ArraySlice<UInt8>, _ lists: GS1.CodeLists) -> Bool {
    guard value.count > 10, lists.accepts(value.prefix(2), of: .iso3166alpha2) else { return false }
    var remainder = 0
    for byte in value.dropFirst(4) + value.prefix(4) {
      switch byte {
      case 0x30...0x39: remainder = (remainder * 10 + Int(byte - 0x30)) % 97
      case 0x41...0x5A: remainder = (remainder * 100 + Int(byte - 0x41) + 10) % 97
      default: return false
      }
    }
    return remainder == 1
  }

  // MARK: Dates and times

  /// Dates and times of day (GS1 General Specifications, 3.4).
  func isTime(_ value: ArraySlice<UInt8>) -> Bool {
    guard Self.areDigits(value) else { return false }
    let start = value.startIndex
    func pair(_ offset: Int) -> Int {
      Int(value[start + offset] - 0x30) * 10 + Int(value[start + offset + 1] - 0x30)
    }
    switch self {
    case .yymmd0, .yymmdd:
      guard value.count == 6 else { return false }
      // The years that two digits stand for reach from 1976 to 2099, so that 00 is a leap year.
      return Self.isDay(
        isLeapYear: pair(0) % 4 == 0, month: pair(2), day: pair(4),
        mayBeUnspecified: self == .yymmd0)
    case .yyyymmd0, .yyyymmdd:
      guard value.count == 8 else { return false }
      let year = pair(0) * 100 + pair(2)
      return Self.isDay(
        isLeapYear: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0), month: pair(4),
        day: pair(6), mayBeUnspecified: self == .yyyymmd0)
    case .hh: return value.count == 2 && pair(0) <= 23
    case .hhmi: return value.count == 4 && pair(0) <= 23 && pair(2) <= 59
    default: return value.count == 2 && pair(0) <= 59
    }
  }

  private static func isDay(
    isLeapYear: Bool, month: Int, day: Int, mayBeUnspecified: Bool
  ) -> Bool {
    guard (1...12).contains(month) else { return false }
    let days = month == 2 && isLeapYear ? 29 : dayCounts[month - 1]
    return (mayBeUnspecified ? 0 : 1) <= day && day <= days
  }

  private static let dayCounts = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  // MARK: Forms

  /// Each percent sign has two hexadecimal digits behind it (RFC 3986, 2.1).
  static func isPercentEncoded(_ value: ArraySlice<UInt8>) -> Bool {
    var rest = value
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      let digits = rest[(percent + 1)...].prefix(2)
      guard digits.count == 2, digits.allSatisfy({ GS1.hexadecimalValue($0) != nil }) else {
        return false
      }
      rest = rest[(percent + 3)...]
    }
    return true
  }

  /// Two numbers of one length, the first not zero and not above the second.
  static func isPieceOfTotal(_ value: ArraySlice<UInt8>) -> Bool {
    let half = value.count / 2
    guard half > 0, value.count % 2 == 0, areDigits(value) else { return false }
    let (piece, total) = (value.prefix(half), value.suffix(half))
    return piece.contains { $0 != 0x30 } && !total.lexicographicallyPrecedes(piece)
  }

  /// Two numbers without zeros in front and a slash between, the first not above the second.
  static func isPositionInSequence(_ value: ArraySlice<UInt8>) -> Bool {
    let parts = value.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ areDigits($0) && $0.first ?? 0x30 != 0x30 }) else {
      return false
    }
    let (position, end) = (parts[0], parts[1])
    return position.count < end.count
      || position.count == end.count && !end.lexicographicallyPrecedes(position)
  }
}

extension GS1 {
  /// The value of an ASCII hexadecimal digit.
  static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
