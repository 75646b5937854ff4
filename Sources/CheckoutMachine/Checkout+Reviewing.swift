import Ledger
import Retail

extension Checkout.Step {
  /// The bill is on the screen; scanning goes on as before.
  func review(_ old: Checkout.Basket) -> Checkout.Move {
    var basket = old
    basket.touch(now)
    basket.tender = nil
    basket.price(in: context, under: policy)
    let unused = basket.coupons.lazy.compactMap { noticeOnCoupon($0.id, basket.bill) }.first
    return (
      .reviewing(basket), [.show, idleTimer(basket)] + (unused.map { [.notify($0)] } ?? [])
    )
  }

  func reviewing(_ basket: Checkout.Basket, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .itemScanned(let item): return add(item, to: basket)
    case .couponPresented(let coupon):
      return backToReview(present(coupon, to: basket))
    case .memberIdentified(let member):
      return backToReview(tap(member, on: basket))
    case .scanRefused(let refusal): return stay(basket, .scanRefused(refusal))
    case .cardRefused(let refusal): return stay(basket, .cardRefused(refusal))
    case .couponRefused: return stay(basket, .couponRefused)
    case .pressed(let button): return pressedInReview(button, basket)
    case .timerElapsed(.idle): return askStillThere(basket)
    case .closed(.storageFull): return close(.storageFull, policy.language)
    case .resumed(let seconds): return resume(basket, afterSeconds: seconds)
    case .timerElapsed(.stillThere), .timerElapsed(.paper), .timerElapsed(.done), .held, .posted,
      .printed, .printDelayed, .closed(.noScanner), .closed(.postingRefused), .reopened:
      return (.reviewing(basket), [])
    }
  }

  private func pressedInReview(
    _ button: Checkout.Button, _ old: Checkout.Basket
  ) -> Checkout.Move {
    var basket = old
    switch button {
    case .wallet:
      guard basket.bill.payable > .zero else { return (.reviewing(basket), []) }
      return plan(basket)
    case .confirm:
      // Nothing is left to pay: points and coupons covered the bill.
      guard basket.bill.payable == .zero else { return (.reviewing(basket), []) }
      return confirm(basket, .nothing(remaining: .zero))
    case .cancel: return scanning(basket)
    case .language:
      basket.language = toggled(basket.language)
      basket.touch(now)
      return (.reviewing(basket), [.show, idleTimer(basket)])
    case .help:
      basket.touch(now)
      return (.reviewing(basket), [.show, .callStaff, idleTimer(basket), .notify(.helpCalled)])
    case .pay, .done, .remove, .quantity:
      return (.reviewing(basket), [])
    }
  }

  /// Splits the bill over the wallet, or says why it cannot.
  private func plan(_ shown: Checkout.Basket) -> Checkout.Move {
    guard shown.member != nil else { return stay(shown, .memberNeeded) }
    var basket = shown
    // What a bill costs may depend on how it is paid.
    basket.tender = Checkout.Basket.walletTender
    basket.price(in: context, under: policy)
    guard basket.bill.payable <= shown.bill.payable else {
      return changed(basket, since: shown.bill)
    }
    let plan = walletPlan(basket)
    let missing = plan.remaining - (plan.limit?.heldBack ?? .zero)
    guard missing == .zero else { return stay(shown, .balanceTooSmall(missing: missing)) }
    // There is no other tender yet that could pay the rest.
    if let limit = plan.limit { return stay(shown, .secondFactorNeeded(limit: limit.limit)) }
    let tendering = Checkout.Tendering(basket: basket, plan: plan)
    return (.tendering(tendering), [.show, idleTimer(basket)])
  }

  func stay(_ old: Checkout.Basket, _ notice: Checkout.Notice) -> Checkout.Move {
    var basket = old
    basket.touch(now)
    return (.reviewing(basket), [.show, idleTimer(basket), .notify(notice)])
  }

  /// What a basket learned while the bill was on the screen is shown on the bill.
  private func backToReview(_ move: Checkout.Move) -> Checkout.Move {
    guard case (.scanning(let basket), let effects) = move else { return move }
    return (.reviewing(basket), effects)
  }
}
