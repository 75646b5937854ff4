/// What an account counts; never mixed in one balance.
///
/// `CNY` in fen (any ISO 4217 code in its minor unit), `PTS` in thousandths of a point,
/// `CNT/<service>`, `CPN/<template>`, `QTY/<sku>`, `USE/<rule>`.
public struct Asset: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public static let codeLengthLimit = 64

  public let code: String

  /// Nil unless the code is 1 to 64 printable ASCII characters without a blank.
  public init?(code: String) {
    guard (1...Self.codeLengthLimit).contains(code.utf8.count),
      code.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    self.code = code
  }

  init(uncheckedCode: String) { code = uncheckedCode }

  /// Thousandths of a point.
  public static let points = Asset(uncheckedCode: "PTS")

  /// Pieces of a coupon template, whose name is already a valid key.
  public static func coupons(of template: String) -> Asset? { Asset(code: "CPN/" + template) }

  /// Times that a rule may be used, whose name is already a valid key.
  public static func uses(of rule: String) -> Asset? { Asset(code: "USE/" + rule) }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let asset = Asset(code: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an asset code: \(text)"))
    }
    self = asset
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }

  public static func < (left: Asset, right: Asset) -> Bool { left.code < right.code }
  public var description: String { code }
}
