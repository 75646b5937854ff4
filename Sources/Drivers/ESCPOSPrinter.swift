import Codecs
import Devices
import Profiles
import Raster

/// A receipt printer that obeys ESC/POS, over the two bulk pipes of the USB printer class.
///
/// `run` reads all that the printer sends, in one place, while `print` waits for its part: the
/// two belong together, and `print` ends with a time-out where nobody runs.
public actor ESCPOSPrinter: POSPrinter {
  /// STALLs of the OUT pipe in one job before it counts as broken.
  static let haltLimit = 3
  /// Real-time answers that are read in one transfer.
  static let readByteCount = 512

  /// What is known of the printer's buffer.
  private enum Buffer {
    /// Another program, or this one before a crash, may have left half a command in it.
    case unknown
    case clean
    /// A job of ours stopped somewhere; its beginning may hang from the printer.
    case interrupted
  }

  public nonisolated let device: DeviceID
  public nonisolated let capabilities: PrinterCapabilities

  let interface: any USBInterface
  let settings: ESCPOSSettings
  let limits: ESCPOSPrinterLimits
  let clock: DriverClock
  private let reportLosses: @Sendable ([PrintLoss]) -> Void

  // What `run` learns.
  var parser = ESCPOS.ResponseParser()
  var status = ESCPOS.AutomaticStatus()
  var isStatusKnown = false
  /// The real-time requests still to be sent, and the one whose answer is awaited.
  var requests: [ESCPOS.RealTimeRequest] = []
  var awaited: ESCPOS.RealTimeRequest?
  var fault: DeviceError?
  var lastPrinted: ESCPOS.ProcessID?
  /// Answers to GS r that are still to come, those to jobs that were given up among them: they do
  /// not say which job they are for.
  var owedAnswerCount = 0
  /// Of these, what came since the job began.
  var isAnswered = false
  var clearedCount = 0

  // What `print` does.
  private var buffer: Buffer
  var isPrinting = false
  /// Bytes of a job are on their way: a status request between them could land inside a command.
  var isWriting = false
  /// Why the printer takes no bytes, by the word of its port.
  private var portAttention: Attention?
  private var waiter: CheckedContinuation<Void, Never>?

  /// `interface` has the printer's interface claimed. `afterInterruption` says that a job of this
  /// kiosk was broken off at this printer: what hangs from it is cut off before the next one.
  /// `onLoss` is told what a job's paper does not show as it was given; `clock` is the time that
  /// its patience is counted in.
  public init(
    interface: any USBInterface, device: DeviceID, settings: ESCPOSSettings,
    limits: ESCPOSPrinterLimits = ESCPOSPrinterLimits(), afterInterruption: Bool = false,
    clock: any Clock<Duration> = ContinuousClock(),
    onLoss: @escaping @Sendable ([PrintLoss]) -> Void = { _ in }
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.limits = limits
    self.clock = DriverClock(clock)
    buffer = afterInterruption ? .interrupted : .unknown
    reportLosses = onLoss
    capabilities = PrinterCapabilities(
      columns: settings.columns, completion: settings.completion, hasCutter: settings.hasCutter)
  }

  /// Only the process id of the job counts as `printed`; that the printer's buffer was worked off,
  /// or that it took all bytes, is `sent`. Where paper or cover keep a job waiting longer than the
  /// limit, what is left of it is taken back from the printer, if its model can do that.
  public func print(_ job: PrintJob) async throws(DeviceError) -> PrintCompletion {
    guard !isPrinting else { throw error(.busy) }
    isPrinting = true
    defer { isPrinting = false }
    try await waitForStatus()
    try checkReady()
    let layout = ESCPOSPrinterLayout(job.elements, settings: settings, font: Self.font)
    if !layout.losses.isEmpty { reportLosses(layout.losses) }
    let id = ESCPOS.ProcessID(counter: job.number)
    do throws(DeviceError) {
      try await prepareBuffer()
      buffer = .interrupted
      lastPrinted = nil
      isAnswered = false
      portAttention = nil
      var watch = PrintWatch(limits, clock, paper: duration(ofDots: layout.paperDots))
      try await writeJob(ESCPOS.encode(layout.commands + completionRequest(id)), &watch)
      let completion = try await waitForCompletion(id, &watch)
      buffer = .clean
      return completion
    } catch {
      // They come in order: behind one that came, nothing is on its way for so long.
      if error.kind == .timedOut, isAnswered { owedAnswerCount = 0 }
      isAnswered = false
      switch error.kind {
      // What is left of it must not come out when nobody waits for it any more.
      case .needsAttention, .timedOut: await takeBack()
      case .disconnected, .busy, .accessDenied, .stalled, .cancelled, .malformedResponse,
        .exhausted, .unsupported:
        break
      }
      throw error.named(device)
    }
  }

  // MARK: Parts of a job

  private static let font: CellFont? = {
    do {
      return try CellFont()
    } catch {
      return nil  // characters the printer has not are then substituted, and that is reported
    }
  }()

  private func completionRequest(_ id: ESCPOS.ProcessID) -> [ESCPOS.Command] {
    switch settings.completion {
    case .processID: [.requestProcessID(id)]
    case .bufferedStatus: [.transmitStatus(1)]
    case .none: []
    }
  }

  private func writeJob(_ bytes: [UInt8], _ watch: inout PrintWatch) async throws(DeviceError) {
    // Before the bytes go out: the answer may be here before the transfer has ended.
    let answers = settings.completion == .bufferedStatus ? 1 : 0
    owedAnswerCount += answers
    do throws(DeviceError) {
      try await write(bytes, &watch)
    } catch {
      // The request is the end of the job, which did not go out.
      owedAnswerCount = max(0, owedAnswerCount - answers)
      throw error
    }
  }

  private func duration(ofDots dots: Int) -> Duration {
    // 8 dots a millimetre; twice the time, because a print head that is hot goes slower.
    .milliseconds(dots * 2 * 1_000 / 8 / max(settings.millimetersPerSecond, 1))
  }

  private func checkReady() throws(DeviceError) {
    let status = printerStatus
    if !status.canPrint, let cause = status.attention.first { throw error(.needsAttention(cause)) }
  }

  /// The status is asked for at the start of `run`; without an answer the job is tried anyway.
  private func waitForStatus() async throws(DeviceError) {
    let deadline = clock.now + .milliseconds(limits.answerMilliseconds * 6)
    while !isStatusKnown, clock.now < deadline {
      if let fault { throw fault }
      if Task.isCancelled { throw error(.cancelled) }
      await change(within: .milliseconds(limits.answerMilliseconds))
    }
  }

  /// Ends any half command and empties the buffers; cuts off what an earlier job left hanging.
  private func prepareBuffer() async throws(DeviceError) {
    let wasInterrupted: Bool
    switch buffer {
    case .clean: return
    case .unknown: wasInterrupted = false
    case .interrupted: wasInterrupted = true
    }
    await takeBack()
    // More zeros than the longest command of ours can lack; as text they print nothing.
    let zeros = [UInt8](
      repeating: 0, count: max(settings.dotsPerLine / 8 * 48, ESCPOS.QRCode.maximumByteCount) + 16)
    var recovery: [ESCPOS.Command] = [.initialize, .automaticStatus(0xFF)]
    if wasInterrupted {
      recovery += settings.hasCutter ? [.cut(.feedAndPartial(0))] : [.feedLines(4)]
    }
    var watch = PrintWatch(limits, clock, paper: duration(ofDots: 200))
    try await write(zeros + ESCPOS.encode(recovery), &watch)
  }

  /// Empties the printer's buffers (DLE DC4, fn 8) where the model can do that. Best effort: what
  /// fails here shows in the next job.
  private func takeBack() async {
    guard settings.completion == .processID else { return }
    let before = clearedCount
    do throws(DeviceError) {
      _ = try await interface.write(
        endpoint: outEndpoint(), bytes: ESCPOS.encode(.clearBuffers), from: 0,
        timeoutMilliseconds: limits.writeMilliseconds)
    } catch {
      return
    }
    // Nothing may follow before the answer ("Clear buffer(s)", notes).
    let deadline = clock.now + .milliseconds(limits.answerMilliseconds)
    while clearedCount == before, fault == nil, !Task.isCancelled, clock.now < deadline {
      await change(within: .milliseconds(limits.answerMilliseconds))
    }
  }

  /// Writes all bytes, resuming after short writes, for as long as the watch allows.
  private func write(_ bytes: [UInt8], _ watch: inout PrintWatch) async throws(DeviceError) {
    isWriting = true
    defer { isWriting = false }
    let endpoint = try outEndpoint()
    var offset = 0
    var halts = 0
    while offset < bytes.count {
      do throws(DeviceError) {
        let count = try await interface.write(
          endpoint: endpoint, bytes: bytes, from: offset,
          timeoutMilliseconds: limits.writeMilliseconds)
        offset += count
        if count > 0 {
          watch.progressed()
          portAttention = nil
        }
      } catch {
        switch error.kind {
        case .timedOut: portAttention = try await askPort()
        case .stalled where halts < Self.haltLimit:
          halts += 1
          try await interface.clearHalt(endpoint: endpoint)
        default: throw error
        }
      }
      try check(&watch)
    }
  }

  private func waitForCompletion(
    _ id: ESCPOS.ProcessID, _ watch: inout PrintWatch
  ) async throws(DeviceError) -> PrintCompletion {
    while true {
      switch settings.completion {
      case .processID: if let lastPrinted, lastPrinted.confirms(id) { return .printed }
      case .bufferedStatus: if owedAnswerCount == 0 { return .sent }
      case .none: return .sent
      }
      try check(&watch)
      await change(within: .milliseconds(limits.answerMilliseconds))
    }
  }

  private func check(_ watch: inout PrintWatch) throws(DeviceError) {
    if let fault { throw fault }
    if Task.isCancelled { throw error(.cancelled) }
    let status = printerStatus
    let attention = status.canPrint ? portAttention : status.attention.first
    if let kind = watch.verdict(attention) { throw error(kind) }
  }

  // MARK: Waiting

  /// Returns at the next word of the printer, or after `limit`.
  private func change(within limit: Duration) async {
    let alarm = Task {
      do {
        try await self.clock.sleep(limit)
      } catch {
        return  // somebody else woke the waiter
      }
      self.wake()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter = $0 }
    } onCancel: {
      Task { await self.wake() }
    }
    alarm.cancel()
  }

  func wake() {
    waiter?.resume()
    waiter = nil
  }

  func error(_ kind: DeviceError.Kind) -> DeviceError { DeviceError(kind, device: device) }
}

/// How long a job may still take: time runs from the last progress, and stands still while a person
/// has something to do.
struct PrintWatch {
  private let limits: ESCPOSPrinterLimits
  private let clock: DriverClock
  private let paper: Duration
  private var lastProgress: Duration
  private var attentionSince: Duration?

  /// `paper` is the time that the job's paper takes.
  init(_ limits: ESCPOSPrinterLimits, _ clock: DriverClock, paper: Duration) {
    self.limits = limits
    self.clock = clock
    self.paper = paper
    lastProgress = clock.now
  }

  mutating func progressed() { lastProgress = clock.now }

  /// Why the job must end now, or nil. `attention` is what keeps the printer from printing.
  mutating func verdict(_ attention: Attention?) -> DeviceError.Kind? {
    let now = clock.now
    guard let attention else {
      if attentionSince != nil { lastProgress = now }
      attentionSince = nil
      return now - lastProgress > limits.patience + paper ? .timedOut : nil
    }
    let since = attentionSince ?? now
    attentionSince = since
    return now - since > limits.attention ? .needsAttention(attention) : nil
  }
}
