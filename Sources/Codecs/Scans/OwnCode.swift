/// A code that the shop gave out itself, known by its prefix and form.
///
/// Some of them are worth money to whoever has them: a description shows the kind only.
public struct OwnCode: Equatable, Hashable, Sendable {
  public enum Kind: String, Equatable, Hashable, Sendable, CaseIterable {
    case coupon, member, badge, giftCard, receipt
  }

  public let kind: Kind
  /// The characters behind the prefix.
  public let body: String
}

extension OwnCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(kind.rawValue) code" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}

extension OwnCode {
  /// What codes of one kind look like.
  public struct Form: Equatable, Hashable, Sendable {
    public static let prefixLimit = 8
    public static let bodyLimit = 64

    /// The characters behind the prefix.
    public enum Body: String, Equatable, Hashable, Sendable, CaseIterable {
      case digits
      /// Letters, digits and hyphens.
      case characters
      /// Digits, a hyphen and digits: the number of a sale.
      case sale
    }

    /// Why a form is none.
    public enum Flaw: String, Error, Equatable, Hashable, Sendable {
      case prefix = "expected a prefix of at most 8 capital letters, digits and hyphens"
      case noPrefix = "expected a prefix with a letter; only the number of a sale does without"
      case length = "expected a length of 1 to 64"
    }

    public let kind: Kind
    public let prefix: String
    public let body: Body
    /// How many characters stand behind the prefix.
    public let length: ClosedRange<Int>

    /// A prefix with a letter keeps a form apart from every number in the trade and from payment
    /// codes.
    public init(
      kind: Kind, prefix: String, body: Body, length: ClosedRange<Int>
    ) throws(Flaw) {
      guard prefix.utf8.count <= Self.prefixLimit, prefix.utf8.allSatisfy(Self.isPrefixCharacter)
      else { throw .prefix }
      guard body == .sale || prefix.utf8.contains(where: { (0x41...0x5A).contains($0) }) else {
        throw .noPrefix
      }
      guard length.lowerBound >= 1, length.upperBound <= Self.bodyLimit else { throw .length }
      (self.kind, self.prefix, self.body, self.length) = (kind, prefix, body, length)
    }

    private init(_ kind: Kind, _ prefix: String, _ body: Body, _ length: ClosedRange<Int>) {
      (self.kind, self.prefix, self.body, self.length) = (kind, prefix, body, length)
    }

    /// What a shop has that chose nothing: the number that receipts carry, and a prefix for each of
    /// the others.
    public static let standard = [
      Form(.coupon, "CP-", .characters, 4...40), Form(.member, "M", .digits, 4...20),
      Form(.giftCard, "GC", .digits, 6...20), Form(.badge, "BG", .digits, 3...20),
      Form(.receipt, "", .sale, 3...20),
    ]

    private static func isPrefixCharacter(_ byte: UInt8) -> Bool {
      byte == 0x2D || byte &- 0x30 <= 9 || (0x41...0x5A).contains(byte)
    }

    func read(_ bytes: [UInt8]) -> OwnCode? {
      guard bytes.starts(with: prefix.utf8) else { return nil }
      let body = bytes.dropFirst(prefix.utf8.count)
      guard length.contains(body.count), self.body.accepts(body) else { return nil }
      return OwnCode(kind: kind, body: String(decoding: body, as: UTF8.self))
    }
  }
}

extension OwnCode.Form.Body {
  func accepts(_ bytes: ArraySlice<UInt8>) -> Bool {
    switch self {
    case .digits: bytes.allSatisfy { $0 &- 0x30 <= 9 }
    case .characters:
      bytes.allSatisfy {
        $0 == 0x2D || $0 &- 0x30 <= 9 || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
    case .sale: Self.isSale(bytes)
    }
  }

  private static func isSale(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: 0x2D, omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0 &- 0x30 <= 9 }
      }
  }
}
