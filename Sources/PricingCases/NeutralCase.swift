import StrictYAML

/// One case of the neutral form that other projects' tests were brought into: a JSON object a line,
/// of which RETAIL's head tells the fields.
public struct NeutralCase: Sendable {
  public static let lineLimit = 1_000_000

  public enum Kind: String, CaseIterable, Sendable {
    case promo, coupon, alloc, split, points, tender, wallet, ledger, refund
  }

  public let id: String
  public let kind: Kind
  /// What the source asserts.
  let expected: [String: JSONValue]
  let cart: YAMLValue?
  let rules: [YAMLValue]
  let shipping: Int64
  let taxMode: String?
  let taxBasisPoints: Int?
  let tenders: [YAMLValue]
  let state: YAMLValue?
  let ops: [YAMLValue]
  let room: [Int64]?
  let weights: [Int64]?
  let rounding: YAMLValue?
  let groupPolicy: YAMLValue?
  let unitPrice: Int64?

  static let amounts: ClosedRange<Int64> = -1_000_000_000_000...1_000_000_000_000

  public init(line: String, number: Int) throws(YAMLError) {
    let value = try YAMLFile.parse(line, file: "line \(number)")
    var keys = try value.mapping()
    id = try keys.required("id").text()
    kind = try keys.required("kind").choice()
    _ = keys.optional("source")
    _ = keys.optional("note")
    guard case .object(let expected) = try JSONValue(keys.required("expect")) else {
      throw value.error("expected fields under \"expect\"")
    }
    self.expected = expected
    cart = keys.optional("cart")
    rules = try Self.list(keys.optional("rules"))
    shipping = try Self.integer(keys.optional("shipping")) ?? 0
    taxMode = try Self.text(keys.optional("tax_mode"))
    taxBasisPoints = try Self.integer(keys.optional("tax_bp")).map { Int($0) }
    tenders = try Self.list(keys.optional("tenders"))
    state = Self.present(keys.optional("state"))
    ops = try Self.list(keys.optional("ops"))
    room = try Self.integers(keys.optional("room"))
    weights = try Self.integers(keys.optional("weights"))
    rounding = Self.present(keys.optional("rounding"))
    groupPolicy = Self.present(keys.optional("group_policy"))
    unitPrice = try Self.integer(keys.optional("unit_price"))
    try keys.finish()
  }

  // MARK: Values that may be null or absent

  static func present(_ value: YAMLValue?) -> YAMLValue? {
    guard let value else { return nil }
    if case .nothing = value.shape { return nil }
    return value
  }

  static func integer(_ value: YAMLValue?) throws(YAMLError) -> Int64? {
    guard let value = present(value) else { return nil }
    return try value.integer(in: amounts)
  }

  static func count(_ value: YAMLValue?) throws(YAMLError) -> Int? {
    try integer(value).map { Int($0) }
  }

  static func text(_ value: YAMLValue?) throws(YAMLError) -> String? {
    guard let value = present(value) else { return nil }
    return try value.text()
  }

  static func boolean(_ value: YAMLValue?) throws(YAMLError) -> Bool? {
    guard let value = present(value) else { return nil }
    return try value.boolean()
  }

  static func list(_ value: YAMLValue?) throws(YAMLError) -> [YAMLValue] {
    guard let value = present(value) else { return [] }
    return try value.items(limit: 10_000)
  }

  static func integers(_ value: YAMLValue?) throws(YAMLError) -> [Int64]? {
    guard let value = present(value) else { return nil }
    var numbers: [Int64] = []
    for item in try value.items(limit: 10_000) {
      numbers.append(try item.integer(in: amounts))
    }
    return numbers
  }

  /// One name, or a list of them.
  static func names(_ value: YAMLValue?) throws(YAMLError) -> [String] {
    guard let value = present(value) else { return [] }
    guard value.isList else { return [try value.text()] }
    var names: [String] = []
    for item in try value.items(limit: 10_000) { names.append(try item.text()) }
    return names
  }
}

/// What the product made of a case.
public struct CaseAnswer: Encodable, Sendable {
  public let id: String
  /// The fields of `expect`, as the product computes them.
  public let result: [String: JSONValue]
  public let agrees: Bool
  /// Why it was not computed.
  public let refused: String?
}
