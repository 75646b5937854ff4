import Devices
import Drivers
import Profiles
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1))) struct KeyboardScannerTests {
  private let device = SimulatedDevice("scanner", KeyboardScannerModel())
  private let id = DeviceID("scanner@1-1")

  private func scan(_ text: String, aim: String? = nil) -> ScannerOutput {
    .scan(
      ScanData(
        bytes: Array(text.utf8), aimIdentifier: aim, device: id, terminator: .enter))
  }

  @Test func `what is scanned arrives whole and in order`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(interface: port, device: id, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    let fault = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("4006381333931", aim: "]E0") }
      device.withModel { $0.scan("https://id.gs1.org/01/{}~|\"A_b", aim: "]Q1") }
      device.withModel { $0.scan("01\u{1D}7A") }
      #expect(
        await collector.first(3) == [
          scan("4006381333931", aim: "]E0"),
          scan("https://id.gs1.org/01/{}~|\"A_b", aim: "]Q1"), scan("01\u{1D}7A"),
        ])
    }
    #expect(fault?.kind == .cancelled)
    #expect(fault?.device == id)
  }

  @Test func `a scan without its end is refused after the gap, and so is its rest`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(
      interface: port, device: id,
      settings: KeyboardScannerSettings(framing: .init(gapMilliseconds: 20)), clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scanTorn("40063813") }
      #expect(await collector.first(1) == [.refused(.torn)])
      device.withModel { $0.scan("33931") }
      #expect(await collector.first(2).last == .refused(.torn))
      device.withModel { $0.scan("96385074") }
      #expect(await collector.first(3).last == scan("96385074"))
    }
  }

  @Test func `two scans whose border was lost are refused`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(interface: port, device: id, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { model in
        model.scanTorn("4006381333931")
        model.scan("4006381333931")
      }
      #expect(await collector.first(1) == [.refused(.glued)])
    }
  }

  @Test func `keys that come as slowly as a person types are no scan`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(
      interface: port, device: id,
      settings: KeyboardScannerSettings(framing: .init(gapMilliseconds: 200)),
      clock: SteppingClock(millisecondsPerQuestion: 60))
    let collector = OutputCollector<ScannerOutput>()
    device.withModel { $0.pace(0) }
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("96385074") }
      // Two reports for every key, one after the other.
      for _ in 0..<18 { device.withModel { $0.pace(1) } }
      #expect(await collector.first(1) == [.refused(.typedByHand)])
    }
  }

  @Test func `a device without the boot protocol is read by its report descriptor`() async throws {
    let port = SimulatedInterface(device: device)
    // SET_IDLE and SET_PROTOCOL are both refused.
    port.inject(.stall(endpoint: 0, count: 2))
    let scanner = KeyboardScanner(interface: port, device: id, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("42") }
      #expect(await collector.first(1) == [scan("42")])
    }
  }

  @Test func `one halt is cleared, a second one is a fault`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(interface: port, device: id, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      port.inject(.stall(endpoint: KeyboardScannerModel.endpoint, count: 1))
      device.withModel { $0.scan("42") }
      #expect(await collector.first(1) == [scan("42")])
    }
    port.inject(.stall(endpoint: KeyboardScannerModel.endpoint, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) {
      try await scanner.run { collector.deliver($0) }
    }
  }

  @Test func `unplugging ends it with disconnected`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = KeyboardScanner(interface: port, device: id, clock: .still)
    port.unplug()
    await #expect(throws: DeviceError(.disconnected, device: id)) {
      try await scanner.run { _ in }
    }
  }

  @Test func `a device without a keyboard is not supported`() async throws {
    let port = SimulatedInterface(device: SimulatedDevice("display", LineDisplayModel()))
    await #expect(throws: DeviceError(.unsupported, device: id)) {
      try await KeyboardScanner(interface: port, device: id, clock: .still).run { _ in }
    }
  }
}
