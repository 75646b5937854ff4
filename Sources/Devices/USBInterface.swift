/// An opened device with its interfaces claimed, and nothing but bytes.
/// Conformers: `LibUSBInterface` (LibUSB), `SimulatedInterface` (Simulators), and those of a
/// recording and its replay (Recording); a driver cannot tell them apart.
///
/// A transfer that is waiting when the device goes away throws `disconnected`; one whose task is
/// cancelled throws `cancelled`. Any number of tasks may use different endpoints at once.
public protocol USBInterface: Sendable {
  var description: USBDeviceDescription { get }

  /// A control transfer on endpoint 0 (USB 2.0, 9.3). Returns the data of an IN transfer.
  func control(
    _ setup: USBControlSetup, data: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> [UInt8]

  /// One IN transfer; ends with a short packet. No limit when `timeoutMilliseconds` is nil.
  func read(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8]

  /// One OUT transfer of `bytes[offset...]`; returns how many of these were accepted, which is less
  /// than all when the time ran out after a part (a printer that is offline takes no more).
  /// Throws `timedOut` only when none was accepted.
  func write(
    endpoint: UInt8, bytes: [UInt8], from offset: Int, timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Int

  func clearHalt(endpoint: UInt8) async throws(DeviceError)
  func reset() async throws(DeviceError)
  /// Cancels what is waiting, releases the interfaces and gives them back to the kernel's drivers.
  func close() async
}

/// The setup packet of a control transfer (USB 2.0, 9.3), without its length.
public struct USBControlSetup: Equatable, Sendable, Codable {
  public let requestType: UInt8  // bmRequestType
  public let request: UInt8  // bRequest
  public let value: UInt16  // wValue
  public let index: UInt16  // wIndex
  /// Bytes asked for by an IN transfer; an OUT transfer's length is its data's.
  public let length: UInt16

  public init(
    requestType: UInt8, request: UInt8, value: UInt16, index: UInt16, length: UInt16 = 0
  ) {
    self.requestType = requestType
    self.request = request
    self.value = value
    self.index = index
    self.length = length
  }

  public var isDeviceToHost: Bool { requestType & 0x80 != 0 }
}
