import Ledger

/// A lot whose term is over, as the store has it.
public struct EndedLot: Equatable, Sendable {
  public let account: Account
  public let balance: Balance
  /// Another after every entry that moved the lot: what is posted of it has an id of its own.
  public let version: Int64

  public init(account: Account, balance: Balance, version: Int64) {
    self.account = account
    self.balance = balance
    self.version = version
  }

  /// What no open hold needs; never below zero.
  var free: Int64 { max(0, balance.available(under: account.rule) ?? 0) }
}

/// What is in a lot, and with it what becomes of the rest at the end of its term.
public enum LotKind: String, Sendable, Codable, CaseIterable {
  case points
  /// Points whose return period is over: not lost, but free to be spent from now on.
  case pendingPoints
  case bonus
  case coupon
  case visits
  /// What was paid for visits that nobody came for.
  case visitValue

  /// Nil for an account that is no lot that ends by itself: a wallet's principal, a limit.
  public init?(of account: Account) {
    guard account.rule == .debitsWithinCredits else { return nil }
    let (owner, asset) = (account.id.owner, account.asset.code)
    let isMember = owner.hasPrefix("m/")
    switch account.id.purpose.split(separator: "/").first {
    case "points" where isMember && account.asset == .points: self = .points
    case "points-pending" where isMember && account.asset == .points: self = .pendingPoints
    case "bonus" where isMember && !asset.contains("/"): self = .bonus
    case "piece" where owner.hasPrefix("coupon/") && asset.hasPrefix("CPN/"): self = .coupon
    case "count" where isMember && asset.hasPrefix("CNT/"): self = .visits
    case "count-value" where isMember && !asset.contains("/"): self = .visitValue
    default: return nil
    }
  }

  /// Where the rest goes; nil for what is not lost.
  public func house(of asset: Asset) -> AccountID? {
    switch self {
    case .points: HouseAccount.pointsExpired
    case .pendingPoints: nil
    case .bonus: HouseAccount.bonusExpired
    case .coupon: HouseAccount.kind(HouseAccount.couponsExpired, of: asset)
    case .visits: HouseAccount.kind(HouseAccount.visitsExpired, of: asset)
    case .visitValue: HouseAccount.forfeit
    }
  }
}
