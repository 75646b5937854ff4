import Ledger
import Retail

extension Checkout.Step {
  /// A card binds to a basket that its holder fills, not to one that somebody left: on a stale one
  /// the customer is asked whose it is (DEVICES 1.8).
  func tap(_ member: MemberFacts, on basket: Checkout.Basket) -> Checkout.Move {
    guard basket.member == nil, basket.isStale(at: now) else { return bind(member, to: basket) }
    return ask(Checkout.Claim(basket: basket, member: member))
  }

  func claiming(_ claim: Checkout.Claim, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .pressed(.confirm): return bind(claim.member, to: claim.basket)
    // Nobody else's: the items go back, and the member begins with an empty list.
    case .pressed(.cancel):
      return bind(claim.member, to: newBasket(claim.basket.language))
    case .memberIdentified(let member):
      return ask(Checkout.Claim(basket: claim.basket, member: member))
    case .itemScanned, .couponPresented: return ask(claim)
    case .scanRefused(let refusal): return ask(claim, .scanRefused(refusal))
    case .cardRefused(let refusal): return ask(claim, .cardRefused(refusal))
    case .couponRefused: return ask(claim, .couponRefused)
    case .pressed(.language):
      var changed = claim
      changed.basket.language = toggled(claim.basket.language)
      return ask(changed)
    case .pressed(.help):
      let (state, effects) = ask(claim, .helpCalled)
      return (state, [.callStaff] + effects)
    // No answer: neither may have it.
    case .timerElapsed(.stillThere), .timerElapsed(.idle): return home()
    case .closed(.storageFull): return close(.storageFull, policy.language)
    case .resumed(let seconds): return resume(claim.basket, afterSeconds: seconds)
    case .pressed(.pay), .pressed(.wallet), .pressed(.done), .pressed(.remove),
      .pressed(.quantity), .timerElapsed(.paper), .timerElapsed(.done), .held, .posted, .printed,
      .printDelayed, .closed(.noScanner), .closed(.postingRefused), .reopened:
      return (.claiming(claim), [])
    }
  }

  private func ask(
    _ claim: Checkout.Claim, _ notice: Checkout.Notice = .whoseBasket
  ) -> Checkout.Move {
    (
      .claiming(claim),
      [.show, .arm(.stillThere, seconds: policy.timers.warning), .notify(notice)]
    )
  }
}
