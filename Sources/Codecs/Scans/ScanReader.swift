/// Says what a scan means: one pure function of the bytes, the AIM identifier and whether a payment
/// is expected.
///
/// The symbol decides first, by its AIM identifier, for the same digits mean different things in
/// different symbols; what a form alone can tell comes after it, in this order:
///
/// 1. GS1 symbols (`]C1 ]e0 ]d2 ]Q3 ]J1`) hold element strings and nothing else.
/// 2. EAN and UPC (`]E0 ]E3 ]E4`) and 14 digits of ITF hold the number of an item, which may be one
///    of the shop's own with a price, weight or count.
/// 3. Anything else, or a scan without identifier: a payment code, before everything that is looked
///    up; then the shop's own codes; then a web address, which is a Digital Link or none of ours.
/// 4. Without identifier or with `]X0`, digits as long as an item's number are one.
/// 5. The rest is text.
public struct ScanReader: Equatable, Sendable {
  /// Bytes of one scan.
  public static let byteLimit = Scanning.Framing.defaultMaximumByteCount

  public struct Settings: Equatable, Sendable {
    public var inStoreNumbers: [InStoreNumber.Template] = []
    public var ownCodes: [OwnCode.Form] = OwnCode.Form.standard
    /// Whether what is not by the standard is taken all the same where it cannot be mistaken:
    /// `]E0` with 12 digits (UPC-A) or 8 (UPC-E), 12 to 14 digits with a right check digit in a
    /// symbol for text, words such as `gtin` in a Digital Link.
    public var isLenient = false
    /// Whether a WeChat payment code may also begin with 16.
    public var acceptsWeChat16 = false
    /// Whether element strings that begin with (01) are looked for in scans without identifier.
    public var readsElementsWithoutIdentifier = false

    public init() {}
  }

  public let dictionary: GS1.SyntaxDictionary
  public let settings: Settings
  /// The longest prefix first.
  private let templates: [InStoreNumber.Template]

  public init(dictionary: GS1.SyntaxDictionary, settings: Settings = Settings()) {
    self.dictionary = dictionary
    self.settings = settings
    templates = settings.inStoreNumbers.sorted { $0.prefix.count > $1.prefix.count }
  }

  /// Total: any bytes and any identifier have a meaning. `aim` has its bracket, `]E0`; nil when the
  /// scanner sent none.
  public func read(_ bytes: [UInt8], aim: String?, paymentExpected: Bool) -> ScanMeaning {
    guard bytes.count <= Self.byteLimit else { return .refused(.tooLong(bytes.count)) }
    guard let aim else { return unidentified(bytes, nil, paymentExpected) }
    let symbology = GS1.Symbology(aimIdentifier: aim)
    switch symbology {
    case .gs1128, .dataBar, .gs1DataMatrix, .gs1QRCode, .gs1DotCode:
      return elementString(bytes)
    case .ean13, .ean8, .ean13AddOn, .addOn:
      return number { () throws(GS1.Refusal) in try eanUPC(bytes, symbology) }
    case .interleaved2of5 where bytes.count == 14:
      return number { () throws(GS1.Refusal) in try GS1.GTIN(ascii: bytes) }
    case .other: return unidentified(bytes, symbology, paymentExpected)
    case .code128, .code39, .code93, .codabar, .interleaved2of5, .pdf417:
      return text(bytes, symbology, mayBeLink: false, paymentExpected)
    case .dataMatrix, .qrCode, .dotCode, .aztec:
      return text(bytes, symbology, mayBeLink: true, paymentExpected)
    }
  }

  // MARK: Text

  private func text(
    _ bytes: [UInt8], _ symbology: GS1.Symbology?, mayBeLink: Bool, _ paymentExpected: Bool
  ) -> ScanMeaning {
    if let meaning = ownOrPayment(bytes, paymentExpected) { return meaning }
    if mayBeLink, GS1.SyntaxDictionary.isWebAddress(bytes) { return digitalLink(bytes) }
    if settings.isLenient, (12...14).contains(bytes.count), let gtin = gtin(of: bytes) {
      return item(gtin)
    }
    return .text(bytes, symbology)
  }

  private func gtin(of bytes: [UInt8]) -> GS1.GTIN? {
    switch Result(catching: { () throws(GS1.Refusal) in try GS1.GTIN(ascii: bytes) }) {
    case .success(let gtin): gtin
    case .failure: nil
    }
  }

  private func ownOrPayment(_ bytes: [UInt8], _ paymentExpected: Bool) -> ScanMeaning? {
    // Before everything that is looked up: a payment code must never be searched for, hashed or
    // counted as something else.
    if let code = PaymentCode(bytes, acceptsWeChat16: settings.acceptsWeChat16) {
      if !paymentExpected, Scanning.areGTINs(bytes) { return .refused(.glued) }
      return paymentExpected ? .payment(code) : .refused(.paymentNotExpected(code.kind))
    }
    for form in settings.ownCodes {
      if let code = form.read(bytes) { return .own(code) }
    }
    return nil
  }

  private func unidentified(
    _ bytes: [UInt8], _ symbology: GS1.Symbology?, _ paymentExpected: Bool
  ) -> ScanMeaning {
    if let meaning = ownOrPayment(bytes, paymentExpected) { return meaning }
    if GS1.SyntaxDictionary.isWebAddress(bytes) { return digitalLink(bytes) }
    if GS1.GTIN.lengths.contains(bytes.count), bytes.allSatisfy({ $0 &- 0x30 <= 9 }) {
      return number { () throws(GS1.Refusal) in try unidentifiedNumber(bytes) }
    }
    if settings.readsElementsWithoutIdentifier, bytes.count > 16, bytes.starts(with: "01".utf8),
      case .elementString(let elements) = elementString(bytes)
    {
      return .elementString(elements)
    }
    return .text(bytes, symbology)
  }

  // MARK: Elements

  private func elementString(_ bytes: [UInt8]) -> ScanMeaning {
    do throws(GS1.SyntaxRefusal) {
      return .elementString(try dictionary.elements(of: bytes))
    } catch {
      return .refused(.elementString(error))
    }
  }

  private func digitalLink(_ bytes: [UInt8]) -> ScanMeaning {
    do throws(GS1.SyntaxRefusal) {
      return .digitalLink(try dictionary.elements(ofLink: bytes, acceptsWords: settings.isLenient))
    } catch {
      return .refused(.digitalLink(error))
    }
  }

  // MARK: Numbers

  private func number(_ read: () throws(GS1.Refusal) -> GS1.GTIN) -> ScanMeaning {
    do throws(GS1.Refusal) {
      return item(try read())
    } catch {
      return .refused(.number(error))
    }
  }

  private func item(_ gtin: GS1.GTIN) -> ScanMeaning {
    guard !templates.isEmpty, gtin.isOfThirteenDigits else { return .product(gtin) }
    let digits = gtin.digits.dropFirst()
    guard let template = templates.first(where: { digits.starts(with: $0.prefix) }) else {
      return .product(gtin)
    }
    guard let number = template.read(gtin) else { return .refused(.valueCheckDigit) }
    return .inStore(number)
  }

  private func eanUPC(
    _ bytes: [UInt8], _ symbology: GS1.Symbology
  ) throws(GS1.Refusal) -> GS1.GTIN {
    let digits = try GS1.digits(of: bytes)
    switch (symbology, digits.count) {
    case (.ean13, 13), (.ean8, 8): return try GS1.GTIN(digits)
    // As some scanners are set: UPC-A without its zero, UPC-E as it is printed.
    case (.ean13, 12) where settings.isLenient: return try GS1.GTIN(digits)
    case (.ean13, 8) where settings.isLenient: return try GS1.GTIN(GS1.expandUPCE(digits))
    case (.ean13AddOn, 15), (.ean13AddOn, 18): return try GS1.GTIN(digits.prefix(13))
    case (.addOn, _): throw .addOnAlone
    default: throw .wrongLength(digits.count)
    }
  }

  /// Eight digits are EAN-8 rather than UPC-E when they can be both; when they are neither they are
  /// told as EAN-8, which is what people see on the pack.
  private func unidentifiedNumber(_ bytes: [UInt8]) throws(GS1.Refusal) -> GS1.GTIN {
    let digits = try GS1.digits(of: bytes)
    guard digits.count == 8 else { return try GS1.GTIN(digits) }
    do throws(GS1.Refusal) {
      return try GS1.GTIN(digits)
    } catch {
      let asEAN8 = error
      let expanded = Result { () throws(GS1.Refusal) in try GS1.expandUPCE(digits) }
      guard case .success(let digits) = expanded else { throw asEAN8 }
      return try GS1.GTIN(digits)
    }
  }
}
