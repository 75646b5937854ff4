import CheckoutMachine
import Ledger
import Retail

/// The words of everything a customer is told: what happened, what is safe, what to do (SCREEN 29).
struct NoticeText {
  let language: Language
  let currency: Currency

  func message(_ notice: Checkout.Notice) -> Snapshot.Message {
    let (code, severity, zh, en) = words(notice)
    return Snapshot.Message(
      code: code, severity: severity, text: LocalizedText(zh: zh, en: en).text(in: language))
  }

  private typealias Words = (String, Snapshot.Message.Severity, String, String)

  private func words(_ notice: Checkout.Notice) -> Words {
    switch notice {
    case .scanRefused(let refusal): scanWords(refusal)
    case .cardRefused(let refusal): cardWords(refusal)
    case .cartFull:
      (
        "cartFull", .refusal, "一单最多 \(Cart.lineLimit) 种商品。清单都在，请先付款。",
        "One bill holds \(Cart.lineLimit) different items. Yours are safe: please pay first."
      )
    case .quantityLimit:
      (
        "quantityLimit", .refusal, "这件商品最多 \(Cart.quantityLimit) 件。清单都在，要更多请呼叫店员。",
        "\(Cart.quantityLimit) of one item at most. Your items are safe: call staff for more."
      )
    case .couponAlreadyThere:
      (
        "couponAlreadyThere", .info, "这张券已经在本单里了，请继续。",
        "This coupon is on your bill already. Please go on."
      )
    case .couponLimit:
      (
        "couponLimit", .refusal, "一单最多 \(Checkout.Basket.couponLimit) 张券。已有的券都在，请继续。",
        "\(Checkout.Basket.couponLimit) coupons at most. Those you scanned are safe: please go on."
      )
    case .cartEmpty:
      (
        "cartEmpty", .info, "清单是空的，请先扫描商品。",
        "Your list is empty. Please scan an item first."
      )
    case .memberNeeded:
      (
        "memberNeeded", .attention, "用储值付款要会员卡，请刷卡。",
        "To pay from your wallet, please tap your member card."
      )
    case .planRefused:
      (
        "planRefused", .refusal, "余额或券刚刚有变化，没有扣款。商品都在，请再刷一次卡付款。",
        "Your balance or coupon has just changed. Nothing was charged. Please tap your card again."
      )
    case .helpCalled: ("helpCalled", .info, "店员马上来。您可以继续。", "Staff are on the way. You can go on.")
    case .stillThere(let seconds):
      (
        "stillThere", .attention, "还在吗？\(seconds) 秒后清空这张清单。碰一下屏幕就能继续。",
        "Still there? This list clears in \(seconds) seconds. Touch a key to go on."
      )
    case .receiptDelayed:
      (
        "receiptDelayed", .attention, "付款成功，小票没打完。券已记下，店员会来补打。",
        "You have paid. Your receipt is not finished: staff will print it. Your coupon is safe."
      )
    case .finishFirst: ("finishFirst", .info, "正在结账，请稍等。", "Checking out. One moment, please.")
    case .resumedAfterPowerCut:
      (
        "resumedAfterPowerCut", .attention, "刚才停了一下。没有扣款，商品都在，请接着结账。",
        "The kiosk stopped for a moment. You were not charged. Your items are safe: please go on."
      )
    case .completedAfterPowerCut:
      (
        "completedAfterPowerCut", .attention, "刚才停了一下。付款已成功，小票在这里。",
        "The kiosk stopped for a moment. You have paid, and here is your receipt."
      )
    case .couponRefused, .couponNotYet, .couponNotUsable, .offerUsedUp, .balanceTooSmall,
      .secondFactorNeeded,
      .whoseBasket, .anotherMember:
      amountWords(notice)
    }
  }

  /// The notices that name a coupon or an amount, and whose list it is.
  private func amountWords(_ notice: Checkout.Notice) -> Words {
    switch notice {
    case .couponNotYet(let title, let missing):
      (
        "couponNotYet", .info, "再买 \(currency.text(missing))，就能用「\(title.zh)」。",
        "\(currency.text(missing)) more to use “\(title.en)”."
      )
    case .couponNotUsable(let title):
      (
        "couponNotUsable", .info, "「\(title.zh)」不能用在这一单，券还是您的。",
        "“\(title.en)” does not fit this bill. The coupon is still yours."
      )
    case .offerUsedUp(let title):
      (
        "offerUsedUp", .refusal, "「\(title.zh)」刚刚用完，没有扣款。商品都在，请看新的总价再付款。",
        "“\(title.en)” has just run out. Nothing was charged. Please look at the new total."
      )
    case .balanceTooSmall(let missing):
      (
        "balanceTooSmall", .refusal, "余额还差 \(currency.text(missing))，没有扣款。可以减少商品，或请店员充值。",
        "Your wallet is \(currency.text(missing)) short. Nothing was charged. "
          + "Remove an item, or ask staff to top up."
      )
    case .anotherMember:
      (
        "anotherMember", .refusal, "这单已有会员卡。清单都在，换卡请先取消本单。",
        "This bill has a member card already. To use another card, cancel this bill first."
      )
    case .whoseBasket:
      (
        "whoseBasket", .attention, "这张清单放了一会儿。是您的请继续，不是您的请换新清单。",
        "This list lay here for a while. Go on if it is yours, or start a new one."
      )
    case .secondFactorNeeded(let limit):
      (
        "secondFactorNeeded", .refusal, "刷卡付款一单最多 \(currency.text(limit))，没有扣款。超过请呼叫店员。",
        "A card tap pays up to \(currency.text(limit)). Nothing was charged. Call staff for more."
      )
    default:
      // One text for every reason (RETAIL 13): a code cannot be tried out here.
      (
        "couponRefused", .refusal, "这张券现在不能用。您的商品都在，请继续，或呼叫店员。",
        "This coupon can't be used now. Your items are safe: go on, or call staff."
      )
    }
  }

  private func scanWords(_ refusal: Checkout.ScanRefusal) -> Words {
    switch refusal {
    case .unknownItem:
      (
        "unknownItem", .refusal, "没认出这个条码。其他商品都在清单里，请再扫一次，或呼叫店员。",
        "We don't know this barcode. Your other items are safe. Scan again, or call staff."
      )
    case .wrongCheckDigit, .tornScan, .unreadable:
      (
        refusal.rawValue, .refusal, "条码没扫全。您的商品都在，请再扫一次。",
        "The barcode was not read in full. Your items are safe: please scan it again."
      )
    case .notUnderstood:
      (
        "notUnderstood", .refusal, "这个码不是商品或优惠券。您的商品都在，请扫商品条码。",
        "This is not an item or a coupon. Your items are safe: please scan an item's barcode."
      )
    case .paymentNotExpected:
      (
        "paymentNotExpected", .refusal, "这是付款码，现在不用出示，没有扣款。请先扫商品。",
        "This is a payment code. It is not needed now and nothing was charged. Scan items first."
      )
    case .paymentNotOffered:
      (
        "paymentNotOffered", .refusal, "这台机器不收付款码，没有扣款。请用会员钱包付款，或呼叫店员。",
        "This kiosk takes no payment codes; nothing was charged. Use your wallet, or call staff."
      )
    case .paymentCodeUsed:
      (
        "paymentCodeUsed", .refusal, "这个付款码刚才出示过，不再受理，没有扣款。请呼叫店员。",
        "This payment code was shown before and is not taken again. Nothing was charged: "
          + "call staff."
      )
    case .expired:
      (
        "expired", .refusal, "这件商品已过保质期，不能卖。其他商品都在，请换一件或呼叫店员。",
        "This item is past its date and can't be sold. Your other items are safe: take another one."
      )
    case .noPrice:
      (
        "noPrice", .refusal, "这件商品要先称重或由店员定价。其他商品都在，请呼叫店员。",
        "This item has to be weighed or priced first. Your other items are safe: call staff."
      )
    case .notUsableHere:
      (
        "notUsableHere", .refusal, "这台机器还不能用这个码。您的商品都在，请继续，或呼叫店员。",
        "This code can't be used at this kiosk. Your items are safe: go on, or call staff."
      )
    }
  }

  private func cardWords(_ refusal: Checkout.CardRefusal) -> Words {
    switch refusal {
    case .unknown:
      (
        "cardUnknown", .refusal, "没认出这张卡。您仍可结账，办卡请找店员。",
        "We don't know this card. You can still check out. Ask staff about membership."
      )
    case .blocked:
      (
        "cardBlocked", .refusal, "这张卡现在不能用，您仍可结账。详情请问店员。",
        "This card can't be used now. You can still check out. Please ask staff."
      )
    case .unreadable:
      (
        "cardUnreadable", .refusal, "卡没读完。您的商品都在，请把卡再放一次，停一秒。",
        "The card was not read. Your items are safe. Hold it on the reader for a second."
      )
    case .severalCards:
      (
        "cardSeveral", .refusal, "读到了不止一张卡。您的商品都在，请只放一张会员卡。",
        "There is more than one card. Your items are safe. Hold only your member card there."
      )
    case .copied:
      // Nothing that helps a forger; staff read the reason in the log.
      (
        "cardNotAccepted", .refusal, "这张卡现在不能用，您仍可结账。请带卡找店员。",
        "This card can't be used now. You can still check out. Show it to staff."
      )
    case .expired:
      (
        "cardExpired", .refusal, "这张卡已过期，您仍可结账。换卡请找店员。",
        "This card has expired. You can still check out. Ask staff for a new one."
      )
    case .tooManyAttempts:
      (
        "cardTooManyAttempts", .refusal, "试过的卡太多了。您仍可结账，请过一分钟再刷卡。",
        "Too many cards were tried. You can check out, or tap again in a minute."
      )
    case .codeNotTaken:
      (
        "codeNotTaken", .refusal, "会员码已失效。您的商品都在，请刷新后再扫一次。",
        "This code is over. Your items are safe. Show a new one and scan it again."
      )
    case .randomIdentifier:
      (
        "cardRandom", .refusal, "手机每次给的卡号不同，认不出会员。请用会员卡。",
        "A phone shows a new number each time. Please use your member card."
      )
    }
  }
}
