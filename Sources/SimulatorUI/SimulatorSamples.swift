/// What a newcomer can scan and tap.
public struct SimulatorSamples: Equatable, Sendable, Codable {
  public struct Product: Equatable, Sendable, Codable {
    /// What its barcode says.
    public let code: String
    public let name: String
    /// In minor units.
    public let price: Int64

    public init(code: String, name: String, price: Int64) {
      self.code = code
      self.name = name
      self.price = price
    }
  }

  public struct Card: Equatable, Sendable, Codable {
    /// Hexadecimal, as `POST /simulator/reader` takes it.
    public let uid: String
    public let member: String

    public init(uid: String, member: String) {
      self.uid = uid
      self.member = member
    }
  }

  public struct Coupon: Equatable, Sendable, Codable {
    public let code: String
    public let title: String

    public init(code: String, title: String) {
      self.code = code
      self.title = title
    }
  }

  public let products: [Product]
  public let cards: [Card]
  public let coupons: [Coupon]

  public init(products: [Product], cards: [Card], coupons: [Coupon]) {
    self.products = products
    self.cards = cards
    self.coupons = coupons
  }
}
