import Devices
import Retail
import Storage
import Testing

@testable import Daemon

/// Touches that come twice, and answers that do not come.
@Suite(.timeLimit(.minutes(1))) struct RepeatedTouchTests {
  private func ready() async throws -> (TestKiosk, Snapshot) {
    let kiosk = try await TestKiosk()
    kiosk.shop(with: try await kiosk.coupon())
    try await kiosk.press("pay")
    return (kiosk, try await kiosk.press("wallet"))
  }

  private func expectOneSale(_ kiosk: TestKiosk) async throws {
    _ = try await kiosk.screen("paper") { $0.completed?.paper == .printed }
    #expect(try await kiosk.store.latestSales(limit: 9).count == 1)
    #expect(kiosk.printer.started.map(\.isCopy) == [false, false])
    #expect(try await kiosk.principal == 24_430)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  // odoo PR 267799: a second touch within 300 ms paid again.
  @Test func `two touches of one key are one`() async throws {
    let (kiosk, seen) = try await ready()
    let touch = ButtonPress(button: "confirm", revision: seen.revision)
    let loop = kiosk.loop
    let refusals = await withTaskGroup(of: PressRefusal?.self) { group in
      for _ in 0..<5 { group.addTask { await Self.press(touch, loop) } }
      return await group.reduce(into: [PressRefusal?]()) { $0.append($1) }
    }
    #expect(refusals.count { $0 == nil } == 1)
    for case .some(let refusal) in refusals {
      guard case .staleRevision = refusal else {
        Issue.record("\(refusal)")
        continue
      }
    }
    try await expectOneSale(kiosk)
  }

  private static func press(_ touch: ButtonPress, _ loop: CheckoutLoop) async -> PressRefusal? {
    do throws(PressRefusal) {
      _ = try await loop.press(touch)
      return nil
    } catch {
      return error
    }
  }

  // odoo #152259, #123254, PR 40600: an order that was paid was lost, or paid again, when the
  // connection broke off before its answer.
  @Test func `a sale is made once, however often its answer is lost`() async throws {
    let (kiosk, seen) = try await ready()
    let touch = ButtonPress(button: "confirm", revision: seen.revision)
    let loop = kiosk.loop
    // Who asked is gone before the answer; the next page asks the same again, and again.
    for _ in 0..<5 {
      let asking = Task { await Self.press(touch, loop) }
      asking.cancel()
      _ = await asking.value
    }
    let screen = try await kiosk.screen("the sale is done") { $0.state == "done" }
    #expect(screen.completed?.receipt == "3-000001" && screen.completed?.paid == 7_070)
    try await expectOneSale(kiosk)
  }
}
