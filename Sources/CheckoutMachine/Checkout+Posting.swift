import Ledger
import Retail

extension Checkout.Step {
  /// Waits until ledger, sale and print jobs are durable.
  func posting(_ settlement: Checkout.Settlement, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .posted(let outcomes):
      guard let posting = settlement.posting,
        outcomes.count == posting.batch.entries.count, outcomes.allSatisfy({ $0 == .ok })
      else {
        return close(.postingRefused(settlement.basket.sale), policy.language)
      }
      // Only now: paper can be printed again, a lost posting cannot.
      let completed = Checkout.Completed(receipt: posting.receipt, paper: .printing)
      return (
        .printing(completed),
        [.show, .print(completed.receipt.sale), .arm(.paper, seconds: policy.timers.paper)]
      )
    case .resumed:
      return (
        .posting(settlement), [.show, .disarm] + (settlement.posting.map { [.post($0)] } ?? [])
      )
    case .pressed(.help):
      return (.posting(settlement), [.callStaff, .notify(.helpCalled)])
    case .itemScanned, .couponPresented, .memberIdentified, .scanRefused, .cardRefused,
      .couponRefused:
      return (.posting(settlement), [.notify(.finishFirst)])
    case .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel), .pressed(.done),
      .pressed(.remove), .pressed(.quantity), .pressed(.language), .timerElapsed, .held, .printed,
      .printDelayed, .closed, .reopened:
      return (.posting(settlement), [])
    }
  }
}
