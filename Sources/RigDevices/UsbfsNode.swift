import Devices
import Simulators

/// The kernel's side of one device node, as usbfs keeps it (drivers/usb/core/devio.c): who claimed
/// what, and which transfers are in flight or done. A struct without clock and without umockdev.
struct UsbfsNode {
  /// `-errno` as the kernel puts it into a transfer.
  enum Status {
    static let unlinked: Int32 = -2  // ENOENT
    static let gone: Int32 = -108  // ESHUTDOWN
  }

  /// `errno` of a refused request; 0 for none.
  enum Refusal {
    static let none: Int32 = 0
    static let busy: Int32 = 16  // EBUSY
    static let noDevice: Int32 = 19  // ENODEV
    static let invalid: Int32 = 22  // EINVAL
  }

  /// An open file of a program.
  typealias Client = UInt

  struct Transfer: Hashable {
    let client: Client
    /// Where the program keeps it; its name in every later request.
    let address: UInt
  }

  struct Ended: Equatable {
    let transfer: Transfer
    let status: Int32
    let count: Int
    /// Only of an IN transfer.
    let data: [UInt8]
  }

  private(set) var end: CableEnd
  private(set) var isPlugged = true
  private var claims: [UInt8: Client] = [:]
  private var flying: [UInt32: Transfer] = [:]
  private var finished: [Ended] = []
  private var sequence: UInt32 = 0

  init(_ device: any SimulatedUSBDevice) { end = CableEnd(device) }

  mutating func disturb(_ body: (inout CableEnd) -> Void) { body(&end) }

  mutating func unplug() {
    isPlugged = false
    for transfer in flying.values {
      finished.append(Ended(transfer: transfer, status: Status.gone, count: 0, data: []))
    }
    flying = [:]
  }

  // MARK: - Requests

  /// Takes the interface from a kernel driver, as it were, but not from another program.
  mutating func claim(_ interface: UInt8, by client: Client) -> Int32 {
    guard isPlugged else { return Refusal.noDevice }
    if let holder = claims[interface], holder != client { return Refusal.busy }
    claims[interface] = client
    return Refusal.none
  }

  mutating func release(_ interface: UInt8, by client: Client) -> Int32 {
    guard isPlugged else { return Refusal.noDevice }
    guard claims[interface] == client else { return Refusal.invalid }
    claims[interface] = nil
    return Refusal.none
  }

  /// A program closed its file or ended.
  mutating func forget(_ client: Client, nowMilliseconds: Int64) {
    claims = claims.filter { $0.value != client }
    for (sequence, transfer) in flying where transfer.client == client {
      flying[sequence] = nil
      _ = end.receive(.unlink(sequence: 0, victim: sequence), nowMilliseconds: nowMilliseconds)
    }
    finished.removeAll { $0.transfer.client == client }
  }

  /// `endpoint` with bit 7 for IN; `bytes` is the whole buffer, of a control transfer with the
  /// setup packet in front.
  mutating func submit(
    _ transfer: Transfer, endpoint: UInt8, isControl: Bool, bytes: [UInt8],
    nowMilliseconds: Int64
  ) -> Int32 {
    guard isPlugged else { return Refusal.noDevice }
    sequence += 1
    let submit: USBIP.Submit
    if isControl {
      guard let setup = Self.setup(bytes) else { return Refusal.invalid }
      submit = USBIP.Submit(
        sequence: sequence, endpoint: setup.isDeviceToHost ? 0x80 : 0,
        length: bytes.count - Self.setupByteCount, setup: setup,
        data: setup.isDeviceToHost ? [] : Array(bytes.dropFirst(Self.setupByteCount)))
    } else {
      submit = USBIP.Submit(
        sequence: sequence, endpoint: endpoint, length: bytes.count,
        setup: USBControlSetup(requestType: 0, request: 0, value: 0, index: 0),
        data: endpoint & 0x80 != 0 ? [] : bytes)
    }
    flying[sequence] = transfer
    take(end.receive(.submit(submit), nowMilliseconds: nowMilliseconds).replies)
    return Refusal.none
  }

  mutating func discard(_ transfer: Transfer, nowMilliseconds: Int64) -> Int32 {
    guard let victim = flying.first(where: { $0.value == transfer })?.key else {
      return Refusal.invalid
    }
    let replies = end.receive(
      .unlink(sequence: 0, victim: victim), nowMilliseconds: nowMilliseconds
    ).replies
    var count = 0
    for case .submitted(victim, _, let taken, _) in replies { count = taken }
    flying[victim] = nil
    finished.append(
      Ended(transfer: transfer, status: Status.unlinked, count: count, data: []))
    return Refusal.none
  }

  /// The next transfer of the program that is done, after another look at what waits.
  mutating func reap(by client: Client, nowMilliseconds: Int64) -> Ended? {
    if isPlugged { take(end.pump(nowMilliseconds: nowMilliseconds).replies) }
    guard let index = finished.firstIndex(where: { $0.transfer.client == client }) else {
      return nil
    }
    return finished.remove(at: index)
  }

  /// What the kernel sends to the device for CLEAR_HALT (USB 2.0, 9.4.1).
  mutating func clearHalt(_ endpoint: UInt8, nowMilliseconds: Int64) -> Int32 {
    guard isPlugged else { return Refusal.noDevice }
    let setup = USBControlSetup(
      requestType: 0x02, request: 1, value: 0, index: UInt16(endpoint))
    sequence += 1
    _ = end.receive(
      .submit(
        USBIP.Submit(sequence: sequence, endpoint: 0, length: 0, setup: setup, data: [])),
      nowMilliseconds: nowMilliseconds)
    return Refusal.none
  }

  private mutating func take(_ replies: [USBIP.Reply]) {
    for case .submitted(let sequence, let status, let count, let data) in replies {
      guard let transfer = flying.removeValue(forKey: sequence) else { continue }
      finished.append(Ended(transfer: transfer, status: status, count: count, data: data))
    }
  }

  private static let setupByteCount = 8

  private static func setup(_ bytes: [UInt8]) -> USBControlSetup? {
    guard bytes.count >= setupByteCount else { return nil }
    func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    return USBControlSetup(
      requestType: bytes[0], request: bytes[1], value: word(2), index: word(4), length: word(6))
  }
}
