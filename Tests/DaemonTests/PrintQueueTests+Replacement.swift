import Devices
import Synchronization
import Testing

@testable import Daemon

// Printers that go, come and stay.
extension PrintQueueTests {
  /// A kiosk of which the wait for a scanner is over: it is as long as the queue's pause, and would
  /// be taken for it.
  private func settled(
    printing script: [ScriptedPrinter.Line] = [], devices: [DeviceKind] = DeviceKind.allCases
  ) async throws -> TestKiosk {
    let kiosk = try await TestKiosk(printing: script, devices: devices)
    try await eventually("the wait for a scanner") {
      kiosk.clock.sleeps.contains(CheckoutLoop.scannerGrace)
    }
    kiosk.clock.advance(CheckoutLoop.scannerGrace)
    return kiosk
  }

  // Found in the virtual machine: the kernel keeps a device that is replugged while its hub's
  // driver is busy, so that a transfer fails and nothing is told of the device.
  @Test func `a printer of which one transfer is lost, and that stays, is tried again`()
    async throws
  {
    let kiosk = try await settled(printing: [.faults(.disconnected)])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    try await kiosk.clock.pass(PrintQueue.retryPause)
    _ = try await done(kiosk, .printed)
    #expect(kiosk.printer.started.map(\.isCopy) == [false, true, false])
    try await kiosk.stop()
  }

  @Test func `another printer takes over what the first one broke off`() async throws {
    let kiosk = try await TestKiosk(printing: [.faults(.disconnected)])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    kiosk.unplug(.printer)
    let other = ScriptedPrinter(device: "printer@2-1")
    kiosk.loop.take(.status(.of(.printer, device: "printer@2-1")))
    kiosk.loop.take(.printerReady(other))
    _ = try await done(kiosk, .printed)
    #expect(other.printed.map(\.isCopy) == [true, false])
    try await kiosk.stop()
  }

  /// A printer of this script that is replaced while its job of this number is made ready.
  private func replaced(
    _ kiosk: TestKiosk, at job: Int, _ script: [ScriptedPrinter.Line]
  ) -> ScriptedPrinter {
    let count = Mutex(0)
    return ScriptedPrinter(script) {
      let isNow = count.withLock { count in
        count += 1
        return count == job
      }
      guard isNow else { return }
      kiosk.unplug(.printer)
      kiosk.plugIn(.printer)
      kiosk.loop.take(.status(.of(.printer, message: "the other one")))
      while await !kiosk.loop.deviceLines().contains(where: { $0.message == "the other one" }) {
        await Task.yield()
      }
    }
  }

  // Found in the virtual machine: paper put in wakes the queue, and power off and on at once gives
  // it another driver before the job has begun.
  @Test func `a printer that comes while a job is made ready for the one before is kept`()
    async throws
  {
    let kiosk = try await TestKiosk(devices: [.scanner, .cardReader])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    let gone = replaced(kiosk, at: 1, [.faults(.disconnected)])
    kiosk.loop.take(.status(.of(.printer)))
    kiosk.loop.take(.printerReady(gone))
    _ = try await done(kiosk, .printed)
    #expect(gone.started.count == 1)
    #expect(kiosk.printer.printed.map(\.isCopy) == [true, false])
    try await kiosk.stop()
  }

  @Test func `the last start on a printer that is replaced is none on the next one`() async throws {
    let kiosk = try await settled(devices: [.scanner, .cardReader])
    try await kiosk.sell()
    _ = try await done(kiosk, .delayed)
    let limit = PrintTrials.startLimit
    let gone = replaced(kiosk, at: limit, Array(repeating: .faults(.timedOut), count: limit))
    kiosk.loop.take(.status(.of(.printer)))
    kiosk.loop.take(.printerReady(gone))
    for count in 1..<limit {
      try await eventually("start \(count)") { gone.started.count == count }
      try await kiosk.clock.pass(PrintQueue.retryPause)
    }
    _ = try await done(kiosk, .printed)
    #expect(gone.started.count == limit)
    #expect(kiosk.printer.printed.map(\.isCopy) == [true, false])
    try await kiosk.stop()
  }
}
