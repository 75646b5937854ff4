import Devices
import Storage
import Testing

@testable import Daemon

/// The cash drawer opens for staff, between papers, and never without a line that says so.
@Suite(.timeLimit(.minutes(1)))
struct CashDrawerTests {
  private func outcomes(_ kiosk: TestKiosk) async throws -> [String] {
    try await kiosk.store.staffActs(limit: 10).map { "\($0.actor): \($0.outcome)" }.reversed()
  }

  @Test func `it is written down before and after, and is no job of the journal`() async throws {
    let kiosk = try await TestKiosk()
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }

    #expect(try await kiosk.loop.openDrawer(.first, actor: "anna/kioskctl") == .printed)

    #expect(kiosk.printer.printed.map(\.elements) == [[.drawerPulse(connector: .first)]])
    #expect(
      try await outcomes(kiosk) == [
        "anna/kioskctl: asked, connector 1", "anna/kioskctl: printed",
      ])
    #expect(try await kiosk.store.pendingPrintJobs(limit: 10).isEmpty)
    try await kiosk.stop()
  }

  @Test func `a connector that the printer has not is refused, and so is a busy printer`()
    async throws
  {
    let kiosk = try await TestKiosk(printing: [.waits])
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }
    await #expect(throws: DrawerRefusal.noConnector(.second)) {
      try await kiosk.loop.openDrawer(.second, actor: "anna/kioskctl")
    }
    let test = Task { try await kiosk.loop.test(.printer, force: false) }
    try await eventually("the test's page") { kiosk.printer.isWaiting }
    await #expect(throws: DrawerRefusal.busy) {
      try await kiosk.loop.openDrawer(.first, actor: "anna/kioskctl")
    }
    kiosk.printer.release()
    _ = try await test.value
    #expect(kiosk.printer.started.count == 1)
    let refused = try await outcomes(kiosk).filter { !$0.contains("asked") }
    #expect(refused.count == 2 && refused[1].contains("at work"))
    try await kiosk.stop()
  }

  @Test func `one that fails does not open later by itself`() async throws {
    let kiosk = try await TestKiosk(printing: [.refuses(.needsAttention(.coverOpen))])
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }
    let fault = DrawerRefusal.fault(
      .needsAttention(.coverOpen), device: DeviceID("printer@1-3"))
    await #expect(throws: fault) {
      try await kiosk.loop.openDrawer(.first, actor: "anna/kioskctl")
    }
    try await kiosk.sell()
    _ = try await kiosk.screen("paper") { $0.completed?.paper == .printed }
    #expect(
      kiosk.printer.started.dropFirst().allSatisfy {
        !$0.elements.contains(.drawerPulse(connector: .first))
      })
    try await kiosk.stop()
  }
}
