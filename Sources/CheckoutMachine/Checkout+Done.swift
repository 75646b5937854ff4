import Ledger
import Retail

extension Checkout.Step {
  /// The sale is over; the next customer may begin at once.
  func done(_ completed: Checkout.Completed, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .pressed(.done), .timerElapsed(.done): return home()
    case .resumed: return home()
    case .itemScanned(let item): return add(item, to: newBasket(policy.language))
    case .memberIdentified(let member):
      // A tap is an edge: the card that lay there during the sale does not come again by itself.
      return bind(member, to: newBasket(policy.language))
    case .couponPresented(let coupon): return present(coupon, to: newBasket(policy.language))
    case .printed(completed.receipt.sale, let paper) where paper != completed.paper:
      return finish(completed, paper)
    case .pressed(.language):
      return (
        .done(toggledLanguage(completed)), [.show, .arm(.done, seconds: policy.timers.done)]
      )
    case .pressed(.help):
      return (
        .done(completed),
        [.callStaff, .arm(.done, seconds: policy.timers.done), .notify(.helpCalled)]
      )
    case .scanRefused(let refusal):
      return (.done(completed), [.notify(.scanRefused(refusal))])
    case .cardRefused(let refusal):
      return (.done(completed), [.notify(.cardRefused(refusal))])
    case .couponRefused: return (.done(completed), [.notify(.couponRefused)])
    case .closed(let reason): return close(reason, policy.language)
    case .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel),
      .pressed(.remove), .pressed(.quantity), .timerElapsed(.idle), .timerElapsed(.stillThere),
      .timerElapsed(.paper), .held, .posted, .printed, .printDelayed, .reopened:
      return (.done(completed), [])
    }
  }
}
