import Crypto
import CryptoExtras
import FoundationEssentials

/// The public half of the key that signs card tokens (Ed25519, RFC 8032).
public struct CardTokenKey: Equatable, Sendable {
  public static let byteCount = 32

  /// The first four bytes of the key's SHA-256: what a token names its key by.
  public struct ID: Equatable, Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Eight hexadecimal digits.
    public var description: String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 0x0F, radix: 16) }.joined()
    }
  }

  public let bytes: [UInt8]
  public let id: ID

  /// 32 bytes as RFC 8032 writes them; nil for another count.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
    id = ID(SHA256.hash(data: bytes).prefix(4))
  }

  /// What an Ed25519 key begins with in the form that openssl writes (RFC 8410, 4).
  public static let subjectPublicKeyInfoHeader: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  /// The line between BEGIN and END of `openssl pkey -pubout`, as `cards.tokenKeys` has it.
  public var line: String {
    Data(Self.subjectPublicKeyInfoHeader + bytes).base64EncodedString()
  }

  /// SubjectPublicKeyInfo in PEM, as `openssl pkey -pubout` writes it.
  public init(pem: String) throws {
    let key = try Curve25519.Signing.PublicKey(pemRepresentation: pem)
    bytes = Array(key.rawRepresentation)
    id = ID(SHA256.hash(data: bytes).prefix(4))
  }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    do {
      return try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        .isValidSignature(signature, for: message)
    } catch {
      return false  // Not a point of the curve: nobody can have signed with it.
    }
  }
}

/// The private half: at the issuing office only, never on a kiosk.
public struct CardSigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new key of the system's random numbers.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// The 32 bytes of the seed (RFC 8032, 5.1.5).
  public init(seed: [UInt8]) throws {
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
  }

  /// PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
  public init(pem: String) throws {
    key = try Curve25519.Signing.PrivateKey(pemRepresentation: pem)
  }

  public var pem: String { key.pemRepresentation }

  public var publicKey: CardTokenKey {
    guard let publicKey = CardTokenKey(Array(key.publicKey.rawRepresentation)) else {
      preconditionFailure("an Ed25519 key of another length")
    }
    return publicKey
  }

  /// 64 bytes.
  func sign(_ message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }
}

/// The keys whose tokens a kiosk takes, and those it takes no longer.
public struct CardTokenKeys: Equatable, Sendable {
  public enum Entry: Equatable, Sendable {
    case valid(CardTokenKey)
    /// Kept, so that its tokens are refused by name and not taken for another shop's.
    case revoked
  }

  private let entries: [CardTokenKey.ID: Entry]

  public init(_ keys: [CardTokenKey], revoked: [CardTokenKey] = []) {
    var entries: [CardTokenKey.ID: Entry] = [:]
    for key in keys { entries[key.id] = .valid(key) }
    for key in revoked { entries[key.id] = .revoked }
    self.entries = entries
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// These and one more, unless it is among them already, revoked or not.
  public func adding(_ key: CardTokenKey) -> CardTokenKeys {
    CardTokenKeys(entries: entries.merging([key.id: .valid(key)]) { old, _ in old })
  }

  private init(entries: [CardTokenKey.ID: Entry]) { self.entries = entries }

  public subscript(id: CardTokenKey.ID) -> Entry? { entries[id] }
}
