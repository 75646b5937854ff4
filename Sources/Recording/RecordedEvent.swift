import CheckoutMachine
import Devices
import Drivers
import Ledger
import Retail

/// One line of a recording: what happened, and when.
public struct RecordedLine: Equatable, Sendable, Codable {
  /// Microseconds since the recording began.
  public let at: Int64
  public let event: RecordedEvent

  public init(at: Int64, event: RecordedEvent) {
    self.at = at
    self.event = event
  }
}

public enum RecordedEvent: Equatable, Sendable, Codable {
  /// The first line, and no other.
  case began(RecordingHeader)
  case attached(USBDeviceDescription)
  case detached(address: String)
  /// A device was opened, or not; the handle stands for it from here.
  case opened(USBDeviceDescription, handle: Int)
  case refused(address: String, RecordedFault)
  /// A driver took a handle.
  case driven(handle: Int, device: String, profile: String)
  case called(handle: Int, number: Int, RecordedCall)
  case answered(handle: Int, number: Int, RecordedAnswer)
  /// A task of the driver went on: at the line's own time, which is the one it decided by.
  case turned(handle: Int, DriverTask)
  /// What the driver made of what came.
  case told(handle: Int, Sealed)
  /// A job or a text was given to the driver, and what came of it.
  case gave(handle: Int, number: Int, RecordedWork)
  case ended(handle: Int, number: Int, String)
  /// A step of the reader's talk with a card.
  case talked(handle: Int, number: Int, Sealed)
  /// The driver gave up.
  case stopped(handle: Int, String)
  case step(Checkout.Transition)
  /// A posted sale's receipt, as it was laid out.
  case laidOut(Receipt, [PrintElement])
  /// Why the recording ends here.
  case over(String)
}

/// What a replay needs besides the events.
public struct RecordingHeader: Equatable, Sendable, Codable {
  public static let currentVersion = 2

  public let version: Int
  /// `Checkout.schemaVersion` of the kioskd that recorded.
  public let schemaVersion: Int
  public let kiosk: UInt32
  public let shop: LocalizedText
  public let policy: Checkout.Policy
  /// The configuration and the device profiles, text by name, as JSON.
  public let files: Sealed

  public init(
    kiosk: UInt32, shop: LocalizedText, policy: Checkout.Policy, files: Sealed,
    version: Int = currentVersion, schemaVersion: Int = Checkout.schemaVersion
  ) {
    self.version = version
    self.schemaVersion = schemaVersion
    self.kiosk = kiosk
    self.shop = shop
    self.policy = policy
    self.files = files
  }
}

/// A call of `USBInterface`.
public enum RecordedCall: Equatable, Sendable, Codable {
  case control(USBControlSetup, Sealed, milliseconds: Int)
  case read(endpoint: UInt8, maximum: Int, milliseconds: Int?)
  /// The bytes are in the answer, as far as they were taken.
  case write(endpoint: UInt8, byteCount: Int, offset: Int, milliseconds: Int)
  case clearHalt(endpoint: UInt8)
  case reset
  case close
}

/// How a call ended.
public enum RecordedAnswer: Equatable, Sendable, Codable {
  case data(Sealed)
  /// So many bytes were taken, these.
  case took(Int, Sealed)
  case done
  case fault(RecordedFault)
}

/// What the daemon gave a driver to do; both are JSON of the ports' own types.
public enum RecordedWork: Equatable, Sendable, Codable {
  case print(Sealed)
  case show(Sealed)
}

/// A `DeviceError` without its device.
public struct RecordedFault: Equatable, Sendable, Codable {
  public let kind: String
  public let attention: Attention?
  public let code: Int32?

  public init(_ error: DeviceError) {
    code = error.underlyingCode
    if case .needsAttention(let attention) = error.kind {
      (kind, self.attention) = ("needsAttention", attention)
    } else {
      (kind, attention) = ("\(error.kind)", nil)
    }
  }

  /// Nil for a kind that this version does not know.
  func error(at device: DeviceID) -> DeviceError? {
    let kinds: [DeviceError.Kind] = [
      .disconnected, .busy, .accessDenied, .timedOut, .stalled, .cancelled, .malformedResponse,
      .exhausted, .unsupported,
    ]
    let known = attention.map { .needsAttention($0) } ?? kinds.first { "\($0)" == kind }
    return known.map { DeviceError($0, device: device, underlyingCode: code) }
  }
}
