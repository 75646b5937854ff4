/// Why nothing was written on a card.
public enum CardWriteFault: String, Error, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// Its UID is another one at every tap: nothing can be signed for it.
  case randomUID
  /// Not an Ultralight or NTAG, or behind a reader that only types numbers.
  case notWritable
  /// It has no capability container of NDEF.
  case notFormatted
  /// It can only be read.
  case locked
  /// It holds something else, which was not to be replaced.
  case occupied
  /// Its memory is too small.
  case tooSmall
  /// It refused a page, which may be locked or protected by a password.
  case refused
}

/// What is to be written on the next card. Closures, because what is written depends on the card,
/// and who knows it may be elsewhere.
public struct CardWriting: Sendable {
  /// Whether what the card holds may be replaced.
  public let replaces: Bool
  /// The bytes of the NDEF message for the chip with this UID; nil while they are not known, and
  /// the card is then asked again.
  public let message: @Sendable (_ uid: [UInt8]) -> [UInt8]?
  /// Every byte is written; whether it holds is seen from the reading that follows.
  public let onWritten: @Sendable () -> Void
  public let onFault: @Sendable (CardWriteFault) -> Void

  public init(
    replaces: Bool, message: @escaping @Sendable ([UInt8]) -> [UInt8]?,
    onWritten: @escaping @Sendable () -> Void,
    onFault: @escaping @Sendable (CardWriteFault) -> Void
  ) {
    self.replaces = replaces
    self.message = message
    self.onWritten = onWritten
    self.onFault = onFault
  }
}
