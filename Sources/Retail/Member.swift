import Ledger

/// What the checkout knows of a member; masked, so that journal and screen hold no more (RETAIL 9).
public struct MemberFacts: Equatable, Sendable, Codable {
  public let id: Int64
  /// `王*`
  public let maskedName: String
  /// `138****5521`
  public let maskedPhone: String
  public let tier: Tier
  public let assurance: Assurance
  /// Thousandths, all lots together.
  public let milliPoints: Int64
  public let wallet: Wallet
  /// Nil: the rules ask for none.
  public let traits: CustomerTraits?

  public init(
    id: Int64, maskedName: String, maskedPhone: String, tier: Tier, assurance: Assurance,
    milliPoints: Int64, wallet: Wallet, traits: CustomerTraits? = nil
  ) {
    self.id = id
    self.maskedName = maskedName
    self.maskedPhone = maskedPhone
    self.tier = tier
    self.assurance = assurance
    self.milliPoints = milliPoints
    self.wallet = wallet
    self.traits = traits
  }

  /// As bills are priced for.
  public var customer: PricingInput.Customer {
    PricingInput.Customer(
      id: id, tier: tier.id, tags: traits?.tags ?? [], segments: traits?.segments ?? [],
      birthday: traits?.birthday, purchases: traits?.purchases ?? 0)
  }

  public struct Tier: Equatable, Sendable, Codable {
    public let id: String
    public let title: LocalizedText

    public init(id: String, title: LocalizedText) {
      self.id = id
      self.title = title
    }
  }

  /// How sure it is that the card is the member's own (DEVICES 1.9).
  public enum Assurance: Int, Sendable, Codable, CaseIterable {
    /// L0, a number that anybody can put on another card.
    case uidOnly = 0
    /// L1, a signed number: it cannot be made up, but who held the card can copy it.
    case signed = 1
    /// L2, a secret in the chip took part.
    case authenticated = 2
  }

  /// The owner of the member's accounts.
  public static func owner(_ id: Int64) -> String { "m/\(id)" }

  /// Whether an owner of accounts is a member.
  public static func isOwner(_ owner: String) -> Bool { owner.hasPrefix("m/") }

  public static func principal(_ id: Int64) -> AccountID {
    AccountID(owner: owner(id), purpose: "principal")
  }

  /// Whether an account holds what a member has paid in.
  public static func isPrincipal(_ account: AccountID) -> Bool {
    isOwner(account.owner) && account.purpose == "principal"
  }

  /// The points that end with one month, `2027-11`.
  public static func points(_ id: Int64, month: String) -> AccountID {
    AccountID(owner: owner(id), purpose: "points/" + month)
  }

  public static func bonus(_ id: Int64, lot: String) -> AccountID {
    AccountID(owner: owner(id), purpose: "bonus/" + lot)
  }
}

/// What a member's wallet held when it was looked at; the ledger has the last word at the hold.
public struct Wallet: Equatable, Sendable, Codable {
  public let principal: Money
  public let bonusLots: [BonusLot]

  public init(principal: Money, bonusLots: [BonusLot]) {
    self.principal = principal
    self.bonusLots = bonusLots
  }

  public static let empty = Wallet(principal: .zero, bonusLots: [])

  public var bonus: Money { bonusLots.map(\.remaining).sum() }
}

/// The bonus of one top-up.
public struct BonusLot: Equatable, Sendable, Codable {
  public let account: AccountID
  public let remaining: Money
  public let granted: Money
  public let capOfGrantBasisPoints: Int?
  public let availableAt: Instant
  public let expiresAt: Instant?

  public init(
    account: AccountID, remaining: Money, granted: Money, capOfGrantBasisPoints: Int?,
    availableAt: Instant, expiresAt: Instant?
  ) {
    self.account = account
    self.remaining = remaining
    self.granted = granted
    self.capOfGrantBasisPoints = capOfGrantBasisPoints
    self.availableAt = availableAt
    self.expiresAt = expiresAt
  }

  /// What one bill may take of it.
  var usable: Money {
    guard let basisPoints = capOfGrantBasisPoints else { return remaining }
    return min(remaining, cap(granted, basisPoints: basisPoints))
  }

  /// Earliest expiry, then earliest availability, then id (RETAIL 2).
  static func spendsBefore(_ left: BonusLot, _ right: BonusLot) -> Bool {
    Spending.isBefore(
      (left.expiresAt, left.availableAt, left.account),
      (right.expiresAt, right.availableAt, right.account))
  }
}

extension Account {
  /// The points that a member earns and that end with the same month, given by its first day.
  public static func pointsLot(member: Int64, month: CalendarDate) -> Account {
    // The month ends where it ends last on earth: the same moment whatever the season's offset, so
    // that all sales of a month open one and the same lot.
    Account(
      id: MemberFacts.points(member, month: month.monthDescription), asset: .points,
      rule: .debitsWithinCredits,
      expiresAt: month.firstOfMonth(after: 1).start(offsetSeconds: -12 * 3_600))
  }
}
