import Devices
import Synchronization

/// An opened device that is not there: what a driver asks of it waits until the recording has the
/// answer.
final class ReplayInterface: USBInterface {
  /// Calls that wait at once: a driver has one for each endpoint and one more.
  static let callLimit = 64

  struct Call {
    let call: RecordedCall
    /// All bytes of a write.
    let bytes: [UInt8]
    let continuation: CheckedContinuation<RecordedAnswer, Never>
  }

  private struct State {
    var calls: [Call] = []
    var isOver = false
  }

  let description: USBDeviceDescription
  private let state = Mutex(State())
  private let onCall: @Sendable () -> Void

  init(_ description: USBDeviceDescription, onCall: @escaping @Sendable () -> Void) {
    self.description = description
    self.onCall = onCall
  }

  /// Takes the oldest waiting call that is the recorded one; nil when none waits. Another one over
  /// the same pipe may be a second task's, whose turn comes.
  func take(_ recorded: RecordedCall) -> Call? {
    take { $0.call == recorded }
  }

  /// Takes the oldest waiting call over the same pipe as the recorded one; nil when none waits.
  func take(like recorded: RecordedCall) -> Call? {
    take { $0.call.way == recorded.way }
  }

  private func take(_ isWanted: (Call) -> Bool) -> Call? {
    state.withLock { state in
      state.calls.firstIndex(where: isWanted).map { state.calls.remove(at: $0) }
    }
  }

  /// Whether a call waits over the same pipe as the recorded one.
  func isWaiting(like recorded: RecordedCall) -> Bool {
    state.withLock { state in state.calls.contains { $0.call.way == recorded.way } }
  }

  /// Ends all that waits, and all that comes after.
  func end() {
    let calls = state.withLock { state in
      defer { (state.calls, state.isOver) = ([], true) }
      return state.calls
    }
    for call in calls { call.continuation.resume(returning: Self.cancelled) }
  }

  private static let cancelled = RecordedAnswer.fault(
    RecordedFault(DeviceError(.cancelled, device: DeviceID("replay"))))

  // MARK: USBInterface

  func control(
    _ setup: USBControlSetup, data: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> [UInt8] {
    try await received(.control(setup, Sealed(data), milliseconds: timeoutMilliseconds))
  }

  func read(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8] {
    try await received(
      .read(endpoint: endpoint, maximum: maximumByteCount, milliseconds: timeoutMilliseconds))
  }

  func write(
    endpoint: UInt8, bytes: [UInt8], from offset: Int, timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Int {
    let call = RecordedCall.write(
      endpoint: endpoint, byteCount: bytes.count, offset: offset,
      milliseconds: timeoutMilliseconds)
    guard case .took(let count, _) = try await answer(call, bytes) else { throw unexpected }
    return count
  }

  func clearHalt(endpoint: UInt8) async throws(DeviceError) {
    _ = try await answer(.clearHalt(endpoint: endpoint))
  }

  func reset() async throws(DeviceError) { _ = try await answer(.reset) }

  func close() async {}

  private func received(_ call: RecordedCall) async throws(DeviceError) -> [UInt8] {
    guard case .data(let sealed) = try await answer(call), let bytes = sealed.bytes else {
      throw unexpected
    }
    return bytes
  }

  private var unexpected: DeviceError {
    DeviceError(.malformedResponse, device: DeviceID("replay@\(description.topology)"))
  }

  private func answer(
    _ call: RecordedCall, _ bytes: [UInt8] = []
  ) async throws(DeviceError) -> RecordedAnswer {
    let answer = await withCheckedContinuation { continuation in
      let isRefused = state.withLock { state in
        guard !state.isOver, state.calls.count < Self.callLimit else { return true }
        state.calls.append(Call(call: call, bytes: bytes, continuation: continuation))
        return false
      }
      if isRefused { continuation.resume(returning: Self.cancelled) }
      onCall()
    }
    guard case .fault(let fault) = answer else { return answer }
    throw fault.error(at: DeviceID("usb@\(description.topology)")) ?? unexpected
  }
}

extension RecordedCall {
  /// Which pipe a call goes over: calls over one pipe keep their order.
  enum Way: Equatable {
    case control, read(UInt8), write(UInt8), clearHalt(UInt8), reset, close
  }

  var way: Way {
    switch self {
    case .control: .control
    case .read(let endpoint, _, _): .read(endpoint)
    case .write(let endpoint, _, _, _): .write(endpoint)
    case .clearHalt(let endpoint): .clearHalt(endpoint)
    case .reset: .reset
    case .close: .close
    }
  }
}
