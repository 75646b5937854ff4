import Ledger
import Retail
import Storage

/// What is asked of points, visits and coupons. Each has an id of the asker's own: asked again
/// under it, the answer is the same and nothing more is posted.
public enum UnitRequest: Codable, Equatable, Sendable {
  case exchange(member: Int64, offer: String, id: String)
  case adjust(member: Int64, PointsCorrection.Adjustment, id: String)
  /// `lot` is the account that the sale put the points on.
  case takeBack(member: Int64, units: Int64, lot: AccountID?, reason: String, id: String)
  case stock(sku: String, pieces: Int64, reason: String, id: String)
  case sellCard(member: Int64, offer: String, CountCardSale.Payment, id: String)
  case useVisit(member: Int64, service: String, card: String?, id: String)
  case refundCard(member: Int64, card: String, reason: String, id: String)
  case voidCoupon(String, reason: String, id: String)
  case reissueCoupon(String, reason: String, id: String)
}

public enum UnitReply: Codable, Equatable, Sendable {
  /// With the code of the coupon that was issued.
  case points(PointsAnswer, code: String?)
  /// So many pieces are set aside.
  case stock(Int64)
  case countCard(CountCardAnswer)
  /// With the code of the new one.
  case coupon(CouponActAnswer, code: String?)
}
