import Devices
import Drivers
import Profiles
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1))) struct SerialScannerTests {
  private let device = SimulatedDevice("scanner", SerialScannerModel(prefix: [0x02]))
  private let id = DeviceID("scanner@1-1")
  private let settings = SerialScannerSettings(
    baud: 115_200, framing: ScanFraming(prefix: [0x02], gapMilliseconds: 20))

  @Test func `symbols arrive with their identifier once the terminal is said to be ready`()
    async throws
  {
    let port = SimulatedInterface(device: device)
    let scanner = SerialScanner(
      interface: port, device: id, settings: settings, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    let long = String(repeating: "https://example.com/", count: 10)
    let fault = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("4006381333931", aim: "]E0") }
      device.withModel { $0.scan(long, aim: "]Q1") }
      let expected: [ScannerOutput] = [("4006381333931", "]E0"), (long, "]Q1")].map { text, aim in
        .scan(
          ScanData(
            bytes: Array(text.utf8), aimIdentifier: aim, device: id,
            terminator: .carriageReturn))
      }
      #expect(await collector.first(2) == expected)
      #expect(device.withModel { $0.lineCoding } == [0x00, 0xC2, 0x01, 0, 0, 0, 8])
    }
    #expect(fault?.kind == .cancelled)
    #expect(fault?.device == id)
  }

  @Test func `two symbols whose border was lost, and one that was cut off, are refused`()
    async throws
  {
    let port = SimulatedInterface(device: device)
    let scanner = SerialScanner(interface: port, device: id, settings: settings)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { model in
        model.scanTorn("4006381333931")
        model.scan("96385074")
      }
      #expect(await collector.first(1) == [.refused(.glued)])
      device.withModel { $0.scanTorn("40063813") }
      #expect(await collector.first(2).last == .refused(.torn))
    }
  }

  @Test func `a device without a serial line is not supported`() async throws {
    let port = SimulatedInterface(device: SimulatedDevice("scanner", KeyboardScannerModel()))
    await #expect(throws: DeviceError(.unsupported, device: id)) {
      try await SerialScanner(interface: port, device: id).run { _ in }
    }
  }
}
