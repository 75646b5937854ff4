import CheckoutMachine
import Foundation
import Ledger

/// What becomes of a payment code that is shown for a bill. Such a code is used up by being shown,
/// whatever comes of it: it never counts a second time while it could still be good.
///
/// No way to pay by code is there so far, so that a first one is refused as well.
struct PaymentDesk: Sendable {
  /// Far longer than any payment app's code lives, which is a minute.
  static let windowMinutes: Int64 = 10
  /// Codes that are remembered; a scanner reads fewer within the window. Beyond it the oldest go.
  static let codeLimit = 1_024

  /// By a keyed hash: the code itself is kept nowhere.
  private var shown: [(mark: Data, at: Instant)] = []

  mutating func look(at mark: Data, now: Instant) -> Checkout.ScanRefusal {
    shown.removeAll { now.milliseconds - $0.at.milliseconds > Self.windowMinutes * 60_000 }
    guard !shown.contains(where: { $0.mark == mark }) else { return .paymentCodeUsed }
    if shown.count == Self.codeLimit { shown.removeFirst() }
    shown.append((mark, now))
    return .paymentNotOffered
  }
}
