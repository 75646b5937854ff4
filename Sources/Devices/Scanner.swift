/// One symbol as a scanner delivered it (UnifiedPOS Scanner, ScanData), and how it came.
public struct ScanData: Equatable, Hashable, Sendable, Codable {
  /// The symbol's data, without AIM identifier, prefix, suffix and terminator.
  public let bytes: [UInt8]
  /// The AIM symbology identifier with its bracket, `]E0` (ISO/IEC 15424), or nil if none was sent.
  public let aimIdentifier: String?
  public let device: DeviceID
  /// When its first and its last byte came, in milliseconds of a clock that never goes back.
  public let firstMilliseconds: Int64
  public let lastMilliseconds: Int64
  public let terminator: ScanTerminator
  /// What makes it doubtful, though it is whole; nil when nothing.
  public let anomaly: ScanAnomaly?

  public init(
    bytes: [UInt8], aimIdentifier: String?, device: DeviceID, firstMilliseconds: Int64 = 0,
    lastMilliseconds: Int64 = 0, terminator: ScanTerminator = .report,
    anomaly: ScanAnomaly? = nil
  ) {
    self.bytes = bytes
    self.aimIdentifier = aimIdentifier
    self.device = device
    self.firstMilliseconds = firstMilliseconds
    self.lastMilliseconds = lastMilliseconds
    self.terminator = terminator
    self.anomaly = anomaly
  }
}

/// What ended a symbol.
public enum ScanTerminator: String, Sendable, Codable, CaseIterable {
  case enter, keypadEnter, tab
  case carriageReturn, lineFeed
  case endOfText  // ETX, 03h
  /// The silence after it.
  case gap
  /// The scanner's own report said that it is whole.
  case report
}

public enum ScanAnomaly: Equatable, Hashable, Sendable, Codable {
  /// Under these keyboard layouts the same keys begin with an AIM identifier, and with none under
  /// the one that is set.
  case otherLayout([String])
}

/// Why a scan was thrown away as a whole.
public enum ScanFault: Equatable, Hashable, Sendable, Codable {
  /// Its end did not come within the gap limit, its beginning is missing, or a part is damaged.
  case torn
  /// Two symbols in one, because the end of the first was lost.
  case glued
  /// Longer than the named limit.
  case tooLong
  /// A key that has no character in the scanner's layout.
  case unknownKey
  /// The keys came in the rhythm of a person, not of a scanner.
  case typedByHand
  /// It is a GTIN with the right check digit under these keyboard layouts, and none under the one
  /// that is set.
  case otherLayout([String])
}

public enum ScannerOutput: Equatable, Sendable {
  case scan(ScanData)
  case refused(ScanFault)
}

/// A bar code scanner that is open and claimed.
/// Conformers: `KeyboardScanner`, `HIDPOSScanner` and `SerialScanner` (Drivers).
public protocol Scanner: Sendable {
  var device: DeviceID { get }
  /// Hands every symbol to `deliver` until the device faults, which is thrown.
  func run(_ deliver: @Sendable (ScannerOutput) -> Void) async throws(DeviceError)
}
