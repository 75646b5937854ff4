import CLibUSB
import Devices
import Synchronization

/// One asynchronous transfer, from submission to its end on the event thread. Used once.
final class Transfer: Sendable {
  enum Kind: Sendable {
    /// The buffer begins with the setup packet.
    case control
    case bulk
    case interrupt
  }

  struct Completion: Sendable {
    enum Outcome: Sendable {
      case refused(code: Int32)
      case ended(libusb_transfer_status)
    }

    let outcome: Outcome
    /// Data bytes that went over the wire, whatever the outcome.
    let transferredCount: Int
  }

  private struct State {
    var continuation: CheckedContinuation<Completion, Never>?
    var isCancelRequested = false
  }

  private let state = Mutex(State())
  // Raw pointers that this object alone owns; libusb and the lock order every use of them.
  private nonisolated(unsafe) let transfer: UnsafeMutablePointer<libusb_transfer>
  // The same.
  private nonisolated(unsafe) let buffer: UnsafeMutablePointer<UInt8>
  private let bufferByteCount: Int

  /// nil when there is no memory. `timeoutMilliseconds` 0 is no limit.
  init?(
    _ kind: Kind, on handle: LibUSBHandle, endpoint: UInt8, bytes: some Collection<UInt8>,
    bufferByteCount: Int, timeoutMilliseconds: UInt32
  ) {
    guard let transfer = libusb_alloc_transfer(0) else { return nil }
    let byteCount = max(bufferByteCount, bytes.count)
    buffer = .allocate(capacity: max(byteCount, 1))
    buffer.initialize(repeating: 0, count: max(byteCount, 1))
    _ = UnsafeMutableBufferPointer(start: buffer, count: byteCount).update(fromContentsOf: bytes)
    self.transfer = transfer
    self.bufferByteCount = byteCount
    let type =
      switch kind {
      case .control: LIBUSB_TRANSFER_TYPE_CONTROL
      case .bulk: LIBUSB_TRANSFER_TYPE_BULK
      case .interrupt: LIBUSB_TRANSFER_TYPE_INTERRUPT
      }
    transfer.pointee.dev_handle = handle.value
    transfer.pointee.endpoint = endpoint
    transfer.pointee.type = UInt8(type.rawValue)
    transfer.pointee.timeout = timeoutMilliseconds
    transfer.pointee.buffer = buffer
    transfer.pointee.length = Int32(byteCount)
    transfer.pointee.callback = { ended in
      guard let object = ended?.pointee.user_data else { return }
      Unmanaged<Transfer>.fromOpaque(object).takeRetainedValue().complete()
    }
  }

  deinit {
    libusb_free_transfer(transfer)
    buffer.deallocate()
  }

  /// Submits and waits for the end. A cancelled task's transfer is cancelled, and still waited
  /// for: the kernel writes into the buffer until then.
  func run() async -> Completion {
    await withTaskCancellationHandler {
      await withCheckedContinuation { submit($0) }
    } onCancel: {
      cancel()
    }
  }

  /// Before, while and after it is in flight; the transfer then ends as cancelled or as it did.
  func cancel() {
    state.withLock { state in
      state.isCancelRequested = true
      // Under the lock: in flight it cannot be freed meanwhile.
      if state.continuation != nil { libusb_cancel_transfer(transfer) }
    }
  }

  /// Bytes of the buffer; only after `run` has returned.
  func bytes(from offset: Int, count: Int) -> [UInt8] {
    let start = min(max(offset, 0), bufferByteCount)
    let end = min(start + max(count, 0), bufferByteCount)
    return Array(UnsafeBufferPointer(start: buffer, count: bufferByteCount)[start..<end])
  }

  private func submit(_ continuation: CheckedContinuation<Completion, Never>) {
    let refusal = state.withLock { state -> Int32? in
      guard !state.isCancelRequested else { return LIBUSB_ERROR_INTERRUPTED.rawValue }
      let reference = Unmanaged.passRetained(self)
      transfer.pointee.user_data = reference.toOpaque()
      let code = libusb_submit_transfer(transfer)
      guard code == LIBUSB_SUCCESS.rawValue else {
        reference.release()
        return code
      }
      // The event thread may be done already; it waits for the lock.
      state.continuation = continuation
      return nil
    }
    if let refusal {
      continuation.resume(
        returning: Completion(outcome: .refused(code: refusal), transferredCount: 0))
    }
  }

  private func complete() {
    let continuation = state.withLock { state in
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(
      returning: Completion(
        outcome: .ended(transfer.pointee.status),
        transferredCount: Int(transfer.pointee.actual_length)))
  }
}
