import CheckoutMachine
import Devices
import Foundation
import Ledger
import Logging
import Retail
import Storage
import Testing

@testable import Daemon

/// A kiosk in this process: the real loop on a real book, with scripted devices and a clock that a
/// test moves.
final class TestKiosk: Sendable {
  let directory: TemporaryDirectory
  let store: Store
  let clock: ManualClock
  let loop: CheckoutLoop
  let printer: ScriptedPrinter
  let display = ScriptedDisplay()
  private let policy: Checkout.Policy
  private let segments: [Segment]
  private let running: Task<Void, any Error>

  /// - Parameters:
  ///   - directory: an earlier kiosk's, to go on there.
  ///   - devices: which are plugged in at once.
  init(
    in directory: TemporaryDirectory? = nil, clock: ManualClock = ManualClock(),
    printing script: [ScriptedPrinter.Line] = [], devices: [DeviceKind] = DeviceKind.allCases,
    paperAfterNearEnd: Int = PrintPolicy.standardPaperAfterNearEnd,
    policy: Checkout.Policy = TestShop.policy, segments: [Segment] = [],
    running isRunning: Bool = true
  ) async throws {
    self.directory = try directory ?? TemporaryDirectory()
    self.clock = clock
    self.policy = policy
    self.segments = segments
    store = try Store.open(directory: self.directory.path, mode: .writer)
    if directory == nil { try await TestShop.fill(store) }
    printer = ScriptedPrinter(script)
    let loop = CheckoutLoop(
      setup: CheckoutLoop.Setup(
        kiosk: TestShop.kiosk, shop: TestShop.name, policy: policy,
        scans: try TestScans.desk(), clock: clock.kioskClock,
        printing: PrintPolicy(paperAfterNearEnd: paperAfterNearEnd), segments: segments),
      store: store, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    self.loop = loop
    running = Task { if isRunning { try await loop.run() } }
    for kind in devices { plugIn(kind) }
  }

  /// Ends the loop and closes the book; throws what `run` threw.
  func stop() async throws {
    loop.stop()
    let result = await running.result
    try store.close()
    try result.get()
  }

  /// Another kiosk on the same book, as after a start.
  func restarted(
    printing script: [ScriptedPrinter.Line] = [], devices: [DeviceKind] = DeviceKind.allCases
  ) async throws -> TestKiosk {
    try await stop()
    return try await TestKiosk(
      in: directory, clock: clock, printing: script, devices: devices, policy: policy,
      segments: segments)
  }

  // MARK: What happens at it

  func plugIn(_ kind: DeviceKind, attention: [Attention] = []) {
    loop.take(.status(.of(kind, attention: attention)))
    switch kind {
    case .printer: loop.take(.printerReady(printer))
    case .display: loop.take(.displayReady(display))
    case .scanner, .cardReader: break
    }
  }

  func unplug(_ kind: DeviceKind) { loop.take(.status(.of(kind, .absent))) }

  func scan(_ item: CatalogueItem) { scan(item.gtins[0].dropFirst(), aim: "]E0") }

  func scan(_ code: BearerCode) { scan(code.characters, aim: "]Q1") }

  func scan(_ text: some StringProtocol, aim: String?) {
    loop.take(
      .scan(
        ScanData(
          bytes: Array(text.utf8), aimIdentifier: aim, device: DeviceID("scanner@1-1"))))
  }

  func tap(_ uid: [UInt8]) {
    loop.take(.card(.inserted(CardIdentity(uid: uid, answerToReset: []))))
  }

  /// The screen after all that happened before was taken in.
  func screen() async throws -> Snapshot {
    // Inputs are taken one by one: the answer to a press comes after all that came before it.
    await #expect(throws: PressRefusal.unknownButton("none")) {
      try await self.loop.press(ButtonPress(button: "none"))
    }
    return await loop.snapshot()
  }

  @discardableResult func press(_ button: String) async throws -> Snapshot {
    try await loop.press(ButtonPress(button: button))
  }

  /// The first screen that is as wanted.
  func screen(_ what: String, _ isWanted: (Snapshot) -> Bool) async throws -> Snapshot {
    var screen = await loop.snapshot()
    try await eventually(what) {
      screen = await loop.snapshot()
      return isWanted(screen)
    }
    return screen
  }

  // MARK: Whole jobs

  func coupon(_ template: String = "over50-off8", member: Int64? = nil) async throws -> BearerCode {
    let issued = try await CouponIssue.issue(
      template: template, member: member, in: store, rules: TestShop.rules, kiosk: TestShop.kiosk,
      clock: clock.kioskClock, language: .en)
    return try #require(BearerCode(issued.code))
  }

  /// Card, three products and a coupon: ¥79.70, of which ¥70.70 is left to pay.
  func shop(with coupon: BearerCode) {
    tap(TestShop.wangCard)
    for item in [TestShop.milk, TestShop.rice, TestShop.eggs] { scan(item) }
    scan(coupon)
  }

  /// The main job up to the touch that pays; printing, or what came of it.
  @discardableResult func sell() async throws -> Snapshot {
    shop(with: try await coupon())
    try await press("pay")
    try await press("wallet")
    return try await press("confirm")
  }

  // MARK: The book

  func balance(_ account: AccountID) async throws -> Int64 {
    try #require(try await SQLiteLedger(store).balance(of: account)).posted
  }

  var principal: Int64 {
    get async throws { -(try await balance(MemberFacts.principal(TestShop.wang.id))) }
  }

  /// What is asked after every test that moves money.
  func audit() async throws {
    let ledger = SQLiteLedger(store)
    let trial = try await ledger.trialBalance()
    #expect(trial.isBalanced)
    #expect(try await ledger.verify().fault == nil)
    #expect(try await ledger.openHolds().isEmpty)
    #expect(trial.lines.allSatisfy { $0.balance.heldDebits == 0 && $0.balance.heldCredits == 0 })
  }

  /// Papers of all sales, in order.
  func jobs() async throws -> [PrintJobRecord] {
    var jobs: [PrintJobRecord] = []
    for sale in try await store.latestSales(limit: 100) {
      jobs += try await store.printJobs(of: sale.id)
    }
    return jobs.sorted { $0.number < $1.number }
  }
}

extension PrintJob {
  /// The code a paper carries.
  var qrCode: String? {
    elements.lazy.compactMap { if case .qrCode(let code) = $0 { code } else { nil } }.first
  }

  /// All that is written on it.
  var text: String {
    elements.map { element in
      switch element {
      case .text(let text, _): text
      case .columns(let left, let right, _): left + " " + right
      case .barcode(_, let text): text
      case .qrCode, .picture, .drawerPulse, .rule, .feed, .cut: ""
      }
    }.joined(separator: "\n")
  }

  /// Whether the first words on it are the mark of a copy.
  var isCopy: Bool {
    let words = elements.lazy.compactMap { element in
      if case .text(let text, let style) = element { (text, style) } else { nil }
    }
    guard let (text, style) = words.first else { return false }
    return style.isReversed && (text.contains("副本") || text.contains("COPY"))
  }
}
