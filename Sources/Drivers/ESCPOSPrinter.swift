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

  public nonisolated let device: DeviceID

  let interface: any USBInterface
  /// From the profile, or from that of the model that the printer said it is.
  var settings: ESCPOSSettings
  let limits: ESCPOSPrinterLimits
  /// Since the present turn.
  var now = Duration.zero
  let clock: any DriverClock
  /// A customer display is connected to it, which the same bytes go to while it is chosen (ESC =).
  let hasDisplay: Bool
  /// What it may turn out to be; empty where the profile is of a model.
  var models: [DeviceProfile]
  var identity: PrinterIdentity?
  /// It is asked what it is: a job must wait for the answers.
  var isProbing = false
  private let reportLosses: @Sendable ([PrintLoss]) -> Void

  // What `run` learns.
  var parser = ESCPOS.ResponseParser()
  var status = ESCPOS.AutomaticStatus()
  var isStatusKnown = false
  /// It has told a change by itself since it was claimed.
  var tellsChanges = false
  /// The real-time requests still to be sent, and the one whose answer is awaited.
  var requests: [ESCPOS.RealTimeRequest] = []
  var awaited: ESCPOS.RealTimeRequest?
  /// The answer to GS I.
  var information: [UInt8]?
  var fault: DeviceError?
  /// Of the job that is printed.
  var progress: PrintProgress?
  var watch: PrintWatch
  /// Answers to GS r that are still to come, those to jobs that were given up among them: they do
  /// not say which job they are for.
  var owedAnswerCount = 0
  /// Of these, what came since the job began.
  var isAnswered = false
  var clearedCount = 0

  // What `print` and `pass` do.
  var buffer = PrinterBuffer()
  private var isPrinting = false
  /// Counts the jobs, so that what is meant for one never meets the next.
  private var jobCount = 0
  /// A job is past its wait for the status: nothing else may speak between its bytes.
  private(set) var isAtWork = false
  var isPassing = false
  /// A job or a passage has the printer to itself; who waits for its end.
  private var isTaken = false
  private var heir: CheckedContinuation<Void, Never>?
  private var isCancelled = false
  /// Bytes of a job are on their way: a status request between them could land inside a command.
  var isWriting = false
  /// Why the printer takes no bytes, by the word of its port.
  var portAttention: Attention?
  private var waiter: CheckedContinuation<Void, Never>?
  /// Counts the waits, so that the alarm of an earlier one ends none.
  private var waitNumber = 0

  /// `interface` has the printer's interface claimed. `models` are profiles that it may turn out to
  /// be, where `settings` are those of any printer. `onLoss` is told what a job's paper does not
  /// show as it was given; `clock` is what its patience is counted by.
  public init(
    interface: any USBInterface, device: DeviceID, settings: ESCPOSSettings,
    models: [DeviceProfile] = [], hasDisplay: Bool = false,
    limits: ESCPOSPrinterLimits = ESCPOSPrinterLimits(),
    clock: any DriverClock = MachineClock(),
    onLoss: @escaping @Sendable ([PrintLoss]) -> Void = { _ in }
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.models = models
    self.hasDisplay = hasDisplay
    self.limits = limits
    self.clock = clock
    watch = PrintWatch(limits, at: now)
    reportLosses = onLoss
  }

  public var capabilities: PrinterCapabilities {
    PrinterCapabilities(
      columns: settings.columns, completion: settings.completion, hasCutter: settings.hasCutter,
      drawerCount: settings.drawerCount, model: identity?.description)
  }

  public func paperMillimeters(for job: PrintJob) -> Int {
    millimeters(ofDots: layout(job).paperDots)
  }

  /// Only the process id of the job counts as `printed`; that the printer's buffer was worked off,
  /// or that it took all bytes, is `sent`. Where paper or cover keep a job waiting longer than the
  /// limit, what is left of it is taken back from the printer, if its model can do that.
  ///
  /// A job whose task is cancelled ends where a part of it does, not in the middle of a picture.
  public func print(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion {
    guard !isPrinting else { throw PrintFault(error(.busy), paper: .blank) }
    isPrinting = true
    jobCount += 1
    let number = jobCount
    // A task of its own, because the transfers of a cancelled one are cancelled with it.
    let work = Task { () -> Result<PrintCompletion, PrintFault> in
      do throws(PrintFault) {
        return .success(try await self.carryOut(job))
      } catch {
        return .failure(error)
      }
    }
    let result = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      Task { await self.cancel(number) }
    }
    return try result.get()
  }

  /// Whether what the task does was taken back: only a job can be.
  func isWithdrawn(_ task: DriverTask) -> Bool { isCancelled && task == .printing }

  private func cancel(_ number: Int) async {
    guard isPrinting, number == jobCount else { return }
    await goOn(.withdrawing)
    // It may have ended meanwhile, and the next one begun.
    guard isPrinting, number == jobCount else { return }
    isCancelled = true
    wake()
  }

  private func carryOut(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion {
    await claim(.printing)
    defer {
      (isPrinting, isCancelled, isAtWork, progress) = (false, false, false, nil)
      release()
    }
    var paper = PrintFault.Paper.blank
    do throws(DeviceError) {
      try await waitForStatus(.printing)
      isAtWork = true
      try checkReady()
      let layout = layout(job)
      if !layout.losses.isEmpty { reportLosses(layout.losses) }
      let segments = self.segments(of: layout)
      try await prepareBuffer(.printing)
      buffer.jobBegan()
      progress = PrintProgress(job: job.number, segmentCount: segments.count)
      paper = .begun(confirmedParts: 0, of: segments.count)
      let completion = try await print(segments)
      buffer.jobEnded()
      return completion
    } catch {
      if case .begun(_, let count) = paper {
        paper = .begun(confirmedParts: progress?.confirmedCount ?? 0, of: count)
        await giveUp(error.kind)
      }
      throw PrintFault(error.named(device), paper: paper)
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

  private func layout(_ job: PrintJob) -> ESCPOSPrinterLayout {
    ESCPOSPrinterLayout(
      job.elements, settings: settings, font: Self.font,
      cutsOffFirst: job.followsTornPaper || buffer.hasTornPaper)
  }

  /// A printer that says what it has printed is asked behind each part.
  private func segments(of layout: ESCPOSPrinterLayout) -> [ESCPOSPrinterLayout.Segment] {
    let limit = settings.completion == .processID ? PrintProgress.segmentLimit : 1
    guard layout.segments.count > limit else { return layout.segments }
    var segments = Array(layout.segments.prefix(limit))
    for segment in layout.segments.dropFirst(limit) {
      segments[limit - 1].commands += segment.commands
      segments[limit - 1].paperDots += segment.paperDots
    }
    return segments
  }

  private func print(
    _ segments: [ESCPOSPrinterLayout.Segment]
  ) async throws(DeviceError) -> PrintCompletion {
    isAnswered = false
    portAttention = nil
    watch = PrintWatch(limits, at: now)
    // Before the bytes go out: the answer may be here before the transfer has ended.
    let answers = settings.completion == .bufferedStatus ? 1 : 0
    owedAnswerCount += answers
    do throws(DeviceError) {
      for (index, segment) in segments.enumerated() {
        watch.underWay += duration(ofDots: segment.paperDots)
        var commands = segment.commands
        switch settings.completion {
        case .processID:
          progress.map { commands.append(.requestProcessID($0.id(ofSegment: index))) }
        case .bufferedStatus where index == segments.count - 1: commands.append(.transmitStatus(1))
        case .bufferedStatus, .none: break
        }
        try await write(ESCPOS.encode(commands), .printing)
        if isCancelled { throw error(.cancelled) }
      }
    } catch {
      // The request is the end of the job, which did not go out.
      owedAnswerCount = max(0, owedAnswerCount - answers)
      throw error
    }
    return try await waitForCompletion(segments)
  }

  /// After a fault: nothing of the job may come out when nobody waits for it any more.
  private func giveUp(_ kind: DeviceError.Kind) async {
    // They come in order: behind one that came, nothing is on its way for so long.
    if kind == .timedOut, isAnswered { owedAnswerCount = 0 }
    isAnswered = false
    switch kind {
    case .needsAttention, .timedOut: await takeBack(.printing)
    case .disconnected, .busy, .accessDenied, .stalled, .cancelled, .malformedResponse,
      .exhausted, .unsupported:
      break
    }
  }

  private func millimeters(ofDots dots: Int) -> Int {
    // 25.4 mm an inch, rounded up.
    (dots * 254 + settings.dotsPerInch * 10 - 1) / (settings.dotsPerInch * 10)
  }

  private func duration(ofDots dots: Int) -> Duration {
    // Twice the time, because a print head that is hot goes slower.
    .milliseconds(millimeters(ofDots: dots) * 2 * 1_000 / max(settings.millimetersPerSecond, 1))
  }

  func checkReady() throws(DeviceError) {
    let status = printerStatus
    if !status.canPrint, let cause = status.attention.first { throw error(.needsAttention(cause)) }
  }

  /// The status is asked for at the start of `run`; without an answer the job is tried anyway.
  func waitForStatus(_ task: DriverTask) async throws(DeviceError) {
    let deadline = now + .milliseconds(limits.answerMilliseconds * 6)
    while isProbing || (!isStatusKnown && now < deadline) {
      if let fault { throw fault }
      if isWithdrawn(task) { throw error(.cancelled) }
      await change(within: max(deadline - now, .milliseconds(limits.answerMilliseconds)), task)
    }
  }

  private func waitForCompletion(
    _ segments: [ESCPOSPrinterLayout.Segment]
  ) async throws(DeviceError) -> PrintCompletion {
    while true {
      switch settings.completion {
      case .processID: if let progress, progress.isComplete { return .printed }
      case .bufferedStatus: if owedAnswerCount == 0 { return .sent }
      case .none: return .sent
      }
      if isCancelled { throw error(.cancelled) }
      let left = segments.dropFirst(progress?.confirmedCount ?? 0)
      watch.underWay = duration(ofDots: left.reduce(0) { $0 + $1.paperDots })
      try check()
      await change(within: watch.rest(at: now), .printing)
    }
  }

  func check() throws(DeviceError) {
    if let fault { throw fault }
    let status = printerStatus
    let attention = status.canPrint ? portAttention : status.attention.first
    if let kind = watch.verdict(attention, at: now) { throw error(kind) }
  }

  // MARK: Waiting

  /// A task of the driver goes on: the time is that of this moment.
  func goOn(_ task: DriverTask) async { now = await clock.turn(task, isolation: self) }

  /// Waits until no job and no passage is under way. There is one of each at most.
  func claim(_ task: DriverTask) async {
    await goOn(task)
    if isTaken {
      await withCheckedContinuation { heir = $0 }
      await goOn(task)
    }
    isTaken = true
  }

  /// Hands the printer to whoever waits for it.
  func release() {
    isTaken = heir != nil
    heir?.resume()
    heir = nil
  }

  /// Returns at the next word of the printer, or after `limit`.
  func change(within limit: Duration, _ task: DriverTask) async {
    waitNumber += 1
    let number = waitNumber
    let alarm = Task {
      do {
        try await self.clock.sleep(for: limit)
      } catch {
        return  // somebody else woke the waiter
      }
      self.ring(number)
    }
    await withCheckedContinuation { waiter = $0 }
    alarm.cancel()
    await goOn(task)
  }

  private func ring(_ number: Int) { if number == waitNumber { wake() } }

  func wake() {
    waiter?.resume()
    waiter = nil
  }

  func error(_ kind: DeviceError.Kind) -> DeviceError { DeviceError(kind, device: device) }
}
