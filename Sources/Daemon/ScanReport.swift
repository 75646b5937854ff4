import Codecs
import Retail

/// What a scan means, for technicians and for whoever runs a file of scans through it.
public struct ScanReport: Equatable, Sendable, Encodable {
  /// Whether the scan keeps the rules of its symbol; when a payment is expected, whether it is a
  /// payment code.
  public let ok: Bool
  /// `product`, `inStore.price`, `elementString`, `digitalLink`, `payment.wechat`, `coupon`,
  /// `member`, `badge`, `giftCard`, `receipt`, `text` or `refused`.
  public let meaning: String
  /// Application identifiers and their data, in the order of the scan.
  public let elements: [[String]]
  /// The number of an EAN, UPC or ITF symbol with its 14 digits.
  public let gtin14: String?
  /// Why it is refused, or not usable now. Nothing of a code is in it.
  public let reason: String?

  /// Reads text as scanners send it: the AIM identifier, when it begins with `]`, then the data.
  public init(_ text: String, paymentExpected: Bool, reader: ScanReader) {
    var bytes = Array(text.utf8)
    var aim: String?
    if bytes.count >= 3, bytes[0] == UInt8(ascii: "]") {
      aim = String(decoding: bytes[..<3], as: UTF8.self)
      bytes.removeFirst(3)
    }
    self.init(
      reader.read(bytes, aim: aim, paymentExpected: paymentExpected),
      paymentExpected: paymentExpected)
  }

  public init(_ meaning: ScanMeaning, paymentExpected: Bool) {
    self.meaning = Self.name(meaning)
    elements = meaning.elements.map { [$0.identifier.description, $0.value] }
    switch meaning {
    case .product(let gtin): gtin14 = gtin.description
    case .inStore(let number): gtin14 = number.number.description
    case .elementString, .digitalLink, .payment, .own, .text, .refused: gtin14 = nil
    }
    let isPayment = if case .payment = meaning { true } else { false }
    ok = paymentExpected ? isPayment : meaning.isWellFormed
    reason =
      if case .refused(let refusal) = meaning {
        "\(refusal)"
      } else {
        paymentExpected && !isPayment ? "a payment code is expected" : nil
      }
  }

  private enum Key: String, CodingKey {
    case ok, meaning, elements, gtin14, reason
  }

  /// All keys are there; what there is nothing to tell of is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(ok, forKey: .ok)
    try container.encode(meaning, forKey: .meaning)
    try container.encode(elements, forKey: .elements)
    try container.encode(gtin14, forKey: .gtin14)
    try container.encode(reason, forKey: .reason)
  }

  private static func name(_ meaning: ScanMeaning) -> String {
    switch meaning {
    case .product: "product"
    case .inStore(let number): "inStore.\(number.measure.rawValue)"
    case .elementString: "elementString"
    case .digitalLink: "digitalLink"
    case .payment(let code): "payment.\(code.kind.rawValue)"
    case .own(let code): code.kind.rawValue
    case .text(let bytes, _):
      BearerCode(String(decoding: bytes, as: UTF8.self)) == nil ? "text" : "coupon"
    case .refused(.paymentNotExpected(let kind)): "payment.\(kind.rawValue)"
    case .refused: "refused"
    }
  }
}
