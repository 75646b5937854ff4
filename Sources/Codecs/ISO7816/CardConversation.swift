/// What a conversation with one card wants next.
public enum CardStep<Outcome: Sendable>: Sendable {
  /// One command APDU for the card (or for the reader that stands for it, class FF, PC/SC part 3).
  case transmit([UInt8])
  /// Nothing more is sent.
  case finished(Outcome)
}

extension CardStep: Equatable where Outcome: Equatable {}

/// A conversation with one card as a value: which command comes next, given what came back.
///
/// Nothing is sent before `start`, which is called once. Every `transmit` is answered by one
/// `resume`, until `finished`. Who carries it gives up after `CardLimits.maximumSteps`.
///
/// Procedure that belongs to the way to the card is not seen here: chaining, GET RESPONSE after
/// 61xx, a repeat after 6Cxx and time extensions are done beneath.
public protocol CardConversation<Outcome>: Sendable {
  associatedtype Outcome: Sendable
  /// The card was activated and said this (a pseudo answer to reset, if it is contactless).
  mutating func start(answerToReset: [UInt8]) -> CardStep<Outcome>
  /// The card's whole response APDU, status word last; nil when the card was torn away or the
  /// exchange failed: nothing more can be sent to it.
  mutating func resume(response: [UInt8]?) -> CardStep<Outcome>
}

/// What bounds the talk with one card.
public enum CardLimits {
  /// Commands of one conversation: reading all blocks of a 4 KB card takes fewer.
  public static let maximumSteps = 320
  /// Pieces that one response is collected from by GET RESPONSE.
  public static let maximumResponsePieces = 256
  /// A response and its status word (ISO/IEC 7816-4, 5.1, extended lengths).
  public static let maximumResponseByteCount = 65_538
}

/// How a conversation about who a card is ended, for the reader that carried it.
public enum CardReading<Card: Sendable>: Sendable {
  case card(Card)
  /// Taken away, or silent, while it was read (UnifiedPOS: OPOS_ESC_TORN, 203); read again as long
  /// as something lies there.
  case torn
  /// It answers, and none of its answers says what it is (OPOS_ESC_READ, 201). Read again a few
  /// times.
  case unreadable
}

extension CardReading: Equatable where Card: Equatable {}

/// How the reader beneath takes the commands of a card that knows no APDU.
public struct CardReaderAbilities: Equatable, Sendable {
  /// How a tag's own commands (`30 p`, `3C 00`, `60`) are passed through the reader.
  public enum PassThrough: String, Equatable, Sendable, CaseIterable {
    case none
    /// `FF 00 00 00 Lc D4 …`: commands of the PN532 inside (ACR122U API, 6.1).
    case pn532
    /// `FF C2 00 …`: a transparent session (PC/SC part 3, 3.2.3), which is opened before and closed
    /// after.
    case transparent
  }

  public var passThrough: PassThrough
  /// The longest command and response, in bytes, that go to the card in one piece.
  public var maximumCommandByteCount: Int
  public var maximumResponseByteCount: Int

  public init(
    passThrough: PassThrough = .none, maximumCommandByteCount: Int = 261,
    maximumResponseByteCount: Int = 258
  ) {
    self.passThrough = passThrough
    self.maximumCommandByteCount = maximumCommandByteCount
    self.maximumResponseByteCount = maximumResponseByteCount
  }
}

/// Begins a conversation with the next card. Called once per reading; a reader calls it again for
/// the same card after `torn` and `unreadable`.
public typealias CardConversations<Card: Sendable> =
  @Sendable (CardReaderAbilities) -> any CardConversation<CardReading<Card>>
