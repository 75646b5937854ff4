import Devices

/// A simulated device, opened and claimed: the same contract as `LibUSBInterface`, with the model
/// in the place of cable and kernel.
public final class SimulatedInterface: USBInterface {
  private let attachment: SimulatedAttachment
  private let claim: UInt64

  init(attachment: SimulatedAttachment, claim: UInt64) {
    self.attachment = attachment
    self.claim = claim
  }

  /// A device that is powered, opened and claimed without any bus, for the test of one driver.
  public convenience init(device: any SimulatedUSBDevice, topology: String = "1-1") {
    let description = USBDeviceDescription(
      device.descriptors, topology: topology, address: "001/002")
    let attachment = SimulatedAttachment(device: device, description: description)
    device.onChange { [weak attachment] in attachment?.notify() }
    device.powerOn()
    guard let claim = attachment.claim() else { preconditionFailure("A new one is unclaimed.") }
    self.init(attachment: attachment, claim: claim)
  }

  public var description: USBDeviceDescription { attachment.description }

  /// Pulls the plug of a device that has no bus.
  public func unplug() { attachment.disconnect() }

  public func inject(_ fault: USBFault) {
    attachment.withFaults { $0.inject(fault) }
    attachment.notify()
  }

  public func control(
    _ setup: USBControlSetup, data: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> [UInt8] {
    let deadline = deadline(timeoutMilliseconds)
    while true {
      let seen = attachment.generation
      try checkOpen()
      switch controlOnce(setup, data: data) {
      case .data(let answer):
        return setup.isDeviceToHost ? Array(answer.prefix(Int(setup.length))) : []
      case .accepted: return []
      case .stall: throw error(.stalled)
      case .notReady: try await wait(after: seen, until: deadline)
      }
    }
  }

  public func read(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8] {
    let deadline = timeoutMilliseconds.map { self.deadline($0) }
    while true {
      let seen = attachment.generation
      try checkOpen()
      switch attachment.withFaults({ $0.next(endpoint) }) {
      case .stall: throw error(.stalled)
      case .notReady: break
      case .proceed:
        let device = attachment.device
        if let data = device.read(endpoint: endpoint, maximumByteCount: maximumByteCount) {
          // A device that sends more than was asked for babbles (USB 2.0, 8.7.4).
          guard data.count <= maximumByteCount else { throw error(.malformedResponse) }
          return data
        }
      }
      try await wait(after: seen, until: deadline)
    }
  }

  public func write(
    endpoint: UInt8, bytes: [UInt8], from offset: Int, timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Int {
    let deadline = deadline(timeoutMilliseconds)
    var rest = bytes.dropFirst(max(0, offset))
    var accepted = 0
    while true {
      let seen = attachment.generation
      try checkOpen()
      var limit: Int?
      switch writeOnce(endpoint: endpoint, bytes: rest, limit: &limit) {
      case .accepted(let count):
        let count = min(max(0, count), rest.count)
        accepted += count
        rest = rest.dropFirst(count)
        if rest.isEmpty || limit != nil { return accepted }
        if count > 0 { continue }
      case .data: throw error(.malformedResponse)
      case .stall:
        attachment.withFaults { $0.halt(endpoint) }
        // What was accepted before the STALL is told; the halt shows at the next write.
        if accepted > 0 { return accepted }
        throw error(.stalled)
      case .notReady: break
      }
      do {
        try await wait(after: seen, until: deadline)
      } catch  where error.kind == .timedOut && accepted > 0 {
        return accepted
      }
    }
  }

  public func clearHalt(endpoint: UInt8) async throws(DeviceError) {
    try checkOpen()
    attachment.withFaults { $0.clearHalt(endpoint) }
    attachment.notify()
  }

  public func reset() async throws(DeviceError) {
    try checkOpen()
    attachment.withFaults { $0.clearHalts() }
    attachment.notify()
  }

  public func close() async { attachment.release(claim) }

  // MARK: One attempt

  private func controlOnce(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch attachment.withFaults({ $0.next(0) }) {
    case .stall: return .stall
    case .notReady: return .notReady
    case .proceed: break
    }
    if let endpoint = setup.clearedEndpoint {
      attachment.withFaults { $0.clearHalt(endpoint) }
    }
    return attachment.device.descriptors.answer(setup)
      ?? attachment.device.control(setup, data: data)
  }

  private func writeOnce(
    endpoint: UInt8, bytes: ArraySlice<UInt8>, limit: inout Int?
  ) -> USBAnswer {
    switch attachment.withFaults({ $0.next(endpoint) }) {
    case .stall: return .stall
    case .notReady: return .notReady
    case .proceed(let byteLimit): limit = byteLimit
    }
    if limit == 0 { return .accepted(0) }
    return attachment.device.write(
      endpoint: endpoint, bytes: Array(bytes.prefix(limit ?? bytes.count)))
  }

  // MARK: Waiting

  private func deadline(_ timeoutMilliseconds: Int) -> ContinuousClock.Instant {
    .now + .milliseconds(max(0, timeoutMilliseconds))
  }

  private func checkOpen() throws(DeviceError) {
    if !attachment.isConnected { throw error(.disconnected) }
    if !attachment.holds(claim) || Task.isCancelled { throw error(.cancelled) }
  }

  private func wait(
    after generation: UInt64, until deadline: ContinuousClock.Instant?
  ) async throws(DeviceError) {
    switch await attachment.wait(after: generation, until: deadline) {
    case .changed: return
    case .timedOut: throw error(.timedOut)
    case .cancelled: throw error(.cancelled)
    }
  }

  private func error(_ kind: DeviceError.Kind) -> DeviceError {
    DeviceError(kind, device: attachment.id)
  }
}
