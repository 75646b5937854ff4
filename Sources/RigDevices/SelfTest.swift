import Devices
import Glibc
import LibUSB
import Simulators

/// Proves the USB layer on the kernel of this machine, with devices it plugs in itself.
struct SelfTest {
  private static let printer = (id: LoopbackModel.vendorID, product: LoopbackModel.productID)
  static let limitMilliseconds = 5_000

  var checks = Checks()
  let bus: LibUSBBus
  let watch: BusWatch
  let loopback = SimulatedDevice("loopback", LoopbackModel())
  let cable: any Carrier
  private let makeCable: MakeCarrier
  /// Whether there is a kernel with drivers, rules and event nodes of its own.
  private let hasKernel: Bool

  private init(_ makeCable: @escaping MakeCarrier, hasKernel: Bool) throws {
    bus = try LibUSBBus()
    watch = BusWatch(bus)
    cable = makeCable(loopback, 90)
    self.makeCable = makeCable
    self.hasKernel = hasKernel
  }

  /// On the kernel of this machine, or on an emulated usbfs. The number of checks that failed.
  static func run(on mock: MockKernel? = nil) async throws -> Int {
    let makeCable: MakeCarrier = { device, number in
      mock?.cable(device, number) ?? Cable(device, number: number)
    }
    var test = try SelfTest(makeCable, hasKernel: mock == nil)
    try await test.hotplug()
    try await test.keyboard()
    try await test.transfers()
    try await test.faults()
    try await test.unplugging()
    return test.checks.failureCount
  }

  struct Stopped: Error {
    let what: String
  }

  mutating func plugged() async throws -> USBDeviceDescription {
    try cable.plug()
    guard let device = await watch.arrival(Self.printer.id, Self.printer.product) else {
      throw Stopped(what: "the device did not arrive")
    }
    return device
  }

  mutating func unplugged(_ device: USBDeviceDescription) async throws {
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
    checks.check(
      "strings-from-the-device",
      device.manufacturer == "Rig" && device.product == "Loopback"
        && device.serialNumber == "LB01")
    checks.check(
      "description-from-descriptors", device.interfaces == loopback.descriptors.interfaces)
    if hasKernel { await kernelDriver(device) }

    let usb = try await bus.open(device, claiming: [0])
    checks.measured("plug-to-claimed", start.duration(to: clock.now))
    if hasKernel {
      checks.check("claim-detaches-usblp", Kernel.driver(topology: device.topology) == "usbfs")
    }
    let second = await fault { _ = try await bus.open(device, claiming: [0]) }
    checks.check("second-claim-is-busy", second == .busy, "\(second.map { "\($0)" } ?? "-")")
    await usb.close()
    if hasKernel {
      let back = await eventually {
        Kernel.driver(topology: device.topology) == "usblp" ? true : nil
      }
      checks.check("close-gives-back-to-usblp", back == true)
    }
    let closed = await fault {
      _ = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: [1], from: 0, timeoutMilliseconds: 100)
    }
    checks.check("closed-interface-refuses", closed == .cancelled)
    let again = try await bus.open(device, claiming: [0])
    checks.check("closed-interface-can-be-claimed-again", true)
    await again.close()
    try await unplugged(device)
    checks.check("departure-by-udev", watch.devices.isEmpty)
  }

  private mutating func kernelDriver(_ device: USBDeviceDescription) async {
    checks.check("arrival-by-udev", access("/run/udev/control", F_OK) == 0)
    let usblp = await eventually {
      Kernel.driver(topology: device.topology) == "usblp" ? true : nil
    }
    checks.check("kernel-driver-bound", usblp == true)
    let inspected = USBInspection.attachedDevices()
    checks.check(
      "inspection-names-kernel-driver",
      inspected.first?.interfaces == [.init(number: 0, driver: "usblp")]
        && inspected.first?.isWritable == true, inspected.first?.node ?? "-")
  }

  // MARK: - A keyboard

  private mutating func keyboard() async throws {
    let keyboard = SimulatedDevice("keyboard", KeyboardScannerModel())
    let keyboardCable = makeCable(keyboard, 91)
    try keyboardCable.plug()
    guard let device = await watch.arrival(0x0C2E, 0x0B61) else {
      throw Stopped(what: "the keyboard did not arrive")
    }
    if hasKernel { await eventNode(device) }
    let usb = try await bus.open(device, claiming: [0])
    if hasKernel {
      checks.check(
        "claim-removes-event-node", Kernel.eventNodes(topology: device.topology).isEmpty)
    }
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
    if hasKernel {
      let back = await eventually {
        Kernel.eventNodes(topology: device.topology).isEmpty ? nil : true
      }
      checks.check("close-brings-event-node-back", back == true)
    }
    try keyboardCable.unplug()
    checks.check("keyboard-leaves", await watch.departure(of: device))
  }

  private mutating func eventNode(_ device: USBDeviceDescription) async {
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
  }
}

/// The kind of fault that a call threw, or nil when it returned.
func fault(_ body: () async throws -> Void) async -> DeviceError.Kind? {
  do {
    try await body()
    return nil
  } catch let error as DeviceError {
    return error.kind
  } catch {
    return .unsupported
  }
}
