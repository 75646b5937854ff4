import Devices
import Foundation
import LoopbackHTTP
import Simulators

/// The main job with the daemon's own binary on the kernel of this machine: a member taps a card,
/// scans three products and a coupon and pays from the wallet; the printer is unplugged in
/// mid-receipt and comes back.
struct SaleTest {
  struct Arguments {
    let kioskd: String
    let kioskctl: String
    let dataDirectory: String
    let port: Int
    /// A command in front of the daemon's, to run it as another user.
    let prefix: [String]
  }

  private static let keyboard = "Simulated Keyboard Scanner"

  private let arguments: Arguments
  private var checks = Checks()
  private let counter = CounterDevices()
  private var receipt = ""

  /// The number of checks that failed.
  static func run(_ arguments: Arguments) async throws -> Int {
    var test = SaleTest(arguments: arguments)
    let samples = try await SampleShop.make(arguments, &test.checks)
    let kiosk = try await test.start()
    try await test.claim(kiosk)
    try await test.fillBasket(samples, kiosk)
    try await test.pay(samples, kiosk)
    try await test.stop(kiosk)
    try test.audit()
    return test.checks.failureCount
  }

  private init(arguments: Arguments) { self.arguments = arguments }

  /// The scanner is there before the daemon, the rest comes after it.
  private mutating func start() async throws -> KioskProcess {
    try counter.perform(.plug(.scanner))
    let node = await eventually {
      Kernel.eventNodes(product: Self.keyboard).isEmpty ? nil : true
    }
    checks.check("unclaimed-scanner-is-a-keyboard", node == true)
    let clock = ContinuousClock()
    let start = clock.now
    let kiosk = try SampleShop.daemon(arguments, flags: [])
    checks.check("daemon-starts-without-printer", await kiosk.isReady())
    checks.measured("exec-to-ready", start.duration(to: clock.now))
    return kiosk
  }

  private mutating func claim(_ kiosk: KioskProcess) async throws {
    for device in [ControlCommand.Device.reader, .printer, .display] {
      try counter.perform(.plug(device))
    }
    for device in ControlCommand.Device.allCases {
      checks.check(
        "daemon-enables-\(device)",
        await kiosk.snapshot { Self.state(of: device, in: $0) == "enabled" } != nil)
    }
    checks.check(
      "claimed-scanner-is-no-keyboard", Kernel.eventNodes(product: Self.keyboard).isEmpty)
  }

  private static func state(of device: ControlCommand.Device, in snapshot: JSONValue) -> String? {
    snapshot["devices"].array.first { $0["kind"] == .string(device.kind.rawValue) }?["state"]
      .string
  }

  private mutating func fillBasket(_ samples: SampleShop, _ kiosk: KioskProcess) async throws {
    try counter.perform(.card(samples.card))
    checks.check("tapped-card-is-a-member", await kiosk.snapshot { $0["member"] != .null } != nil)
    try counter.perform(.card(nil))
    for (count, product) in samples.products.prefix(3).enumerated() {
      try counter.perform(.scan(product.code))
      checks.check(
        "product-\(count + 1)-is-a-line",
        await kiosk.snapshot { $0["lines"].array.count == count + 1 } != nil, product.name)
    }
    let before = await kiosk.snapshot { _ in true }?["discounts"].array.count ?? 0
    try counter.perform(.scan(samples.coupon))
    let after = await kiosk.snapshot { $0["discounts"].array.count > before }
    checks.check("coupon-lowers-the-bill", after != nil, "\(after?["discounts"] ?? .null)")
    let lines = await eventually {
      let lines = counter.display.withModel { $0.lines }
      return lines.contains { !$0.isEmpty } ? lines : nil
    }
    checks.check("display-follows", lines != nil, "\(lines ?? [])")
  }

  // MARK: - Paying

  private mutating func pay(_ samples: SampleShop, _ kiosk: KioskProcess) async throws {
    let cable = try counter.cable(.printer)
    let before = counter.printer.withModel { $0.paperText }.count
    // Less than a receipt: it is cut off in the middle.
    try counter.perform(.fault(.limit(250), .printer, endpoint: PrinterModel.outEndpoint))
    for button in ["pay", "wallet", "confirm"] {
      checks.check("\(button)-is-accepted", await kiosk.press(button))
    }
    let isInMid = await eventually(seconds: 30) {
      cable.inspect { $0.isExhausted(PrinterModel.outEndpoint) } == true ? true : nil
    }
    checks.check("receipt-is-in-mid", isInMid == true)
    let sale = await kiosk.snapshot { $0["completed"]["receipt"] != .null }
    let receipt = sale?["completed"]["receipt"].string ?? ""
    checks.check("sale-is-posted", !receipt.isEmpty, receipt)
    try counter.perform(.unplug(.printer))
    checks.check(
      "lost-printer-is-told",
      await kiosk.snapshot { Self.state(of: .printer, in: $0) == "absent" } != nil)
    let first = paper(after: before)
    checks.check("receipt-was-cut-off", !isWhole(first, samples, receipt))

    try counter.perform(.plug(.printer))
    let whole = await eventually(seconds: 60, every: .milliseconds(200)) {
      isWhole(paper(after: before + first.count), samples, receipt) ? true : nil
    }
    checks.check("receipt-is-printed-whole", whole == true, paper(after: before + first.count))
    let end = await kiosk.snapshot {
      ["done", "attract"].contains($0["state"].string ?? "")
    }
    checks.check("sale-ends", end != nil, end?["state"].string ?? "-")
    // The coupon comes after the receipt that was printed again.
    let codes = await eventually(seconds: 30, every: .milliseconds(200)) { () -> [Substring]? in
      let codes = Self.couponCodes(on: paper(after: before))
      return codes.isEmpty ? nil : codes
    }
    checks.check(
      "one-coupon-has-one-code", Set(codes ?? []).count == 1, "\(codes?.count ?? 0) papers")
    self.receipt = receipt
  }

  /// What the symbols of printed coupons hold, copies included.
  private static func couponCodes(on paper: String) -> [Substring] {
    paper.split(whereSeparator: \.isNewline).compactMap { line in
      line.hasPrefix("[QR ") ? line.dropFirst(4).dropLast() : nil
    }
  }

  /// A receipt that names its number and every product, down to its last line.
  private func isWhole(_ paper: String, _ samples: SampleShop, _ receipt: String) -> Bool {
    paper.contains(receipt)
      && samples.products.prefix(3).allSatisfy { paper.contains($0.name.prefix(4)) }
  }

  private func paper(after count: Int) -> String {
    String(counter.printer.withModel { $0.paperText }.dropFirst(count))
  }

  // MARK: - Afterwards

  private mutating func stop(_ kiosk: KioskProcess) async throws {
    checks.check("daemon-stops-in-order", await kiosk.stop() == 0)
    let back = await eventually {
      Kernel.eventNodes(product: Self.keyboard).isEmpty ? nil : true
    }
    checks.check("stopped-daemon-gives-scanner-back", back == true)
  }

  private mutating func audit() throws {
    for words in [["ledger", "verify"], ["ledger", "trial-balance"]] {
      checks.check(
        "\(words.joined(separator: "-"))-is-clean", try SampleShop.kioskctl(words, arguments) == 0)
    }
    checks.check(
      "the-sale-is-in-the-book",
      try SampleShop.kioskctl(["receipt", "show", receipt], arguments) == 0)
    let next = receipt.split(separator: "-").last.flatMap { Int($0) }.map { $0 + 1 } ?? 0
    let kiosk = receipt.split(separator: "-").first ?? ""
    checks.check(
      "and-no-second-one",
      try SampleShop.kioskctl(["receipt", "show", "\(kiosk)-\(next)"], arguments) == 1)
  }
}
