import Devices
import Drivers
import Foundation
import Profiles
import Simulators
import Testing

@testable import Recording

/// What a driver decides by its clock alone is decided again in a replay, in no time.
@Suite(.timeLimit(.minutes(1)))
struct DriverReplayTests {
  private static let settings = ESCPOSSettings(
    columns: 48, dotsPerLine: 576, completion: .processID, hasCutter: true, multibyte: .gb18030,
    codePages: [:], millimetersPerSecond: 250)

  private static let limits: ESCPOSPrinterLimits = {
    var limits = ESCPOSPrinterLimits()
    limits.attention = .milliseconds(300)
    limits.patience = .milliseconds(500)
    limits.writeMilliseconds = 30
    limits.answerMilliseconds = 50
    limits.idleMilliseconds = 100
    limits.restingMilliseconds = 100
    return limits
  }()

  @Test func `a job that a silent printer never finished ends at the same place again`()
    async throws
  {
    let lines = try await recorded { bus, printer in
      bus.inject(.silent(endpoint: PrinterModel.inEndpoint, true), topology: "1-3")
      await #expect(throws: PrintFault.self) {
        try await printer.print(PrintJob(number: 1, elements: [.text("tea", .plain), .cut]))
      }
      bus.inject(.silent(endpoint: PrinterModel.inEndpoint, false), topology: "1-3")
      _ = try await printer.print(PrintJob(number: 2, elements: [.text("rice", .plain), .cut]))
    }
    let difference = await replayed(lines)
    #expect(difference == nil)
  }

  @Test func `a job that waited for a closed cover in vain ends at the same place again`()
    async throws
  {
    let lines = try await recorded { bus, printer in
      bus.inject(.shortWrite(endpoint: PrinterModel.outEndpoint, byteCount: 7), topology: "1-3")
      bus.inject(.silent(endpoint: PrinterModel.outEndpoint, true), topology: "1-3")
      await #expect(throws: PrintFault.self) {
        try await printer.print(PrintJob(number: 1, elements: [.text("tea", .plain), .cut]))
      }
    }
    let difference = await replayed(lines)
    #expect(difference == nil)
  }

  @Test func `a job that is taken back while it waits is taken back at the same place again`()
    async throws
  {
    let lines = try await recorded { bus, printer in
      bus.inject(.shortWrite(endpoint: PrinterModel.outEndpoint, byteCount: 7), topology: "1-3")
      bus.inject(.silent(endpoint: PrinterModel.outEndpoint, true), topology: "1-3")
      let job = Task {
        try await printer.print(PrintJob(number: 1, elements: [.text("tea", .plain), .cut]))
      }
      try await Task.sleep(for: .milliseconds(60))
      job.cancel()
      await #expect(throws: PrintFault.self) { try await job.value }
    }
    let difference = await replayed(lines)
    #expect(difference == nil)
  }

  @Test func `texts for the display behind the printer come between the same papers again`()
    async throws
  {
    let lines = try await recorded { bus, printer, display in
      let display = try #require(display)
      for number in 1...4 {
        async let job = printer.print(
          PrintJob(number: UInt32(number), elements: [.text("tea \(number)", .plain), .cut]))
        try await display.show(DisplayContent(words: ["total", "\(number)"]))
        _ = try await job
      }
      bus.inject(.shortWrite(endpoint: PrinterModel.outEndpoint, byteCount: 5), topology: "1-3")
      bus.inject(.silent(endpoint: PrinterModel.outEndpoint, true), topology: "1-3")
      await #expect(throws: DeviceError.self) {
        try await display.show(DisplayContent(words: ["half"]))
      }
      bus.inject(.silent(endpoint: PrinterModel.outEndpoint, false), topology: "1-3")
      _ = try await printer.print(PrintJob(number: 5, elements: [.text("rice", .plain), .cut]))
    }
    let difference = await replayed(lines)
    #expect(difference == nil)
  }

  private static func port(
    _ interface: any USBInterface, _ clock: any DriverClock
  ) -> DevicePort {
    let printer = ESCPOSPrinter(
      interface: interface, device: DeviceID("printer@1-3"), settings: settings,
      hasDisplay: true, limits: limits, clock: clock)
    return .printer(
      printer,
      display: PassThroughLineDisplay(
        printer: printer, device: DeviceID("display@1-3"),
        settings: LineDisplaySettings(
          dialect: .dmD, columns: 20, rows: 2, codePage: "cp437", bridge: .bulk)))
  }

  /// What a printer's driver does meanwhile.
  private func recorded(
    _ body: (SimulatedBus, any POSPrinter) async throws -> Void
  ) async throws -> [NumberedEvent] {
    try await recorded { bus, printer, _ in try await body(bus, printer) }
  }

  private func recorded(
    _ body: (SimulatedBus, any POSPrinter, (any LineDisplay)?) async throws -> Void
  ) async throws -> [NumberedEvent] {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/r"
    let file = try RecordingFile(
      path: path, header: RecordedShift.header, key: RecordedShift.key, freeByteCount: 0,
      onEnd: { Issue.record("the recording ended: \($0)") })
    let bus = SimulatedBus()
    bus.plug(SimulatedDevice("printer", PrinterModel()), at: "1-3")
    var events = bus.events().makeAsyncIterator()
    guard case .attached(let description) = try #require(await events.next()) else { return [] }
    let profiles = try ProfileSet.load(RecordedShift.drivers)
    let match = try #require(profiles.match(description))
    let interface = try await RecordingBus(bus, to: file).open(
      description, claiming: match.interfaces)
    guard
      case .printer(let printer, let display) = Self.port(
        interface, RecordingClock.over(interface)
      )
      .recorded(match, interface)
    else { return [] }
    let running = Task { try await printer.run { _ in } }
    try await body(bus, printer, display)
    running.cancel()
    _ = await running.result
    await interface.close()
    file.close()

    var reader = try RecordingReader(path: path)
    var lines: [NumberedEvent] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  private func replayed(_ lines: [NumberedEvent]) async -> ReplayDifference? {
    guard
      let description = lines.lazy.compactMap({ line in
        if case .opened(let description, _) = line.event { description } else { nil }
      }).first
    else {
      Issue.record("no device was opened")
      return nil
    }
    return await DeviceReplay(description, device: "printer@1-3", makePort: Self.port).play(lines)
  }
}
