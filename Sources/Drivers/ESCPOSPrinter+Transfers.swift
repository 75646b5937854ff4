import Codecs
import Devices
import Profiles

/// What goes to the printer and comes from its port.
extension ESCPOSPrinter {
  /// One transfer of a task of the driver, which goes on when it has ended.
  func transfer<Value: Sendable>(
    _ task: DriverTask,
    _ body: @Sendable (any USBInterface) async throws(DeviceError) -> Value
  ) async throws(DeviceError) -> Value {
    let result: Result<Value, DeviceError>
    do throws(DeviceError) {
      result = .success(try await body(interface))
    } catch {
      result = .failure(error)
    }
    await goOn(task)
    return try result.get()
  }

  func control(
    _ setup: USBControlSetup, _ task: DriverTask
  ) async throws(DeviceError) -> [UInt8] {
    try await transfer(task) { [limits] interface throws(DeviceError) in
      try await interface.control(
        setup, data: [], timeoutMilliseconds: limits.answerMilliseconds)
    }
  }

  /// Whether the printer took it all; one that is offline with a full buffer may not. A halted pipe
  /// stays halted, whoever opens it next, until somebody clears it.
  func send(
    _ bytes: [UInt8], _ task: DriverTask, within milliseconds: Int
  ) async throws(DeviceError) -> Bool {
    let endpoint = try outEndpoint()
    do throws(DeviceError) {
      try await transfer(task) { interface throws(DeviceError) in
        try await interface.writeAllClearingHalt(
          endpoint: endpoint, bytes: bytes, timeoutMilliseconds: milliseconds)
      }
      return true
    } catch {
      guard error.kind == .timedOut else { throw error }
      return false
    }
  }

  /// Ends any half command and empties the buffers.
  func prepareBuffer(_ task: DriverTask) async throws(DeviceError) {
    guard buffer.needsRecovery else { return }
    await takeBack(task)
    watch = PrintWatch(limits, at: now)
    try await write(PrinterBuffer.recovery(settings, hasDisplay: hasDisplay), task)
    buffer.recovered()
  }

  /// Empties the printer's buffers (DLE DC4, fn 8) where the model can do that. Best effort: what
  /// fails here shows in the next job.
  func takeBack(_ task: DriverTask) async {
    guard settings.completion == .processID else { return }
    let before = clearedCount
    do throws(DeviceError) {
      _ = try await send(ESCPOS.encode(.clearBuffers), task, within: limits.writeMilliseconds)
    } catch {
      return
    }
    // Nothing may follow before the answer ("Clear buffer(s)", notes).
    let deadline = now + .milliseconds(limits.answerMilliseconds)
    while clearedCount == before, fault == nil, !isWithdrawn(task), now < deadline {
      await change(within: max(deadline - now, .milliseconds(1)), task)
    }
  }

  /// Writes all bytes, resuming after short writes, for as long as the watch allows. A task that is
  /// cancelled ends it only where the printer takes no bytes: not in the middle of a picture.
  func write(_ bytes: [UInt8], _ task: DriverTask) async throws(DeviceError) {
    isWriting = true
    defer { isWriting = false }
    let endpoint = try outEndpoint()
    var offset = 0
    var halts = 0
    while offset < bytes.count {
      do throws(DeviceError) {
        let count = try await transfer(task) { [offset] interface throws(DeviceError) in
          try await interface.write(
            endpoint: endpoint, bytes: bytes, from: offset,
            timeoutMilliseconds: self.limits.writeMilliseconds)
        }
        offset += count
        if count > 0 {
          watch.progressed(at: now)
          portAttention = nil
        }
        if count == 0, isWithdrawn(task) { throw error(.cancelled) }
      } catch {
        switch error.kind {
        case .timedOut where isWithdrawn(task): throw self.error(.cancelled)
        case .timedOut: portAttention = try await askPort(task)
        case .stalled where halts < Self.haltLimit:
          halts += 1
          try await transfer(task) { interface throws(DeviceError) in
            try await interface.clearHalt(endpoint: endpoint)
          }
        default: throw error
        }
      }
      try check()
    }
  }

  /// GET_PORT_STATUS (USB Printer Class 1.1, 4.2.2), for when the OUT pipe is blocked: it goes over
  /// endpoint 0 and so can never land inside a command. Nil when the port sees nothing wrong.
  func askPort(_ task: DriverTask) async throws(DeviceError) -> Attention? {
    let number = printerInterface?.number ?? 0
    let setup = USBControlSetup(
      requestType: 0xA1, request: 1, value: 0, index: UInt16(number), length: 1)
    do throws(DeviceError) {
      let answer = try await control(setup, task)
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
  func inEndpoint() throws(DeviceError) -> UInt8 { try endpoint(isIn: true) }

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
