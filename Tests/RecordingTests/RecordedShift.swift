import Cards
import CheckoutMachine
import Codecs
import Daemon
import Devices
import Drivers
import Foundation
import Ledger
import Logging
import Profiles
import Recording
import Retail
import Simulators
import Storage
import Synchronization
import Testing

/// A whole kiosk on simulated devices, recorded from its first moment.
final class RecordedShift: Sendable {
  static let kiosk: UInt32 = 3
  static let shop = LocalizedText(zh: "青禾超市", en: "Qinghe Market")
  static let card: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]
  /// A key that the card proves with chance of both sides: no two talks are alike.
  static let cardKey = [UInt8](repeating: 0x5A, count: 16)

  static let talks: CardConversations<CardIdentity> = { abilities in
    CardInterview(
      keys: CardKeys(
        ntag424: CardKeys.ChipKey(number: 3, master: cardKey, diversification: nil)),
      abilities: abilities,
      randomBytes: { count in
        var chance = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) }
      })
  }
  static let key = [UInt8](repeating: 0x5A, count: 32)
  static let milk = CatalogueItem(
    sku: "milk", gtins: ["06901000000011"], name: LocalizedText(zh: "鲜牛奶", en: "Fresh milk"),
    category: "grocery", unitPrice: Money(minorUnits: 1_390))

  static let template = Rule(
    id: "off8", version: 1, title: LocalizedText(zh: "满10减1券", en: "¥1 off ¥10"),
    trigger: .coupon(CouponTerms(validAfterDays: 0, validDays: 30)),
    benefit: .thresholdOff(
      threshold: Money(minorUnits: 1_000), off: Money(minorUnits: 100)), target: .order)

  static let rules = RuleSet(
    version: 1, rounding: .halfUpOnPrice, rules: [template],
    earning: EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: false,
      expiresAfterMonths: 12),
    issuing: [
      IssueRule(
        template: "off8", minimumPayable: Money(minorUnits: 1_000), isForMembersOnly: true)
    ],
    wallet: WalletRules(
      order: .bonusFirst, capOfBillBasisPoints: 5_000,
      limitWithoutSecondFactor: Money(minorUnits: 20_000)),
    tiers: [MemberFacts.Tier(id: "basic", title: LocalizedText(zh: "会员", en: "Member"))])

  static let policy = Checkout.Policy(
    rules: rules, timers: .standard, currency: .cny, language: .zh)

  static let drivers =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/drivers"

  /// On the dictionary of the repository.
  private static func scans() throws -> ScanDesk {
    let file = URL(filePath: drivers).deletingLastPathComponent()
      .appending(path: "config/gs1/syntax-dictionary.txt")
    let text = try String(contentsOf: file, encoding: .utf8)
    return ScanDesk(reader: ScanReader(dictionary: try GS1.SyntaxDictionary(parsing: text)))
  }

  static var header: RecordingHeader {
    RecordingHeader(kiosk: kiosk, shop: shop, policy: policy, files: Sealed(text: "{}"))
  }

  let directory: TemporaryDirectory
  let path: String
  let bus = SimulatedBus()
  let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
  let reader = SimulatedDevice("reader", CCIDReaderModel())
  let printer = SimulatedDevice("printer", PrinterModel())
  let display = SimulatedDevice("display", LineDisplayModel())
  let store: Store
  let loop: CheckoutLoop
  let clock: KioskClock
  private let file: RecordingFile
  private let supervisor: DeviceSupervisor
  private let work: Task<Void, any Error>

  init() async throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/shift.jsonl"
    let file = try RecordingFile(
      path: path, header: Self.header, key: Self.key, freeByteCount: 0,
      onEnd: { Issue.record("the recording ended: \($0)") })
    self.file = file
    clock = try #require(KioskClock.system(timeZone: "Asia/Shanghai"))
    store = try Store.open(directory: directory.path, mode: .writer)
    try await Self.fill(store)
    let loop = CheckoutLoop(
      setup: CheckoutLoop.Setup(
        kiosk: Self.kiosk, shop: Self.shop, policy: Self.policy, scans: try Self.scans(),
        clock: clock,
        observe: { file.take($0) }),
      store: store, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    self.loop = loop
    bus.plug(scanner, at: "1-1")
    bus.plug(reader, at: "1-2")
    bus.plug(printer, at: "1-3")
    bus.plug(display, at: "1-4")
    let supervisor = DeviceSupervisor(
      bus: RecordingBus(bus, to: file), profiles: try ProfileSet.load(Self.drivers),
      makePort: { match, interface, device in
        let talks = RecordedTalk.recorded(Self.talks, over: interface)
        return DriverFactory.port(
          match, interface, device, clock: RecordingClock.over(interface), cards: talks
        ).recorded(match, interface)
      })
    self.supervisor = supervisor
    work = Task {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await loop.run() }
        group.addTask { await supervisor.run() }
        group.addTask { for await event in supervisor.events { await loop.deliver(event) } }
        try await group.waitForAll()
      }
    }
    try await eventually("all devices in use") {
      await self.loop.snapshot().devices.allSatisfy { $0.state == "enabled" }
    }
  }

  func end() async throws {
    await supervisor.stop()
    loop.stop()
    try await work.value
    file.close()
    try store.close()
  }

  // MARK: What happens at it

  func scan(_ text: String, aim: String) { scanner.withModel { $0.scan(text, aim: aim) } }

  func screen(_ what: String, _ isSo: @escaping (Snapshot) -> Bool) async throws {
    try await eventually(what) { isSo(await self.loop.snapshot()) }
  }

  /// A member buys milk; ends when the paper is out, or known to be late.
  func sell(coupon: BearerCode? = nil) async throws {
    reader.withModel { $0.setCard(CardNTAG424Model(uid: Self.card, keys: [3: Self.cardKey])) }
    try await screen("the member") { $0.state == "scanning" }
    scan("6901000000011", aim: "]E0")
    try await screen("the milk") { $0.lines.count == 1 }
    if let coupon {
      scan(coupon.characters, aim: "]Q1")
      try await screen("the coupon") { !$0.discounts.isEmpty }
    }
    for button in ["pay", "wallet", "confirm"] {
      _ = try await loop.press(ButtonPress(button: button))
    }
    try await screen("paper") { $0.state == "done" }
    // A reader that is plugged in anew tells the next card, however fast it comes.
    bus.unplug(topology: "1-2")
    reader.withModel { $0.setCard(uid: nil) }
    bus.plug(reader, at: "1-2")
    _ = try await loop.press(ButtonPress(button: "done"))
  }

  // MARK: The book

  private static func fill(_ store: Store) async throws {
    try await store.replaceItems([milk])
    try await store.registerMember(
      MemberRecord(
        id: 17, number: "80001001", name: "王秀英", phone: "13812345521", birthday: nil,
        tier: "basic"))
    try await store.addCard(uid: card, member: 17, at: Instant(milliseconds: 0))
    let account = Account(
      id: MemberFacts.principal(17), asset: Currency.cny.asset, rule: .debitsWithinCredits)
    let entry = JournalEntry(
      id: EntryID(
        sale: SaleID(kiosk: kiosk, counter: SaleID.counterLimit - 1), step: 1, ordinal: 0),
      action: .post(
        try Postings([
          Posting(account: HouseAccount.cash, asset: account.asset, units: 100_000),
          Posting(account: account.id, asset: account.asset, units: -100_000),
        ])),
      context: EntryContext(
        reason: "test", actor: "system", kiosk: kiosk, sale: nil, at: Instant(milliseconds: 1)))
    _ = try await SQLiteLedger(store).submit(
      Batch(
        openings: [
          Account(id: HouseAccount.cash, asset: account.asset, rule: .free), account,
        ], entries: [entry], isLinked: true))
  }

  func coupon() async throws -> BearerCode {
    let issued = try await CouponIssue.issue(
      template: "off8", member: nil, in: store, rules: Self.rules, kiosk: Self.kiosk,
      clock: clock, language: .en)
    return try #require(BearerCode(issued.code))
  }
}

extension RecordingFile {
  /// What the daemon's wiring does with the loop's word.
  func take(_ happening: CheckoutLoop.LoopRecord) {
    switch happening {
    case .step(let step): record(.step(step))
    case .laidOut(let receipt, let elements): record(.laidOut(receipt, elements))
    }
  }
}

/// A folder that goes with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("kiosk-recording-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left behind: \(path)")
    }
  }
}

/// Something that a test waits for did not come.
struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// Asks again until it is so. The limit is only for what hangs.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  for _ in 0..<10_000 {
    if try await isSo() { return }
    try await Task.sleep(for: .milliseconds(1))
  }
  throw NeverHappened(description: "never happened: \(what)")
}
