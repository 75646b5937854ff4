import Ledger
import Retail
import Storage

/// What is asked of stored value; the running daemon does it, or `kioskctl` under the lock of the
/// data directory. Each is all or nothing, and asked again under the same id it is done once.
public struct WalletRequest: Codable, Equatable, Sendable {
  public enum Work: Codable, Equatable, Sendable {
    case topUp(TopUpRequest)
    case undo(topUp: MoneyActID, second: String?)
    case refundTopUp(MoneyActID)
    case refund(PurchaseRefund.Request)
    case sellGiftCard(GiftCardSale.Request)
    /// By its id: a code is no part of a request.
    case spendGiftCard(MoneyActID, Money)
    case refundGiftCard(MoneyActID, tender: String)
  }

  public let id: MoneyActID
  /// Who does it, without `staff/`; nil: whoever is at the command line.
  public let staff: String?
  public let work: Work

  public init(id: MoneyActID, staff: String?, work: Work) {
    self.id = id
    self.staff = staff
    self.work = work
  }
}

/// What was done; `isRepeated` says that it was done before, under the same id.
public enum WalletReply: Codable, Equatable, Sendable {
  case toppedUp(TopUpFacts, codes: [IssuedCode], isRepeated: Bool)
  case undone(TopUpUndo.Facts, isRepeated: Bool)
  case topUpRefunded(TopUpRefund.Facts, isRepeated: Bool)
  case refunded(PurchaseRefund.Facts, isRepeated: Bool)
  /// With its code, which who sells it hands over.
  case giftCardSold(GiftCardSale.Facts, code: String, isRepeated: Bool)
  case giftCardUsed(GiftCardUse.Facts, isRepeated: Bool)
}
