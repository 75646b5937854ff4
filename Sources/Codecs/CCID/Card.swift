extension CCID {
  /// What is read of a card that is asked for nothing but its UID.
  public struct Card: Equatable, Sendable {
    /// 4, 7 or 10 bytes (ISO/IEC 14443-3, 6.5.4).
    public let uid: [UInt8]
    public let answerToReset: [UInt8]

    public init(uid: [UInt8], answerToReset: [UInt8]) {
      self.uid = uid
      self.answerToReset = answerToReset
    }
  }

  /// Why what lies on a reader is not taken for a card.
  public enum ReadFault: String, Error, Equatable, Sendable, CaseIterable {
    /// Taken away, or silent, while it was read (UnifiedPOS: OPOS_ESC_TORN, 203).
    case torn
    /// It answers nothing that says what it is (OPOS_ESC_READ, 201).
    case unreadable
    /// Nobody can say which of them was meant.
    case severalCards
  }
}
