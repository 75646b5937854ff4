import Devices
import Profiles
import Simulators
import Synchronization

@testable import Drivers

/// A driver, a simulated printer and the cable between them.
struct PrinterBench {
  let simulated: SimulatedDevice<PrinterModel>
  let interface: SimulatedInterface
  let printer: ESCPOSPrinter
  let statuses = StatusLog()

  static let settings = ESCPOSSettings(
    columns: 48, dotsPerLine: 576, completion: .processID, hasCutter: true, multibyte: .gb18030,
    codePages: [:], millimetersPerSecond: 250)

  /// Short where a test sees what happens after them; a job that is printed has all the time that a
  /// busy machine may need.
  static let limits: ESCPOSPrinterLimits = {
    var limits = ESCPOSPrinterLimits()
    limits.attention = .milliseconds(600)
    limits.patience = .seconds(60)
    limits.writeMilliseconds = 30
    limits.answerMilliseconds = 200
    limits.idleMilliseconds = 100
    limits.restingMilliseconds = 100
    return limits
  }()

  /// For jobs that end because nothing comes of them.
  static let impatient: ESCPOSPrinterLimits = {
    var limits = Self.limits
    limits.patience = .seconds(3)
    return limits
  }()

  init(
    _ model: PrinterModel = PrinterModel(), settings: ESCPOSSettings = Self.settings,
    limits: ESCPOSPrinterLimits = Self.limits, clock: any DriverClock = MachineClock()
  ) {
    simulated = SimulatedDevice("printer", model)
    interface = SimulatedInterface(device: simulated)
    printer = ESCPOSPrinter(
      interface: interface, device: DeviceID("printer@1-1"), settings: settings, limits: limits,
      clock: clock)
  }

  /// Does `body` while the driver reads the printer.
  func whileRunning<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let statuses = self.statuses
    let running = Task { [printer] in try await printer.run { statuses.append($0) } }
    defer { running.cancel() }
    return try await body()
  }

  func print(_ text: String, number: UInt32 = 1) async throws -> PrintCompletion {
    let elements: [PrintElement] = [
      .text(text, .plain), .text("end of \(number)", .plain), .cut,
    ]
    return try await printer.print(PrintJob(number: number, elements: elements))
  }

  var paper: String { simulated.withModel { $0.paperText } }
}

final class StatusLog: Sendable {
  private let statuses = Mutex<[PrinterStatus]>([])
  func append(_ status: PrinterStatus) { statuses.withLock { $0.append(status) } }
  var all: [PrinterStatus] { statuses.withLock { $0 } }
}
