/// One symbol as a scanner delivered it (UnifiedPOS Scanner, ScanData).
public struct ScanData: Equatable, Hashable, Sendable, Codable {
  /// The symbol's data, without AIM identifier, prefix, suffix and terminator.
  public let bytes: [UInt8]
  /// The AIM symbology identifier with its bracket, `]E0` (ISO/IEC 15424), or nil if none was sent.
  public let aimIdentifier: String?
  public let device: DeviceID

  public init(bytes: [UInt8], aimIdentifier: String?, device: DeviceID) {
    self.bytes = bytes
    self.aimIdentifier = aimIdentifier
    self.device = device
  }
}

/// Why a scan was thrown away as a whole.
public enum ScanFault: String, Equatable, Sendable, Codable {
  /// No terminator came within the gap limit.
  case torn
  /// Longer than the named limit.
  case tooLong
  /// A key that has no character in the scanner's layout.
  case unknownKey
}

public enum ScannerOutput: Equatable, Sendable {
  case scan(ScanData)
  case refused(ScanFault)
}

/// A bar code scanner that is open and claimed.
/// Conformers: `KeyboardScanner` and `HIDPOSScanner` (Drivers).
public protocol Scanner: Sendable {
  var device: DeviceID { get }
  /// Hands every symbol to `deliver` until the device faults, which is thrown.
  func run(_ deliver: @Sendable (ScannerOutput) -> Void) async throws(DeviceError)
}
