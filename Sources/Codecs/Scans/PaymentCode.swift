/// The one-time code that a customer's payment app shows, and that pays once.
///
/// Who has it can take money: a description, log line or recording of this value shows its kind
/// only, and it is not Codable so that no journal can hold one. It is to be used once, and never
/// again within the minutes that it lives.
public struct PaymentCode: Equatable, Hashable, Sendable {
  public enum Kind: String, Equatable, Hashable, Sendable, CaseIterable {
    case wechat, alipay, unionpay
  }

  public let kind: Kind
  /// The digits, for the payment service and nobody else.
  public let digits: String

  /// Takes the ASCII digits of WeChat Pay (10 to 15, in all 18; also 16 where a shop accepts it),
  /// Alipay (25 to 30, in all 16 to 24) or UnionPay (62, in all 19).
  public init?(_ bytes: [UInt8], acceptsWeChat16: Bool = false) {
    guard let kind = Self.kind(of: bytes, acceptsWeChat16: acceptsWeChat16) else { return nil }
    self.kind = kind
    digits = String(decoding: bytes, as: UTF8.self)
  }

  static func kind(of bytes: [UInt8], acceptsWeChat16: Bool) -> Kind? {
    guard (16...24).contains(bytes.count), bytes.allSatisfy({ $0 &- 0x30 <= 9 }) else { return nil }
    switch (bytes[0] - 0x30) * 10 + (bytes[1] - 0x30) {
    case 10...15: return bytes.count == 18 ? .wechat : nil
    case 16: return acceptsWeChat16 && bytes.count == 18 ? .wechat : nil
    case 25...30: return .alipay
    case 62: return bytes.count == 19 ? .unionpay : nil
    default: return nil
    }
  }
}

extension PaymentCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(kind.rawValue) code" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}
