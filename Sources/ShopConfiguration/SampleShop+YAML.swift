import Ledger
import Retail
import StrictYAML

extension SampleShop {
  static let productLimit = 10_000
  static let memberLimit = 1_000
  static let cardLimit = 4
  static let lotLimit = 12
  static let pointsLimit: Int64 = 1_000_000_000

  /// Reads the file at a path. A wrong one is refused with its key, its line and what was expected.
  public init(path: String) throws(YAMLError) {
    try self.init(YAMLFile.read(path))
  }

  public init(_ value: YAMLValue) throws(YAMLError) {
    var top = try value.mapping()
    let currency = try KioskConfiguration.currency(top.required("currency"))
    let products = try Self.products(top.required("products"))
    let members = try Self.members(top.required("members"))
    try top.finish()
    self.init(currency: currency, products: products, members: members)
  }

  // MARK: Products

  private static func products(_ value: YAMLValue) throws(YAMLError) -> [Product] {
    var skus = Once("product", "sku")
    var codes = Once("product", "code")
    return try PromotionsFile.each(value, limit: productLimit) { value throws(YAMLError) in
      var product = try value.mapping()
      let sku = try product.required("sku")
      let code = try product.required("code")
      let read = Product(
        sku: try skus.take(PromotionsFile.key(sku), at: sku),
        code: try codes.take(ean13(code), at: code),
        name: try PromotionsFile.title(product.required("name")),
        category: try PromotionsFile.key(product.required("category")),
        price: try PromotionsFile.money(product.required("price"), from: 1),
        memberPrice: try optional(product.optional("memberPrice")) { value throws(YAMLError) in
          try PromotionsFile.money(value, from: 1)
        },
        priceUnit: try optional(product.optional("priceUnit")) { value throws(YAMLError) in
          try value.choice()
        }, terms: try PriceTerms(&product))
      try product.finish()
      if let memberPrice = read.memberPrice, memberPrice > read.price {
        throw value.error("expected a memberPrice that is not above the price")
      }
      if let before = read.terms?.reducedFrom, before <= read.price {
        throw value.error("expected a reducedFrom that is above the price")
      }
      return read
    }
  }

  /// 13 digits whose check digit is right (GS1 General Specifications, 7.9).
  private static func ean13(_ value: YAMLValue) throws(YAMLError) -> String {
    let text = try value.text()
    let digits = text.compactMap { $0.isASCII ? $0.wholeNumberValue : nil }
    guard text.count == 13, digits.count == 13 else {
      throw value.error("expected the 13 digits of an EAN-13 in quotes, found \"\(text)\"")
    }
    let sum = digits.dropLast().enumerated().reduce(0) { sum, digit in
      sum + digit.element * (digit.offset.isMultiple(of: 2) ? 1 : 3)
    }
    let check = (10 - sum % 10) % 10
    guard digits.last == check else {
      throw value.error("expected \(check) as the check digit of \(text)")
    }
    return text
  }

  // MARK: Members

  private static func members(_ value: YAMLValue) throws(YAMLError) -> [Member] {
    var ids = Once("member", "id")
    var numbers = Once("member", "number")
    var phones = Once("member", "phone")
    var cards = Once("member", "card")
    return try PromotionsFile.each(value, limit: memberLimit) { value throws(YAMLError) in
      var member = try value.mapping()
      let (id, number) = (try member.required("id"), try member.required("number"))
      let phone = try member.required("phone")
      let memberID: Int64 = try id.integer(in: 1...999_999_999)
      _ = try ids.take(String(memberID), at: id)
      let read = Member(
        id: memberID, number: try numbers.take(digits(number, 4...20), at: number),
        name: try member.required("name").text(),
        phone: try phones.take(digits(phone, 7...15), at: phone),
        birthday: try optional(member.optional("birthday"), day),
        tier: try PromotionsFile.key(member.required("tier")),
        cards: try PromotionsFile.each(member.required("cards"), limit: cardLimit) {
          value throws(YAMLError) in
          _ = try cards.take(value.text().uppercased(), at: value)
          return try uid(value)
        },
        principal: try PromotionsFile.money(member.required("principal"), from: 0),
        bonusLots: try lots(member.optional("bonus")),
        points: try member.required("points").integer(in: 0...pointsLimit))
      try member.finish()
      return read
    }
  }

  private static func lots(_ value: YAMLValue?) throws(YAMLError) -> [BonusLot] {
    guard let value else { return [] }
    var ids = Once("lot", "id")
    return try PromotionsFile.each(value, limit: lotLimit) { value throws(YAMLError) in
      var lot = try value.mapping()
      let id = try lot.required("id")
      let read = BonusLot(
        id: try ids.take(PromotionsFile.key(id), at: id),
        granted: try PromotionsFile.money(lot.required("granted"), from: 1),
        capOfGrantBasisPoints: try optional(lot.optional("capOfGrantBasisPoints")) {
          value throws(YAMLError) in
          try value.integer(in: 1...10_000)
        })
      try lot.finish()
      return read
    }
  }

  // MARK: Values

  private static func optional<Value>(
    _ value: YAMLValue?, _ read: (YAMLValue) throws(YAMLError) -> Value
  ) throws(YAMLError) -> Value? {
    guard let value else { return nil }
    return try read(value)
  }

  private static func digits(
    _ value: YAMLValue, _ count: ClosedRange<Int>
  ) throws(YAMLError) -> String {
    let text = try value.text()
    guard count.contains(text.count), text.allSatisfy({ ("0"..."9").contains($0) }) else {
      throw value.error(
        "expected \(count.lowerBound) to \(count.upperBound) digits in quotes, "
          + "found \"\(text.prefix(40))\"")
    }
    return text
  }

  /// A UID of 7 bytes: those of 4 are reused or random, and no member is known by them.
  private static func uid(_ value: YAMLValue) throws(YAMLError) -> [UInt8] {
    let text = try value.text()
    let digits = Array(text)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    guard digits.count == 14, digits.allSatisfy(\.isHexDigit), bytes.count == 7 else {
      throw value.error(
        "expected the 14 hexadecimal digits of a card's UID in quotes, "
          + "found \"\(text.prefix(40))\"")
    }
    return bytes
  }

  private static func day(_ value: YAMLValue) throws(YAMLError) -> String {
    let text = try value.text()
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1_900...2_100).contains(year), (1...12).contains(month), (1...31).contains(day),
      CalendarDate(year: year, month: month, day: day).description == text
    else { throw value.error("expected a day such as 1990-05-12, found \"\(text.prefix(40))\"") }
    return text
  }
}

/// Values that may be given once.
private struct Once {
  private let noun: String
  private let key: String
  private var values: Set<String> = []

  init(_ noun: String, _ key: String) { (self.noun, self.key) = (noun, key) }

  mutating func take(_ value: String, at place: YAMLValue) throws(YAMLError) -> String {
    guard values.insert(value).inserted else {
      throw place.error("another \(noun) has the \(key) \"\(value)\"; expected one of its own")
    }
    return value
  }
}
