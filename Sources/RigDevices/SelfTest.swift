import Devices
import Glibc
import LibUSB
import Simulators

/// Proves the USB layer on the kernel of this machine, with devices it plugs in itself.
struct SelfTest {
  private static let printer = (id: LoopbackModel.vendorID, product: LoopbackModel.productID)
  private static let limitMilliseconds = 5_000

  private var checks = Checks()
  private let bus: LibUSBBus
  private let watch: BusWatch
  private let loopback = SimulatedDevice("loopback", LoopbackModel())
  private let cable: Cable

  init() throws {
    bus = try LibUSBBus()
    watch = BusWatch(bus)
    cable = Cable(loopback, number: 90)
  }

  /// The number of checks that failed.
  static func run() async throws -> Int {
    var test = try SelfTest()
    try await test.hotplug()
    try await test.keyboard()
    try await test.transfers()
    try await test.faults()
    try await test.unplugging()
    return test.checks.failureCount
  }

  private struct Stopped: Error {
    let what: String
  }

  private mutating func plugged() async throws -> USBDeviceDescription {
    try cable.plug()
    guard let device = await watch.arrival(Self.printer.id, Self.printer.product) else {
      throw Stopped(what: "the device did not arrive")
    }
    return device
  }

  private mutating func unplugged(_ device: USBDeviceDescription) async throws {
    try cable.unplug()
    guard await watch.departure(of: device) else {
      throw Stopped(what: "the device did not leave")
    }
  }

  // MARK: - Hot-plug

  private mutating func hotplug() async throws {
    checks.check("bus-starts-empty", watch.devices.isEmpty)
    let clock = ContinuousClock()
    let start = clock.now
    let device = try await plugged()
    checks.measured("plug-to-arrival", start.duration(to: clock.now))
    checks.check("arrival-by-udev", access("/run/udev/control", F_OK) == 0)
    checks.check(
      "strings-from-the-device",
      device.manufacturer == "Rig" && device.product == "Loopback"
        && device.serialNumber == "LB01")
    checks.check(
      "description-from-descriptors", device.interfaces == loopback.descriptors.interfaces)
    let usblp = await eventually {
      Kernel.driver(topology: device.topology) == "usblp" ? true : nil
    }
    checks.check("kernel-driver-bound", usblp == true)
    let inspected = USBInspection.attachedDevices()
    checks.check(
      "inspection-names-kernel-driver",
      inspected.first?.interfaces == [.init(number: 0, driver: "usblp")]
        && inspected.first?.isWritable == true, inspected.first?.node ?? "-")

    let usb = try await bus.open(device, claiming: [0])
    checks.measured("plug-to-claimed", start.duration(to: clock.now))
    checks.check("claim-detaches-usblp", Kernel.driver(topology: device.topology) == "usbfs")
    let second = await fault { _ = try await bus.open(device, claiming: [0]) }
    checks.check("second-claim-is-busy", second == .busy, "\(second.map { "\($0)" } ?? "-")")
    await usb.close()
    let back = await eventually {
      Kernel.driver(topology: device.topology) == "usblp" ? true : nil
    }
    checks.check("close-gives-back-to-usblp", back == true)
    let closed = await fault {
      _ = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: [1], from: 0, timeoutMilliseconds: 100)
    }
    checks.check("closed-interface-refuses", closed == .cancelled)
    try await unplugged(device)
    checks.check("departure-by-udev", watch.devices.isEmpty)
  }

  private mutating func keyboard() async throws {
    let keyboard = SimulatedDevice("keyboard", KeyboardScannerModel())
    let keyboardCable = Cable(keyboard, number: 91)
    try keyboardCable.plug()
    guard let device = await watch.arrival(0x0C2E, 0x0B61) else {
      throw Stopped(what: "the keyboard did not arrive")
    }
    // udev's word was waited for, so its rules have done their work.
    checks.check(
      "rule-gives-node-to-group", Kernel.isForGroup("kiosk", address: device.address))
    let node = await eventually {
      Kernel.eventNodes(topology: device.topology).isEmpty ? nil : true
    }
    checks.check("keyboard-has-event-node", node == true)
    let isIgnored = await eventually {
      Kernel.eventNodes(topology: device.topology).contains {
        Kernel.udevProperties(ofEventNode: $0).contains("LIBINPUT_IGNORE_DEVICE=1")
      } ? true : nil
    }
    checks.check("rule-hides-scanner-from-desktop", isIgnored == true)
    let usb = try await bus.open(device, claiming: [0])
    checks.check(
      "claim-removes-event-node", Kernel.eventNodes(topology: device.topology).isEmpty)
    keyboard.withModel { $0.scan("12") }
    var reports: [[UInt8]] = []
    while reports.count < 6 {
      reports.append(
        try await usb.read(
          endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: Self.limitMilliseconds))
    }
    checks.check(
      "reports-come-in-order",
      reports.map { $0.count > 2 ? $0[2] : 0xFF } == [0x1E, 0, 0x1F, 0, 0x28, 0])
    let waiting = Task {
      await fault {
        _ = try await usb.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      }
    }
    try await Task.sleep(for: .milliseconds(50))
    waiting.cancel()
    checks.check("cancelled-read-ends", await waiting.value == .cancelled)
    let atClose = Task {
      await fault {
        _ = try await usb.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      }
    }
    try await Task.sleep(for: .milliseconds(50))
    await usb.close()
    checks.check("close-ends-waiting-read", await atClose.value == .cancelled)
    let back = await eventually {
      Kernel.eventNodes(topology: device.topology).isEmpty ? nil : true
    }
    checks.check("close-brings-event-node-back", back == true)
    try keyboardCable.unplug()
    checks.check("keyboard-leaves", await watch.departure(of: device))
  }

  // MARK: - Transfers

  private mutating func transfers() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    let identity = try await usb.control(
      USBControlSetup(requestType: 0xA1, request: 0, value: 0, index: 0, length: 1_023), data: [],
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check(
      "control-in", identity.dropFirst(2).elementsEqual(LoopbackModel.deviceID.utf8))
    let none = try await usb.control(
      USBControlSetup(requestType: 0x21, request: 2, value: 0, index: 0), data: [],
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("control-out", none.isEmpty)
    let refused = await fault {
      _ = try await usb.control(
        USBControlSetup(requestType: 0xA1, request: 99, value: 0, index: 0, length: 1), data: [],
        timeoutMilliseconds: Self.limitMilliseconds)
    }
    checks.check("control-stall", refused == .stalled)

    // Not a multiple of the transfer's size, so that the last part is a short one.
    let bytes = (0..<150_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    for count in [65_536, bytes.count] {
      loopback.withModel { $0.forget() }
      let sent = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: Array(bytes.prefix(count)), from: 0,
        timeoutMilliseconds: 20_000)
      checks.check(
        "bulk-out-\(count)",
        sent == count && loopback.withModel { $0.received } == Array(bytes.prefix(count)))
    }
    loopback.withModel { $0.answer([0x12]) }
    let answer = try await usb.read(
      endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64,
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("bulk-in", answer == [0x12])
    let silent = await fault {
      _ = try await usb.read(
        endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64, timeoutMilliseconds: 100)
    }
    checks.check("silent-in-times-out", silent == .timedOut)
    await usb.close()
    try await unplugged(device)
  }

  // MARK: - Faults

  private mutating func faults() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    let out = LoopbackModel.outEndpoint
    let bytes = (0..<64).map { UInt8($0) }
    func write(from offset: Int = 0, limit: Int = Self.limitMilliseconds) async throws -> Int {
      try await usb.write(endpoint: out, bytes: bytes, from: offset, timeoutMilliseconds: limit)
    }

    try cable.disturb { $0.stall(out) }
    checks.check("stall-is-told", await fault { _ = try await write() } == .stalled)
    try await usb.clearHalt(endpoint: out)
    checks.check("clear-halt-heals", try await write() == 64)

    loopback.withModel { $0.forget() }
    try cable.disturb { $0.shorten(out, to: 20) }
    checks.check("broken-off-write-tells-its-part", try await write() == 20)
    checks.check("then-stall-is-told", await fault { _ = try await write(from: 20) } == .stalled)
    try await usb.clearHalt(endpoint: out)
    checks.check("write-resumes-from-its-offset", try await write(from: 20) == 44)
    checks.check("nothing-lost-nothing-twice", loopback.withModel { $0.received } == bytes)

    try cable.disturb { $0.hold(out) }
    checks.check(
      "silent-out-times-out", await fault { _ = try await write(limit: 100) } == .timedOut)
    try cable.disturb { $0.release(out) }
    checks.check("released-endpoint-works", try await write() == 64)

    // A printer that goes offline takes what fits and then no more.
    loopback.withModel {
      $0.forget()
      $0.roomByteCount = 24
    }
    let taken = try await write(limit: 200)
    checks.check("offline-write-tells-its-part", taken == 24, "\(taken)")
    checks.check(
      "offline-write-times-out",
      await fault { _ = try await write(from: 24, limit: 100) } == .timedOut)
    loopback.withModel { $0.roomByteCount = nil }
    checks.check("online-again-takes-the-rest", try await write(from: 24) == 40)
    checks.check(
      "offline-lost-nothing-twice", loopback.withModel { $0.received } == bytes)

    try await usb.reset()
    checks.check("write-after-reset", try await write() == 64)
    await usb.close()
    try await unplugged(device)
  }

  private mutating func unplugging() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    try cable.disturb { $0.hold(LoopbackModel.outEndpoint) }
    let out = Task {
      await fault {
        _ = try await usb.write(
          endpoint: LoopbackModel.outEndpoint, bytes: [UInt8](repeating: 0x41, count: 65_536),
          from: 0, timeoutMilliseconds: 30_000)
      }
    }
    let listening = Task {
      await fault {
        _ = try await usb.read(
          endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64, timeoutMilliseconds: nil)
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    let clock = ContinuousClock()
    let start = clock.now
    try cable.unplug()
    checks.check("unplug-ends-write-in-flight", await out.value == .disconnected)
    checks.check("unplug-ends-read-in-flight", await listening.value == .disconnected)
    checks.measured("unplug-to-disconnected", start.duration(to: clock.now))
    checks.check("departure-is-told", await watch.departure(of: device))
    let after = await fault {
      _ = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: [1], from: 0, timeoutMilliseconds: 100)
    }
    checks.check("unplugged-device-refuses", after == .disconnected)
    await usb.close()
    let gone = await fault { _ = try await bus.open(device, claiming: [0]) }
    checks.check("unplugged-device-cannot-be-opened", gone == .disconnected)

    let again = try await plugged()
    checks.check(
      "replugged-at-the-same-port", again.topology == device.topology,
      "\(device.topology) \(device.address) -> \(again.topology) \(again.address)")
    checks.check("with-another-address", again.address != device.address)
    let reopened = try await bus.open(again, claiming: [0])
    let sent = try await reopened.write(
      endpoint: LoopbackModel.outEndpoint, bytes: [1, 2, 3], from: 0,
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("replugged-device-works", sent == 3)
    await reopened.close()
    try await unplugged(again)
  }
}

/// The kind of fault that a call threw, or nil when it returned.
private func fault(_ body: () async throws -> Void) async -> DeviceError.Kind? {
  do {
    try await body()
    return nil
  } catch let error as DeviceError {
    return error.kind
  } catch {
    return .unsupported
  }
}
