extension NFC {
  /// How a reader that types like a keyboard writes the number of a card. Nothing in the number
  /// tells the format, so it is declared; the bytes are what is kept and compared.
  public enum CardNumberFormat: String, Equatable, Sendable, CaseIterable {
    /// The UID as hexadecimal digits, first byte first: `04A1B2C3`.
    case hexadecimal
    /// The same with the last byte first.
    case hexadecimalReversed
    /// Ten digits, the four bytes as one number, first byte first: `0077705923`.
    case decimal
    /// The same with the last byte first.
    case decimalReversed
    /// `123,45678` or `12345678`: one byte and two bytes as two numbers, of a 26-bit card.
    case facilityAndNumber
  }

  /// The bytes that a typed number stands for: 4, 7 or 10 of a UID, 3 of a facility and number;
  /// nil if it does not follow the format.
  public static func cardBytes(typed text: some StringProtocol, as format: CardNumberFormat)
    -> [UInt8]?
  {
    let bytes = Array(text.utf8)
    switch format {
    case .hexadecimal: return uid(hexadecimal: bytes)
    case .hexadecimalReversed: return uid(hexadecimal: bytes)?.reversed()
    case .decimal: return uid(decimal: bytes)
    case .decimalReversed: return uid(decimal: bytes)?.reversed()
    case .facilityAndNumber:
      let hasComma = bytes.count == 9 && bytes[3] == UInt8(ascii: ",")
      guard hasComma || bytes.count == 8, let facility = number(bytes.prefix(3), below: 256),
        let number = number(bytes.suffix(5), below: 65_536)
      else { return nil }
      return [UInt8(facility), UInt8(number >> 8), UInt8(number & 0xFF)]
    }
  }

  private static func uid(hexadecimal text: [UInt8]) -> [UInt8]? {
    guard [8, 14, 20].contains(text.count) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: text.count, by: 2) {
      guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func uid(decimal text: [UInt8]) -> [UInt8]? {
    guard text.count == 10, let value = number(text[...], below: 1 << 32) else { return nil }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func number(_ text: ArraySlice<UInt8>, below limit: Int) -> Int? {
    var value = 0
    for byte in text {
      guard let digit = digit(byte), digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value < limit ? value : nil
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(UnicodeScalar(byte)).hexDigitValue.map { UInt8($0) }
  }
}
