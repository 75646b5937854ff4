import CLibUSB
import Devices
import Synchronization

/// A device of the machine, opened and claimed through libusb.
public final class LibUSBInterface: USBInterface {
  /// Longer transfers are made in parts of this size; a bulk endpoint cannot tell the difference.
  static let maximumTransferByteCount = 65_536
  /// What the kernel takes in one control transfer, without the setup packet.
  static let maximumControlByteCount = 4_096
  /// Transfers in flight on one device; a driver has one or two per endpoint.
  static let maximumTransferCount = 16

  public let description: USBDeviceDescription
  private let handle: DeviceHandle
  private let inFlight = Mutex(InFlight())

  private struct InFlight {
    var isClosing = false
    var transfers: [ObjectIdentifier: Transfer] = [:]
    var waitingForNone: [CheckedContinuation<Void, Never>] = []
  }

  init(_ description: USBDeviceDescription, handle: DeviceHandle) {
    self.description = description
    self.handle = handle
  }

  public func control(
    _ setup: USBControlSetup, data: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> [UInt8] {
    let length = setup.isDeviceToHost ? Int(setup.length) : data.count
    guard length <= Self.maximumControlByteCount, !setup.isDeviceToHost || data.isEmpty else {
      throw fault(.unsupported)
    }
    let words = [setup.value, setup.index, UInt16(length)]
    let packet =
      [setup.requestType, setup.request]
      + words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let transfer = try makeTransfer(
      .control, endpoint: 0, bytes: packet + data,
      bufferByteCount: packet.count + length, timeoutMilliseconds: timeoutMilliseconds)
    let completion = try await perform(transfer)
    if let error = error(of: completion) { throw error }
    guard setup.isDeviceToHost else { return [] }
    return transfer.bytes(from: packet.count, count: completion.transferredCount)
  }

  public func read(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8] {
    guard endpoint & 0x80 != 0, maximumByteCount > 0 else { throw fault(.unsupported) }
    let transfer = try makeTransfer(
      kind(ofEndpoint: endpoint), endpoint: endpoint, bytes: [],
      bufferByteCount: min(maximumByteCount, Self.maximumTransferByteCount),
      timeoutMilliseconds: timeoutMilliseconds)
    let completion = try await perform(transfer)
    if let error = error(of: completion) {
      // Packets that came before the time ran out are not lost.
      guard error.kind == .timedOut, completion.transferredCount > 0 else { throw error }
    }
    return transfer.bytes(from: 0, count: completion.transferredCount)
  }

  public func write(
    endpoint: UInt8, bytes: [UInt8], from offset: Int, timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Int {
    guard endpoint & 0x80 == 0, bytes.indices.contains(offset) || offset == bytes.count else {
      throw fault(.unsupported)
    }
    let clock = ContinuousClock()
    let deadline = clock.now + .milliseconds(max(timeoutMilliseconds, 1))
    var accepted = 0
    while offset + accepted < bytes.count {
      let part = bytes[(offset + accepted)...].prefix(Self.maximumTransferByteCount)
      let left = clock.now.duration(to: deadline) / .milliseconds(1)
      guard accepted == 0 || left >= 1 else { break }
      let transfer = try makeTransfer(
        kind(ofEndpoint: endpoint), endpoint: endpoint, bytes: part,
        bufferByteCount: part.count, timeoutMilliseconds: Int(max(left, 1)))
      let completion = try await perform(transfer)
      accepted += min(completion.transferredCount, part.count)
      if let error = error(of: completion) {
        // A part that was taken is never forgotten; the next write meets what stopped this one.
        let mayGoOn = error.kind == .timedOut || error.kind == .stalled
        guard mayGoOn, accepted > 0 else { throw error }
        break
      }
      guard completion.transferredCount == part.count else { break }
    }
    return accepted
  }

  public func clearHalt(endpoint: UInt8) async throws(DeviceError) {
    try await performBlocking { libusb_clear_halt($0.value, endpoint) }
  }

  public func reset() async throws(DeviceError) {
    try await performBlocking { libusb_reset_device($0.value) }
  }

  public func close() async {
    let transfers = inFlight.withLock { state in
      state.isClosing = true
      return Array(state.transfers.values)
    }
    for transfer in transfers { transfer.cancel() }
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isNone = inFlight.withLock { state in
        if !state.transfers.isEmpty { state.waitingForNone.append(continuation) }
        return state.transfers.isEmpty
      }
      if isNone { continuation.resume() }
    }
    _ = await handle.blocking { [handle] _ in
      handle.close()
      return LIBUSB_SUCCESS.rawValue
    }
  }

  // MARK: - Transfers

  private func perform(_ transfer: Transfer) async throws(DeviceError) -> Transfer.Completion {
    let refusal = inFlight.withLock { state -> DeviceError.Kind? in
      if state.isClosing { return .cancelled }
      if state.transfers.count >= Self.maximumTransferCount { return .busy }
      state.transfers[ObjectIdentifier(transfer)] = transfer
      return nil
    }
    if let refusal { throw fault(refusal) }
    let completion = await transfer.run()
    let waiting = inFlight.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.transfers[ObjectIdentifier(transfer)] = nil
      guard state.transfers.isEmpty else { return [] }
      defer { state.waitingForNone = [] }
      return state.waitingForNone
    }
    for continuation in waiting { continuation.resume() }
    return completion
  }

  private func performBlocking(
    _ body: @escaping @Sendable (LibUSBHandle) -> Int32
  ) async throws(DeviceError) {
    guard !inFlight.withLock({ $0.isClosing }) else { throw fault(.cancelled) }
    let code = await handle.blocking { [self] pointer in
      // On the device's own queue, as `handle.close` is: the handle is whole as long as this runs.
      guard !inFlight.withLock({ $0.isClosing }) else { return LIBUSB_ERROR_INTERRUPTED.rawValue }
      return body(pointer)
    }
    guard code == LIBUSB_SUCCESS.rawValue else {
      throw DeviceError(libusb: code, device: description.libUSBDeviceID)
    }
  }

  private func makeTransfer(
    _ kind: Transfer.Kind, endpoint: UInt8, bytes: some Collection<UInt8>, bufferByteCount: Int,
    timeoutMilliseconds: Int?
  ) throws(DeviceError) -> Transfer {
    // libusb takes 0 for no limit.
    let limit = timeoutMilliseconds.map { UInt32(clamping: max($0, 1)) } ?? 0
    guard
      let transfer = Transfer(
        kind, on: handle.pointer, endpoint: endpoint, bytes: bytes,
        bufferByteCount: bufferByteCount, timeoutMilliseconds: limit)
    else { throw DeviceError(libusb: LIBUSB_ERROR_NO_MEM.rawValue, device: fault(.busy).device) }
    return transfer
  }

  private func kind(ofEndpoint address: UInt8) throws(DeviceError) -> Transfer.Kind {
    let endpoints = description.interfaces.lazy.flatMap(\.endpoints)
    switch endpoints.first(where: { $0.address == address })?.transferType {
    case .bulk: return .bulk
    case .interrupt: return .interrupt
    case .control, .isochronous, nil: throw fault(.unsupported)
    }
  }

  private func error(of completion: Transfer.Completion) -> DeviceError? {
    switch completion.outcome {
    case .refused(let code): DeviceError(libusb: code, device: description.libUSBDeviceID)
    case .ended(let status): DeviceError(transfer: status, device: description.libUSBDeviceID)
    }
  }

  private func fault(_ kind: DeviceError.Kind) -> DeviceError {
    DeviceError(kind, device: description.libUSBDeviceID)
  }
}
