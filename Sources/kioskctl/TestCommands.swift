import ArgumentParser
import Daemon
import Devices
import Profiles

struct PrinterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "printer", abstract: "Try the receipt printer.",
    subcommands: [PrinterTestCommand.self])
}

struct DisplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "display", abstract: "Try the customer display.",
    subcommands: [DisplayTestCommand.self])
}

struct PrinterTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Print a page of all that receipts are made of, and say what must be on it.",
    discussion: """
      The running daemon prints it, between two customers; when none runs on the data directory, \
      this program does.
      """)

  @OptionGroup var options: TestOptions

  func run() async throws {
    try options.write(try await options.report(of: .printer))
  }
}

struct DisplayTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Show patterns one after the other, and say what must be seen.",
    discussion: """
      The running daemon shows them, between two customers; when none runs on the data directory, \
      this program does.
      """)

  @OptionGroup var options: TestOptions

  func run() async throws {
    try options.write(try await options.report(of: .display))
  }
}

/// What the tests of both devices take.
struct TestOptions: ParsableArguments {
  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  @Flag(help: "Also while a customer is there.")
  var force = false

  func report(of device: TestedDevice) async throws -> TestReport {
    if let report = try RunningDaemon.test(device, force: force, directory: common.data) {
      return report
    }
    let configuration = try shop.load()
    let profiles = try drivers.load(configuration)
    return try await LocalTest.report(
      of: device, on: LocalDevices(device.kind(profiles), configuration, profiles: profiles))
  }

  func write(_ report: TestReport) throws {
    try Output.write(report, asJSON: common.json) {
      [
        report.completion == "printed"
          ? "\(report.device) says that the page is printed. There must be:"
          : "\(report.device) took it all and cannot say more. There must be:"
      ] + report.parts.map { "  - " + $0 }
    }
  }
}

extension TestedDevice {
  /// What has to be opened for it: the printer for a display that is behind it.
  func kind(_ profiles: ProfileSet) -> DeviceKind {
    switch self {
    case .printer: .printer
    case .display: profiles.displayBehindPrinter == nil ? .display : .printer
    }
  }
}

/// A test with devices of this program's own.
enum LocalTest {
  static func report(
    of device: TestedDevice, on devices: LocalDevices
  ) async throws -> TestReport {
    let opening = ContinuousClock.now + .seconds(LocalDevices.openingSeconds)
    let end = ContinuousClock.now + .seconds(ControlSocket.testSeconds)
    let report = try await devices.use(until: end) { events -> TestReport in
      var message = ""
      for await event in events {
        switch (event, device) {
        case (.printerReady(let printer), .printer): return try await DeviceTest.run(on: printer)
        case (.displayReady(let display), .display):
          return try await DeviceTest.run(on: display, pausing: { try await Task.sleep(for: $0) })
        case (.status(let status), _): message = status.message.isEmpty ? message : status.message
        case (.printerReady, .display), (.displayReady, .printer), (.scan, _), (.scanRefused, _),
          (.card, _):
          break
        }
        // A device that has a fault is tried again and again; its word is enough here.
        if ContinuousClock.now > opening { break }
        if case .status(let status) = event, status.state == .faulted { break }
      }
      throw Complaint(message.isEmpty ? TestRefusal.noDevice(device).description : message)
    }
    guard let report else { throw Complaint(TestRefusal.noDevice(device).description) }
    return report
  }
}
