/// Names an account: whose it is, and what for. `m/17` + `principal`; the shop's own accounts have
/// the owner `house`.
public struct AccountID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public static let lengthLimit = 120
  public static let house = "house"

  public let owner: String
  public let purpose: String

  public init(owner: String, purpose: String) {
    self.owner = owner
    self.purpose = purpose
  }

  public static func house(_ purpose: String) -> AccountID {
    AccountID(owner: house, purpose: purpose)
  }

  /// Both parts are printable ASCII without a blank and together within the limit.
  public var isWellFormed: Bool {
    !owner.isEmpty && !purpose.isEmpty
      && owner.utf8.count + purpose.utf8.count < Self.lengthLimit
      && owner.utf8.allSatisfy { (0x21...0x7E).contains($0) }
      && purpose.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  public static func < (left: AccountID, right: AccountID) -> Bool {
    (left.owner, left.purpose) < (right.owner, right.purpose)
  }

  public var description: String { owner + "/" + purpose }
}

/// Which way an account may not go below zero.
public enum AccountRule: UInt8, Sendable, Codable {
  /// House accounts: never limited.
  case free = 0
  /// Limited on the debit side: what is owed to a customer. Debits, held ones included, never
  /// exceed the posted credits.
  case debitsWithinCredits = 1
  /// Limited on the credit side: what the shop has. Credits, held ones included, never exceed the
  /// posted debits.
  case creditsWithinDebits = 2
}

/// A moment as milliseconds since 1970-01-01 00:00 UTC; always handed in from outside.
public struct Instant: Hashable, Sendable, Comparable, Codable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }
}

/// An account as it is opened; opening it again with the same content changes nothing.
public struct Account: Equatable, Sendable, Codable {
  public let id: AccountID
  public let asset: Asset
  public let rule: AccountRule
  /// When what is left of a lot ends; nil: never.
  public let expiresAt: Instant?
  /// Set for a lot: one top-up's bonus, the points of one month, one coupon.
  public let grant: Grant?

  public init(
    id: AccountID, asset: Asset, rule: AccountRule, expiresAt: Instant? = nil, grant: Grant? = nil
  ) {
    self.id = id
    self.asset = asset
    self.rule = rule
    self.expiresAt = expiresAt
    self.grant = grant
  }

  /// The name and the grant are within their limits; an account that is not is never opened.
  public var isWellFormed: Bool {
    guard id.isWellFormed else { return false }
    guard let grant else { return true }
    return (0...Posting.unitsLimit).contains(grant.limitUnits ?? 0)
      && (0...10_000).contains(grant.capOfGrantBasisPoints ?? 0)
  }
}

/// The facts of a lot (RETAIL 2). Its remainder is the account's balance, never a field here.
public struct Grant: Equatable, Sendable, Codable {
  /// The most the lot may ever hold, in units of the asset; nil where it is filled bit by bit.
  public let limitUnits: Int64?
  public let availableAt: Instant
  /// For bonus: the part of `limitUnits` that one bill may use, in basis points; nil: no cap.
  public let capOfGrantBasisPoints: Int?

  public init(limitUnits: Int64?, availableAt: Instant, capOfGrantBasisPoints: Int? = nil) {
    self.limitUnits = limitUnits
    self.availableAt = availableAt
    self.capOfGrantBasisPoints = capOfGrantBasisPoints
  }
}

/// The balance of an account, kept with the postings and always recomputable from them.
public struct Balance: Equatable, Sendable, Codable {
  /// Sum of the posted units: debits positive, credits negative.
  public let posted: Int64
  /// Units of open holds, both positive.
  public let heldDebits: Int64
  public let heldCredits: Int64

  public init(posted: Int64, heldDebits: Int64, heldCredits: Int64) {
    self.posted = posted
    self.heldDebits = heldDebits
    self.heldCredits = heldCredits
  }

  /// What may still be taken from an account of this rule; nil when it is not limited.
  public func available(under rule: AccountRule) -> Int64? {
    switch rule {
    case .free: nil
    case .debitsWithinCredits: -posted - heldDebits
    case .creditsWithinDebits: posted - heldCredits
    }
  }
}
