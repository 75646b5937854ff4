import Daemon
import Devices
import Drivers
import Logging
import LoopbackHTTP
import Profiles
import Retail
import ServiceLifecycle
import ShopConfiguration
import Simulators
import Storage
import WebUI

/// A whole kiosk in this process, wired as `kioskd run --simulate` wires it: simulated devices
/// under the real drivers, the checkout loop on a store on disk, and the web server with one reader
/// of its events.
struct CounterKiosk {
  static let scannerPort = "1-1"
  static let readerPort = "1-2"
  static let displayPort = "1-4"
  static let readyLimit = Duration.seconds(10)
  /// Longer than the card reader's driver waits before it believes that a card is gone.
  static let pause = Duration.milliseconds(200)

  let shop: BenchShop
  let store: Store
  let loop: CheckoutLoop
  let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
  let reader = SimulatedDevice("card reader", CCIDReaderModel())
  private let supervisor: DeviceSupervisor
  private let logger = Logger(label: "kiosk-bench")
  private let marks: Marks

  init(directory: String, marks: Marks, timeline: Timeline) async throws {
    shop = try BenchShop()
    store = try Store.open(
      directory: directory, mode: .writer,
      crashPoint: {
        timeline.end($0.hasPrefix("before") ? "to the commit" : "the commit")
      })
    try await shop.fill(store)
    loop = CheckoutLoop(
      setup: CheckoutLoop.Setup(
        kiosk: BenchShop.kiosk, shop: LocalizedText(zh: "青禾超市", en: "Qinghe Market"),
        policy: shop.policy, scans: ScanDesk(reader: try ScanConfiguration.standard.reader()),
        clock: shop.clock),
      store: store, logger: logger)
    let bus = SimulatedBus()
    bus.plug(scanner, at: Self.scannerPort)
    bus.plug(reader, at: Self.readerPort)
    bus.plug(
      SimulatedDevice("display", TimedDisplay { marks.note(.display) }), at: Self.displayPort)
    let profiles = try ProfileSet.load(ResourcePaths.drivers)
    supervisor = DeviceSupervisor(bus: bus, profiles: profiles)
    self.marks = marks
  }

  /// Runs the kiosk while `body` runs.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (ports, portOutlet) = AsyncStream<Int>.makeStream()
    let web = WebServer(
      kiosk: loop, port: 0, pages: [], logger: logger, onListening: { portOutlet.yield($0) })
    let services = ServiceGroup(services: [web], logger: logger)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { [loop] in
        try await loop.run()
        return nil
      }
      group.addTask { [supervisor] in
        await supervisor.run()
        return nil
      }
      group.addTask { [supervisor, loop] in
        for await event in supervisor.events { loop.take(event) }
        return nil
      }
      group.addTask {
        try await services.run()
        return nil
      }
      group.addTask { [marks] in
        guard let port = await ports.first(where: { _ in true }) else { return nil }
        let events = try await LoopbackEvents(port: port)
        while try await events.next("data: ") != nil { marks.note(.snapshot) }
        return nil
      }
      group.addTask { [self] in
        try await waitForDevices()
        return try await body()
      }
      var result: Result?
      while result == nil, let next = try await group.next() { result = next }
      loop.stop()
      await supervisor.stop()
      await services.triggerGracefulShutdown()
      portOutlet.finish()
      while let rest = await group.nextResult() { _ = rest }
      guard let result else { throw BenchmarkFault("the kiosk stopped by itself") }
      return result
    }
  }

  private func waitForDevices() async throws {
    let limit = ContinuousClock.now + Self.readyLimit
    while ContinuousClock.now < limit {
      let devices = await loop.snapshot().devices
      let enabled = devices.filter { $0.state == DeviceState.enabled.rawValue }.map(\.kind)
      if [DeviceKind.scanner, .cardReader, .display].allSatisfy({ enabled.contains($0.rawValue) }) {
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw BenchmarkFault("the simulated devices were not enabled")
  }

  /// An empty basket with the member's card bound to it.
  func beginBasket() async throws {
    if await loop.snapshot().state != "attract" {
      _ = try await loop.press(ButtonPress(button: "cancel"))
    }
    reader.withModel { [uid = shop.member.cards[0]] in $0.setCard(uid: uid) }
    let limit = ContinuousClock.now + Self.readyLimit
    while await loop.snapshot().member == nil {
      guard ContinuousClock.now < limit else { throw BenchmarkFault("the card was not read") }
      try await Task.sleep(for: .milliseconds(2))
    }
    reader.withModel { $0.setCard(uid: nil) }
    // That the card is gone, and what is still being written and shown, is no part of a scan.
    try await Task.sleep(for: Self.pause)
  }
}
