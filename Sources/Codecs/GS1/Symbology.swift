extension GS1 {
  /// Which symbology a symbol was printed in, by its AIM identifier.
  public enum Symbology: String, Equatable, Hashable, Sendable, CaseIterable {
    /// EAN-13, UPC-A and UPC-E, which a scanner sends as 13 digits.
    case ean13
    case ean8
    /// EAN-13 with the two or five digits beside it.
    case ean13AddOn
    case addOn
    case code128
    case gs1128
    case code39
    case code93
    case codabar
    case interleaved2of5
    case dataBar
    case dataMatrix
    case gs1DataMatrix
    case qrCode
    case gs1QRCode
    case dotCode
    case gs1DotCode
    case pdf417
    case aztec
    /// An identifier that is well formed and not in this list.
    case other

    /// By an identifier with its bracket, `]E0` (ISO/IEC 15424, annex A; GS1 General
    /// Specifications, 5.1.2).
    public init(aimIdentifier: String) {
      let bytes = Array(aimIdentifier.utf8)
      guard bytes.count == 3, bytes[0] == 0x5D else {
        self = .other
        return
      }
      let modifier = bytes[2]
      switch bytes[1] {
      case UInt8(ascii: "E"): self = Self.ean(modifier)
      case UInt8(ascii: "C"): self = modifier == UInt8(ascii: "1") ? .gs1128 : .code128
      case UInt8(ascii: "A"): self = .code39
      case UInt8(ascii: "G"): self = .code93
      case UInt8(ascii: "F"): self = .codabar
      case UInt8(ascii: "I"): self = .interleaved2of5
      case UInt8(ascii: "e"): self = .dataBar
      case UInt8(ascii: "d"): self = modifier == UInt8(ascii: "2") ? .gs1DataMatrix : .dataMatrix
      case UInt8(ascii: "Q"): self = modifier == UInt8(ascii: "3") ? .gs1QRCode : .qrCode
      case UInt8(ascii: "J"): self = modifier == UInt8(ascii: "1") ? .gs1DotCode : .dotCode
      case UInt8(ascii: "L"): self = .pdf417
      case UInt8(ascii: "z"): self = .aztec
      default: self = .other
      }
    }

    private static func ean(_ modifier: UInt8) -> Symbology {
      switch modifier {
      case UInt8(ascii: "0"): .ean13
      case UInt8(ascii: "1"), UInt8(ascii: "2"): .addOn
      case UInt8(ascii: "3"): .ean13AddOn
      case UInt8(ascii: "4"): .ean8
      default: .other
      }
    }

    /// Whether its data are element strings with application identifiers.
    public var carriesElementStrings: Bool {
      switch self {
      case .gs1128, .dataBar, .gs1DataMatrix, .gs1QRCode, .gs1DotCode: true
      case .ean13, .ean8, .ean13AddOn, .addOn, .code128, .code39, .code93, .codabar,
        .interleaved2of5, .dataMatrix, .qrCode, .dotCode, .pdf417, .aztec, .other:
        false
      }
    }
  }
}
