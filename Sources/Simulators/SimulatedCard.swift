import Codecs

/// A card that lies on a simulated reader: a struct that answers. `CCIDReaderModel` keeps one per
/// slot; the reader itself answers what belongs to readers (UID, light, pass-through frames).
public protocol SimulatedCard: Sendable {
  /// What the reader tells when the card is powered.
  var answerToReset: [UInt8] { get }
  /// 4, 7 or 10 bytes for a contactless card, told by the reader for `FF CA 00 00 00`; empty for a
  /// contact card, which has none.
  var uid: [UInt8] { get }
  /// Every activation: authentication, selection and all other state begin anew.
  mutating func activate()
  /// One command APDU, also those of PC/SC storage cards (`FF 82`, `FF 86`, `FF B0`, `FF D6`), and
  /// its response with the status word; nil when the card is mute.
  mutating func respond(to command: [UInt8]) -> [UInt8]?
  /// A tag's own command as a reader's pass-through sends it (`30 04`, `3C 00`), without CRC; nil
  /// when the tag does not answer.
  mutating func respondNatively(to command: [UInt8]) -> [UInt8]?
}

extension SimulatedCard {
  public mutating func activate() {}
  public mutating func respondNatively(to command: [UInt8]) -> [UInt8]? { nil }
}

/// A card that has a UID and refuses every command.
public struct UIDCard: SimulatedCard, Equatable {
  public let uid: [UInt8]
  public let answerToReset: [UInt8]

  public init(uid: [UInt8], answerToReset: [UInt8]) {
    self.uid = uid
    self.answerToReset = answerToReset
  }

  /// With the answer to reset that a reader makes up for cards of its kind (PC/SC part 3).
  public init(uid: [UInt8]) {
    let name: ISO7816.StorageCardName = uid.count == 4 ? .mifareClassic1K : .mifareUltralight
    self.init(uid: uid, answerToReset: ISO7816.AnswerToReset(storageCard: name).bytes)
  }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    ISO7816.StatusWord.instructionNotSupported.bytes
  }
}
