import CheckoutMachine
import Retail

extension Checkout.HoldRefusal {
  /// Why a plan could not be held, for staff.
  var reason: String {
    switch self {
    case .coupon(let id):
      "coupon \(id) went to another sale meanwhile; the bill is priced again without it"
    case .limit(let need):
      "\(need.account), a limit of rule \"\(need.rule)\", has less than \(need.units) left, for "
        + "another sale was first; the bill is priced again without that rule"
    case .wallet:
      "the wallet has less than when the card was read; nothing is held"
    }
  }
}
