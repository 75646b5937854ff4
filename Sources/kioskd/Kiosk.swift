import Cards
import CheckoutMachine
import Codecs
import Daemon
import Devices
import Drivers
import Foundation
import Ledger
import LibUSB
import Logging
import PCSC
import Profiles
import Recording
import Retail
import ServiceLifecycle
import ShopConfiguration
import SimulatorUI
import Simulators
import Storage
import UnixSignals
import WebUI

/// Wires the daemon: the only place that names concrete devices, files and servers.
struct Kiosk {
  /// How long the ready line waits for the devices to be found.
  static let deviceWait = Duration.seconds(2)

  /// After it, what still hangs is cancelled; SIGTERM allows two seconds in all.
  static let stopLimit = Duration.milliseconds(1_700)

  let options: Run

  func run() async throws {
    let logger = Logger(label: "kioskd")
    let configuration = try KioskConfiguration(path: configurationPath)
    let (rules, members) = try rules(for: configuration)
    let scans = try scans(configuration, logger)
    guard let clock = KioskClock.system(timeZone: configuration.timeZone) else {
      throw UnknownTimeZone(name: configuration.timeZone)
    }
    let crash = CrashPoint(at: options.crashAt)
    let store = try Store.open(
      directory: options.data, mode: .writer, crashPoint: { _ in crash.pass() })
    try await hold(configuration.currency, to: store)
    let questions = try await questions(of: rules, keptIn: store)
    let office = office(store, members, rules, configuration, clock)
    let sweeps: [any DailySweep] = [TierSweep(office), ExpirySweep(office)]
    let stored = try walletOffice(store, members, rules, configuration, clock)
    let sample = try await sample(rules, configuration, clock, store)
    let cardKeys = try configuration.cards.keys()
    let simulated = simulatedDevices(configuration)
    let policy = policy(configuration, rules)
    let recording = try recording(configuration, policy, clock, logger)
    defer { recording?.close() }
    let loop = CheckoutLoop(
      setup: CheckoutLoop.Setup(
        kiosk: configuration.kioskNumber, shop: configuration.shopName, policy: policy,
        scans: scans, clock: clock, display: configuration.display.settings,
        printing: PrintPolicy(paperAfterNearEnd: configuration.paperAfterNearEnd),
        logo: try configuration.logo.map { try ReceiptLogo.read(path(ofFile: $0)) },
        memberCodes: members.codes, questions: questions, segments: members.segments,
        afterEffect: { crash.pass() }, observe: { recording?.record($0) }),
      store: store, logger: logger)
    let desk = CardDesk(
      today: { clock.now().date }, makeWriter: { CardWriter($0, interview: $1) })
    let cards = desk.conversations {
      CardInterview(keys: cardKeys, abilities: $0, randomBytes: clock.randomBytes)
    }
    // Simulated devices have no pcscd.
    let usesPCSC = configuration.cardReader == .pcsc && simulated == nil
    let supervisor = try supervisor(
      configuration, on: bus(simulated, recording, logger), hasReaders: !usesPCSC, cards, logger)
    let watch = DeviceWatch(clock: clock, scans: scans)
    let control = try ControlServer(
      directory: options.data, logger: logger,
      watch: { watch.events(of: $0, isRaw: $1) }, desk: desk,
      handle: ControlDesk(
        store: store, rules: rules, loop: loop, clock: clock, kiosk: configuration.kioskNumber,
        language: configuration.language, isSimulated: options.simulate,
        isRecording: recording != nil, members: office, wallet: stored
      ).answer)
    // From here on every write and every act is a point at which `--crash-at` may end it.
    crash.arm()
    control.start()
    defer { control.stop() }
    let web = try web(
      loop, simulated, Samples(shop: sample, rules: rules, store: store, clock: clock), logger)
    var services = ServiceGroupConfiguration(
      services: [
        LoopRun(loop: loop),
        DeviceRun(
          supervisor: supervisor, pcsc: usesPCSC ? PCSCSupervisor(conversations: cards) : nil,
          desk: desk, loop: loop, watch: watch, logger: logger),
        web,
        DailyWatch(sweeps: sweeps, clock: clock, logger: logger),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    services.maximumGracefulShutdownDuration = Self.stopLimit
    try await ServiceGroup(configuration: services).run()
  }

  var configurationPath: String {
    options.config ?? ResourcePaths.configuration
  }

  /// What is sold how, and to whom, as far as this kiosk can do it.
  private func rules(
    for configuration: KioskConfiguration
  ) throws -> (RuleSet, MemberRules) {
    let rules = try PromotionsFile.read(ResourcePaths.promotions)
    let members = try MembersFile.read(ResourcePaths.members, offers: rules)
    try RuleSupport.check(
      rules, store: configuration.store, segments: members.segments.map(\.id))
    return (rules, members)
  }

  /// Keeps the rules for the bills that will name them; what they, and coupons that were given, ask
  /// of customers.
  private func questions(
    of rules: RuleSet, keptIn store: Store
  ) async throws -> CustomerQuestions {
    let archive = RuleArchive(store)
    try await archive.keep(rules)
    return try await archive.questions(of: rules)
  }

  /// A file that the configuration names, from where the configuration is.
  private func path(ofFile name: String) -> String {
    URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: configurationPath)).path
  }

  /// A book has one currency from its first start on: its amounts say nothing without it.
  private func hold(_ currency: Currency, to store: Store) async throws {
    let name = "book.currency"
    guard let kept = try await store.setting(name) else {
      return try await store.setSetting(name, to: currency.code)
    }
    guard kept == currency.code else {
      throw OtherCurrency(book: kept, configured: currency.code)
    }
  }

  /// The sample shop, put into the book, when it is asked for.
  private func sample(
    _ rules: RuleSet, _ configuration: KioskConfiguration, _ clock: KioskClock, _ store: Store
  ) async throws -> SampleShop? {
    guard options.sample else { return nil }
    let sample = try SampleShop(path: ResourcePaths.sampleShop)
    var data = SampleData(
      shop: sample, rules: rules, kiosk: configuration.kioskNumber, time: clock.now(),
      randomBytes: clock.randomBytes)
    try await data.fill(store)
    return sample
  }

  private func office(
    _ store: Store, _ members: MemberRules, _ offers: RuleSet,
    _ configuration: KioskConfiguration, _ clock: KioskClock
  ) -> MemberOffice {
    MemberOffice(
      store: store, rules: members, offers: offers, kiosk: configuration.kioskNumber,
      clock: clock, language: configuration.language)
  }

  private func walletOffice(
    _ store: Store, _ members: MemberRules, _ offers: RuleSet,
    _ configuration: KioskConfiguration, _ clock: KioskClock
  ) throws -> WalletOffice {
    WalletOffice(
      store: store, rules: try WalletFile.read(ResourcePaths.wallet, offers: offers),
      law: members.prepaid, offers: offers, kiosk: configuration.kioskNumber,
      currency: configuration.currency, clock: clock, language: configuration.language)
  }

  private func scans(
    _ configuration: KioskConfiguration, _ logger: Logger
  ) throws -> ScanDesk {
    let scans = ScanDesk(
      reader: try configuration.scanning.reader(),
      refusesExpired: configuration.scanning.refusesExpired)
    if !scans.unknownChecks.isEmpty {
      logger.notice(
        "the GS1 dictionary names checks that this program does not have",
        metadata: ["checks": "\(scans.unknownChecks.joined(separator: " "))"])
    }
    return scans
  }

  private func policy(
    _ configuration: KioskConfiguration, _ rules: RuleSet
  ) -> Checkout.Policy {
    let timers = configuration.timers
    return Checkout.Policy(
      rules: rules,
      timers: Checkout.Timers(
        guestIdle: timers.guestIdle, memberIdle: timers.memberIdle, warning: timers.warning,
        paper: timers.paper, done: timers.done),
      currency: configuration.currency, language: configuration.language,
      store: configuration.store)
  }

  private func web(
    _ loop: CheckoutLoop, _ simulated: SimulatedDevices?, _ samples: Samples, _ logger: Logger
  ) throws -> WebServer {
    var pages = [try StaticPage(path: "/", directory: ResourcePaths.kioskPage)]
    var routes: RouteTable = [:]
    if let simulated {
      pages.append(try StaticPage(path: "/simulator", directory: ResourcePaths.simulatorPage))
      routes = SimulatorRoutes(devices: simulated, samples: samples.list).table
    }
    let isSimulated = simulated != nil
    return WebServer(
      kiosk: loop, port: options.port, pages: pages, routes: routes, logger: logger,
      onListening: { port in
        await waitForDevices(loop)
        var line = "kioskd is ready: http://127.0.0.1:\(port)/"
        if isSimulated { line += "  (simulated devices: http://127.0.0.1:\(port)/simulator)" }
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
      })
  }
}

/// The configuration names another currency than the book was kept in.
private struct OtherCurrency: Error, CustomStringConvertible {
  let book: String
  let configured: String

  var description: String {
    "shop.currency: the book is kept in \(book), not in \(configured); correct it, "
      + "or begin a new book in another --data"
  }
}

/// The configuration names a time zone that this machine does not know.
private struct UnknownTimeZone: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "shop.timeZone: \(name) is not in the time zone database; install tzdata or correct it"
  }
}

/// Devices that are there are in use when the kiosk says it is ready; none has to be.
private func waitForDevices(_ loop: CheckoutLoop) async {
  let end = ContinuousClock.now + Kiosk.deviceWait
  while ContinuousClock.now < end {
    let devices = await loop.snapshot().devices
    if devices.allSatisfy({ $0.state == DeviceState.enabled.rawValue }) { return }
    do { try await Task.sleep(for: .milliseconds(20)) } catch { return }  // It stops already.
  }
}

/// The checkout loop as a service: it ends after the input at hand.
private struct LoopRun: Service {
  let loop: CheckoutLoop

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await loop.run()
    } onGracefulShutdown: {
      loop.stop()
    }
  }
}

extension KioskConfiguration.Display {
  fileprivate var settings: DisplaySettings {
    DisplaySettings(
      idleLines: idleLines,
      dimming: DimmingPlan(
        brightness.map { DimmingPlan.Step(minuteOfDay: $0.minuteOfDay, percent: $0.percent) }))
  }
}
