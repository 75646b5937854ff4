extension GS1 {
  /// What characters data may have (GS1 General Specifications, 7.11; ISO/IEC 646).
  enum EncodableCharacters: Hashable, Sendable {
    case numeric
    /// The invariant set of 82.
    case set82
    /// The set of 39: component and part identifiers.
    case set39
    /// base64 for files and URIs, with its padding.
    case set64

    /// By the letter of a format in the syntax dictionary.
    init?(letter: UInt8) {
      switch letter {
      case UInt8(ascii: "N"): self = .numeric
      case UInt8(ascii: "X"): self = .set82
      case UInt8(ascii: "Y"): self = .set39
      case UInt8(ascii: "Z"): self = .set64
      default: return nil
      }
    }

    func accepts(_ value: ArraySlice<UInt8>) -> Bool {
      switch self {
      case .numeric: value.allSatisfy { $0 &- 0x30 <= 9 }
      case .set82: value.allSatisfy(Self.isIn82)
      case .set39: value.allSatisfy(Self.isIn39)
      case .set64: Self.isBase64(value)
      }
    }

    static func isIn82(_ byte: UInt8) -> Bool {
      switch byte {
      // " ! % & ' ( ) * + , - . / 0 to 9 : ; < = > ? A to Z _ a to z
      case 0x21, 0x22, 0x25...0x3F, 0x41...0x5A, 0x5F, 0x61...0x7A: true
      default: false
      }
    }

    private static func isIn39(_ byte: UInt8) -> Bool {
      switch byte {
      // # - / 0 to 9 A to Z
      case 0x23, 0x2D, 0x2F...0x39, 0x41...0x5A: true
      default: false
      }
    }

    /// Letters, digits, hyphen and underscore.
    static func isFileSafe(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x2D, 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
      default: false
      }
    }

    /// Padding of one or two fills a multiple of three, as the dictionary's own check has it.
    private static func isBase64(_ value: ArraySlice<UInt8>) -> Bool {
      let padding = value.reversed().prefix { $0 == UInt8(ascii: "=") }.count
      guard padding == 0 || padding <= 2 && value.count % 3 == 0 else { return false }
      return value.dropLast(padding).allSatisfy(isFileSafe)
    }
  }
}
