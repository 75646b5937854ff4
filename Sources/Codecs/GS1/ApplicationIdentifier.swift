extension GS1 {
  /// What tells the meaning of the data behind it in an element string: two to four digits, written
  /// in brackets for people (GS1 General Specifications, 3.2).
  public struct ApplicationIdentifier: Hashable, Sendable, CustomStringConvertible {
    static let lengths = 2...4

    /// The digits as a number; zeros in front count by `length`.
    let number: UInt16
    let length: UInt8

    init(number: UInt16, length: UInt8) {
      self.number = number
      self.length = length
    }

    /// Takes two to four ASCII digits.
    public init?(ascii bytes: some Collection<UInt8>) {
      guard Self.lengths.contains(bytes.count), let number = Self.number(bytes) else { return nil }
      self.init(number: number, length: UInt8(bytes.count))
    }

    /// The digits, without brackets.
    public var description: String {
      var rest = number
      var digits: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
      (digits.3, rest) = (UInt8(rest % 10), rest / 10)
      (digits.2, rest) = (UInt8(rest % 10), rest / 10)
      (digits.1, rest) = (UInt8(rest % 10), rest / 10)
      digits.0 = UInt8(rest % 10)
      let all = [digits.0, digits.1, digits.2, digits.3]
      return String(decoding: all.suffix(Int(length)).map { $0 + 0x30 }, as: UTF8.self)
    }

    /// Up to four ASCII digits as a number.
    static func number(_ bytes: some Collection<UInt8>) -> UInt16? {
      guard (1...4).contains(bytes.count) else { return nil }
      var number: UInt16 = 0
      for byte in bytes {
        guard byte &- 0x30 <= 9 else { return nil }
        number = number * 10 + UInt16(byte - 0x30)
      }
      return number
    }
  }

  /// One identifier or several, `310n` for the ten from 3100 to 3109.
  struct IdentifierPattern: Hashable, Sendable, CustomStringConvertible {
    let first: UInt16
    let last: UInt16
    let length: UInt8

    /// Takes digits, and then an `n` for each place that may be any digit.
    init?(_ text: some StringProtocol) {
      let bytes = Array(text.utf8)
      guard ApplicationIdentifier.lengths.contains(bytes.count) else { return nil }
      let digits = bytes.prefix { $0 &- 0x30 <= 9 }
      guard bytes.dropFirst(digits.count).allSatisfy({ $0 == UInt8(ascii: "n") }),
        let number = ApplicationIdentifier.number(digits)
      else { return nil }
      let scale = [1, 10, 100, 1_000][bytes.count - digits.count]
      first = number * UInt16(scale)
      last = first + UInt16(scale - 1)
      length = UInt8(bytes.count)
    }

    func matches(_ identifier: ApplicationIdentifier) -> Bool {
      identifier.length == length && first <= identifier.number && identifier.number <= last
    }

    /// As the standard writes it: `02`, `310n`.
    var description: String {
      let digits = String(first)
      let padded = String(repeating: "0", count: Int(length) - digits.count) + digits
      let open = String(last - first + 1).count - 1
      return padded.dropLast(open) + String(repeating: "n", count: open)
    }
  }

  /// An identifier and its data: one part of an element string.
  public struct Element: Hashable, Sendable {
    public let identifier: ApplicationIdentifier
    /// ASCII of one of the character sets, never empty.
    public let value: String

    public init(_ identifier: ApplicationIdentifier, _ value: String) {
      self.identifier = identifier
      self.value = value
    }
  }
}
