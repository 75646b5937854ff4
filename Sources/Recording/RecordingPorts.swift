import Devices
import Drivers
import Foundation
import Profiles
import Synchronization

extension DevicePort {
  /// The same port, with what it tells and what it is given written down; `interface` is what it
  /// was made of. One that is not of a `RecordingBus` stays as it is.
  public func recorded(_ match: ProfileMatch, _ interface: any USBInterface) -> DevicePort {
    guard let interface = interface as? RecordingInterface else { return self }
    let line = PortLine(handle: interface.handle, file: interface.file)
    line.file.record(
      .driven(handle: line.handle, device: device.description, profile: match.profile.key))
    return switch self {
    case .scanner(let port): .scanner(RecordingScanner(port: port, line: line))
    case .cardReader(let port): .cardReader(RecordingCardReader(port: port, line: line))
    case .printer(let port, let display):
      .printer(
        RecordingPrinter(port: port, line: line),
        display: display.map { RecordingDisplay(port: $0, line: line) })
    case .display(let port): .display(RecordingDisplay(port: port, line: line))
    }
  }

  var device: DeviceID {
    switch self {
    case .scanner(let port): port.device
    case .cardReader(let port): port.device
    case .printer(let port, _): port.device
    case .display(let port): port.device
    }
  }
}

/// What a replayed driver tells is compared as this text.
///
/// A scan's own times are left out: they count from another moment in every run. What they decide
/// is compared, and the lines have times.
func tale(_ value: some Sendable) -> String {
  guard case .scan(let scan) = value as? ScannerOutput else { return String(describing: value) }
  let anomaly = scan.anomaly.map { ", \($0)" } ?? ""
  return "scan \(scan.aimIdentifier ?? "-") \(scan.bytes), \(scan.terminator)\(anomaly)"
}

/// The handle that a port's lines carry.
private final class PortLine: Sendable {
  let handle: Int
  let file: RecordingFile
  private let lastNumber = Mutex(0)

  init(handle: Int, file: RecordingFile) {
    self.handle = handle
    self.file = file
  }

  func tell(_ value: some Sendable) {
    file.record(.told(handle: handle, Sealed(text: tale(value))))
  }

  /// Writes down why a driver's `run` ended.
  func running(_ body: () async throws(DeviceError) -> Void) async throws(DeviceError) {
    do throws(DeviceError) {
      try await body()
      file.record(.stopped(handle: handle, "returned"))
    } catch {
      file.record(.stopped(handle: handle, tale(error.kind)))
      throw error
    }
  }

  /// `kind` is what the recording keeps of a failure.
  func working<Value: Sendable, Failure: Error>(
    _ work: (Sealed) -> RecordedWork, on value: some Encodable,
    kind: (Failure) -> DeviceError.Kind, _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let number = lastNumber.withLock { last in
      last += 1
      return last
    }
    do {
      file.record(
        .gave(handle: handle, number: number, work(Sealed(try JSONEncoder().encode(value)))))
    } catch {
      file.end("what a driver was given has no written form: \(error)")
    }
    do throws(Failure) {
      let result = try await body()
      file.record(.ended(handle: handle, number: number, tale(result)))
      return result
    } catch {
      file.record(.ended(handle: handle, number: number, tale(kind(error))))
      throw error
    }
  }
}

private struct RecordingScanner: Devices.Scanner {
  let port: any Devices.Scanner
  let line: PortLine

  var device: DeviceID { port.device }

  func run(_ deliver: @Sendable (ScannerOutput) -> Void) async throws(DeviceError) {
    try await line.running { () async throws(DeviceError) in
      try await port.run {
        line.tell($0.withoutTimes)
        deliver($0)
      }
    }
  }
}

extension ScannerOutput {
  /// A replay gives the same symbols, some microseconds earlier or later than the recorded ones.
  var withoutTimes: ScannerOutput {
    guard case .scan(let scan) = self else { return self }
    return .scan(
      ScanData(
        bytes: scan.bytes, aimIdentifier: scan.aimIdentifier, device: scan.device,
        terminator: scan.terminator, anomaly: scan.anomaly))
  }
}

private struct RecordingCardReader: SmartCardReader {
  let port: any SmartCardReader
  let line: PortLine

  var device: DeviceID { port.device }

  func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError) {
    try await line.running { () async throws(DeviceError) in
      try await port.run {
        line.tell($0)
        deliver($0)
      }
    }
  }
}

private struct RecordingPrinter: POSPrinter {
  let port: any POSPrinter
  let line: PortLine

  var device: DeviceID { port.device }
  var capabilities: PrinterCapabilities { get async { await port.capabilities } }

  func paperMillimeters(for job: PrintJob) async -> Int { await port.paperMillimeters(for: job) }

  func print(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion {
    try await line.working(RecordedWork.print, on: job, kind: \.cause.kind) {
      () async throws(PrintFault) in
      try await port.print(job)
    }
  }

  func run(_ deliver: @Sendable (PrinterStatus) -> Void) async throws(DeviceError) {
    try await line.running { () async throws(DeviceError) in
      try await port.run {
        line.tell($0)
        deliver($0)
      }
    }
  }
}

private struct RecordingDisplay: LineDisplay {
  let port: any LineDisplay
  let line: PortLine

  var device: DeviceID { port.device }
  var size: (columns: Int, rows: Int) { port.size }

  func show(_ content: DisplayContent) async throws(DeviceError) {
    try await line.working(RecordedWork.show, on: content, kind: \.kind) {
      () async throws(DeviceError) in
      try await port.show(content)
    }
  }

  func run() async throws(DeviceError) {
    try await line.running { () async throws(DeviceError) in try await port.run() }
  }
}
