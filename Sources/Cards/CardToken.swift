import Codecs
import Crypto
import Devices

/// The card token of the shop: what the issuing office signs and writes on a card, so that a kiosk
/// knows a card it has never seen, without asking anyone (docs/card-token.md).
public struct CardToken: Equatable, Sendable {
  public static let version: UInt8 = 1
  /// The external type of its NDEF record.
  public static let recordType = "kioskd:card"
  public static let maximumNumberByteCount = 20
  /// With the longest UID and number.
  public static let maximumByteCount = 10 + 10 + 1 + maximumNumberByteCount + signatureByteCount
  static let signatureByteCount = 64
  /// Keeps signatures of tokens apart from those of anything else by the same key.
  static let context = Array("kioskd card token\u{0}".utf8)

  /// The chip it is good on: 4, 7 or 10 bytes, none random.
  public let uid: [UInt8]
  /// The member's or card's number: printable ASCII, 1 to 20 characters.
  public let number: String
  /// Days since 1970-01-01, up to 65,535 (the year 2149).
  public let issuedOnDay: Int
  /// The last day it is good on, 1 to 65,535; nil for one that does not end.
  public let expiresOnDay: Int?

  public enum Refusal: Error, Equatable, Sendable {
    case uidByteCount(Int)
    /// A UID that changes with every tap.
    case randomUID
    /// Not 1 to 20 printable ASCII characters.
    case number
    /// A day before 1970 or after 2149, or the end before the beginning.
    case days
  }

  public init(
    uid: [UInt8], number: String, issuedOnDay: Int, expiresOnDay: Int?
  ) throws(Refusal) {
    guard [4, 7, 10].contains(uid.count) else { throw .uidByteCount(uid.count) }
    guard !CardIdentity.isRandom(uid) else { throw .randomUID }
    let characters = number.utf8
    guard (1...Self.maximumNumberByteCount).contains(characters.count),
      characters.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .number }
    let days = 0...Int(UInt16.max)
    guard days.contains(issuedOnDay),
      expiresOnDay.map({ days.contains($0) && $0 >= max(1, issuedOnDay) }) ?? true
    else { throw .days }
    self.uid = uid
    self.number = number
    self.issuedOnDay = issuedOnDay
    self.expiresOnDay = expiresOnDay
  }

  public var facts: CardTokenFacts {
    CardTokenFacts(number: number, issuedOnDay: issuedOnDay, expiresOnDay: expiresOnDay)
  }

  /// What is signed: the version, the key, the days, the UID and the number.
  private func body(key: CardTokenKey.ID) -> [UInt8] {
    func two(_ day: Int) -> [UInt8] { [UInt8(day >> 8 & 0xFF), UInt8(day & 0xFF)] }
    return [Self.version] + key.bytes + two(issuedOnDay) + two(expiresOnDay ?? 0)
      + [UInt8(uid.count)] + uid + [UInt8(number.utf8.count)] + Array(number.utf8)
  }

  /// The bytes for the card. Throws what the cryptographic library throws.
  public func signed(by key: CardSigningKey) throws -> [UInt8] {
    let body = body(key: key.publicKey.id)
    return body + (try key.sign(Self.context + body))
  }

  /// The record for the card's memory.
  public static func record(_ bytes: [UInt8]) -> NFC.Record {
    .external(recordType, payload: bytes)
  }
}

extension CardToken {
  /// Why the bytes on a card are no token that holds, in the order in which it is looked at.
  public enum Failure: Error, Equatable, Sendable {
    case malformed
    case unknownVersion(UInt8)
    case unknownKey(CardTokenKey.ID)
    case revokedKey(CardTokenKey.ID)
    /// Changed after it was signed, or signed by no key of that id.
    case tampered
    /// Valid, for another chip.
    case wrongChip
  }

  /// Reads a token and proves that one of `keys` signed it for the chip with this UID. Whether it
  /// has expired is for who knows the date, see `hasExpired`.
  public init(verifying bytes: [UInt8], uid: [UInt8], keys: CardTokenKeys) throws(Failure) {
    guard let version = bytes.first else { throw .malformed }
    guard version == Self.version else { throw .unknownVersion(version) }
    let (token, id, end) = try Self.parse(bytes)
    switch keys[id] {
    case nil: throw .unknownKey(id)
    case .revoked: throw .revokedKey(id)
    case .valid(let key):
      guard key.isValid(Array(bytes[end...]), for: Self.context + bytes[..<end]) else {
        throw .tampered
      }
    }
    guard token.uid == uid else { throw .wrongChip }
    self = token
  }

  /// Good through the whole of the last day.
  public func hasExpired(onDay day: Int) -> Bool { expiresOnDay.map { $0 < day } ?? false }

  /// The token as its bytes say, the key's id and where the signature begins.
  private static func parse(
    _ bytes: [UInt8]
  ) throws(Failure) -> (CardToken, CardTokenKey.ID, Int) {
    guard bytes.count > 10, bytes.count <= maximumByteCount else { throw .malformed }
    let uidEnd = 10 + Int(bytes[9])
    guard uidEnd < bytes.count else { throw .malformed }
    let end = uidEnd + 1 + Int(bytes[uidEnd])
    guard end + signatureByteCount == bytes.count else { throw .malformed }
    let expires = Int(bytes[7]) << 8 | Int(bytes[8])
    do throws(Refusal) {
      let token = try CardToken(
        uid: Array(bytes[10..<uidEnd]),
        number: String(decoding: bytes[(uidEnd + 1)..<end], as: UTF8.self),
        issuedOnDay: Int(bytes[5]) << 8 | Int(bytes[6]), expiresOnDay: expires == 0 ? nil : expires)
      return (token, CardTokenKey.ID(bytes[1...4]), end)
    } catch {
      throw .malformed
    }
  }
}

extension CardFault {
  init(_ failure: CardToken.Failure) {
    switch failure {
    case .malformed: self = .tokenMalformed
    case .unknownVersion: self = .tokenVersion
    case .unknownKey: self = .tokenKeyUnknown
    case .revokedKey: self = .tokenKeyRevoked
    case .tampered: self = .tokenTampered
    case .wrongChip: self = .tokenOfAnotherChip
    }
  }
}
