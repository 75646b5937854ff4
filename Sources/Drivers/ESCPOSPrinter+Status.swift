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
      if !isStatusKnown {
        if !models.isEmpty || settings.multibyte == .ask { try await probe() }
        if settings.statusReports == .automatic, !isWriting {
          _ = try await send(.automaticStatus(0xFF))
        }
        isStatusKnown = true
        wake()
      }
      return
    }
    let request = requests.removeFirst()
    awaited = request
    if try await !send(.realTimeStatus(request.rawValue)) { awaited = nil }
  }

  /// Whether the printer took the command; one that is offline with a full buffer may not. A halted
  /// pipe stays halted, whoever opens it next, until somebody clears it.
  func send(_ command: ESCPOS.Command) async throws(DeviceError) -> Bool {
    do throws(DeviceError) {
      try await interface.writeAllClearingHalt(
        endpoint: outEndpoint(), bytes: ESCPOS.encode(command),
        timeoutMilliseconds: limits.answerMilliseconds)
      return true
    } catch {
      guard error.kind == .timedOut else { throw error }
      return false
    }
  }

  func readOnce(isAnswerDue: Bool = false) async throws(DeviceError) {
    let isAnswerDue = isAnswerDue || awaited != nil || !requests.isEmpty
    do throws(DeviceError) {
      let bytes = try await interface.readClearingHalt(
        endpoint: try inEndpoint(), maximumByteCount: Self.readByteCount,
        timeoutMilliseconds: isAnswerDue
          ? limits.answerMilliseconds
          : tellsChanges ? limits.restingMilliseconds : limits.idleMilliseconds)
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

  private func take(_ response: ESCPOS.Response) {
    watch.heard(at: clock.now)
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
    case .printed(let id): if progress?.take(id) == true { watch.progressed(at: clock.now) }
    case .buffersCleared: clearedCount += 1
    case .information(let bytes): information = bytes
    case .offlineCauses, .flowControl, .starStatus, .powerOff, .block, .noise: return
    }
  }

  /// GET_PORT_STATUS (USB Printer Class 1.1, 4.2.2), for when the OUT pipe is blocked: it goes over
  /// endpoint 0 and so can never land inside a command. Nil when the port sees nothing wrong.
  func askPort() async throws(DeviceError) -> Attention? {
    let number = printerInterface?.number ?? 0
    let setup = USBControlSetup(
      requestType: 0xA1, request: 1, value: 0, index: UInt16(number), length: 1)
    do throws(DeviceError) {
      let answer = try await interface.control(
        setup, data: [], timeoutMilliseconds: limits.answerMilliseconds)
      guard let byte = answer.first else { return nil }
      if byte & 0x20 != 0 { return .paperOut }
      return byte & 0x08 == 0 ? .offline : nil
    } catch {
      guard error.kind == .stalled || error.kind == .timedOut else { throw error }
      return nil
    }
  }

  // MARK: Pipes

  func outEndpoint() throws(DeviceError) -> UInt8 { try endpoint(isIn: false) }
  private func inEndpoint() throws(DeviceError) -> UInt8 { try endpoint(isIn: true) }

  private func endpoint(isIn: Bool) throws(DeviceError) -> UInt8 {
    guard let endpoint = printerInterface?.endpoint(.bulk, isIn: isIn) else {
      throw error(.unsupported)
    }
    return endpoint.address
  }

  /// Of the printer class; Epson's own class (FFh) has the same two pipes.
  var printerInterface: USBInterfaceDescription? {
    let usable = interface.description.interfaces.filter {
      $0.endpoint(.bulk, isIn: true) != nil && $0.endpoint(.bulk, isIn: false) != nil
    }
    return usable.first { $0.classCode == 7 } ?? usable.first
  }
}
