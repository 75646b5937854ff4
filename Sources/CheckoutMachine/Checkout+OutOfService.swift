import Ledger
import Retail

extension Checkout.Step {
  /// No sale can start. Reasons come and go; with the last one gone the kiosk opens again.
  func outOfService(
    _ closed: Checkout.OutOfService, _ event: Checkout.Event
  ) -> Checkout.Move {
    switch event {
    case .closed(let reason):
      guard !closed.reasons.contains(reason) else { return (.outOfService(closed), []) }
      let more = Checkout.OutOfService(
        language: closed.language, reasons: (closed.reasons + [reason]).sorted())
      return (.outOfService(more), [.show])
    case .reopened(let reason):
      guard closed.reasons.contains(reason) else { return (.outOfService(closed), []) }
      let rest = closed.reasons.filter { $0 != reason }
      guard !rest.isEmpty else { return home() }
      return (
        .outOfService(Checkout.OutOfService(language: closed.language, reasons: rest)), [.show]
      )
    case .pressed(.language):
      return (
        .outOfService(
          Checkout.OutOfService(language: toggled(closed.language), reasons: closed.reasons)),
        [.show]
      )
    case .pressed(.help):
      return (.outOfService(closed), [.callStaff, .notify(.helpCalled)])
    case .resumed:
      // Devices and disk speak for themselves after a start; a refused posting does not go away.
      let lasting = closed.reasons.filter(\.outlastsRestart)
      guard !lasting.isEmpty else { return home() }
      return (
        .outOfService(Checkout.OutOfService(language: policy.language, reasons: lasting)),
        [.show, .disarm]
      )
    case .itemScanned, .scanRefused, .memberIdentified, .cardRefused, .couponPresented,
      .couponRefused, .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel),
      .pressed(.done), .pressed(.remove), .pressed(.quantity), .timerElapsed, .held, .posted,
      .printed, .printDelayed:
      return (.outOfService(closed), [])
    }
  }
}

extension Checkout.OutOfService.Reason {
  var outlastsRestart: Bool {
    switch self {
    case .noScanner, .storageFull: false
    case .postingRefused: true
    }
  }

  private var rank: (Int, UInt64) {
    switch self {
    case .noScanner: (0, 0)
    case .storageFull: (1, 0)
    case .postingRefused(let sale): (2, sale.counter)
    }
  }

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
