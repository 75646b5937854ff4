import Retail

extension Checkout.Step {
  /// Nobody is there: the first item, card or coupon begins a sale.
  func attract(_ language: Language, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .itemScanned(let item):
      return add(item, to: newBasket(language))
    case .memberIdentified(let member):
      return bind(member, to: newBasket(language))
    case .couponPresented(let coupon):
      return present(coupon, to: newBasket(language))
    case .scanRefused(let refusal):
      return (.attract(language), [.notify(.scanRefused(refusal))])
    case .cardRefused(let refusal):
      return (.attract(language), [.notify(.cardRefused(refusal))])
    case .couponRefused:
      return (.attract(language), [.notify(.couponRefused)])
    case .pressed(.language):
      // The next customer is met in the shop's language again.
      let chosen = toggled(language)
      let wait: Checkout.Effect =
        chosen == policy.language ? .disarm : .arm(.idle, seconds: policy.timers.guestIdle)
      return (.attract(chosen), [.show, wait])
    case .timerElapsed(.idle):
      return language == policy.language ? (.attract(language), []) : home()
    case .pressed(.help):
      return (.attract(language), [.callStaff, .notify(.helpCalled)])
    case .printDelayed:
      // The customer has gone before the paper was known to be stuck.
      return (.attract(language), [.callStaff])
    case .closed(let reason):
      return close(reason, policy.language)
    case .resumed:
      return (.attract(policy.language), [.show, .disarm])
    case .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel), .pressed(.done),
      .pressed(.remove), .pressed(.quantity), .timerElapsed(.stillThere), .timerElapsed(.paper),
      .timerElapsed(.done), .held, .posted, .printed, .reopened:
      return (.attract(language), [])
    }
  }
}
