extension GS1 {
  /// What a scan is by its symbology, before anything is looked up.
  public enum ScannedSymbol: Equatable, Hashable, Sendable {
    case tradeItem(GTIN)
    /// Text whose meaning its own form has to tell: Code 128, QR and the like, and what came
    /// without an AIM identifier and is not as long as a GTIN.
    case text([UInt8], Symbology?)
    /// Element strings with application identifiers, not taken apart.
    case elementString([UInt8], Symbology)
    /// A number that ought to be a trade item's and is not.
    case refused(Refusal)

    public init(bytes: [UInt8], aim: String?) {
      switch GS1.gtin(of: bytes, aim: aim) {
      case .success(let gtin): self = .tradeItem(gtin)
      case .failure(.elementString(let symbology)): self = .elementString(bytes, symbology)
      case .failure(.notATradeItem(let symbology)): self = .text(bytes, symbology)
      case .failure(.notANumber) where aim == nil, .failure(.wrongLength) where aim == nil:
        self = .text(bytes, nil)
      case .failure(let refusal): self = .refused(refusal)
      }
    }
  }

  /// The trade item number of a scan, with its check digit verified.
  ///
  /// With an AIM identifier the symbology decides; `]E0` also takes the 12 digits of UPC-A and the
  /// 8 of UPC-E that a scanner sends when it is set so, but not UPC-E without its check digit,
  /// which any 6 digits would be. Without an identifier the length decides, and 8 digits are EAN-8
  /// rather than UPC-E when they can be both.
  public static func gtin(of bytes: [UInt8], aim: String?) -> Result<GTIN, Refusal> {
    do throws(Refusal) {
      guard let aim else { return .success(try unidentified(bytes)) }
      return .success(try identified(bytes, Symbology(aimIdentifier: aim)))
    } catch {
      return .failure(error)
    }
  }

  private static func identified(
    _ bytes: [UInt8], _ symbology: Symbology
  ) throws(Refusal) -> GTIN {
    switch symbology {
    case .ean13: return try ean13(digits(of: bytes))
    case .ean13AddOn:
      let all = try digits(of: bytes)
      guard all.count == 15 || all.count == 18 else { throw .wrongLength(all.count) }
      return try GTIN(Array(all[..<13]))
    case .ean8:
      let all = try digits(of: bytes)
      guard all.count == 8 else { throw .wrongLength(all.count) }
      return try GTIN(all)
    case .interleaved2of5:
      guard bytes.count == 14 else { throw .notATradeItem(symbology) }
      return try GTIN(ascii: bytes)
    case .addOn: throw .addOnAlone
    case .gs1128, .dataBar, .gs1DataMatrix, .gs1QRCode, .gs1DotCode:
      throw .elementString(symbology)
    case .other: return try unidentifiedOrText(bytes)
    case .code128, .code39, .code93, .codabar, .dataMatrix, .qrCode, .dotCode, .pdf417, .aztec:
      throw .notATradeItem(symbology)
    }
  }

  private static func ean13(_ digits: [UInt8]) throws(Refusal) -> GTIN {
    switch digits.count {
    case 12, 13: try GTIN(digits)
    case 8: try GTIN(expandUPCE(digits))
    default: throw .wrongLength(digits.count)
    }
  }

  private static func unidentified(_ bytes: [UInt8]) throws(Refusal) -> GTIN {
    let digits = try digits(of: bytes)
    guard digits.count == 8 else { return try GTIN(digits) }
    do throws(Refusal) {
      return try GTIN(digits)
    } catch {
      let asEAN8 = error
      // Told as EAN-8 when it is neither: that is what people see on the pack.
      guard
        case .success(let expanded) = Result(catching: { () throws(Refusal) in
          try expandUPCE(digits)
        })
      else { throw asEAN8 }
      return try GTIN(expanded)
    }
  }

  /// `]X0` says only that the data came from some other source.
  private static func unidentifiedOrText(_ bytes: [UInt8]) throws(Refusal) -> GTIN {
    guard [8, 12, 13, 14].contains(bytes.count),
      bytes.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw .notATradeItem(.other) }
    return try unidentified(bytes)
  }
}
