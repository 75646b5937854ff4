/// What was learned of a card that was put on a reader.
public struct CardIdentity: Equatable, Hashable, Sendable, Codable {
  /// The UID of a contactless card, 4, 7 or 10 bytes (ISO 14443-3). If the chip hides it and proved
  /// itself, the one that it told then.
  public let uid: [UInt8]
  /// Answer to reset (ISO 7816-3, 8).
  public let answerToReset: [UInt8]
  public let kind: CardKind
  /// What the reading alone proved. With `readCounter` it holds only if the counter is higher than
  /// any that was seen of this card.
  public let assurance: CardAssurance
  /// How often the chip had been read, as its tap-unique message says.
  public let readCounter: UInt32?
  public let token: CardTokenFacts?
  /// In the order they were found.
  public let faults: [CardFault]

  public init(
    uid: [UInt8], answerToReset: [UInt8], kind: CardKind = .other,
    assurance: CardAssurance = .uidOnly, readCounter: UInt32? = nil, token: CardTokenFacts? = nil,
    faults: [CardFault] = []
  ) {
    self.uid = uid
    self.answerToReset = answerToReset
    self.kind = kind
    self.assurance = assurance
    self.readCounter = readCounter
    self.token = token
    self.faults = faults
  }

  /// Made anew for every tap: phones, and cards that hide their UID (ISO/IEC 14443-3, 6.5.4).
  public var hasRandomUID: Bool { Self.isRandom(uid) }

  /// Whether two readings in a row are of one card: a counter goes on with each, and a random UID
  /// is made anew whenever the card loses the field.
  public func isSameCard(as other: CardIdentity) -> Bool {
    if hasRandomUID, other.hasRandomUID { return true }
    return uid == other.uid && (!uid.isEmpty || answerToReset == other.answerToReset)
  }

  public static func isRandom(_ uid: [UInt8]) -> Bool { uid.count == 4 && uid[0] == 0x08 }
}

/// Why what was put on a reader is not taken for a card.
public enum CardReadFault: String, Error, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// Taken away, or silent, while it was read (UnifiedPOS: OPOS_ESC_TORN, 203).
  case torn
  /// It answers nothing that says what it is (OPOS_ESC_READ, 201).
  case unreadable
  /// More than one lies there, and nobody can say which was meant.
  case severalCards
}

/// The edges of a card's presence: `inserted` or `refused`, then `removed`, in turn.
///
/// A card that comes back within the reader's debounce time was at the edge of the field and is
/// not told again.
public enum CardEvent: Equatable, Sendable {
  case inserted(CardIdentity)
  case refused(CardReadFault)
  case removed
}

extension CardEvent {
  /// The reader's StatusUpdateEvent, and the error that came with it.
  public var unifiedPOS: (UnifiedPOSCodes.CardUpdate, UnifiedPOSCodes.CardError?) {
    switch self {
    case .inserted, .refused(.severalCards): (.cardPresent, nil)
    case .refused(.torn): (.noCard, .torn)
    case .refused(.unreadable): (.cardPresent, .read)
    case .removed: (.noCard, nil)
    }
  }
}

/// A card reader that is open and claimed (UnifiedPOS SmartCardRW, reading only).
/// Conformers: `CCIDReader` and `KeyboardCardReader` (Drivers), `PCSCReader` (PCSC).
public protocol SmartCardReader: Sendable {
  var device: DeviceID { get }
  /// Hands presence edges to `deliver` until the device faults, which is thrown.
  func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError)
}
