import Ledger

/// The other side of what comes to members and goes again (RETAIL 1).
extension HouseAccount {
  public static let pointsBurned = AccountID.house("points/burned")
  public static let pointsExpired = AccountID.house("points/expired")
  public static let pointsClawedBack = AccountID.house("points/clawed-back")
  public static let bonusExpired = AccountID.house("bonus/expired")
  public static let couponsExpired = AccountID.house("coupons/expired")
  public static let couponsVoided = AccountID.house("coupons/voided")
  public static let visitsIssued = AccountID.house("visits/issued")
  public static let visitsUsed = AccountID.house("visits/used")
  public static let visitsExpired = AccountID.house("visits/expired")
  public static let visitsRefunded = AccountID.house("visits/refunded")
  /// What customers paid for and nobody asked for in time.
  public static let forfeit = AccountID.house("forfeit")

  /// An account has one asset: that of pieces or visits is per template or service, which the
  /// asset's code names after its stroke.
  static func kind(_ account: AccountID, of asset: Asset) -> AccountID {
    let code = asset.code
    let name = code.firstIndex(of: "/").map { code[code.index(after: $0)...] } ?? code[...]
    return pieces(account, of: String(name))
  }
}
