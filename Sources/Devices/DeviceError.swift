/// A fault of a device, classed by what the caller can do about it.
public struct DeviceError: Error, Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// The device is gone: wait until it is plugged in again.
    case disconnected
    /// Claimed by another process or driver.
    case busy
    /// Its udev rule is not installed.
    case accessDenied
    /// No answer within the limit; may be repeated.
    case timedOut
    /// The endpoint answered STALL; clear the halt before the next transfer (USB 2.0, 8.4.5).
    case stalled
    /// The task that waited for the transfer was cancelled.
    case cancelled
    /// Paper, cover, card: ask a person.
    case needsAttention(Attention)
    /// The device broke its protocol; reset it.
    case malformedResponse
    /// The machine is short of memory or of open files; may be repeated later.
    case exhausted
    /// The device cannot do what was asked of it.
    case unsupported
  }

  public let kind: Kind
  public let device: DeviceID
  /// The code beneath, for the log only: `LIBUSB_ERROR_*`, `errno`, CCID `bError`.
  public let underlyingCode: Int32?

  public init(_ kind: Kind, device: DeviceID, underlyingCode: Int32? = nil) {
    self.kind = kind
    self.device = device
    self.underlyingCode = underlyingCode
  }
}

/// What a person has to do at a device.
public enum Attention: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  case paperOut
  case paperNearEnd
  case coverOpen
  case cutterError
  case offline
  case unrecoverableError
  case cardUnreadable
}
