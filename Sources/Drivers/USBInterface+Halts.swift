import Devices

/// Halts of one endpoint that are cleared before the device counts as broken: a device may stall
/// once after a fault on the bus, one that stalls again will not stop.
let maximumHaltClears = 1

extension USBInterface {
  /// One IN transfer. A STALL is cleared and the transfer repeated `maximumHaltClears` times.
  func readClearingHalt(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8] {
    var clears = 0
    while true {
      do throws(DeviceError) {
        return try await read(
          endpoint: endpoint, maximumByteCount: maximumByteCount,
          timeoutMilliseconds: timeoutMilliseconds)
      } catch {
        guard error.kind == .stalled, clears < maximumHaltClears else { throw error }
        clears += 1
        try await clearHalt(endpoint: endpoint)
      }
    }
  }

  /// Writes all of `bytes`, going on after a short write. A STALL is cleared `maximumHaltClears`
  /// times and the rest written; throws `timedOut` when nothing more is accepted in time.
  func writeAllClearingHalt(
    endpoint: UInt8, bytes: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) {
    var offset = 0
    var clears = 0
    while offset < bytes.count {
      do throws(DeviceError) {
        let accepted = try await write(
          endpoint: endpoint, bytes: bytes, from: offset,
          timeoutMilliseconds: timeoutMilliseconds)
        guard accepted > 0 else {
          throw DeviceError(.timedOut, device: DeviceID("usb@\(description.topology)"))
        }
        offset += accepted
      } catch {
        guard error.kind == .stalled, clears < maximumHaltClears else { throw error }
        clears += 1
        try await clearHalt(endpoint: endpoint)
      }
    }
  }

  /// A request that a device need not know: a STALL of endpoint 0 is its refusal and no fault.
  /// Returns whether it was accepted.
  func requestIfSupported(
    _ setup: USBControlSetup, data: [UInt8] = [], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Bool {
    do throws(DeviceError) {
      _ = try await control(setup, data: data, timeoutMilliseconds: timeoutMilliseconds)
      return true
    } catch {
      guard error.kind == .stalled else { throw error }
      return false
    }
  }
}

extension DeviceError {
  /// The same fault under the name that people know the device by.
  func named(_ device: DeviceID) -> DeviceError {
    DeviceError(kind, device: device, underlyingCode: underlyingCode)
  }
}

extension USBInterfaceDescription {
  func endpoint(_ type: USBEndpoint.TransferType, isIn: Bool) -> USBEndpoint? {
    endpoints.first { $0.transferType == type && $0.isIn == isIn }
  }
}
