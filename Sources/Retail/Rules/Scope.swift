import Ledger

/// Which lines of a bill a rule is about; empty lists mean all. An item the shop never discounts is
/// in no scope.
public struct Scope: Equatable, Hashable, Sendable {
  public let categories: [String]
  public let skus: [String]
  public let excludedCategories: [String]
  public let excludedSKUs: [String]
  /// By the price of a unit, both ends included.
  public let priceFrom: Money?
  public let priceTo: Money?
  /// Leaves out what is reduced already: in the catalogue, or by a price label or an offer on items
  /// of this bill.
  public let excludesReduced: Bool

  public init(
    categories: [String] = [], skus: [String] = [], excludedCategories: [String] = [],
    excludedSKUs: [String] = [], priceFrom: Money? = nil, priceTo: Money? = nil,
    excludesReduced: Bool = false
  ) {
    self.categories = categories
    self.skus = skus
    self.excludedCategories = excludedCategories
    self.excludedSKUs = excludedSKUs
    self.priceFrom = priceFrom
    self.priceTo = priceTo
    self.excludesReduced = excludesReduced
  }

  public static let all = Scope()

  public var isAll: Bool { self == .all }

  /// Whether it can be named by its skus and categories alone, for an index.
  var isNamed: Bool { !categories.isEmpty || !skus.isEmpty }

  /// Whether the item is in it as the catalogue knows it.
  public func contains(_ item: CatalogueItem) -> Bool {
    guard item.isDiscountable else { return false }
    if isNamed && !skus.contains(item.sku) && !categories.contains(item.category) { return false }
    if excludedSKUs.contains(item.sku) || excludedCategories.contains(item.category) {
      return false
    }
    if let priceFrom, item.unitPrice < priceFrom { return false }
    if let priceTo, item.unitPrice > priceTo { return false }
    return !(excludesReduced && item.isReduced)
  }
}

extension Scope: Codable {
  private enum CodingKeys: String, CodingKey {
    case categories, skus, excludedCategories, excludedSKUs, priceFrom, priceTo, excludesReduced
  }

  /// What is not there is empty: the form of the first schema had two of the keys.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      categories: try keys.decodeIfPresent([String].self, forKey: .categories) ?? [],
      skus: try keys.decodeIfPresent([String].self, forKey: .skus) ?? [],
      excludedCategories: try keys.decodeIfPresent([String].self, forKey: .excludedCategories)
        ?? [],
      excludedSKUs: try keys.decodeIfPresent([String].self, forKey: .excludedSKUs) ?? [],
      priceFrom: try keys.decodeIfPresent(Money.self, forKey: .priceFrom),
      priceTo: try keys.decodeIfPresent(Money.self, forKey: .priceTo),
      excludesReduced: try keys.decodeIfPresent(Bool.self, forKey: .excludesReduced) ?? false)
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(categories, forKey: .categories)
    try keys.encode(skus, forKey: .skus)
    if !excludedCategories.isEmpty {
      try keys.encode(excludedCategories, forKey: .excludedCategories)
    }
    if !excludedSKUs.isEmpty { try keys.encode(excludedSKUs, forKey: .excludedSKUs) }
    try keys.encodeIfPresent(priceFrom, forKey: .priceFrom)
    try keys.encodeIfPresent(priceTo, forKey: .priceTo)
    if excludesReduced { try keys.encode(true, forKey: .excludesReduced) }
  }
}
