import Codecs
import Devices
import Profiles
import Simulators
import Testing

@testable import Drivers

/// A customer display on the printer's connector: its texts go between papers and never into one,
/// and the printer is always come back to (DEVICES 3).
@Suite(.timeLimit(.minutes(1)))
struct PassThroughLineDisplayTests {
  private static let settings = LineDisplaySettings(
    dialect: .dmD, columns: 20, rows: 2, codePage: "cp437", bridge: .bulk)
  private static let chosen = ESCPOS.encode(.selectPeripheral(2))

  /// A printer with a display behind it, and the drivers of both.
  private struct Bench {
    let simulated: SimulatedDevice<PrinterModel>
    let interface: SimulatedInterface
    let printer: ESCPOSPrinter
    let display: PassThroughLineDisplay

    init(
      _ change: (inout PrinterModel) -> Void = { _ in }, settings: LineDisplaySettings,
      limits: ESCPOSPrinterLimits = PrinterBench.limits
    ) {
      var model = PrinterModel()
      model.display = LineDisplayModel(settings)
      model.powerOn()
      change(&model)
      simulated = SimulatedDevice("printer", model)
      interface = SimulatedInterface(device: simulated)
      printer = ESCPOSPrinter(
        interface: interface, device: DeviceID("printer@1-1"), settings: PrinterBench.settings,
        hasDisplay: true, limits: limits)
      display = PassThroughLineDisplay(
        printer: printer, device: DeviceID("display@1-1"), settings: settings)
    }

    func whileRunning(_ body: () async throws -> Void) async throws {
      let running = Task { [printer] in try await printer.run { _ in } }
      defer { running.cancel() }
      try await body()
    }

    func print(_ text: String, number: UInt32 = 1) async throws -> PrintCompletion {
      try await printer.print(PrintJob(number: number, elements: [.text(text, .plain), .cut]))
    }

    func show(_ words: String...) async throws {
      try await display.show(DisplayContent(words: words))
    }

    var lines: [String] { simulated.withModel { $0.display?.lines ?? [] } }
    var paper: String { simulated.withModel { $0.paperText } }
    var unknown: [[UInt8]] { simulated.withModel { $0.unknownCommands } }
    var received: [UInt8] { simulated.withModel { $0.receivedBytes } }
  }

  private func eventually(_ what: String, _ isSo: () async -> Bool) async throws {
    for _ in 0..<5_000 {
      if await isSo() { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("never: \(what)")
  }

  @Test(arguments: LineDisplaySettings.Dialect.allCases)
  func `a text stands on the display, and the next paper is whole`(
    dialect: LineDisplaySettings.Dialect
  ) async throws {
    var settings = Self.settings
    settings.dialect = dialect
    let bench = Bench(settings: settings)
    try await bench.whileRunning {
      try await bench.show("TOTAL 12.50", "thank you")
      #expect(bench.lines == ["TOTAL 12.50", "thank you"])
      #expect(try await bench.print("tea") == .printed)
      try await bench.show("next please")
    }
    #expect(bench.lines == ["next please", ""])
    #expect(bench.paper == "tea\n--- cut ---\n")
    #expect(bench.unknown.isEmpty)
    let live = ESCPOS.RealTimeScanner.commands(in: bench.received).map(\.command)
    #expect(
      live.allSatisfy {
        switch $0 {
        case .realTimeStatus, .clearBuffers: true
        default: false
        }
      }, "\(live)")
  }

  @Test func `a text waits for the end of the paper that is printed`() async throws {
    let bench = Bench(settings: Self.settings)
    try await bench.whileRunning {
      #expect(try await bench.print("first", number: 1) == .printed)
      bench.simulated.withModel { $0.printsAtOnce = false }
      let before = bench.received.count
      let job = Task { try await bench.print("tea", number: 2) }
      try await eventually("the whole paper is sent") {
        Array(bench.received[before...]).contains([0x1D, 0x28, 0x48])  // its process id's request
      }
      let text = Task { try await bench.show("TOTAL 12.50") }
      try await Task.sleep(for: .milliseconds(20))
      #expect(!bench.received.contains(Self.chosen))
      try await eventually("both are out") {
        bench.simulated.withModel { $0.advance(lines: 100) }
        return bench.lines.first == "TOTAL 12.50"
      }
      #expect(try await job.value == .printed)
      try await text.value
    }
    #expect(bench.paper == "first\n--- cut ---\ntea\n--- cut ---\n" && bench.unknown.isEmpty)
  }

  /// Wherever a text breaks off, the next paper is whole and the next text is whole.
  @Test(arguments: [1, 2, 3, 4, 6, 9, 20, 30])
  func `half a text is come back from`(byteCount: Int) async throws {
    let bench = Bench(settings: Self.settings, limits: PrinterBench.impatient)
    try await bench.whileRunning {
      #expect(try await bench.print("first", number: 1) == .printed)
      bench.interface.inject(
        .shortWrite(endpoint: PrinterModel.outEndpoint, byteCount: byteCount))
      bench.interface.inject(.silent(endpoint: PrinterModel.outEndpoint, true))
      await #expect(throws: DeviceError(.timedOut, device: DeviceID("display@1-1"))) {
        try await bench.show("TOTAL 12.50")
      }
      bench.interface.inject(.silent(endpoint: PrinterModel.outEndpoint, false))
      #expect(try await bench.print("second", number: 2) == .printed)
      try await bench.show("TOTAL 12.50", "thank you")
    }
    #expect(bench.paper == "first\n--- cut ---\nsecond\n--- cut ---\n")
    #expect(bench.lines == ["TOTAL 12.50", "thank you"])
    #expect(bench.unknown.isEmpty)
  }

  /// A printer that kept its power over a pulled cable or a crash may still be at the display, and
  /// in the middle of one of its commands.
  @Test(arguments: [[], [0x1B], [0x1B, 0x3D], [0x1F, 0x24], [0x1F, 0x58], Array("TOT".utf8)])
  func `a printer that was left at its display is found there`(rest: [UInt8]) async throws {
    let bench = Bench(
      { _ = $0.write(endpoint: PrinterModel.outEndpoint, bytes: Self.chosen + rest) },
      settings: Self.settings)
    try await bench.whileRunning {
      #expect(try await bench.print("tea") == .printed)
      try await bench.show("TOTAL 12.50")
    }
    #expect(bench.paper == "tea\n--- cut ---\n")
    #expect(bench.lines == ["TOTAL 12.50", ""])
  }

  @Test func `a printer that stands still passes nothing on and says why`() async throws {
    let bench = Bench({ $0.setCover(isOpen: true) }, settings: Self.settings)
    try await bench.whileRunning {
      await #expect(
        throws: DeviceError(.needsAttention(.coverOpen), device: DeviceID("display@1-1"))
      ) {
        try await bench.show("TOTAL 12.50")
      }
      #expect(!bench.received.contains(Self.chosen))
      bench.simulated.withModel { $0.setCover(isOpen: false) }
      try await eventually("the text, after the cover") {
        do {
          try await bench.show("TOTAL 12.50")
          return true
        } catch {
          return false
        }
      }
    }
    #expect(bench.lines == ["TOTAL 12.50", ""])
  }

  @Test func `a torn paper is still cut off after a text`() async throws {
    let bench = Bench(settings: Self.settings, limits: PrinterBench.impatient)
    try await bench.whileRunning {
      bench.interface.inject(.silent(endpoint: PrinterModel.inEndpoint, true))
      await #expect(throws: PrintFault.self) { try await bench.print("torn") }
      bench.interface.inject(.silent(endpoint: PrinterModel.inEndpoint, false))
      try await bench.show("TOTAL 12.50")
      #expect(try await bench.print("whole", number: 2) == .printed)
    }
    #expect(bench.paper.hasSuffix("--- cut ---\nwhole\n--- cut ---\n"))
    #expect(bench.paper.split(separator: "\n").count { $0 == "--- cut ---" } == 3)
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
