import Ledger

/// What must be so before a rule applies; all of it.
public struct Conditions: Equatable, Hashable, Sendable, Codable {
  /// The value of all lines.
  public let subtotal: ValueRange?
  public let basis: ThresholdBasis
  /// The units of all lines.
  public let quantity: CountRange?
  /// The list value, or the number of units, that lines of a part of the shop must reach.
  public let parts: [PartMinimum]
  /// One of these categories is in the cart.
  public let anyCategory: [String]
  /// All of these items are in the cart.
  public let items: [String]
  public let customer: CustomerCondition?
  /// Any of them; empty: everywhere.
  public let stores: [String]
  public let channels: [String]
  /// The chosen way to pay is one of these; empty: any.
  public let tenders: [String]

  public struct ValueRange: Equatable, Hashable, Sendable, Codable {
    public let least: Money?
    public let most: Money?

    public init(least: Money? = nil, most: Money? = nil) {
      self.least = least
      self.most = most
    }
  }

  public struct CountRange: Equatable, Hashable, Sendable, Codable {
    public let least: Int?
    public let most: Int?

    public init(least: Int? = nil, most: Int? = nil) {
      self.least = least
      self.most = most
    }
  }

  public struct PartMinimum: Equatable, Hashable, Sendable, Codable {
    public let scope: Scope
    public let value: Money?
    public let quantity: Int?

    public init(scope: Scope, value: Money? = nil, quantity: Int? = nil) {
      self.scope = scope
      self.value = value
      self.quantity = quantity
    }
  }

  public init(
    subtotal: ValueRange? = nil, basis: ThresholdBasis = .list, quantity: CountRange? = nil,
    parts: [PartMinimum] = [], anyCategory: [String] = [], items: [String] = [],
    customer: CustomerCondition? = nil, stores: [String] = [], channels: [String] = [],
    tenders: [String] = []
  ) {
    self.subtotal = subtotal
    self.basis = basis
    self.quantity = quantity
    self.parts = parts
    self.anyCategory = anyCategory
    self.items = items
    self.customer = customer
    self.stores = stores
    self.channels = channels
    self.tenders = tenders
  }

  public static let none = Conditions()
  public static let membersOnly = Conditions(customer: CustomerCondition())
}

/// Who may use a rule; with nothing named, every member.
public struct CustomerCondition: Equatable, Hashable, Sendable, Codable {
  /// Any of them; empty: all.
  public let tiers: [String]
  public let tags: [String]
  public let segments: [String]
  public let birthday: Birthday?
  /// The number of this purchase among the member's, 1 for the first.
  public let purchase: Purchase?

  public enum Birthday: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case day, month
  }

  public enum Purchase: Equatable, Hashable, Sendable, Codable {
    case number(Int)
    /// Every so many purchases.
    case every(Int)

    func includes(_ number: Int) -> Bool {
      switch self {
      case .number(let wanted): number == wanted
      case .every(let step): number % step == 0
      }
    }
  }

  public init(
    tiers: [String] = [], tags: [String] = [], segments: [String] = [], birthday: Birthday? = nil,
    purchase: Purchase? = nil
  ) {
    self.tiers = tiers
    self.tags = tags
    self.segments = segments
    self.birthday = birthday
    self.purchase = purchase
  }
}
