import Ledger
import Retail

extension Checkout.Step {
  /// Paid; a fault of the printer never undoes a posted sale.
  func printing(_ completed: Checkout.Completed, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .printed(completed.receipt.sale, let paper): return finish(completed, paper)
    case .printDelayed(completed.receipt.sale): return finish(completed, .delayed)
    case .timerElapsed(.paper): return finish(completed, .delayed)
    case .resumed:
      return (
        .printing(completed),
        [
          .show, .print(completed.receipt.sale), .arm(.paper, seconds: policy.timers.paper),
          .notify(.completedAfterPowerCut),
        ]
      )
    case .pressed(.help):
      return (.printing(completed), [.callStaff, .notify(.helpCalled)])
    // Done, before the paper is: the printer goes on by itself.
    case .pressed(.done): return home()
    case .pressed(.language): return (.printing(toggledLanguage(completed)), [.show])
    case .itemScanned, .couponPresented, .memberIdentified, .scanRefused, .cardRefused,
      .couponRefused:
      return (.printing(completed), [.notify(.finishFirst)])
    case .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel),
      .pressed(.remove), .pressed(.quantity), .timerElapsed(.idle), .timerElapsed(.stillThere),
      .timerElapsed(.done), .held, .posted, .printed, .printDelayed, .closed, .reopened:
      return (.printing(completed), [])
    }
  }

  func finish(_ old: Checkout.Completed, _ paper: Checkout.Completed.Paper) -> Checkout.Move {
    var completed = old
    completed.paper = paper
    var effects: [Checkout.Effect] = [.show, .arm(.done, seconds: policy.timers.done)]
    if paper == .delayed { effects += [.callStaff, .notify(.receiptDelayed)] }
    return (.done(completed), effects)
  }

  func toggledLanguage(_ old: Checkout.Completed) -> Checkout.Completed {
    let receipt = old.receipt
    return Checkout.Completed(
      receipt: Receipt(
        sale: receipt.sale, time: receipt.time, language: toggled(receipt.language),
        lines: receipt.lines, discounts: receipt.discounts, subtotal: receipt.subtotal,
        payable: receipt.payable, tenders: receipt.tenders, member: receipt.member,
        coupons: receipt.coupons),
      paper: old.paper)
  }
}
