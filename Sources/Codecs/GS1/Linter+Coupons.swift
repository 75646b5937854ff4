/// North American coupons: fields whose length is a digit in front of them (GS1 US, North American
/// Coupon Application Guideline; GS1 AI (8112) Coupon Data Specification).
extension GS1.Linter {
  /// A coupon as it stands in (8110): whose it is, what it saves and what must be bought, and up to
  /// seven further fields, each with its number in front.
  static func isCouponCode(_ value: ArraySlice<UInt8>) -> Bool {
    guard areDigits(value) else { return false }
    var fields = CouponFields(value)
    guard fields.sized(0...6, plus: 6), fields.skip(6),  // company prefix, offer code
      fields.sized(1...5), fields.purchase()
    else { return false }
    if fields.begins(1) {
      guard fields.digit(in: 0...3), fields.purchase(), fields.otherCompany() else { return false }
    }
    if fields.begins(2) {
      guard fields.purchase(), fields.otherCompany() else { return false }
    }
    var expiry: ArraySlice<UInt8>?
    if fields.begins(3) {
      guard let date = fields.date() else { return false }
      expiry = date
    }
    if fields.begins(4) {
      guard let start = fields.date() else { return false }
      if let expiry, expiry.lexicographicallyPrecedes(start) { return false }
    }
    if fields.begins(5) {
      guard fields.sized(0...9, plus: 6) else { return false }  // serial number
    }
    if fields.begins(6) {
      guard fields.sized(1...7, plus: 6) else { return false }  // retailer
    }
    if fields.begins(9) {
      guard let code = fields.next(), [0, 1, 2, 5, 6].contains(code),  // how the value is saved
        fields.digit(in: 0...2),  // on which purchase
        fields.digit(in: 0...9), fields.digit(in: 0...1)
      else { return false }
    }
    return fields.isAtEnd
  }

  /// A coupon as it stands in (8112): format, funder, offer and serial number.
  static func isCouponOffer(_ value: ArraySlice<UInt8>) -> Bool {
    guard areDigits(value) else { return false }
    var fields = CouponFields(value)
    return fields.digit(in: 0...1) && fields.sized(0...6, plus: 6) && fields.skip(6)
      && fields.sized(0...9, plus: 6) && fields.isAtEnd
  }
}

/// The fields of a coupon that are not read yet; all digits.
private struct CouponFields {
  private var rest: ArraySlice<UInt8>

  init(_ digits: ArraySlice<UInt8>) { rest = digits }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func next() -> UInt8? { rest.popFirst().map { $0 - 0x30 } }

  mutating func digit(in range: ClosedRange<UInt8>) -> Bool {
    next().map(range.contains) ?? false
  }

  mutating func skip(_ count: Int) -> Bool {
    guard rest.count >= count else { return false }
    rest = rest.dropFirst(count)
    return true
  }

  /// Whether the further field of a number comes; its number is read.
  mutating func begins(_ number: UInt8) -> Bool {
    guard rest.first == number + 0x30 else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A field behind its length, which is in a range and is counted from `base`.
  mutating func sized(_ range: ClosedRange<UInt8>, plus base: Int = 0) -> Bool {
    guard let size = next(), range.contains(size) else { return false }
    return skip(Int(size) + base)
  }

  /// The company of a further purchase; 9 means that of the first.
  mutating func otherCompany() -> Bool {
    guard let size = next() else { return false }
    return size == 9 || size <= 6 && skip(Int(size) + 6)
  }

  /// What must be bought: an amount, its kind and a family of items.
  mutating func purchase() -> Bool {
    guard sized(1...5), let kind = next(), kind <= 4 || kind == 9 else { return false }
    return skip(3)
  }

  mutating func date() -> ArraySlice<UInt8>? {
    let date = rest.prefix(6)
    guard GS1.Linter.yymmdd.isTime(date), skip(6) else { return nil }
    return date
  }
}
