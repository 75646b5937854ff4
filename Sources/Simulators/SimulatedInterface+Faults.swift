/// A fault of the bus or the device's firmware that a test or a person puts on an endpoint.
public enum USBFault: Equatable, Sendable {
  /// The next transfers are answered by STALL; a bulk or interrupt endpoint then stays halted.
  case stall(endpoint: UInt8, count: Int)
  /// The next OUT transfer ends after at most this many bytes.
  case shortWrite(endpoint: UInt8, byteCount: Int)
  /// The endpoint answers NAK for ever (true) or works again (false).
  case silent(endpoint: UInt8, Bool)
}

/// What is wrong with the endpoints of one attachment.
struct EndpointFaults: Equatable, Sendable {
  enum Decision: Equatable {
    case proceed(limit: Int?)
    case notReady
    case stall
  }

  private var stallsLeft: [UInt8: Int] = [:]
  private var shortWrites: [UInt8: Int] = [:]
  private var silent: Set<UInt8> = []
  private var halted: Set<UInt8> = []

  mutating func inject(_ fault: USBFault) {
    switch fault {
    case .stall(let endpoint, let count): stallsLeft[endpoint] = count > 0 ? count : nil
    case .shortWrite(let endpoint, let byteCount): shortWrites[endpoint] = max(0, byteCount)
    case .silent(let endpoint, true): silent.insert(endpoint)
    case .silent(let endpoint, false): silent.remove(endpoint)
    }
  }

  /// What becomes of the next attempt on an endpoint.
  mutating func next(_ endpoint: UInt8) -> Decision {
    if halted.contains(endpoint) { return .stall }
    if silent.contains(endpoint) { return .notReady }
    if let left = stallsLeft[endpoint] {
      stallsLeft[endpoint] = left > 1 ? left - 1 : nil
      halt(endpoint)
      return .stall
    }
    return .proceed(limit: shortWrites.removeValue(forKey: endpoint))
  }

  /// Endpoint 0 is never halted: the next SETUP clears its STALL (USB 2.0, 8.5.3.4).
  mutating func halt(_ endpoint: UInt8) {
    if endpoint & 0x0F != 0 { halted.insert(endpoint) }
  }

  mutating func clearHalt(_ endpoint: UInt8) { halted.remove(endpoint) }
  mutating func clearHalts() { halted = [] }
  func isHalted(_ endpoint: UInt8) -> Bool { halted.contains(endpoint) }
}
