import Devices
import Foundation
import Profiles
import Simulators
import Testing

@testable import Drivers

/// Printers that are reached in another way than the usual one, or say nothing, or are slow.
@Suite(.timeLimit(.minutes(1))) struct PrinterPathTests {
  private static let drivers =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/drivers"

  // python-escpos #278, #415: interface 0 and endpoint 01h were taken for those of any printer.
  @Test func `a printer is written to where its descriptors say, and nowhere else`() async throws {
    let bus = SimulatedBus()
    let device = SimulatedDevice("printer", CompoundPrinter())
    bus.plug(device, at: "1-1")
    let description = USBDeviceDescription(
      CompoundPrinter().descriptors, topology: "1-1", address: "001/002")
    let match = try #require(try ProfileSet.load(Self.drivers).match(description))
    #expect(match.profile.key == "generic-printer")
    #expect(match.interfaces == [1])
    let interface = try await bus.open(description, claiming: match.interfaces)
    let printer = ESCPOSPrinter(
      interface: interface, device: DeviceID("printer@1-1"), settings: PrinterBench.settings,
      limits: PrinterBench.limits)
    let running = Task { try await printer.run { _ in } }
    defer { running.cancel() }
    let attention = try await printer.askPort(.printing)
    #expect(attention == nil)
    let completion = try await printer.print(
      PrintJob(number: 1, elements: [.text("here", .plain), .cut]))
    #expect(completion == .printed)
    #expect(device.withModel { $0.printer.paperText }.hasPrefix("here\n"))
    #expect(device.withModel { $0.strayCount } == 0)
    #expect(device.withModel { Set($0.askedInterfaces) } == [1])
  }

  // escpos-php #43, node-escpos/driver #28: who asked for the status waited for ever.
  @Test(arguments: [ESCPOSSettings.StatusReports.automatic, .polled, .none])
  func `a printer that answers nothing is asked, and still prints`(
    reports: ESCPOSSettings.StatusReports
  ) async throws {
    let device = SimulatedDevice("printer", SilentPrinter())
    var settings = PrinterBench.settings
    settings.completion = .none
    settings.statusReports = reports
    let printer = ESCPOSPrinter(
      interface: SimulatedInterface(device: device), device: DeviceID("printer@1-1"),
      settings: settings, limits: PrinterBench.limits)
    let running = Task { try await printer.run { _ in } }
    defer { running.cancel() }
    for number in UInt32(1)...2 {
      let completion = try await printer.print(
        PrintJob(number: number, elements: [.text("job \(number)", .plain), .cut]))
      // Nobody said that it is on paper, so nobody is told so.
      #expect(completion == .sent)
    }
    let paper = device.withModel { $0.printer.paperText }
    #expect(paper == "job 1\n--- cut ---\njob 2\n--- cut ---\n")
  }

  // odoo PR 258841: 70 lines took longer than the 3 s that every job was given.
  @Test func `a receipt that takes longer than any fixed time is whole`() async throws {
    var profile = PrinterModel.Profile()
    profile.bufferByteCount = 128
    var limits = PrinterBench.limits
    limits.patience = .seconds(2)
    let bench = PrinterBench(PrinterModel(profile: profile), limits: limits)
    bench.simulated.withModel { $0.printsAtOnce = false }
    let lines = (1...70).map { "line \($0)" }
    let started = ContinuousClock.now
    let completion = try await bench.whileRunning {
      async let printing = bench.print(lines.joined(separator: "\n"))
      // A slow printer: a line at a time, for far longer than it is waited for without progress.
      while bench.simulated.withModel({ !$0.paperText.contains("--- cut ---") }) {
        try await Task.sleep(for: .milliseconds(60))
        bench.simulated.withModel { $0.advance(lines: 1) }
      }
      bench.simulated.withModel { $0.printsAtOnce = true }
      let first = try await printing
      let next = try await bench.print("next customer", number: 2)
      #expect(next == .printed)
      return first
    }
    #expect(ContinuousClock.now - started > limits.patience * 2, "else this proves nothing")
    #expect(completion == .printed)
    let papers = bench.paper.split(separator: "--- cut ---\n")
    #expect(papers.count == 2)
    #expect(papers.first.map(String.init) == lines.joined(separator: "\n") + "\nend of 1\n")
    #expect(papers.last == "next customer\nend of 2\n")
  }
}

/// A printer that is the second interface of its device, with endpoints of its own, under an id
/// that no profile knows.
private struct CompoundPrinter: USBDeviceModel {
  private static let outEndpoint: UInt8 = 0x03
  private static let inEndpoint: UInt8 = 0x84

  var printer = PrinterModel()
  /// Bytes written to the other interface.
  var strayCount = 0
  var askedInterfaces: [UInt16] = []

  var descriptors: USBDescriptors {
    func interface(
      _ number: UInt8, _ code: DescriptorBytes.ClassCode, _ endpoints: [UInt8]
    ) -> [UInt8] {
      DescriptorBytes.interface(
        number: number, classCode: code,
        endpoints: endpoints.map {
          DescriptorBytes.endpoint(address: $0, transferType: .bulk, maximumPacketSize: 64)
        })
    }
    return USBDescriptors(
      speed: .full, device: DescriptorBytes.device(vendorID: 0x1209, productID: 0x0002),
      configuration: DescriptorBytes.configuration([
        interface(0, .init(0xFF, 0, 0), [0x01, 0x82]),
        interface(1, .init(7, 1, 2), [Self.outEndpoint, Self.inEndpoint]),
      ]), strings: ["Nobody", "Compound Printer", "1"])
  }

  mutating func powerOn() { printer.powerOn() }

  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    askedInterfaces.append(setup.index)
    return printer.control(
      USBControlSetup(
        requestType: setup.requestType, request: setup.request, value: setup.value, index: 0,
        length: setup.length), data: data)
  }

  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    guard endpoint == Self.outEndpoint else {
      strayCount += bytes.count
      return .accepted(bytes.count)
    }
    return printer.write(endpoint: PrinterModel.outEndpoint, bytes: bytes)
  }

  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.inEndpoint else { return nil }
    return printer.read(
      endpoint: PrinterModel.inEndpoint, maximumByteCount: maximumByteCount)
  }
}

/// A printer of which nothing ever comes back: no answer, no status, no word of its port.
private struct SilentPrinter: USBDeviceModel {
  var printer = PrinterModel()

  var descriptors: USBDescriptors { printer.descriptors }

  mutating func powerOn() { printer.powerOn() }
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer { .stall }
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    printer.write(endpoint: endpoint, bytes: bytes)
  }
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? { nil }
}
