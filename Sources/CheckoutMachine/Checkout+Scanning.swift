import Ledger
import Retail

extension Checkout.Step {
  func scanning(_ basket: Checkout.Basket, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .itemScanned(let item): return add(item, to: basket)
    case .memberIdentified(let member): return tap(member, on: basket)
    case .couponPresented(let coupon): return present(coupon, to: basket)
    case .scanRefused(let refusal): return told(basket, .scanRefused(refusal))
    case .cardRefused(let refusal): return told(basket, .cardRefused(refusal))
    case .couponRefused: return told(basket, .couponRefused)
    case .pressed(let button): return pressed(button, basket)
    case .timerElapsed(.idle): return askStillThere(basket)
    case .timerElapsed(.stillThere):
      // One that elapsed while the customer was answering is late.
      guard basket.presence == .asked else { return (.scanning(basket), []) }
      return home()
    case .closed(.storageFull): return close(.storageFull, policy.language)
    case .resumed(let seconds): return resume(basket, afterSeconds: seconds)
    case .timerElapsed(.paper), .timerElapsed(.done), .held, .posted, .printed, .printDelayed,
      // Without a scanner the customer can still pay for what is in the basket.
      .closed(.noScanner), .closed(.postingRefused), .reopened:
      return (.scanning(basket), [])
    }
  }

  private func pressed(_ button: Checkout.Button, _ old: Checkout.Basket) -> Checkout.Move {
    var basket = old
    switch button {
    case .pay:
      guard !basket.cart.isEmpty else { return told(basket, .cartEmpty) }
      return review(basket)
    case .remove(let line):
      return change(basket) { cart throws(CartRefusal) in try cart.remove(line: line) }
    case .quantity(let quantity, let line):
      return change(basket) { cart throws(CartRefusal) in
        try cart.setQuantity(quantity, line: line)
      }
    case .cancel: return home()
    case .language:
      basket.language = toggled(basket.language)
      basket.touch(now)
      return (.scanning(basket), [.show, idleTimer(basket)])
    case .help:
      basket.touch(now)
      return (.scanning(basket), [.show, .callStaff, idleTimer(basket), .notify(.helpCalled)])
    case .confirm:
      // "I'm still here"
      guard basket.presence == .asked else { return (.scanning(basket), []) }
      return scanning(basket)
    case .wallet, .done:
      return (.scanning(basket), [])
    }
  }

  /// Something was told and nothing else changed; it also shows that somebody is there.
  func told(_ old: Checkout.Basket, _ notice: Checkout.Notice) -> Checkout.Move {
    var basket = old
    basket.touch(now)
    return (.scanning(basket), [.show, idleTimer(basket), .notify(notice)])
  }

  /// After a cut that was longer than an open account may stand idle, whoever stands there need not
  /// be the member: the basket stays, the card has to be tapped again (C12).
  func resume(_ old: Checkout.Basket, afterSeconds seconds: Int) -> Checkout.Move {
    var basket = old
    if seconds > policy.timers.memberIdle {
      basket.member = nil
      basket.coupons.removeAll { $0.holder != nil }
    }
    basket.presence = .active
    basket.tender = nil
    basket.price(in: context, under: policy)
    // Nobody touched it: a tap on a basket that lay long is asked about.
    return (
      .scanning(basket), [.show, idleTimer(basket), .notify(.resumedAfterPowerCut)]
    )
  }

  func askStillThere(_ old: Checkout.Basket) -> Checkout.Move {
    var basket = old
    basket.presence = .asked
    let seconds = policy.timers.warning
    return (
      .scanning(basket),
      [.show, .arm(.stillThere, seconds: seconds), .notify(.stillThere(seconds: seconds))]
    )
  }

  func add(_ item: CatalogueItem, to old: Checkout.Basket) -> Checkout.Move {
    change(old) { cart throws(CartRefusal) in try cart.add(item) }
  }

  private func change(
    _ old: Checkout.Basket, _ edit: (inout Cart) throws(CartRefusal) -> Void
  ) -> Checkout.Move {
    var basket = old
    do {
      try edit(&basket.cart)
    } catch {
      switch error {
      case .cartFull: return told(old, .cartFull)
      case .quantityLimit: return told(old, .quantityLimit)
      // The line went away between the look and the touch: the screen already shows so.
      case .noSuchLine: return scanning(old)
      }
    }
    return scanning(basket)
  }

  /// A card binds to this basket only, and only to one without a member (C12).
  func bind(_ member: MemberFacts, to old: Checkout.Basket) -> Checkout.Move {
    guard old.member == nil || old.member?.id == member.id else {
      return told(old, .anotherMember)
    }
    var basket = old
    basket.member = member
    return scanning(basket)
  }

  func present(_ coupon: PresentedCoupon, to old: Checkout.Basket) -> Checkout.Move {
    guard !old.coupons.contains(where: { $0.id == coupon.id }) else {
      return told(old, .couponAlreadyThere)
    }
    guard old.coupons.count < Checkout.Basket.couponLimit else { return told(old, .couponLimit) }
    // A bound coupon asks for its member's card first, so that no card can come after it.
    guard coupon.holder == nil || coupon.holder == old.member?.id else {
      return told(old, .couponRefused)
    }
    var basket = old
    basket.coupons.append(coupon)
    basket.tender = nil
    basket.price(in: context, under: policy)
    return scanning(basket, noticeOnCoupon(coupon.id, basket.bill))
  }

  /// A coupon that does not lower the bill is never dropped in silence.
  func noticeOnCoupon(_ id: String, _ bill: PricedBill) -> Checkout.Notice? {
    guard let step = bill.decision.steps.last(where: { $0.coupon == id }),
      let title = bill.decision.input.coupons.first(where: { $0.id == id })?.template.title
    else { return nil }
    switch step.verdict {
    case .applied, .appliedInPart, .earned, .issued: return nil
    case .wouldApply(let missing): return .couponNotYet(title: title, missing: missing)
    // It is when the wallet pays, which is shown before anything is taken.
    case .unmet(.tender(let tenders)) where tenders.contains(Checkout.Basket.walletTender):
      return nil
    case .unmet, .refused: return .couponNotUsable(title: title)
    }
  }
}
