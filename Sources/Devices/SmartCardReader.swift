/// What was learned of a card that was put on a reader.
public struct CardIdentity: Equatable, Hashable, Sendable {
  /// The UID of a contactless card, 4, 7 or 10 bytes (ISO 14443-3).
  public let uid: [UInt8]
  /// Answer to reset (ISO 7816-3, 8).
  public let answerToReset: [UInt8]

  public init(uid: [UInt8], answerToReset: [UInt8]) {
    self.uid = uid
    self.answerToReset = answerToReset
  }
}

public enum CardEvent: Equatable, Sendable {
  case inserted(CardIdentity)
  /// A card was there and could not be read, or was taken away while it was read (SC_SUE torn).
  case unreadable
  case removed
}

/// A card reader that is open and claimed (UnifiedPOS SmartCardRW, reading only).
/// Conformer: `CCIDReader` (Drivers).
public protocol SmartCardReader: Sendable {
  var device: DeviceID { get }
  /// Hands presence edges to `deliver` until the device faults, which is thrown.
  func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError)
}
