/// What kind of card lies there, as far as it told.
public enum CardKind: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  case mifareClassicMini, mifareClassic1K, mifareClassic4K
  case mifareUltralight, mifareUltralightEV1, mifareUltralightC
  case ntag213, ntag215, ntag216
  case ntag424DNA, desfire
  /// A contactless card with the APDUs of ISO/IEC 7816-4, and nothing more told; phones too.
  case isoDEP
  case feliCa
  /// A storage card that its reader names and this program does not know.
  case other
}

/// How sure it is that a card is the very one that was given to its member.
public enum CardAssurance: Int, Equatable, Hashable, Sendable, Comparable, Codable {
  /// L0, a number that anybody can put on another card.
  case uidOnly = 0
  /// L1, a number that was signed, by the chip's maker or by the shop. It cannot be made up, and
  /// whoever held the card can copy it together with the signature.
  case signed = 1
  /// L2, a secret in the chip took part, and never left it.
  case authenticated = 2

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a token of the shop on the card says; its signature was found valid for this card's UID.
public struct CardTokenFacts: Equatable, Hashable, Sendable, Codable {
  /// The number of the member or card that it was issued for.
  public let number: String
  /// Days since 1970-01-01.
  public let issuedOnDay: Int
  /// The last day it is good on.
  public let expiresOnDay: Int?

  public init(number: String, issuedOnDay: Int, expiresOnDay: Int?) {
    self.number = number
    self.issuedOnDay = issuedOnDay
    self.expiresOnDay = expiresOnDay
  }
}

/// Something about a card that is not as it should be. It can still be read.
public enum CardFault: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// The chip shows a signature that its maker did not write.
  case notGenuine
  /// The memory breaks its own layout.
  case memoryMalformed
  /// The keys of the shop open none of its memory.
  case keysRefused
  /// It did not hold the secret that it was asked to prove.
  case authenticationFailed
  /// Its tap-unique message was not made with the shop's key.
  case messageCodeWrong
  /// Its tap-unique message is that of another chip.
  case messageOfAnotherChip
  case tokenMalformed
  /// The token is of a later version than this program knows.
  case tokenVersion
  /// No key of the configuration signed the token: an old configuration, or another shop's card.
  case tokenKeyUnknown
  case tokenKeyRevoked
  /// The token was changed after it was signed.
  case tokenTampered
  /// The token was signed for another chip: it was copied.
  case tokenOfAnotherChip

  /// Nothing but a forger makes it so: the card is refused, not read as a bare number.
  public var isForgery: Bool {
    switch self {
    case .tokenKeyRevoked, .tokenTampered, .tokenOfAnotherChip, .messageOfAnotherChip: true
    case .notGenuine, .memoryMalformed, .keysRefused, .authenticationFailed, .messageCodeWrong,
      .tokenMalformed, .tokenVersion, .tokenKeyUnknown:
      false
    }
  }
}
