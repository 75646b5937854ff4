import Devices
import Testing

@testable import Daemon

/// A technician's test beside a working kiosk.
@Suite(.timeLimit(.minutes(1)))
struct DeviceTestTests {
  @Test func `the page shows every part that is told, on paper of any width`() {
    for columns in [1, 32, 42, 48] {
      let paper = DeviceTest.paper(columns: columns)
      #expect(DeviceTest.parts(columns: columns).count > 5)
      guard case .text(let ruler, _) = paper.first else {
        Issue.record("no ruler")
        return
      }
      #expect(ruler.count == columns)
      #expect(paper.last == .cut)
      #expect(paper.contains { if case .qrCode = $0 { true } else { false } })
    }
  }

  @Test func `between two customers it is printed and confirmed`() async throws {
    let kiosk = try await TestKiosk()
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }

    let report = try await kiosk.loop.test(.printer, force: false)

    #expect(report.completion == "printed")
    #expect(report.device == "printer@1-3")
    #expect(kiosk.printer.printed.map(\.number) == [0])
    try await kiosk.stop()
  }

  @Test func `in the middle of a sale only who insists prints`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen("a sale") { $0.state == "scanning" }

    await #expect(throws: TestRefusal.saleOpen("scanning")) {
      try await kiosk.loop.test(.printer, force: false)
    }
    #expect(kiosk.printer.started.isEmpty)
    #expect(try await kiosk.loop.test(.printer, force: true).completion == "printed")
    try await kiosk.stop()
  }

  @Test func `a receipt waits for the end of a test, and no attempt of it is lost`() async throws {
    let kiosk = try await TestKiosk(printing: [.waits])
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }
    let test = Task { try await kiosk.loop.test(.printer, force: false) }
    try await eventually("the test's page") { kiosk.printer.isWaiting }
    await #expect(throws: TestRefusal.busy(.printer)) {
      try await kiosk.loop.test(.printer, force: true)
    }

    try await kiosk.sell()
    #expect(kiosk.printer.started.count == 1)
    kiosk.printer.release()

    _ = try await test.value
    _ = try await kiosk.screen("the papers") { $0.state == "done" }
    #expect(kiosk.printer.started.first?.number == 0)
    #expect(kiosk.printer.printed.dropFirst().allSatisfy { !$0.isCopy && $0.number > 0 })
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `without the device, or with its fault, the reason is told`() async throws {
    let kiosk = try await TestKiosk(printing: [.faults(.needsAttention(.coverOpen))])
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }
    let refusal = await #expect(throws: TestRefusal.self) {
      try await kiosk.loop.test(.printer, force: false)
    }
    #expect(try #require(refusal).description.contains("coverOpen"))

    kiosk.unplug(.printer)
    _ = try await kiosk.screen("no printer") { screen in
      screen.devices.contains { $0.kind == "printer" && $0.state == "absent" }
    }
    await #expect(throws: TestRefusal.noDevice(.printer)) {
      try await kiosk.loop.test(.printer, force: false)
    }
    try await kiosk.stop()
  }

  @Test func `the display shows the patterns, then again what belongs there`() async throws {
    let kiosk = try await TestKiosk()
    _ = try await kiosk.screen("devices") { $0.devices.allSatisfy { $0.state == "enabled" } }
    try await eventually("idle text") { !kiosk.display.shown.isEmpty }
    let idle = kiosk.display.shown.last

    let test = Task { try await kiosk.loop.test(.display, force: false) }
    for _ in 0..<3 { try await kiosk.clock.pass(.seconds(DeviceTest.patternSeconds)) }

    #expect(try await test.value.parts.count == 3)
    try await eventually("the idle text again") { kiosk.display.shown.last == idle }
    #expect(kiosk.display.shown.count >= 5)
    try await kiosk.stop()
  }
}
