import Ledger

/// Why an operation on stored value was refused; nothing was changed. Each case has words for who
/// stands at the kiosk and words for staff.
public enum WalletRefusal: Error, Equatable, Sendable, Codable {
  /// What of a top-up is not as it was given.
  public enum Part: String, Equatable, Sendable, Codable {
    case principal, bonus, points, coupons
  }

  case id(String)
  /// The id was used before for something else.
  case idTaken(MoneyActID)
  case staffName(String)
  case member(MemberRefusal)
  case blocked
  case amount
  case tender(String, known: [String])
  case unknownOffer(String)
  case offerNotMet(String, from: Money)
  case unknownTemplate(String)
  case prepaid(PrepaidRefusal)
  /// The ledger did not take the entries.
  case ledger(Outcome)
  case postings(String)
  // Undo and refund of a top-up.
  case unknownTopUp(MoneyActID)
  case alreadyGivenBack(MoneyActID)
  case touched(Part)
  case tooLate(minutes: Int)
  case samePerson
  case held
  case nothingLeft
  // Refund of a purchase.
  case unknownSale(SaleID)
  case unreadableSale(SaleID)
  case saleTooOld(days: Int)
  case unknownLine(Int)
  case lineTwice(Int)
  case quantity(line: Int, left: Int)
  // Gift cards.
  case noGiftCards
  case giftAmount(least: Money, most: Money)
  /// Never sold, of a wrong code, or given back: the same words for all of them.
  case unknownCard
  case cardEnded
  case cardBalance(Money)
}

extension WalletRefusal {
  /// What to do, for who stands at the kiosk.
  public func customerText(_ currency: Currency) -> LocalizedText {
    switch self {
    case .member(let refusal): refusal.customerText
    case .prepaid(let refusal): refusal.customerText(currency)
    case .amount: LocalizedText(zh: "请选择充值金额。", en: "Please choose an amount.")
    case .tender: LocalizedText(zh: "请换一种付款方式。", en: "Please pay another way.")
    case .unknownOffer, .offerNotMet:
      LocalizedText(zh: "这个优惠不适用于该金额。", en: "This offer is not for this amount.")
    case .held:
      LocalizedText(
        zh: "还有一笔付款没有结束，请稍后再试。", en: "A payment is still open. Please try again later.")
    case .unknownSale, .unreadableSale, .unknownLine, .lineTwice, .quantity:
      LocalizedText(
        zh: "请检查小票号和商品。", en: "Please check the receipt's number and the goods.")
    case .saleTooOld(let days):
      LocalizedText(
        zh: "已超过 \(days) 天，不能退货。", en: "Goods come back within \(days) days of the sale.")
    case .alreadyGivenBack, .nothingLeft:
      LocalizedText(zh: "已经退过了。", en: "This was given back already.")
    case .giftAmount(let least, let most):
      LocalizedText(
        zh: "礼品卡金额为 \(currency.text(least)) 至 \(currency.text(most))。",
        en: "A gift card is for \(currency.text(least)) to \(currency.text(most)).")
    case .unknownCard:
      LocalizedText(zh: "这张卡不能用，请找店员。", en: "This card cannot be used. Please ask staff.")
    case .cardEnded:
      LocalizedText(
        zh: "这张卡已过期，请找店员换卡。", en: "This card has ended. Please ask staff for another.")
    case .cardBalance(let left):
      LocalizedText(
        zh: "卡内余额为 \(currency.text(left))。", en: "\(currency.text(left)) is left on this card.")
    case .blocked, .id, .idTaken, .staffName, .unknownTemplate, .ledger, .postings, .unknownTopUp,
      .touched, .tooLate, .samePerson, .noGiftCards:
      LocalizedText(zh: "没有办成，请找店员。", en: "That was not possible. Please ask staff.")
    }
  }

  /// What is wrong and what to do, for staff; no personal data is in it.
  public func staffText(_ currency: Currency) -> String {
    switch self {
    case .id(let text):
      "\"\(text.prefix(MoneyActID.lengthLimit))\" is no id; use 1 to \(MoneyActID.lengthLimit) "
        + "small letters, digits and hyphens"
    case .idTaken(let id): "the id \(id) was used before, for something else; take another"
    case .staffName(let name):
      "\"\(name.prefix(MoneyActID.lengthLimit))\" names nobody; use small letters, digits and "
        + "hyphens"
    case .member(let refusal): refusal.staffText
    case .blocked: "the member's account is closed; `kioskctl member unblock` opens it"
    case .amount:
      "such an amount is not offered; topUp.amounts and topUp.free in wallet.yaml say which are"
    case .tender(let text, let known):
      "\"\(text.prefix(Tender.nameLimit))\" is no tender of wallet.yaml; it has "
        + known.joined(separator: ", ")
    case .unknownOffer(let name):
      "no offer is called \"\(name.prefix(MoneyActID.lengthLimit))\"; topUp.offers in wallet.yaml "
        + "names those that there are"
    case .offerNotMet(let name, let from):
      "the offer \(name) is for top-ups from \(currency.text(from)) on its days, see wallet.yaml"
    case .unknownTemplate(let name):
      "the offer gives a coupon \(name) that promotions.yaml does not have"
    case .prepaid(let refusal): refusal.staffText(currency)
    case .ledger(let outcome):
      "the ledger refused the entries (\(outcome.rawValue)) and nothing was changed"
    case .postings(let detail): "this makes no entry of the ledger (\(detail)); report it"
    case .unknownTopUp, .alreadyGivenBack, .touched, .tooLate, .samePerson, .held, .nothingLeft:
      returnText
    case .unknownSale, .unreadableSale, .saleTooOld, .unknownLine, .lineTwice, .quantity:
      saleText
    case .noGiftCards: "wallet.yaml sells no gift cards; it has no giftCards"
    case .giftAmount(let least, let most):
      "a gift card is for \(currency.text(least)) to \(currency.text(most)) (wallet.yaml)"
    case .unknownCard: "no gift card has this code, or it was given back"
    case .cardEnded: "the card's term is over; `gift-card refund` pays out what is left"
    case .cardBalance(let left): "only \(currency.text(left)) is left on this card"
    }
  }

  private var returnText: String {
    switch self {
    case .unknownTopUp(let id):
      "no top-up has the id \(id); `kioskctl wallet show` names a member's top-ups"
    case .alreadyGivenBack(let id): "the top-up \(id) was undone or given back before"
    case .touched(let part):
      "the top-up's \(part.rawValue) was used meanwhile, so that it cannot be undone; "
        + "`kioskctl wallet refund-top-up` gives back what is left"
    case .tooLate(let minutes):
      "after \(minutes) minutes a top-up is undone by two persons; name the second with --second"
    case .samePerson: "the second person has to be another than the first"
    case .held:
      "an open sale holds something of it; end it, see `kioskctl ledger verify`, then repeat this"
    default: "nothing is left to give back"
    }
  }

  private var saleText: String {
    switch self {
    case .unknownSale(let sale): "there is no posted sale \(sale)"
    case .unreadableSale(let sale):
      "what is kept of the sale \(sale) is not that of its entries; see `kioskctl ledger verify`"
    case .saleTooOld(let days):
      "the sale is older than \(days) days (wallet.yaml, refund.withinDays)"
    case .unknownLine(let line): "the sale has no line \(line); its receipt numbers them"
    case .lineTwice(let line): "the line \(line) is named twice"
    case .quantity(let line, let left):
      left == 0
        ? "all of line \(line) was given back before"
        : "of line \(line), 1 to \(left) can be given back"
    default: "nothing is left to give back"
    }
  }
}
