import Codecs
import Devices
import Profiles
import Simulators
import Synchronization
import Testing

@testable import Drivers

struct ESCPOSPrinterTests {
  /// Waits for what another task will do; the limit only ends a test that fails.
  private func eventually(_ condition: @Sendable () async -> Bool) async throws {
    for _ in 0..<500 {
      if await condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("It never came.")
  }

  @Test func `a job is printed when the printer reports its process id`() async throws {
    let bench = PrinterBench()
    let completion = try await bench.whileRunning { try await bench.print("合计 ¥12.50") }
    #expect(completion == .printed)
    #expect(bench.paper.contains("合计 ￥12.50\nend of 1\n"))
    #expect(bench.paper.hasSuffix("--- cut ---\n"))
    #expect(bench.simulated.withModel { $0.unknownCommands }.isEmpty)
    #expect(
      bench.statuses.all.first == PrinterStatus(isOnline: true, isCoverOpen: false, paper: .ok))
  }

  @Test func `what a paper does not show as it was given is told with the printer's name`()
    async throws
  {
    let bench = PrinterBench()
    let told = Mutex<[String]>([])
    let match = ProfileMatch(
      profile: DeviceProfile(
        key: "test", match: .model(USBID(vendorID: 1, productID: 1), product: nil),
        settings: .escpos(PrinterBench.settings), source: "a test", verified: .simulated),
      interfaces: [0])
    let port = DriverFactory.port(
      match, bench.interface, DeviceID("printer@1-1"),
      onLoss: { device, losses in told.withLock { $0 += losses.map { "\(device) \($0)" } } })
    guard case .printer(let printer, _) = port else {
      Issue.record("It is no printer.")
      return
    }
    let running = Task { try await printer.run { _ in } }
    defer { running.cancel() }
    _ = try await printer.print(
      PrintJob(number: 1, elements: [.barcode(.ean13, "no digits"), .cut]))
    // The content may be a coupon's code, and whoever is told writes it into a log.
    #expect(told.withLock { $0 } == ["printer@1-1 a symbol of 9 characters as text"])
    #expect(!"\([PrintLoss.symbolAsText("7ZQ2MK")])".contains("7ZQ2MK"))
  }

  // ESC-POS-.NET #227, #254: bytes were dropped when the printer took no more for a while.
  @Test func `a job of many pieces is taken in short writes and is whole`() async throws {
    var profile = PrinterModel.Profile()
    profile.bufferByteCount = 64
    let bench = PrinterBench(PrinterModel(profile: profile))
    let text = (1...200).map { "line \($0)" }.joined(separator: "\n")
    let completion = try await bench.whileRunning { try await bench.print(text) }
    #expect(completion == .printed)
    #expect(bench.paper.hasPrefix(text + "\nend of 1\n"))
  }

  /// It was stalled for good: each status request found the pipe halted, and opening it anew does
  /// not clear that.
  @Test func `a pipe that halts while nothing is printed is cleared`() async throws {
    let bench = PrinterBench()
    let completion = try await bench.whileRunning {
      try await eventually { !bench.statuses.all.isEmpty }
      let before = bench.simulated.withModel { $0.receivedBytes.count }
      bench.interface.inject(.stall(endpoint: PrinterModel.outEndpoint, count: 1))
      try await eventually { bench.simulated.withModel { $0.receivedBytes.count } > before }
      return try await bench.print("after the halt")
    }
    #expect(completion == .printed)
    #expect(bench.paper.contains("after the halt\n"))
  }

  @Test func `paper that runs out and comes back ends in one whole receipt`() async throws {
    var limits = PrinterBench.limits
    limits.attention = .seconds(30)
    let bench = PrinterBench(limits: limits)
    bench.simulated.withModel { $0.linesLeft = 3 }
    let completion = try await bench.whileRunning {
      async let printing = bench.print("one\ntwo\nthree\nfour\nfive")
      try await eventually { bench.statuses.all.last?.paper == .out }
      #expect(bench.paper == "one\ntwo\nthree\n")
      bench.simulated.withModel { $0.setPaper(.ok) }
      return try await printing
    }
    #expect(completion == .printed)
    #expect(bench.paper == "one\ntwo\nthree\nfour\nfive\nend of 1\n--- cut ---\n")
    #expect(bench.statuses.all.last?.paper == .ok)
  }

  // escpos-php #411; python-escpos #370; react-native-esc-pos-printer #95: it came when paper did.
  @Test func `paper that stays away gives the job back and nothing of it comes later`() async throws
  {
    let bench = PrinterBench()
    bench.simulated.withModel { $0.linesLeft = 1 }
    try await bench.whileRunning {
      let error = await #expect(throws: PrintFault.self) {
        try await bench.print("one\ntwo\nthree")
      }
      #expect(error?.cause.kind == .needsAttention(.paperOut))
      bench.simulated.withModel { $0.setPaper(.ok) }
      #expect(bench.paper == "one\n")
      // The beginning that hangs from the printer is cut off before the next job.
      try await eventually { await bench.printer.printerStatus.canPrint }
      let completion = try await bench.print("again", number: 2)
      #expect(completion == .printed)
    }
    #expect(bench.paper == "one\n\n--- cut ---\nagain\nend of 2\n--- cut ---\n")
  }

  @Test func `a printer that does not tell its changes is asked over its port`() async throws {
    var profile = PrinterModel.Profile()
    profile.supportsAutomaticStatus = false
    profile.bufferByteCount = 16
    var model = PrinterModel(profile: profile)
    model.linesLeft = 1
    let bench = PrinterBench(model)
    try await bench.whileRunning {
      let error = await #expect(throws: PrintFault.self) {
        try await bench.print("one\ntwo\nthree\nfour\nfive\nsix")
      }
      #expect(error?.cause.kind == .needsAttention(.paperOut))
    }
  }

  @Test func `without paper at the start nothing is sent`() async throws {
    let bench = PrinterBench()
    bench.simulated.withModel { $0.setPaper(.out) }
    try await bench.whileRunning {
      let error = await #expect(throws: PrintFault.self) { try await bench.print("one") }
      #expect(error?.cause.kind == .needsAttention(.paperOut))
    }
    #expect(bench.statuses.all.first?.paper == .out)
    bench.simulated.withModel { $0.setPaper(.ok) }
    #expect(bench.paper.isEmpty)
  }

  @Test func `a plug that is pulled in mid-receipt is told, and the next printer prints it anew`()
    async throws
  {
    let bench = PrinterBench()
    bench.simulated.withModel { $0.printsAtOnce = false }
    try await bench.whileRunning {
      let printing = Task { try await bench.print("one\ntwo") }
      try await eventually {
        bench.simulated.withModel {
          $0.advance(lines: 1)
          return $0.paperText == "one\n"
        }
      }
      bench.interface.unplug()
      let error = await #expect(throws: PrintFault.self) { try await printing.value }
      #expect(error?.cause.kind == .disconnected)
      #expect(error?.cause.device == DeviceID("printer@1-1"))
    }
    bench.simulated.withModel { $0.printsAtOnce = true }
    let interface = SimulatedInterface(device: bench.simulated)
    let second = ESCPOSPrinter(
      interface: interface, device: DeviceID("printer@1-1"), settings: PrinterBench.settings,
      limits: PrinterBench.limits)
    let running = Task { try await second.run { _ in } }
    defer { running.cancel() }
    let job = PrintJob(
      number: 2, elements: [.text("copy", .plain), .cut], followsTornPaper: true)
    #expect(try await second.print(job) == .printed)
    #expect(bench.paper == "one\n\n--- cut ---\ncopy\n--- cut ---\n")
  }

  // DantSu #415; flutter_thermal_printer #8; escpos-php #251: garbage until a power cycle.
  @Test func `a half command that somebody left is ended before the first job`() async throws {
    let bench = PrinterBench()
    // A picture of 72 × 48 bytes of which only one came.
    bench.simulated.withModel {
      _ = $0.write(endpoint: 1, bytes: [0x1D, 0x76, 0x30, 0, 72, 0, 48, 0, 0xFF])
    }
    let completion = try await bench.whileRunning { try await bench.print("one") }
    #expect(completion == .printed)
    #expect(bench.paper.hasSuffix("one\nend of 1\n--- cut ---\n"))
  }

  @Test func `process ids go on after the last one`() async throws {
    let bench = PrinterBench()
    let last = ESCPOS.ProcessID.period - 1
    try await bench.whileRunning {
      for number in [last, last + 1, last + 2] {
        let completion = try await bench.print("x", number: number)
        #expect(completion == .printed)
      }
    }
    #expect(bench.paper.components(of: "--- cut ---").count == 4)
  }

  @Test func `a printer without process ids has never printed, only been sent to`() async throws {
    var profile = PrinterModel.Profile()
    profile.supportsProcessID = false
    profile.supportsBufferClear = false
    for completion in [PrinterCapabilities.Completion.bufferedStatus, .none] {
      var settings = PrinterBench.settings
      settings.completion = completion
      let bench = PrinterBench(PrinterModel(profile: profile), settings: settings)
      let answer = try await bench.whileRunning { try await bench.print("one") }
      #expect(answer == .sent)
      #expect(bench.paper.hasPrefix("one\n"))
      #expect(bench.simulated.withModel { $0.unknownCommands }.isEmpty)
    }
  }

  @Test func `the answer to a job that was given up does not end the next one`() async throws {
    var profile = PrinterModel.Profile()
    profile.supportsProcessID = false
    profile.supportsBufferClear = false
    profile.bufferByteCount = 1 << 16
    var settings = PrinterBench.settings
    settings.completion = .bufferedStatus
    let bench = PrinterBench(
      PrinterModel(profile: profile), settings: settings, limits: PrinterBench.impatient)
    bench.simulated.withModel { $0.printsAtOnce = false }
    try await bench.whileRunning {
      let error = await #expect(throws: PrintFault.self) { try await bench.print("one") }
      #expect(error?.cause.kind == .timedOut)
      let next = Task {
        let completion = try await bench.print("two", number: 2)
        return (completion, bench.paper)
      }
      // All of the second job waits in the printer, and then it works off the first.
      let request: [UInt8] = [0x1D, 0x72, 1]
      try await eventually {
        // Not only as the last bytes: questions about the state may come behind it.
        bench.simulated.withModel { $0.receivedBytes.ranges(of: request).count } == 2
      }
      bench.simulated.withModel { model in
        for _ in 0..<100 where model.paperText.components(of: "--- cut ---").count < 3 {
          model.advance(lines: 1)
        }
      }
      try await Task.sleep(for: .milliseconds(150))
      bench.simulated.withModel {
        $0.printsAtOnce = true
        $0.setPaper(.ok)
      }
      let (completion, paper) = try await next.value
      #expect(completion == .sent)
      #expect(paper.contains("end of 2"))
      // Nothing is owed any more.
      let third = try await bench.print("three", number: 3)
      #expect(third == .sent)
    }
  }

  @Test func `an answer that never comes is waited for by one job and not by all`() async throws {
    var profile = PrinterModel.Profile()
    profile.supportsProcessID = false
    profile.supportsBufferClear = false
    profile.bufferByteCount = 1 << 16
    var settings = PrinterBench.settings
    settings.completion = .bufferedStatus
    let bench = PrinterBench(
      PrinterModel(profile: profile), settings: settings, limits: PrinterBench.impatient)
    bench.simulated.withModel { $0.printsAtOnce = false }
    try await bench.whileRunning {
      await #expect(throws: PrintFault.self) { try await bench.print("one") }
      // Switched off and on behind a hub that keeps the connection.
      bench.simulated.withModel {
        $0.powerOn()
        $0.printsAtOnce = true
      }
      await #expect(throws: PrintFault.self) { try await bench.print("two", number: 2) }
      let third = try await bench.print("three", number: 3)
      #expect(third == .sent)
    }
  }

  @Test func `a profile that promises process ids the printer has not ends in a time-out`()
    async throws
  {
    var profile = PrinterModel.Profile()
    profile.supportsProcessID = false
    let bench = PrinterBench(PrinterModel(profile: profile), limits: PrinterBench.impatient)
    try await bench.whileRunning {
      let error = await #expect(throws: PrintFault.self) { try await bench.print("one") }
      #expect(error?.cause.kind == .timedOut)
    }
  }

  @Test func `the cover is told while nothing is printed, and cancelling ends the reading`()
    async throws
  {
    let bench = PrinterBench()
    let running = Task { [printer = bench.printer, log = bench.statuses] in
      try await printer.run { log.append($0) }
    }
    try await eventually { !bench.statuses.all.isEmpty }
    bench.simulated.withModel { $0.setCover(isOpen: true) }
    try await eventually { bench.statuses.all.last?.isCoverOpen == true }
    #expect(bench.statuses.all.last?.attention == [.coverOpen])
    running.cancel()
    let error = await #expect(throws: DeviceError.self) { try await running.value }
    #expect(error?.kind == .cancelled)
  }

  @Test func `a second job at the same time is refused`() async throws {
    let bench = PrinterBench()
    bench.simulated.withModel { $0.printsAtOnce = false }
    try await bench.whileRunning {
      async let first = bench.print("one")
      try await eventually { bench.simulated.withModel { $0.receivedBytes.count > 3_000 } }
      let error = await #expect(throws: PrintFault.self) { try await bench.print("two") }
      #expect(error?.cause.kind == .busy)
      bench.simulated.withModel {
        $0.printsAtOnce = true
        $0.setPaper(.ok)
      }
      #expect(try await first == .printed)
    }
  }
}

extension String {
  fileprivate func components(of separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
  }
}
