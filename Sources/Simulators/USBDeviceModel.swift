import Devices

/// The bytes a device answers to the standard requests (USB 2.0, 9.4), as they go over the wire.
public struct USBDescriptors: Equatable, Sendable {
  public enum Speed: UInt8, Sendable { case full = 2, high = 3 }

  public let speed: Speed
  /// 18 bytes; its string indexes are 1 manufacturer, 2 product, 3 serial number.
  public let device: [UInt8]
  /// The configuration with all that belongs to it, class descriptors included.
  public let configuration: [UInt8]
  public let strings: [String]
  /// The HID report descriptor by interface number (HID 1.11, 7.1).
  public let reports: [UInt8: [UInt8]]

  public init(
    speed: Speed, device: [UInt8], configuration: [UInt8], strings: [String],
    reports: [UInt8: [UInt8]] = [:]
  ) {
    self.speed = speed
    self.device = device
    self.configuration = configuration
    self.strings = strings
    self.reports = reports
  }
}

/// How a device answers one transfer.
public enum USBAnswer: Equatable, Sendable {
  /// Data of an IN control transfer; empty for an OUT one that was accepted.
  case data([UInt8])
  /// An OUT transfer of which this many bytes were taken.
  case accepted(Int)
  /// The device is not ready (NAK): the transfer stays in flight and is offered again after a
  /// change.
  case notReady
  case stall
}

/// A simulated device: pure decisions on bytes, with no task, clock or lock of its own.
/// What carries it (in the process, or over USB/IP to a real kernel) serialises all calls.
public protocol USBDeviceModel: Sendable {
  var descriptors: USBDescriptors { get }

  /// Power came: forget what the cable's end forgets.
  mutating func powerOn()
  /// Class and vendor requests; the carrier answers the standard ones from `descriptors`.
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer
  /// The next packet or transfer that is waiting on an IN endpoint, or nil (NAK).
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]?
}
