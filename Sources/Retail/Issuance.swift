import Ledger

/// Where the units of an asset are that the shop itself issues (RETAIL 8, I17): issued = used +
/// expired + taken back + outstanding. Points, pieces of coupons and visits by their assets; bonus,
/// which is money, by its accounts.
public struct Issuance: Equatable, Sendable, Codable {
  /// `PTS`, `CPN/tea-free`, `CNT/wash`, or `bonus`.
  public let name: String
  public private(set) var issued: Int64 = 0
  /// Of bonus: nothing here, for sales take it together with principal.
  public private(set) var used: Int64 = 0
  public private(set) var expired: Int64 = 0
  public private(set) var takenBack: Int64 = 0
  /// What customers have; of points below zero where they owe more.
  public private(set) var outstanding: Int64 = 0
  /// On house accounts that have no place in the life of such units.
  public private(set) var elsewhere: Int64 = 0

  public static let bonus = "bonus"

  public init(name: String) { self.name = name }

  /// What an account counts towards; nil for one of no such asset.
  public static func name(of account: AccountID, asset: String) -> String? {
    if asset == Asset.points.code || asset.hasPrefix("CPN/") || asset.hasPrefix("CNT/") {
      return asset
    }
    let isBonus = account.purpose.hasPrefix("bonus/") && !asset.contains("/")
    return isBonus ? bonus : nil
  }

  /// Adds an account; what is posted is positive where it was debited.
  public mutating func add(_ account: AccountID, posted: Int64) {
    guard account.owner == AccountID.house else {
      outstanding -= posted
      return
    }
    let parts = account.purpose.split(separator: "/")
    switch parts.count < 2 ? "" : "\(parts[0])/\(parts[1])" {
    case "points/issued", "coupons/issued", "visits/issued", "bonus/issued": issued += posted
    case "points/burned", "coupons/redeemed", "visits/used": used -= posted
    case "points/expired", "coupons/expired", "visits/expired", "bonus/expired":
      expired -= posted
    case "points/clawed-back", "coupons/voided", "visits/refunded", "bonus/clawed-back":
      takenBack -= posted
    default: elsewhere -= posted
    }
  }

  /// Whether everything that was issued is somewhere it may be.
  public var isWhole: Bool {
    guard elsewhere == 0, min(issued, used, expired, takenBack) >= 0 else { return false }
    let known = used + expired + takenBack + outstanding
    // What of bonus is nowhere else was spent.
    return name == Self.bonus ? known <= issued : known == issued
  }
}
