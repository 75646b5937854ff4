import Devices
import Simulators

/// The device's end of a USB cable: the kernel's transfers on one side, a simulated device on the
/// other, and faults in between. A struct without clock; the carrier tells the time.
struct CableEnd {
  /// A real scanner's reports come at its bInterval; vhci_hcd ignores that, and a burst would run
  /// over the kernel's buffers for reasons no real device has.
  static let reportIntervalMilliseconds: Int64 = 4

  private struct Pending {
    let submit: USBIP.Submit
    /// Bytes of an OUT transfer that the device took so far.
    var taken = 0
  }

  private let device: any SimulatedUSBDevice
  private let pacedEndpoints: Set<UInt8>
  private var pending: [UInt8: [Pending]] = [:]
  private var notBefore: [UInt8: Int64] = [:]
  private var held: Set<UInt8> = []
  private var halted: Set<UInt8> = []
  private var shortened: [UInt8: Int] = [:]
  private var room: [UInt8: Int] = [:]
  private var overflowing: Set<UInt8> = []
  private var isConfigured = false

  init(_ device: any SimulatedUSBDevice) {
    self.device = device
    pacedEndpoints = Set(
      device.descriptors.interfaces.flatMap(\.endpoints)
        .filter { $0.isIn && $0.transferType == .interrupt }.map(\.address))
  }

  // MARK: - Faults

  /// The endpoint answers nothing (NAK) until it is released.
  mutating func hold(_ endpoint: UInt8) { held.insert(endpoint) }
  mutating func release(_ endpoint: UInt8) { held.remove(endpoint) }
  /// The endpoint answers STALL until its halt is cleared (USB 2.0, 9.4.5).
  mutating func stall(_ endpoint: UInt8) { halted.insert(endpoint) }
  /// The next OUT transfer is broken off with STALL after so many bytes; of the next IN transfer
  /// with data only so many bytes arrive.
  mutating func shorten(_ endpoint: UInt8, to byteCount: Int) { shortened[endpoint] = byteCount }

  /// The endpoint takes so many bytes more and then answers nothing.
  mutating func limit(_ endpoint: UInt8, to byteCount: Int) { room[endpoint] = byteCount }
  /// The next IN transfer with data ends as one that was sent more than it asked for.
  mutating func overflow(_ endpoint: UInt8) { overflowing.insert(endpoint) }
  /// Whether a limited endpoint has taken all it will.
  func isExhausted(_ endpoint: UInt8) -> Bool { room[endpoint] == 0 }

  func isHalted(_ endpoint: UInt8) -> Bool { halted.contains(endpoint) }

  /// In words, for who looks for the cause of what failed.
  var condition: String {
    let waiting = pending.map { "\($0.key): \($0.value.count)" }.sorted()
    return "waiting \(waiting), held \(held.sorted()), halted \(halted.sorted()), room \(room)"
  }

  // MARK: - Transfers

  mutating func receive(
    _ command: USBIP.Command, nowMilliseconds: Int64
  ) -> (replies: [USBIP.Reply], wakeAtMilliseconds: Int64?) {
    switch command {
    case .submit(let submit):
      let queue = submit.endpoint & 0x0F == 0 ? 0 : submit.endpoint
      pending[queue, default: []].append(Pending(submit: submit))
      return pump(nowMilliseconds: nowMilliseconds)
    case .unlink(let sequence, let victim):
      return (unlink(sequence, victim), nil)
    }
  }

  /// Offers what waits to the device once more. `wakeAtMilliseconds`: when to do so again without a
  /// change, for the pace of reports.
  mutating func pump(
    nowMilliseconds: Int64
  ) -> (replies: [USBIP.Reply], wakeAtMilliseconds: Int64?) {
    var replies: [USBIP.Reply] = []
    var wake: Int64?
    for endpoint in pending.keys.sorted() where !held.contains(endpoint) {
      while let first = pending[endpoint]?.first {
        if let time = notBefore[endpoint], time > nowMilliseconds {
          wake = min(wake ?? time, time)
          break
        }
        var transfer = first
        guard let reply = answer(&transfer) else {
          pending[endpoint]?[0] = transfer
          break
        }
        pending[endpoint]?.removeFirst()
        replies.append(reply)
        if pacedEndpoints.contains(endpoint) {
          notBefore[endpoint] = nowMilliseconds + Self.reportIntervalMilliseconds
        }
      }
    }
    return (replies, wake)
  }

  /// nil: the device is not ready, the transfer stays in flight.
  private mutating func answer(_ transfer: inout Pending) -> USBIP.Reply? {
    let submit = transfer.submit
    if submit.endpoint & 0x0F == 0 { return control(submit) }
    if halted.contains(submit.endpoint) { return stalled(transfer) }
    if submit.endpoint & 0x80 != 0 {
      guard
        let bytes = device.read(endpoint: submit.endpoint, maximumByteCount: submit.length)
      else { return nil }
      let most = shortened.removeValue(forKey: submit.endpoint) ?? submit.length
      let data = Array(bytes.prefix(min(most, submit.length)))
      if overflowing.remove(submit.endpoint) != nil {
        return .submitted(
          sequence: submit.sequence, status: USBIP.Status.overflow, count: data.count, data: data)
      }
      return .submitted(
        sequence: submit.sequence, status: USBIP.Status.ok, count: data.count, data: data)
    }
    return write(&transfer)
  }

  private mutating func write(_ transfer: inout Pending) -> USBIP.Reply? {
    let submit = transfer.submit
    let limit = shortened[submit.endpoint].map { min($0, submit.data.count) }
    let end = limit ?? submit.data.count
    takes: while transfer.taken < end {
      let offered = min(end - transfer.taken, room[submit.endpoint] ?? end)
      guard offered > 0 else { return nil }
      let part = Array(submit.data[transfer.taken..<(transfer.taken + offered)])
      switch device.write(endpoint: submit.endpoint, bytes: part) {
      case .accepted(let count) where count > 0: note(min(count, offered), &transfer)
      case .data: note(offered, &transfer)
      case .accepted, .notReady: break takes
      case .stall:
        halted.insert(submit.endpoint)
        return stalled(transfer)
      }
    }
    if shortened.removeValue(forKey: submit.endpoint) != nil {
      halted.insert(submit.endpoint)
      return stalled(transfer)
    }
    guard transfer.taken == submit.data.count else { return nil }
    return .submitted(
      sequence: submit.sequence, status: USBIP.Status.ok, count: transfer.taken, data: [])
  }

  private mutating func note(_ count: Int, _ transfer: inout Pending) {
    transfer.taken += count
    if let left = room[transfer.submit.endpoint] {
      room[transfer.submit.endpoint] = left - count
    }
  }

  private mutating func control(_ submit: USBIP.Submit) -> USBIP.Reply? {
    let setup = submit.setup
    if setup.requestType == 0x00 && setup.request == 9 { configure() }
    // CLEAR_FEATURE(ENDPOINT_HALT), USB 2.0, 9.4.1.
    if setup.requestType == 0x02 && setup.request == 1 && setup.value == 0 {
      halted.remove(UInt8(truncatingIfNeeded: setup.index))
    }
    switch device.descriptors.answer(setup) ?? device.control(setup, data: submit.data) {
    case .data(let bytes):
      let data = setup.isDeviceToHost ? Array(bytes.prefix(submit.length)) : []
      return .submitted(
        sequence: submit.sequence, status: USBIP.Status.ok,
        count: setup.isDeviceToHost ? data.count : submit.data.count, data: data)
    case .accepted(let count):
      return .submitted(
        sequence: submit.sequence, status: USBIP.Status.ok,
        count: min(max(count, 0), submit.length), data: [])
    case .notReady: return nil
    case .stall:
      return .submitted(
        sequence: submit.sequence, status: USBIP.Status.stall, count: 0, data: [])
    }
  }

  /// SET_CONFIGURATION ends all halts (USB 2.0, 9.4.5). The kernel sends it once after the plug and
  /// once after each reset, which vhci_hcd does not tell: the device begins anew.
  private mutating func configure() {
    halted = []
    if isConfigured { device.powerOn() }
    isConfigured = true
  }

  private func stalled(_ transfer: Pending) -> USBIP.Reply {
    .submitted(
      sequence: transfer.submit.sequence, status: USBIP.Status.stall, count: transfer.taken,
      data: [])
  }

  private mutating func unlink(_ sequence: UInt32, _ victim: UInt32) -> [USBIP.Reply] {
    for (endpoint, transfers) in pending {
      guard let index = transfers.firstIndex(where: { $0.submit.sequence == victim }) else {
        continue
      }
      let transfer = transfers[index]
      pending[endpoint]?.remove(at: index)
      guard transfer.taken > 0 else {
        return [.unlinked(sequence: sequence, status: USBIP.Status.unlinked)]
      }
      // Only the answer to the transfer itself can say that a part of it was taken.
      return [
        .submitted(
          sequence: victim, status: USBIP.Status.unlinked, count: transfer.taken, data: []),
        .unlinked(sequence: sequence, status: USBIP.Status.ok),
      ]
    }
    // Answered already: the two crossed on the way.
    return [.unlinked(sequence: sequence, status: USBIP.Status.ok)]
  }
}
