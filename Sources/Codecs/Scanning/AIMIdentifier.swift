extension Scanning {
  /// The identifier, if these three bytes are one: `]`, a letter, a letter or digit
  /// (ISO/IEC 15424, 4.2).
  static func aimIdentifier(_ bytes: some Collection<UInt8>) -> String? {
    let three = Array(bytes.prefix(4))
    guard three.count == 3, three[0] == 0x5D, isLetter(three[1]),
      isLetter(three[2]) || isDigit(three[2])
    else { return nil }
    return String(decoding: three, as: UTF8.self)
  }

  /// Splits an identifier off the front.
  static func splittingAIMIdentifier(_ bytes: [UInt8]) -> (data: [UInt8], identifier: String?) {
    guard let identifier = aimIdentifier(bytes.prefix(3)) else { return (bytes, nil) }
    return (Array(bytes.dropFirst(3)), identifier)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isGTIN(_ bytes: some Collection<UInt8>) -> Bool {
    do throws(GS1.Refusal) {
      _ = try GS1.GTIN(ascii: bytes)
      return true
    } catch {
      return false
    }
  }
}

extension Scanning {
  /// The code characters of the symbologies that bar code readers know (ISO/IEC 15424, table 1).
  private static let codeCharacters = Set("ACEFGILMPQRSTUXdehjzJ".utf8)
  /// An EAN-13 with an add-on of five digits.
  private static let maximumEANByteCount = 18
  /// Two of the shortest that are told; two GTIN-8 are as long as a member's number, and one in a
  /// hundred of those would be taken for them.
  private static let minimumGluedByteCount = 20

  /// Whether the data are symbols whose border was lost. Without an identifier only numbers tell:
  /// GTINs with their check digits one behind the other, or one GTIN-8 twice. What has the form of
  /// a payment code is left to who knows whether one is expected.
  static func isGlued(_ bytes: [UInt8], aimIdentifier identifier: String?) -> Bool {
    guard let identifier else {
      return isOneGTIN8Twice(bytes)
        || areGTINs(bytes) && PaymentCode(bytes, acceptsWeChat16: true) == nil
    }
    var bytes = bytes
    if identifier.hasPrefix("]E") {
      bytes = withoutAddOn(bytes)
      if bytes.count > maximumEANByteCount { return true }
    }
    return bytes.indices.contains { index in
      bytes[index] == 0x5D && bytes.count >= index + 3
        && codeCharacters.contains(bytes[index + 1])
        && aimIdentifier(bytes[index..<(index + 3)]) != nil
    }
  }

  /// Without the two or five digits of an add-on, which some readers send with an identifier of
  /// its own, `]E1` or `]E2`, behind that of the symbol (ISO/IEC 15424, table 2).
  private static func withoutAddOn(_ bytes: [UInt8]) -> [UInt8] {
    for (mark, digitCount) in [("]E1", 2), ("]E2", 5)] {
      let tail = bytes.suffix(3 + digitCount)
      if tail.starts(with: mark.utf8), tail.dropFirst(3).count == digitCount,
        tail.dropFirst(3).allSatisfy(isDigit)
      {
        return Array(bytes.dropLast(tail.count))
      }
    }
    return bytes
  }

  private static func isOneGTIN8Twice(_ bytes: [UInt8]) -> Bool {
    bytes.count == 16 && bytes[..<8] == bytes[8...] && isGTIN(bytes[..<8])
  }

  /// Whether digits are several GTINs with their check digits, one behind the other.
  static func areGTINs(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= minimumGluedByteCount, bytes.allSatisfy(isDigit) else { return false }
    // For each place whether GTINs end there.
    var isBorder = [true] + [Bool](repeating: false, count: bytes.count)
    for start in bytes.indices where isBorder[start] {
      for length in GS1.GTIN.lengths where start + length <= bytes.count {
        if isGTIN(bytes[start..<start + length]) { isBorder[start + length] = true }
      }
    }
    return isBorder[bytes.count]
  }
}
