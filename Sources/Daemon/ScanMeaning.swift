import Codecs
import Devices
import Retail

/// What a scan is, by its symbology and form alone; nothing is looked up yet (K3).
enum ScanMeaning: Equatable {
  /// A trade item by its GTIN of 14 digits, check digit verified.
  case product(gtin: String)
  case coupon(BearerCode)
  /// A one-time code of a payment wallet; never kept, never shown.
  case paymentCode
  case wrongCheckDigit
  case notUnderstood

  init(_ scan: ScanData) {
    switch GS1.ScannedSymbol(bytes: scan.bytes, aim: scan.aimIdentifier) {
    case .tradeItem(let gtin): self = .product(gtin: gtin.description)
    case .refused(.wrongCheckDigit): self = .wrongCheckDigit
    case .refused, .elementString: self = .notUnderstood
    case .text(let bytes, _):
      let text = String(decoding: bytes, as: UTF8.self)
      // Before coupons: a payment code must never be looked up, hashed or counted as one.
      if Self.isPaymentCode(bytes) {
        self = .paymentCode
      } else if let code = BearerCode(text) {
        self = .coupon(code)
      } else {
        // Twelve to fourteen digits that are no GTIN were meant as one.
        self = Self.looksLikeGTIN(bytes) ? .wrongCheckDigit : .notUnderstood
      }
    }
  }

  /// WeChat Pay 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30, UnionPay 19 digits
  /// from 62.
  private static func isPaymentCode(_ bytes: [UInt8]) -> Bool {
    guard (16...24).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return false
    }
    let prefix = Int(bytes[0] - 0x30) * 10 + Int(bytes[1] - 0x30)
    return switch prefix {
    case 10...15: bytes.count == 18
    case 25...30: true
    case 62: bytes.count == 19
    default: false
    }
  }

  private static func looksLikeGTIN(_ bytes: [UInt8]) -> Bool {
    (12...14).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) }
  }
}
