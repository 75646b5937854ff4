import Devices
import Synchronization

/// A printer that does with each job what the next line of its script says; then it prints.
final class ScriptedPrinter: POSPrinter {
  enum Line: Sendable {
    case prints
    /// Takes all bytes and cannot tell more.
    case sends
    case faults(DeviceError.Kind)
    /// Before the first byte.
    case refuses(DeviceError.Kind)
    /// Holds the job until `release`, then prints it.
    case waits
  }

  private struct State {
    var script: [Line]
    var started: [PrintJob] = []
    var printed: [PrintJob] = []
    var waiter: CheckedContinuation<Void, any Error>?
  }

  let device: DeviceID
  let capabilities = PrinterCapabilities(
    columns: 48, completion: .processID, hasCutter: true, drawerCount: 1)
  private let state: Mutex<State>
  private let whenMeasured: @Sendable () async -> Void

  /// `whenMeasured` happens while the queue makes a job ready for it.
  init(
    _ script: [Line] = [], device: String = "printer@1-3",
    whenMeasured: @escaping @Sendable () async -> Void = {}
  ) {
    self.device = DeviceID(device)
    self.whenMeasured = whenMeasured
    state = Mutex(State(script: script))
  }

  /// Every job that was begun, in order.
  var started: [PrintJob] { state.withLock { $0.started } }
  /// Those that came out whole.
  var printed: [PrintJob] { state.withLock { $0.printed } }
  var isWaiting: Bool { state.withLock { $0.waiter != nil } }

  func release() {
    state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      return waiter
    }?.resume()
  }

  func paperMillimeters(for job: PrintJob) async -> Int {
    await whenMeasured()
    return job.elements.count * 10
  }

  func print(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion {
    let line = state.withLock { state in
      state.started.append(job)
      return state.script.isEmpty ? .prints : state.script.removeFirst()
    }
    switch line {
    case .faults(let kind): throw fault(kind, .begun(confirmedParts: 0, of: 1))
    case .refuses(let kind): throw fault(kind, .blank)
    case .waits: try await wait()
    case .prints, .sends: break
    }
    state.withLock { $0.printed.append(job) }
    if case .sends = line { return .sent }
    return .printed
  }

  private func fault(_ kind: DeviceError.Kind, _ paper: PrintFault.Paper) -> PrintFault {
    PrintFault(DeviceError(kind, device: device), paper: paper)
  }

  private func wait() async throws(PrintFault) {
    do {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation {
          (continuation: CheckedContinuation<Void, any Error>) in
          state.withLock { $0.waiter = continuation }
          if Task.isCancelled { cancel() }
        }
      } onCancel: {
        cancel()
      }
    } catch {
      throw fault(.cancelled, .begun(confirmedParts: 0, of: 1))
    }
  }

  private func cancel() {
    state.withLock { state in
      let waiter = state.waiter
      state.waiter = nil
      return waiter
    }?.resume(throwing: CancellationError())
  }

  func run(_ deliver: @Sendable (PrinterStatus) -> Void) async throws(DeviceError) {
    throw DeviceError(.disconnected, device: device)
  }
}

/// A customer display that remembers what it showed, and breaks when told to.
final class ScriptedDisplay: LineDisplay {
  let device = DeviceID("display@1-4")
  let size = (columns: 20, rows: 2)
  private let shows = Mutex<[[String]]>([])
  private let isBroken = Mutex(false)

  var shown: [[String]] { shows.withLock { $0 } }

  func breakDown() { isBroken.withLock { $0 = true } }

  func show(_ content: DisplayContent) async throws(DeviceError) {
    guard !isBroken.withLock({ $0 }) else { throw DeviceError(.disconnected, device: device) }
    shows.withLock { $0.append(content.lines.map(\.words)) }
  }

  func run() async throws(DeviceError) { throw DeviceError(.disconnected, device: device) }
}

extension DeviceStatus {
  static func of(
    _ kind: DeviceKind, _ state: DeviceState = .enabled, attention: [Attention] = [],
    device: String? = nil, message: String = ""
  ) -> DeviceStatus {
    let ports: [DeviceKind: String] = [
      .scanner: "scanner@1-1", .cardReader: "cardReader@1-2", .printer: "printer@1-3",
      .display: "display@1-4",
    ]
    return DeviceStatus(
      device: DeviceID(device ?? ports[kind] ?? ""), kind: kind, state: state,
      attention: attention, message: message)
  }
}

extension DisplayLine {
  /// As it is read.
  var words: String { right.isEmpty ? left : left + " " + right }
}
