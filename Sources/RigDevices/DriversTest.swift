import Devices
import Profiles
import Simulators

/// Proves the drivers and their supervision on the kernel of this machine, without the daemon.
struct DriversTest {
  private static let member: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]

  private var checks = Checks()
  private let counter: CounterDevices
  private let hasKernel: Bool
  private let supervision: Supervision
  private var heard: HeardEvents { supervision.heard }

  private init(_ profiles: ProfileSet, _ makeCable: @escaping MakeCarrier, hasKernel: Bool) throws {
    counter = CounterDevices(makeCable)
    self.hasKernel = hasKernel
    supervision = try Supervision(profiles)
  }

  /// On the kernel of this machine, or on an emulated usbfs. The number of checks that failed.
  static func run(profiles: ProfileSet, on mock: MockKernel? = nil) async throws -> Int {
    let makeCable: MakeCarrier = { device, number in
      mock?.cable(device, number) ?? Cable(device, number: number)
    }
    var test = try DriversTest(profiles, makeCable, hasKernel: mock == nil)
    try await test.start()
    try await test.read()
    try await test.show()
    try await test.print()
    await test.supervision.stop()
    if test.hasKernel {
      let back = await eventually {
        Kernel.eventNodes(product: "Simulated Keyboard Scanner").isEmpty ? nil : true
      }
      test.checks.check("stopping-gives-keyboard-back", back == true)
    }
    return test.checks.failureCount
  }

  private mutating func start() async throws {
    let clock = ContinuousClock()
    for device in ControlCommand.Device.allCases {
      let start = clock.now
      try counter.perform(.plug(device))
      let kind = device.kind
      let isEnabled = await eventually { heard.state(of: kind) == .enabled ? true : nil }
      checks.check("\(device)-enabled", isEnabled == true, heard.message(of: kind))
      checks.measured("plug-to-enabled-\(device)", start.duration(to: clock.now))
    }
    if hasKernel {
      checks.check(
        "enabled-scanner-types-nothing",
        Kernel.eventNodes(product: "Simulated Keyboard Scanner").isEmpty)
    }
  }

  private mutating func read() async throws {
    let codes = ["6901234567892", "2212345005009", "CPN-7F3K.q_9/x+=%"]
    for code in codes { try counter.perform(.scan(code)) }
    let scans = await eventually { heard.scans.count >= codes.count ? heard.scans : nil } ?? []
    checks.check(
      "scans-come-whole-and-in-order", scans == codes.map { Array($0.utf8) },
      "\(scans.map { String(decoding: $0, as: UTF8.self) })")
    try counter.perform(.card(Self.member))
    let card = await eventually { heard.cards.first }
    if case .inserted(let identity)? = card {
      checks.check("card-number-is-read", identity.uid == Self.member)
    } else {
      checks.check("card-number-is-read", false, "\(card.map { "\($0)" } ?? "nothing")")
    }
    try counter.perform(.card(nil))
    let removed = await eventually { heard.cards.contains(.removed) ? true : nil }
    checks.check("card-removal-is-told", removed == true)
  }

  private mutating func show() async throws {
    guard let display = heard.display else {
      checks.check("display-shows-both-lines", false, "no display")
      return
    }
    try await display.show(DisplayContent(words: ["农夫山泉 ￥2.00", "TOTAL      12.50"]))
    let lines = await eventually {
      let lines = counter.display.withModel { $0.lines }
      return lines.allSatisfy { !$0.isEmpty } ? lines : nil
    }
    checks.check(
      "display-shows-both-lines", lines == ["农夫山泉 ￥2.00", "TOTAL      12.50"],
      "\(lines ?? [])")
  }

  // MARK: - Printing

  private func job(_ number: UInt32, _ title: String) -> PrintJob {
    let lines = (1...40).map { number -> PrintElement in
      .columns(left: "\(title) \(number)", right: "\(number).00", .plain)
    }
    return PrintJob(number: number, elements: lines + [.rule, .feed(lines: 1), .cut])
  }

  private mutating func print() async throws {
    guard let printer = heard.printers.last else {
      checks.check("job-is-reported-printed", false, "no printer")
      return
    }
    let completion = try await printer.print(job(1, "first"))
    checks.check("job-is-reported-printed", completion == .printed, completion.rawValue)
    checks.check("job-is-on-paper", paper(after: 0).contains("first 40"))

    let before = counter.printer.withModel { $0.paperText }.count
    let cable = try counter.cable(.printer)
    try counter.perform(
      .fault(.limit(300), .printer, endpoint: PrinterModel.outEndpoint))
    let cut = Task { [job = job(2, "second")] in
      do throws(PrintFault) {
        _ = try await printer.print(job)
        return DeviceError.Kind?.none
      } catch {
        return error.cause.kind
      }
    }
    let isInMid = await eventually {
      cable.inspect { $0.isExhausted(PrinterModel.outEndpoint) } == true ? true : nil
    }
    checks.check("job-is-in-mid", isInMid == true)
    let known = heard.printers.count
    try counter.perform(.unplug(.printer))
    checks.check("unplug-in-mid-job-is-told", await cut.value == .disconnected)
    let isAbsent = await eventually { heard.state(of: .printer) == .absent ? true : nil }
    checks.check("printer-is-absent", isAbsent == true)
    checks.check("cut-job-is-not-whole", !paper(after: before).contains("second 40"))

    try counter.perform(.plug(.printer))
    let again = await eventually { heard.printers.count > known ? heard.printers.last : nil }
    guard let again else {
      checks.check("replugged-printer-is-ready", false, heard.message(of: .printer))
      return
    }
    checks.check("replugged-printer-is-ready", true)
    let copy = try await again.print(job(3, "copy"))
    checks.check(
      "copy-is-complete", copy == .printed && paper(after: before).contains("copy 40"),
      copy.rawValue)
    try counter.perform(.paper("out"))
    let isOut = await eventually {
      heard.attention(of: .printer).contains(.paperOut) ? true : nil
    }
    checks.check("paper-out-is-told", isOut == true)
    try counter.perform(.paper("ok"))
    let isIn = await eventually { heard.attention(of: .printer).isEmpty ? true : nil }
    checks.check("paper-in-is-told", isIn == true)
  }

  private func paper(after count: Int) -> String {
    String(counter.printer.withModel { $0.paperText }.dropFirst(count))
  }
}

extension ControlCommand.Device {
  var kind: DeviceKind {
    switch self {
    case .scanner: .scanner
    case .reader: .cardReader
    case .printer: .printer
    case .display: .display
    }
  }
}
