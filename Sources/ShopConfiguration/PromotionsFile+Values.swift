import Ledger
import Retail
import StrictYAML

extension PromotionsFile {
  /// Reads the items of a list, at most `limit` of them.
  static func each<Item>(
    _ value: YAMLValue, limit: Int, _ read: (YAMLValue) throws(YAMLError) -> Item
  ) throws(YAMLError) -> [Item] {
    var items: [Item] = []
    for item in try value.items(limit: limit) { items.append(try read(item)) }
    return items
  }

  /// An amount in minor units.
  static func money(_ value: YAMLValue, from least: Int64) throws(YAMLError) -> Money {
    Money(minorUnits: try value.integer(in: least...CatalogueItem.priceLimit.minorUnits))
  }

  /// What customers read, in both languages.
  static func title(_ value: YAMLValue) throws(YAMLError) -> LocalizedText {
    var texts = try value.mapping()
    let title = LocalizedText(
      zh: try line(texts.required("zh")), en: try line(texts.required("en")))
    try texts.finish()
    return title
  }

  private static func line(_ value: YAMLValue) throws(YAMLError) -> String {
    let text = try value.text()
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw value.error("expected text without control characters")
    }
    guard text.unicodeScalars.count <= titleLimit else {
      throw value.error("expected at most \(titleLimit) characters, found \(text.count)")
    }
    return text
  }

  /// A name that accounts and assets are made of.
  static func key(_ value: YAMLValue) throws(YAMLError) -> String {
    let text = try value.text()
    let isWellFormed =
      text.utf8.count <= keyLimit && text.utf8.first != 0x2D
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
    guard isWellFormed else {
      throw value.error(
        "expected a name of 1 to \(keyLimit) small letters, digits and hyphens,"
          + " found \"\(text.prefix(keyLimit))\"")
    }
    return text
  }
}

extension PriceTerms {
  /// `discountable`, `floor` and `reducedFrom` of an item; nil when none says anything.
  init?(_ keys: inout YAMLMapping) throws(YAMLError) {
    func money(_ value: YAMLValue?) throws(YAMLError) -> Money? {
      try PromotionsFile.optional(value) { value throws(YAMLError) in
        try PromotionsFile.money(value, from: 0)
      }
    }
    self.init(
      isDiscountable: try PromotionsFile.flag(keys.optional("discountable")) ?? true,
      floor: try money(keys.optional("floor")), reducedFrom: try money(keys.optional("reducedFrom"))
    )
    if self == PriceTerms() { return nil }
  }
}

/// Names that may be given once.
struct UniqueNames {
  private let noun: String
  private var names: Set<String> = []

  init(noun: String) { self.noun = noun }

  mutating func insert(_ value: YAMLValue) throws(YAMLError) -> String {
    let name = try PromotionsFile.key(value)
    guard names.insert(name).inserted else {
      throw value.error("another \(noun) has the id \"\(name)\"; expected one of its own")
    }
    return name
  }
}
