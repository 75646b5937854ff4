import Devices
import Drivers
import Profiles
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1))) struct HIDPOSScannerTests {
  private let device = SimulatedDevice("scanner", HIDPOSScannerModel())
  private let id = DeviceID("scanner@1-1")

  @Test func `short and long symbols arrive with their AIM identifier`() async throws {
    let port = SimulatedInterface(device: device)
    let settings = HIDPOSScannerSettings(featureReports: [.init(id: 0xFE, bytes: [0x01])])
    let scanner = HIDPOSScanner(interface: port, device: id, settings: settings, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    let long = String(repeating: "会员", count: 40)
    let fault = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("4006381333931", aim: "]E0") }
      device.withModel { $0.scan(long, aim: "]Q1") }
      device.withModel { $0.scan("plain") }
      let expected: [ScannerOutput] = [
        ("4006381333931", "]E0"), (long, "]Q1"), ("plain", nil),
      ].map { text, aim in
        .scan(ScanData(bytes: Array(text.utf8), aimIdentifier: aim, device: id))
      }
      #expect(await collector.first(3) == expected)
    }
    #expect(fault?.kind == .cancelled)
    #expect(device.withModel { $0.featureReports } == [[0xFE, 0x01]])
  }

  @Test func `a symbol without its rest is refused, and so is what comes too late`() async throws {
    let port = SimulatedInterface(device: device)
    let scanner = HIDPOSScanner(
      interface: port, device: id, settings: .init(symbologies: .honeywell), clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scanTorn(String(repeating: "A", count: 80), aim: "]Q1") }
      #expect(await collector.first(1) == [.refused(.torn)])
      device.withModel { $0.scan("AAAAAAAAAAAAAAAAAAAAAAAA", aim: "]Q1") }
      #expect(await collector.first(2).last == .refused(.torn))
      device.withModel { $0.scan("4006381333931", vendorSymbology: 0x64) }
      #expect(
        await collector.first(3).last
          == .scan(
            ScanData(bytes: Array("4006381333931".utf8), aimIdentifier: "]E0", device: id)))
    }
  }

  @Test func `a keyboard is not a bar code scanner`() async throws {
    let port = SimulatedInterface(device: SimulatedDevice("scanner", KeyboardScannerModel()))
    await #expect(throws: DeviceError(.unsupported, device: id)) {
      try await HIDPOSScanner(interface: port, device: id).run { _ in }
    }
  }

  @Test func `a scanner that does not tell its reports is a fault`() async throws {
    let port = SimulatedInterface(device: device)
    port.inject(.stall(endpoint: 0, count: 1))
    await #expect(throws: DeviceError(.stalled, device: id)) {
      try await HIDPOSScanner(interface: port, device: id).run { _ in }
    }
  }
}
