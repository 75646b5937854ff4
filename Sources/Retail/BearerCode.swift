/// The code of a bearer instrument: a printed coupon, a gift card, a claim (RETAIL 13).
///
/// 16 random Crockford base-32 characters (80 bits) and 2 check characters. Who knows it owns it:
/// a description, log line or recording of this value shows its `mask` only, and it is not Codable
/// so that no journal can hold one.
public struct BearerCode: Hashable, Sendable {
  /// Random bytes of a code.
  public static let randomByteCount = 10
  /// Characters of a code, without the dashes between groups.
  public static let characterCount = 18
  /// The longest text that is looked at; blanks and dashes count.
  public static let textLimit = 64

  static let randomCharacterCount = 16
  private static let groupLength = 6
  private static let shownCount = 4

  /// Base-32 digits 0 to 31: 16 random ones, 2 of check.
  let digits: [UInt8]

  /// Nil unless there are exactly 10 bytes; they come from a generator fit for secrets.
  public init?(random: [UInt8]) {
    guard random.count == Self.randomByteCount else { return nil }
    var digits: [UInt8] = []
    var pending: UInt32 = 0
    var pendingBits: UInt32 = 0
    for byte in random {
      pending = pending << 8 | UInt32(byte)
      pendingBits += 8
      while pendingBits >= 5 {
        pendingBits -= 5
        digits.append(UInt8(truncatingIfNeeded: pending >> pendingBits & 0x1F))
      }
    }
    self.digits = digits + CheckDigits.of(digits)
  }

  /// Reads what a scanner sends or a person types: case, blanks and dashes do not matter, O is 0,
  /// I and L are 1. Nil when it is not a code or its check characters disagree.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Self.textLimit else { return nil }
    var digits: [UInt8] = []
    for character in text.utf8 where character != 0x20 && character != 0x2D {
      guard let digit = Crockford.digit(character) else { return nil }
      digits.append(digit)
    }
    guard digits.count == Self.characterCount, CheckDigits.agree(digits) else { return nil }
    self.digits = digits
  }

  /// The 18 characters without dashes: what the symbol holds and what is hashed.
  public var characters: String {
    String(decoding: digits.map { Crockford.alphabet[Int($0)] }, as: UTF8.self)
  }

  /// As it is printed beneath the symbol: `7ZQ2MK-4T0XWB-9HVC3E`.
  public var text: String { Self.grouped(characters) }

  /// What may be shown and kept: `******-******-**VC3E`. 20 of the 100 bits show, 10 of them check.
  public var mask: String {
    let hidden = String(repeating: "*", count: Self.characterCount - Self.shownCount)
    return Self.grouped(hidden + characters.suffix(Self.shownCount))
  }

  private static func grouped(_ characters: String) -> String {
    var text = ""
    for (index, character) in characters.enumerated() {
      if index > 0, index % groupLength == 0 { text.append("-") }
      text.append(character)
    }
    return text
  }
}

extension BearerCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { mask }
  public var debugDescription: String { mask }
  public var customMirror: Mirror { Mirror(self, children: ["mask": mask]) }
}

/// Douglas Crockford's base 32: no I, L, O and U.
private enum Crockford {
  static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  static func digit(_ character: UInt8) -> UInt8? {
    let upper = (0x61...0x7A).contains(character) ? character - 0x20 : character
    switch upper {
    case 0x4F: return 0  // O
    case 0x49, 0x4C: return 1  // I, L
    default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
    }
  }
}

/// Two check digits of a Reed-Solomon code over GF(32), x⁵ + x² + 1: the word, read as a
/// polynomial, is divisible by (x − 1)(x − α). Its distance is 3, so that every change of one or
/// two characters is seen, any transposition among them.
private enum CheckDigits {
  static func of(_ digits: [UInt8]) -> [UInt8] {
    let (sum, weighted) = syndromes(digits + [0, 0])
    // The digits a, b solve a + b = sum and α·a + b = weighted.
    let first = times(sum ^ weighted, inverseOfAlphaPlusOne)
    return [first, sum ^ first]
  }

  static func agree(_ digits: [UInt8]) -> Bool { syndromes(digits) == (0, 0) }

  /// The word's value at 1 and at α.
  private static func syndromes(_ digits: [UInt8]) -> (UInt8, UInt8) {
    digits.reduce((0, 0)) { ($0.0 ^ $1, timesAlpha($0.1) ^ $1) }
  }

  /// α = x = 2, hence α + 1 = 3; 3 · 28 = 1.
  private static let inverseOfAlphaPlusOne: UInt8 = 28

  private static func timesAlpha(_ value: UInt8) -> UInt8 {
    value & 0x10 == 0 ? value << 1 : (value << 1 ^ 0x25) & 0x1F
  }

  private static func times(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var product: UInt8 = 0
    var power = left
    for bit in 0..<5 {
      if right >> UInt8(bit) & 1 == 1 { product ^= power }
      power = timesAlpha(power)
    }
    return product
  }
}
