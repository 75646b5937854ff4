/// What a scan is, by the symbol it came from, its form and the checks in it; nothing is looked up.
public enum ScanMeaning: Equatable, Hashable, Sendable {
  case product(GS1.GTIN)
  /// A label of the shop's own with a price, weight or count.
  case inStore(InStoreNumber)
  /// Element strings with application identifiers.
  case elementString([GS1.Element])
  /// The same, as a web address.
  case digitalLink([GS1.Element])
  /// A payment code, when one is expected.
  case payment(PaymentCode)
  case own(OwnCode)
  /// Text whose meaning is nobody's so far.
  case text([UInt8], GS1.Symbology?)
  case refused(Refusal)

  public enum Refusal: Error, Equatable, Hashable, Sendable {
    /// A number that ought to be a trade item's and is not.
    case number(GS1.Refusal)
    /// The price, weight or count on a label of the shop's own is not what was printed.
    case valueCheckDigit
    case elementString(GS1.SyntaxRefusal)
    case digitalLink(GS1.SyntaxRefusal)
    /// A payment code, and nobody was asked to pay; its digits are gone.
    case paymentNotExpected(PaymentCode.Kind)
    /// Numbers of several trade items one behind the other.
    case glued
    /// More bytes than any symbol holds that a kiosk has a use for.
    case tooLong(Int)
  }
}

extension ScanMeaning.Refusal: CustomStringConvertible {
  /// For staff and logs; nothing of the data is in it.
  public var description: String {
    switch self {
    case .number(.notANumber): "not a number"
    case .number(.wrongLength(let count)): "\(count) digits, which no item number has here"
    case .number(.wrongCheckDigit(let expected, let found)):
      "check digit \(found), expected \(expected)"
    case .number(.addOnAlone): "an add-on without its symbol"
    case .number(.notUPCE): "not a UPC-E number"
    case .valueCheckDigit: "wrong check digit of the price, weight or count"
    case .elementString(let refusal): refusal.description
    case .digitalLink(let refusal): refusal.description
    case .paymentNotExpected(let kind): "a payment code (\(kind.rawValue)), and none is expected"
    case .glued: "several item numbers one behind the other"
    case .tooLong(let count): "\(count) bytes, more than \(ScanReader.byteLimit)"
    }
  }
}

extension ScanMeaning {
  /// Whether the scan keeps the rules of its symbol. A payment code that nobody expects does.
  public var isWellFormed: Bool {
    switch self {
    case .product, .inStore, .elementString, .digitalLink, .payment, .own, .text,
      .refused(.paymentNotExpected):
      true
    case .refused(.number), .refused(.valueCheckDigit), .refused(.elementString),
      .refused(.digitalLink), .refused(.glued), .refused(.tooLong):
      false
    }
  }

  /// The application identifiers and their data, in the order of the scan.
  public var elements: [GS1.Element] {
    switch self {
    case .elementString(let elements), .digitalLink(let elements): elements
    case .product, .inStore, .payment, .own, .text, .refused: []
    }
  }
}
