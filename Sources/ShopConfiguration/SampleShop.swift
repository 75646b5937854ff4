import Ledger
import Retail
import StrictYAML

/// A shop to try the kiosk with: what `kioskd run --sample` fills an empty book with.
public struct SampleShop: Equatable, Sendable {
  public struct Product: Equatable, Sendable {
    public let sku: String
    /// EAN-13 as it is printed, its check digit verified.
    public let code: String
    public let name: LocalizedText
    public let category: String
    public let price: Money
    public let memberPrice: Money?
    /// What the prices are for; nil: one piece.
    public let priceUnit: PriceUnit?
    /// What the price allows; nil: any discount.
    public let terms: PriceTerms?

    public init(
      sku: String, code: String, name: LocalizedText, category: String, price: Money,
      memberPrice: Money?, priceUnit: PriceUnit? = nil, terms: PriceTerms? = nil
    ) {
      self.sku = sku
      self.code = code
      self.name = name
      self.category = category
      self.price = price
      self.memberPrice = memberPrice
      self.priceUnit = priceUnit
      self.terms = terms
    }

    /// The code as the catalogue keeps it: a GTIN of 14 digits.
    public var gtin14: String { "0" + code }
  }

  public struct BonusLot: Equatable, Sendable {
    /// Names the lot's account.
    public let id: String
    public let granted: Money
    /// How much of the grant one bill may take; nil: all of it.
    public let capOfGrantBasisPoints: Int?

    public init(id: String, granted: Money, capOfGrantBasisPoints: Int?) {
      self.id = id
      self.granted = granted
      self.capOfGrantBasisPoints = capOfGrantBasisPoints
    }
  }

  public struct Member: Equatable, Sendable {
    public let id: Int64
    /// Printed on the card.
    public let number: String
    public let name: String
    public let phone: String
    /// `1990-05-12`
    public let birthday: String?
    /// A tier of promotions.yaml.
    public let tier: String
    /// UIDs of the member's cards, 7 bytes each (ISO 14443-3).
    public let cards: [[UInt8]]
    public let principal: Money
    public let bonusLots: [BonusLot]
    /// Whole points.
    public let points: Int64

    public init(
      id: Int64, number: String, name: String, phone: String, birthday: String?, tier: String,
      cards: [[UInt8]], principal: Money, bonusLots: [BonusLot], points: Int64
    ) {
      self.id = id
      self.number = number
      self.name = name
      self.phone = phone
      self.birthday = birthday
      self.tier = tier
      self.cards = cards
      self.principal = principal
      self.bonusLots = bonusLots
      self.points = points
    }
  }

  public let currency: Currency
  public let products: [Product]
  public let members: [Member]

  public init(currency: Currency, products: [Product], members: [Member]) {
    self.currency = currency
    self.products = products
    self.members = members
  }
}
