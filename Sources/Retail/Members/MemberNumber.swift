/// The number on a member's card and receipts. No secret: it says who, and proves nothing.
///
/// New ones have nine digits of chance and a check digit; those that another system gave keep their
/// form.
public struct MemberNumber: Hashable, Sendable, Codable, CustomStringConvertible {
  /// As a card's token holds it (docs/card-token.md).
  public static let textLimit = 20
  public static let digitCount = 10
  /// Random bytes of a new number.
  public static let randomByteCount = 8

  public let text: String

  public enum Flaw: String, Error, Sendable, Codable, CaseIterable {
    case empty, tooLong
    /// Not printable ASCII without blanks.
    case forbiddenCharacter
  }

  /// A number that is there already, of any form.
  public init(_ text: String) throws(Flaw) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= Self.textLimit else { throw .tooLong }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .forbiddenCharacter }
    self.text = text
  }

  /// A new number; nil unless there are 8 bytes.
  public init?(random: [UInt8]) {
    guard random.count == Self.randomByteCount else { return nil }
    let number = random.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 900_000_000 + 100_000_000
    let digits = String(number)
    text = digits + "\(Damm.checkDigit(of: digits.utf8))"
  }

  /// Whether it has the form of a new number and a wrong check digit: one digit is wrong or two
  /// neighbours are exchanged.
  public var isMistyped: Bool {
    let digits = text.utf8
    guard digits.count == Self.digitCount, digits.allSatisfy({ $0 &- 0x30 <= 9 }) else {
      return false
    }
    return Damm.checkDigit(of: digits) != 0
  }

  public var description: String { text }
}

/// H. M. Damm, *Total anti-symmetrische Quasigruppen*, Marburg 2004: a check digit that sees every
/// single wrong digit and every exchange of neighbours.
private enum Damm {
  private static let table: [[UInt8]] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2], [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9], [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8], [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4], [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5], [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
  ]

  /// Zero for digits that end in their check digit.
  static func checkDigit(of digits: some Sequence<UInt8>) -> UInt8 {
    digits.reduce(0) { table[Int($0)][Int($1 &- 0x30)] }
  }
}
