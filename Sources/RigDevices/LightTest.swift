import Devices
import Glibc
import LibUSB
import Profiles
import Simulators

/// Proves the USB layer and the drivers on an emulated usbfs: libusb's and libudev's own code, no
/// kernel and no root. The process must run under `umockdev-wrapper`.
struct LightTest {
  /// Nobody, who may open what a mode allows and nothing else.
  private static let ordinaryUser: uid_t = 65_534
  /// Attachments with descriptors of chance.
  private static let garbageCount = 40

  private var checks = Checks()
  private let kernel: MockKernel

  /// The number of checks that failed. `seed` makes the garbage.
  static func run(profilesDirectory: String, seed: UInt64) async throws -> Int {
    let profiles = try ProfileSet.load(profilesDirectory)
    // To root every node is open, whatever its mode.
    if geteuid() == 0 {
      guard setgroups(0, nil) == 0, setgid(ordinaryUser) == 0, setuid(ordinaryUser) == 0 else {
        throw CarrierFault(description: "cannot become an ordinary user: errno \(errno)")
      }
    }
    let kernel = try MockKernel()
    var test = LightTest(kernel: kernel)
    try await test.permission()
    try await test.twins()
    try await test.garbage(seed: seed)
    return test.checks.failureCount
      + (try await SelfTest.run(on: kernel))
      + (try await DriversTest.run(profiles: profiles, on: kernel))
  }

  private init(kernel: MockKernel) { self.kernel = kernel }

  /// python-escpos #24, #382: what may not be opened is there all the same, and says so.
  private mutating func permission() async throws {
    let bus = try LibUSBBus()
    let watch = BusWatch(bus)
    let cable = kernel.cable(SimulatedDevice("refused", LoopbackModel()), 80)
    cable.permit(false)
    try cable.plug()
    let device = await watch.arrival(LoopbackModel.vendorID, LoopbackModel.productID)
    checks.check("device-without-permission-is-there", device != nil)
    guard let device else { return }
    let refusal = await fault { _ = try await bus.open(device, claiming: [0]) }
    checks.check("device-without-permission-says-so", refusal == .accessDenied)
    let inspected = USBInspection.attachedDevices().first
    checks.check(
      "inspection-tells-permission-from-absence",
      inspected?.nodeExists == true && inspected?.isWritable == false)
    try cable.unplug()
    checks.check("device-without-permission-leaves", await watch.departure(of: device))
  }

  /// python-escpos #437 and the like: the port tells two devices of one model apart, the address
  /// is another one at every plug.
  private mutating func twins() async throws {
    let bus = try LibUSBBus()
    let watch = BusWatch(bus)
    let devices = (0..<2).map { SimulatedDevice("twin \($0)", LoopbackModel()) }
    let cables = devices.enumerated().map { kernel.cable($1, 81 + UInt32($0)) }
    for cable in cables { try cable.plug() }
    func present() async -> [USBDeviceDescription] {
      await eventually {
        let all = watch.devices.sorted { $0.topology < $1.topology }
        return all.count == 2 ? all : nil
      } ?? []
    }
    let first = await present()
    checks.check("twins-differ-by-port", first.map(\.topology) == ["1-81", "1-82"])
    for cable in cables { try cable.unplug() }
    for device in first { _ = await watch.departure(of: device) }
    for cable in cables.reversed() { try cable.plug() }
    let second = await present()
    checks.check(
      "twins-keep-their-ports-when-renumbered",
      second.map(\.topology) == first.map(\.topology)
        && Set(second.map(\.address)).isDisjoint(with: first.map(\.address)))
    guard let last = second.last else { return }
    let usb = try await bus.open(last, claiming: [0])
    _ = try await usb.write(
      endpoint: LoopbackModel.outEndpoint, bytes: [7], from: 0, timeoutMilliseconds: 5_000)
    checks.check(
      "a-twin-gets-its-own-bytes",
      devices.map { $0.withModel { $0.received } } == [[], [7]])
    await usb.close()
    for cable in cables { try cable.unplug() }
  }

  /// Whatever a device says that it is, the bus goes on.
  private mutating func garbage(seed: UInt64) async throws {
    var random = RigRandom(seed: seed)
    let bus = try LibUSBBus()
    let watch = BusWatch(bus)
    let cable = kernel.cable(SimulatedDevice("garbage", LoopbackModel()), 83)
    var opened = 0
    for number in 0..<Self.garbageCount {
      cable.show(descriptors: Self.garbage(number, &random))
      try cable.plug()
      let device = await eventually(seconds: 0.05) { watch.devices.first }
      if let device {
        let refusal = await fault {
          let usb = try await bus.open(device, claiming: device.interfaces.map(\.number))
          await usb.close()
        }
        if refusal == nil { opened += 1 }
      }
      try cable.unplug()
      if let device { _ = await watch.departure(of: device) }
    }
    cable.show(descriptors: nil)
    try cable.plug()
    let good = await watch.arrival(LoopbackModel.vendorID, LoopbackModel.productID)
    checks.check(
      "garbage-descriptors-stop-nothing", good != nil, "seed \(seed), opened \(opened)")
    try cable.unplug()
  }

  private static func garbage(_ number: Int, _ random: inout RigRandom) -> [UInt8] {
    let good = LoopbackModel().descriptors
    let whole = good.device + good.configuration
    switch number % 4 {
    case 0: return Array(whole.prefix(random.below(whole.count)))
    case 1: return good.device + (0..<random.below(64)).map { _ in UInt8(random.below(256)) }
    case 2: return (0..<random.below(64)).map { _ in UInt8(random.below(256)) }
    default:
      var torn = whole
      for _ in 0..<4 { torn[random.below(torn.count)] = UInt8(random.below(256)) }
      return torn
    }
  }
}
