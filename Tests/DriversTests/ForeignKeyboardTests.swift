import Codecs
import Devices
import Drivers
import Foundation
import Profiles
import Simulators
import Synchronization
import Testing

/// A keyboard that is not a known scanner may be a stick that types commands (BadUSB).
@Suite(.timeLimit(.minutes(1))) struct ForeignKeyboardTests {
  private static let drivers =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/drivers"

  // openpos #2108, PR 2109, #2001, #2497; woocommerce-android PR 14223; itpp pos-addons #50: keys
  // went to whatever was focused. Here they reach nobody but the driver of a scanner that is known.
  @Test func `a keyboard that is no scanner is never opened, and its keys go nowhere`()
    async throws
  {
    let bus = WatchedBus(SimulatedBus())
    let keyboard = SimulatedDevice("keyboard", ForeignKeyboard())
    let scanner = SimulatedDevice("scanner", KeyboardScannerModel(reporting: .bitmap))
    bus.bus.plug(keyboard, at: "1-1")
    bus.bus.plug(scanner, at: "1-2")
    let supervisor = DeviceSupervisor(bus: bus, profiles: try ProfileSet.load(Self.drivers))
    let run = Task { await supervisor.run() }
    var scans: [ScanData] = []
    for await event in supervisor.events {
      if case .status(let status) = event, status.state == .enabled {
        keyboard.withModel { $0.scanner.scan("rm -rf /") }
        scanner.withModel { $0.scan("96385074") }
      }
      if case .scan(let scan) = event {
        scans.append(scan)
        break
      }
    }
    #expect(scans.map(\.bytes) == [Array("96385074".utf8)])
    // All HID interfaces of the scanner: a key of one left over would reach the system.
    #expect(bus.opened == [WatchedBus.Opening(topology: "1-2", interfaces: [0, 1])])
    await supervisor.stop()
    await run.value
  }

  @Test func `the shop's own scanner is opened at its port only, with what is set on it`()
    async throws
  {
    let usb = USBID(vendorID: 0x1209, productID: 0x0001)
    let set = try ProfileSet.load(
      Self.drivers,
      scanners: [
        ConfiguredScanner(
          usb: usb, port: "1-2", layout: "de", prefix: [0x7E], groupSeparator: 0x5E)
      ])
    func device(_ topology: String) -> USBDeviceDescription {
      USBDeviceDescription(
        ForeignKeyboard().descriptors, topology: topology, address: "001/002")
    }
    #expect(set.match(device("1-1")) == nil)
    let match = try #require(set.match(device("1-2")))
    guard case .keyboardScanner(let settings) = match.profile.settings else {
      Issue.record("\(match.profile.settings)")
      return
    }
    #expect(settings.layout == "de")
    #expect(settings.framing.prefix == [0x7E])
    #expect(settings.framing.groupSeparator == 0x5E)
    #expect(match.layouts.count == 6)
  }

  @Test func `staff are told of a scanner in another layout until it is read again`() async throws {
    let set = try ProfileSet.load(Self.drivers)
    let french = try #require(set.layouts.first { $0.name == "fr" })
    let bus = SimulatedBus()
    let scanner = SimulatedDevice(
      "scanner", KeyboardScannerModel(typist: .init(layout: .init(french))))
    bus.plug(scanner, at: "1-1")
    let supervisor = DeviceSupervisor(bus: bus, profiles: set)
    let run = Task { await supervisor.run() }
    var messages: [String] = []
    var refused: [ScanFault] = []
    for await event in supervisor.events {
      switch event {
      case .status(let status) where status.state == .enabled:
        messages.append(status.message)
        if messages.count == 1 { scanner.withModel { $0.scan("4006381333931") } }
        if messages.count == 2 {
          scanner.withModel { model in
            model.scan("4006381333931")
            model.typist.layout = .us
            model.scan("4006381333931")
          }
        }
      case .scanRefused(_, let fault): refused.append(fault)
      default: break
      }
      if messages.count == 3 { break }
    }
    // Twice wrong is told once.
    #expect(messages.count == 3 && messages[0] == "" && messages[2] == "")
    #expect(messages.dropFirst().first?.contains("looks like fr") == true)
    #expect(refused == [.otherLayout(["fr"]), .otherLayout(["fr"])])
    await supervisor.stop()
    await run.value
  }
}

/// A keyboard scanner's twin under an id that no profile knows.
private struct ForeignKeyboard: USBDeviceModel {
  var scanner = KeyboardScannerModel()

  var descriptors: USBDescriptors {
    let own = scanner.descriptors
    return USBDescriptors(
      speed: own.speed, device: DescriptorBytes.device(vendorID: 0x1209, productID: 0x0001),
      configuration: own.configuration, strings: ["Nobody", "Keyboard", "1"],
      reports: own.reports)
  }

  mutating func powerOn() { scanner.powerOn() }
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    scanner.control(setup, data: data)
  }
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    scanner.write(endpoint: endpoint, bytes: bytes)
  }
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    scanner.read(endpoint: endpoint, maximumByteCount: maximumByteCount)
  }
}

/// A bus that remembers what was opened.
private final class WatchedBus: USBBus {
  struct Opening: Equatable {
    let topology: String
    let interfaces: [UInt8]
  }

  let bus: SimulatedBus
  private let openings = Mutex<[Opening]>([])

  init(_ bus: SimulatedBus) { self.bus = bus }

  var opened: [Opening] { openings.withLock { $0 } }

  func events() -> AsyncStream<USBBusEvent> { bus.events() }

  func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    openings.withLock { $0.append(Opening(topology: device.topology, interfaces: interfaces)) }
    return try await bus.open(device, claiming: interfaces)
  }
}
