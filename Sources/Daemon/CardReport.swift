import Devices
import Retail

/// What a card proved and what not, for who issues or checks it.
public struct CardReport: Codable, Equatable, Sendable {
  public struct Token: Codable, Equatable, Sendable {
    public let number: String
    /// ISO 8601 dates; the last day is included, nil for a token that does not end.
    public let issuedOn: String
    public let expiresOn: String?
    public let isExpired: Bool
  }

  /// Hexadecimal.
  public let uid: String
  public let kind: String
  /// 0 to 2, as `wallet` of promotions.yaml limits it.
  public let level: Int
  /// What it proved, or that it proved nothing; then what is wrong with it.
  public let why: [String]
  public let token: Token?
  public let readCounter: UInt32?
  /// Whether the checkout would take it for a member's, if its number is one.
  public let isUsable: Bool

  public init(_ card: CardIdentity, today: CalendarDate) {
    uid = card.uid.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    kind = card.kind.rawValue
    level = card.assurance.rawValue
    token = card.token.map { Token($0, today) }
    readCounter = card.readCounter
    isUsable =
      !card.hasRandomUID && token?.isExpired != true && !card.faults.contains(where: \.isForgery)
    why = Self.proofs(card, token) + card.faults.map(\.words)
  }

  private static func proofs(_ card: CardIdentity, _ token: Token?) -> [String] {
    var words: [String] = []
    switch card.assurance {
    case .authenticated:
      words.append(
        card.readCounter.map { "its tap-unique message holds, reading \($0)" }
          ?? "it proved a secret of the shop")
    case .signed where card.token == nil: words.append("its maker's signature holds")
    case .uidOnly where card.hasRandomUID:
      words.append("its number is another one at every tap: it stands for nobody")
    case .uidOnly: words.append("a bare number, which anybody can put on another card")
    case .signed: break
    }
    guard let token else { return words }
    let end = token.expiresOn.map { "good until \($0)" } ?? "without an end"
    words.append(
      "a token of the shop for this chip: number \(token.number), issued \(token.issuedOn), \(end)")
    if token.isExpired { words.append("the token is over") }
    return words
  }
}

extension CardReport.Token {
  fileprivate init(_ token: CardTokenFacts, _ today: CalendarDate) {
    number = token.number
    issuedOn = CalendarDate(dayNumber: token.issuedOnDay).description
    expiresOn = token.expiresOnDay.map { CalendarDate(dayNumber: $0).description }
    isExpired = token.expiresOnDay.map { $0 < today.dayNumber } ?? false
  }
}

extension CardFault {
  /// For staff.
  fileprivate var words: String {
    switch self {
    case .notGenuine: "its maker's signature does not hold: the chip is a copy"
    case .memoryMalformed: "its memory breaks its own layout"
    case .keysRefused: "no key of the shop opens its memory"
    case .authenticationFailed: "it does not hold the secret that it was asked for"
    case .messageCodeWrong: "its tap-unique message was not made with the shop's key"
    case .messageOfAnotherChip: "its tap-unique message is that of another chip: it was copied"
    case .tokenMalformed: "its token is malformed"
    case .tokenVersion: "its token is of a later version than this program knows"
    case .tokenKeyUnknown: "its token is signed by a key that cards.tokenKeys does not name"
    case .tokenKeyRevoked: "its token is signed by a key that is revoked"
    case .tokenTampered: "its token was changed after it was signed"
    case .tokenOfAnotherChip: "its token was signed for another chip: it was copied"
    }
  }
}
