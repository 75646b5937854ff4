/// Why nothing was done with a count card. Each case has words for who stands at the kiosk and
/// words for staff.
public enum CountCardRefusal: Error, Equatable, Sendable, Codable {
  case idOfAnother
  case malformedID
  case unknownOffer(String)
  case unknownPayment(String)
  case memberBlocked
  case notEnoughStoredValue
  case unknownCard(String)
  case noVisitsLeft
  case over
  /// It was given, not sold, or the shop's rule pays nothing back.
  case notRefundable
  case reasonMissing
  case ledger(String)
}

extension CountCardRefusal {
  public var customerText: LocalizedText {
    switch self {
    case .unknownOffer: LocalizedText(zh: "这种次卡已停售。", en: "This card is not sold any more.")
    case .memberBlocked:
      LocalizedText(zh: "会员账户已停用，请找店员。", en: "This account is closed. Please ask staff.")
    case .notEnoughStoredValue:
      LocalizedText(zh: "余额不足，请充值或换一种付款方式。", en: "The balance is too low. Please pay another way.")
    case .unknownCard: LocalizedText(zh: "没有这张次卡。", en: "There is no such card.")
    case .noVisitsLeft: LocalizedText(zh: "次数已用完。", en: "No visits are left.")
    case .over: LocalizedText(zh: "次卡已过期。", en: "The card has expired.")
    case .notRefundable:
      LocalizedText(zh: "这张次卡按约定不退。", en: "By its terms this card is not refunded.")
    case .idOfAnother, .malformedID, .unknownPayment, .reasonMissing, .ledger:
      LocalizedText(zh: "没有办成，请找店员。", en: "That was not possible. Please ask staff.")
    }
  }

  public var staffText: String {
    switch self {
    case .idOfAnother: PointsRefusal.idOfAnother.staffText
    case .malformedID: PointsRefusal.malformedID.staffText
    case .unknownOffer(let id): "members.yaml has no count card called \"\(id)\""
    case .unknownPayment(let name): "\"\(name)\" is no way to pay: say cash, wallet or psp/NAME"
    case .memberBlocked: PointsRefusal.memberBlocked.staffText
    case .notEnoughStoredValue: "the member's principal is less than the price"
    case .unknownCard(let card): "the member has no count card \"\(card)\""
    case .noVisitsLeft: "no visit is left on the member's cards of this service"
    case .over: "the card's term is over"
    case .notRefundable: "the card was given for points, or its rule pays nothing back"
    case .reasonMissing: "a refund needs a reason, which the book keeps"
    case .ledger(let outcome): PointsRefusal.ledger(outcome).staffText
    }
  }
}
