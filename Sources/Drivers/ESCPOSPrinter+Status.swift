import Codecs
import Devices
import Profiles

extension ESCPOSPrinter {
  /// The status as the ports know it.
  var printerStatus: PrinterStatus {
    PrinterStatus(
      isOnline: !status.isOffline, isCoverOpen: status.isCoverOpen,
      paper: status.isPaperOut ? .out : status.isPaperNearEnd ? .nearEnd : .ok,
      hasCutterError: status.hasCutterError, hasUnrecoverableError: status.hasUnrecoverableError)
  }

  /// Asks for the whole status (DLE EOT 1 to 4), then for its changes (GS a), and asks again where
  /// nothing is heard: not every model tells its changes.
  public func run(
    _ deliver: @Sendable (PrinterStatus) -> Void
  ) async throws(DeviceError) {
    await goOn(.listening)
    fault = nil
    parser = ESCPOS.ResponseParser()
    isStatusKnown = false
    tellsChanges = false
    requests = settings.statusReports == .none ? [] : ESCPOS.RealTimeRequest.allCases
    awaited = nil
    do throws(DeviceError) {
      var delivered: PrinterStatus?
      while true {
        try await askNext()
        if isStatusKnown, delivered != printerStatus {
          delivered = printerStatus
          deliver(printerStatus)
        }
        try await readOnce()
      }
    } catch {
      fault = error.named(device)
      wake()
      throw error.named(device)
    }
  }

  /// Sends the next request, one at a time: the answers do not say what they answer.
  private func askNext() async throws(DeviceError) {
    guard awaited == nil, !isWriting else { return }
    guard !requests.isEmpty else {
      // A job that did not wait any longer is not talked into.
      if !isStatusKnown, !isAtWork {
        if !models.isEmpty || settings.multibyte == .ask { try await probe() }
        if settings.statusReports == .automatic, !isWriting {
          // It may still be at its display, where an earlier run of this program left it.
          let wayBack = hasDisplay ? PrinterBuffer.wayBack : []
          _ = try await send(wayBack + ESCPOS.encode(.automaticStatus(0xFF)))
        }
        isStatusKnown = true
        wake()
      }
      return
    }
    let request = requests.removeFirst()
    awaited = request
    if try await !send(ESCPOS.encode(.realTimeStatus(request.rawValue))) { awaited = nil }
  }

  func send(_ bytes: [UInt8]) async throws(DeviceError) -> Bool {
    try await send(bytes, .listening, within: limits.answerMilliseconds)
  }

  func readOnce(isAnswerDue: Bool = false) async throws(DeviceError) {
    let isAnswerDue = isAnswerDue || awaited != nil || !requests.isEmpty
    do throws(DeviceError) {
      let (endpoint, limit) = (try inEndpoint(), readMilliseconds(isAnswerDue: isAnswerDue))
      let bytes = try await transfer(.listening) { interface throws(DeviceError) in
        try await interface.readClearingHalt(
          endpoint: endpoint, maximumByteCount: Self.readByteCount, timeoutMilliseconds: limit)
      }
      for response in parser.feed(bytes) { take(response) }
      wake()
    } catch {
      guard error.kind == .timedOut else { throw error }
      if isAnswerDue {
        awaited = nil  // no answer to this one; on to the next
      } else if settings.statusReports != .none {
        requests = ESCPOS.RealTimeRequest.allCases
      }
    }
  }

  private func readMilliseconds(isAnswerDue: Bool) -> Int {
    if isAnswerDue { return limits.answerMilliseconds }
    return tellsChanges ? limits.restingMilliseconds : limits.idleMilliseconds
  }

  private func take(_ response: ESCPOS.Response) {
    watch.heard(at: now)
    switch response {
    case .automaticStatus(let new):
      status = new
      tellsChanges = true
    case .realTimeStatus(let byte):
      guard let request = awaited else { return }
      status.update(byte, answering: request)
      awaited = nil
    case .bufferedStatus:
      owedAnswerCount = max(0, owedAnswerCount - 1)
      isAnswered = true
    case .printed(let id): if progress?.take(id) == true { watch.progressed(at: now) }
    case .buffersCleared: clearedCount += 1
    case .information(let bytes): information = bytes
    case .offlineCauses, .flowControl, .starStatus, .powerOff, .block, .noise: return
    }
  }
}
