import Ledger

/// Everything a bill is priced from (phase 0); the same input gives the same bill.
public struct PricingInput: Equatable, Sendable {
  public let lines: [Cart.Line]
  /// Nil: a guest.
  public let customer: Customer?
  public let coupons: [PresentedCoupon]
  public let time: ShopTime
  /// The latest moment the shop has seen. A clock that was set back makes nothing valid again.
  public let latestSeen: Instant?
  /// For service or delivery, before discounts.
  public let fee: Money
  public let store: String
  public let channel: String
  /// The way to pay that was chosen; nil: none yet.
  public let tender: String?
  /// What is left of limits and budgets; one that is not named is whole.
  public let available: [Availability]
  /// Points that the customer wants to pay with, in thousandths.
  public let milliPointsToSpend: Int64

  public struct Customer: Equatable, Sendable, Codable {
    /// Nil where only the tier is known.
    public let id: Int64?
    public let tier: String
    public let tags: [String]
    public let segments: [String]
    public let birthday: Birthday?
    /// Purchases before this one.
    public let purchases: Int

    public struct Birthday: Equatable, Sendable, Codable {
      public let month: Int
      public let day: Int

      public init(month: Int, day: Int) {
        self.month = month
        self.day = day
      }
    }

    public init(
      id: Int64? = nil, tier: String, tags: [String] = [], segments: [String] = [],
      birthday: Birthday? = nil, purchases: Int = 0
    ) {
      self.id = id
      self.tier = tier
      self.tags = tags
      self.segments = segments
      self.birthday = birthday
      self.purchases = purchases
    }
  }

  public init(
    lines: [Cart.Line], customer: Customer?, coupons: [PresentedCoupon], time: ShopTime,
    latestSeen: Instant? = nil, fee: Money = .zero, store: String = "", channel: String = "kiosk",
    tender: String? = nil, available: [Availability] = [], milliPointsToSpend: Int64 = 0
  ) {
    self.lines = lines
    self.customer = customer
    self.coupons = coupons
    self.time = time
    self.latestSeen = latestSeen
    self.fee = fee
    self.store = store
    self.channel = channel
    self.tender = tender
    self.available = available
    self.milliPointsToSpend = milliPointsToSpend
  }

  public var isMember: Bool { customer != nil }

  /// The moment at which what ends has ended.
  var latest: Instant { latestSeen.map { max($0, time.instant) } ?? time.instant }

  /// The same purchase with other coupons.
  public func with(coupons: [PresentedCoupon]) -> PricingInput {
    with(lines: lines, coupons: coupons)
  }

  public func with(lines: [Cart.Line], coupons: [PresentedCoupon]) -> PricingInput {
    PricingInput(
      lines: lines, customer: customer, coupons: coupons, time: time, latestSeen: latestSeen,
      fee: fee, store: store, channel: channel, tender: tender, available: available,
      milliPointsToSpend: milliPointsToSpend)
  }

  /// Why it cannot be priced; nil when it can. A cart that was made by `Cart` always can.
  public var refusal: PricingRefusal? {
    guard lines.count <= Cart.lineLimit else { return .tooManyLines(lines.count) }
    for line in lines {
      guard (1...Cart.quantityLimit).contains(line.quantity) else {
        return .quantity(line: line.id, line.quantity)
      }
      let magnitude = line.item.unitPrice.minorUnits.magnitude
      guard magnitude <= CatalogueItem.priceLimit.minorUnits.magnitude else {
        return .price(line: line.id)
      }
    }
    guard Set(lines.map(\.id)).count == lines.count else { return .lineTwice }
    guard coupons.count <= Self.couponLimit else { return .tooManyCoupons(coupons.count) }
    guard (0...CatalogueItem.priceLimit.minorUnits).contains(fee.minorUnits) else { return .fee }
    guard (0...Posting.unitsLimit).contains(milliPointsToSpend) else { return .points }
    return nil
  }

  /// Coupons that are looked at for one bill; a member may hold more than a basket takes.
  public static let couponLimit = 64
}

/// Why a bill cannot be worked out: a sum might not fit, or the input contradicts itself.
public enum PricingRefusal: Error, Equatable, Sendable {
  case tooManyLines(Int)
  case quantity(line: Int, Int)
  case price(line: Int)
  case lineTwice
  case tooManyCoupons(Int)
  case fee
  case points
}

extension PricingInput: Codable {
  private enum CodingKeys: String, CodingKey {
    case lines, customer, coupons, time, latestSeen, fee, store, channel, tender, available
    case milliPointsToSpend
    /// As journals of schema 1 have them.
    case isMember, tier, now
  }

  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let lines = try keys.decode([Cart.Line].self, forKey: .lines)
    let coupons = try keys.decode([PresentedCoupon].self, forKey: .coupons)
    guard keys.contains(.time) else {
      let isMember = try keys.decode(Bool.self, forKey: .isMember)
      let tier = try keys.decode(String.self, forKey: .tier)
      let now = try keys.decode(Instant.self, forKey: .now)
      self.init(
        lines: lines, customer: isMember ? Customer(tier: tier) : nil, coupons: coupons,
        time: ShopTime(instant: now, offsetSeconds: 0))
      return
    }
    self.init(
      lines: lines, customer: try keys.decodeIfPresent(Customer.self, forKey: .customer),
      coupons: coupons, time: try keys.decode(ShopTime.self, forKey: .time),
      latestSeen: try keys.decodeIfPresent(Instant.self, forKey: .latestSeen),
      fee: try keys.decode(Money.self, forKey: .fee),
      store: try keys.decode(String.self, forKey: .store),
      channel: try keys.decode(String.self, forKey: .channel),
      tender: try keys.decodeIfPresent(String.self, forKey: .tender),
      available: try keys.decode([Availability].self, forKey: .available),
      milliPointsToSpend: try keys.decode(Int64.self, forKey: .milliPointsToSpend))
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(lines, forKey: .lines)
    try keys.encodeIfPresent(customer, forKey: .customer)
    try keys.encode(coupons, forKey: .coupons)
    try keys.encode(time, forKey: .time)
    try keys.encodeIfPresent(latestSeen, forKey: .latestSeen)
    try keys.encode(fee, forKey: .fee)
    try keys.encode(store, forKey: .store)
    try keys.encode(channel, forKey: .channel)
    try keys.encodeIfPresent(tender, forKey: .tender)
    try keys.encode(available, forKey: .available)
    try keys.encode(milliPointsToSpend, forKey: .milliPointsToSpend)
  }
}

/// A coupon that a customer has shown; the code it was read from is not in here.
public struct PresentedCoupon: Equatable, Hashable, Sendable, Codable {
  /// Owner of its account: `coupon/<id>`.
  public let id: String
  public let template: Rule
  public let validUntil: Instant
  /// Nil: it has begun.
  public let validFrom: Instant?
  /// The member it is bound to; nil: whoever bears it.
  public let holder: Int64?
  /// When it was claimed, for the order of equal coupons; nil: not known.
  public let claimedAt: Instant?
  /// What is left of an amount voucher; nil: what the template says.
  public let value: Money?
  /// How many of its series were used before; nil: it is in none.
  public let usedOfSeries: Int?

  public init(
    id: String, template: Rule, validUntil: Instant, validFrom: Instant? = nil,
    holder: Int64? = nil, claimedAt: Instant? = nil, value: Money? = nil, usedOfSeries: Int? = nil
  ) {
    self.id = id
    self.template = template
    self.validUntil = validUntil
    self.validFrom = validFrom
    self.holder = holder
    self.claimedAt = claimedAt
    self.value = value
    self.usedOfSeries = usedOfSeries
  }

  /// The one account on which the coupon lives.
  public static func account(_ id: String) -> AccountID {
    AccountID(owner: "coupon/" + id, purpose: "piece")
  }

  public var account: AccountID { Self.account(id) }
}
