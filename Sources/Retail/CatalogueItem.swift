import Ledger

/// A text that customers read, in the languages of the kiosk.
public struct LocalizedText: Equatable, Hashable, Sendable, Codable {
  public let zh: String
  public let en: String

  public init(zh: String, en: String) {
    self.zh = zh
    self.en = en
  }

  public func text(in language: Language) -> String {
    switch language {
    case .zh: zh
    case .en: en
    }
  }
}

public enum Language: String, Sendable, Codable, CaseIterable { case zh, en }

/// A product or service as the shop sells it.
public struct CatalogueItem: Equatable, Hashable, Sendable, Codable {
  /// The largest price of one unit; keeps the sum of the fullest cart inside one posting.
  public static let priceLimit = Money(minorUnits: 10_000_000_000)

  /// The shop's own key, 1 to 40 printable ASCII characters.
  public let sku: String
  /// GTINs of 14 digits that mean this item (GS1 General Specifications, 7.9).
  public let gtins: [String]
  public let name: LocalizedText
  public let category: String
  public let unitPrice: Money
  /// What members pay for a unit, or nil.
  public let memberPrice: Money?
  /// What the prices are for; nil: one piece.
  public let priceUnit: PriceUnit?
  /// What one label of it stands for, the prices being the label's; nil for one piece, and in the
  /// catalogue.
  public let portion: Portion?
  /// What its price allows; nil: any discount.
  public let terms: PriceTerms?

  public init(
    sku: String, gtins: [String], name: LocalizedText, category: String, unitPrice: Money,
    memberPrice: Money? = nil, priceUnit: PriceUnit? = nil, portion: Portion? = nil,
    terms: PriceTerms? = nil
  ) {
    self.sku = sku
    self.gtins = gtins
    self.name = name
    self.category = category
    self.unitPrice = unitPrice
    self.memberPrice = memberPrice
    self.priceUnit = priceUnit
    self.portion = portion
    self.terms = terms
  }

  /// No rule takes anything off an item that is not.
  public var isDiscountable: Bool { terms?.isDiscountable ?? true }

  /// Its price is a reduced one already.
  public var isReduced: Bool { terms?.reducedFrom != nil }
}

/// What the price of an item allows.
public struct PriceTerms: Equatable, Hashable, Sendable, Codable {
  public let isDiscountable: Bool
  /// The least that a unit may cost after all discounts.
  public let floor: Money?
  /// The price before the one it has now.
  public let reducedFrom: Money?

  public init(isDiscountable: Bool = true, floor: Money? = nil, reducedFrom: Money? = nil) {
    self.isDiscountable = isDiscountable
    self.floor = floor
    self.reducedFrom = reducedFrom
  }
}
