import Crypto
import Foundation

/// The shop's keys, derived from what its key file holds.
///
/// The base seals codes and papers (AES-GCM) and makes the keyed hashes that codes and cards are
/// found by (HMAC-SHA-256); it never changes. Personal data has keys of its own, which can be
/// changed: see `PersonalKey`.
struct ShopKeys: Sendable {
  static let fileName = "shop.key"

  private let sealing: SymmetricKey
  private let indexing: SymmetricKey
  private let codes: SymmetricKey
  /// The newest first; the second is there while a rotation is under way.
  let personal: [PersonalKey]

  init(_ material: KeyMaterial) {
    sealing = Self.derived(material.base, "kiosk field sealing 1")
    indexing = Self.derived(material.base, "kiosk blind index 1")
    codes = Self.derived(material.base, "kiosk member codes 1")
    personal = material.personal.map { PersonalKey(generation: $0.generation, master: $0.key) }
  }

  static func derived(_ master: [UInt8], _ use: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: master), info: Data(use.utf8),
      outputByteCount: KeyMaterial.byteCount)
  }

  /// Nonce, ciphertext and tag. `place` names table, column and row; it is authenticated, so that a
  /// sealed value moved to another row does not open.
  func seal(_ bytes: some DataProtocol, as place: String) throws(StorageError) -> Data {
    try Sealing.seal(bytes, as: place, using: sealing)
  }

  func open(_ sealed: Data, as place: String) throws(StorageError) -> Data {
    try Sealing.open(sealed, as: place, using: sealing)
  }

  func openText(_ sealed: Data, as place: String) throws(StorageError) -> String {
    String(decoding: try open(sealed, as: place), as: UTF8.self)
  }

  /// The keyed hash that a secret is looked up by; `kind` keeps hashes of different things apart.
  func index(_ secret: some Sequence<UInt8>, kind: String) -> Data {
    Sealing.index(secret, kind: kind, using: indexing)
  }

  /// The hash that a member's changing code is made of: of the phone's own secret, which only the
  /// shop can derive again, and of the window.
  func memberCodeHash(number: String, epoch: Int64, counter: Int64) -> [UInt8] {
    let secret = memberCodeSecret(number: number, epoch: epoch)
    let message = Data("kiosk member code\0".utf8) + Sealing.bytes(of: counter)
    return Array(
      HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
  }

  /// What the member's phone is given once.
  func memberCodeSecret(number: String, epoch: Int64) -> [UInt8] {
    let message = Data(number.utf8) + [0] + Sealing.bytes(of: epoch)
    return Array(HMAC<SHA256>.authenticationCode(for: message, using: codes))
  }

  var newest: PersonalKey {
    get throws(StorageError) {
      guard let key = personal.first else {
        throw StorageError(
          .keyFile, "the key file has no key for personal data yet: start kioskd once")
      }
      return key
    }
  }

  func personal(_ generation: Int64) throws(StorageError) -> PersonalKey {
    guard let key = personal.first(where: { $0.generation == generation }) else {
      throw StorageError(
        .keyFile,
        "the key file lacks generation \(generation) of the personal keys: "
          + "restore the key file that belongs to this database")
    }
    return key
  }
}

/// One generation of the keys for personal data: it wraps every member's own key, and makes the
/// hashes that phones and names are found by. `kioskctl keys rotate` brings in the next one.
struct PersonalKey: Sendable {
  let generation: Int64
  private let wrapping: SymmetricKey
  private let indexing: SymmetricKey

  init(generation: Int64, master: [UInt8]) {
    self.generation = generation
    wrapping = ShopKeys.derived(master, "kiosk member key wrapping 1")
    indexing = ShopKeys.derived(master, "kiosk member index 1")
  }

  func wrap(_ key: MemberKey) throws(StorageError) -> Data {
    try Sealing.seal(key.bytes, as: Self.place(key.member), using: wrapping)
  }

  func unwrap(_ wrapped: Data, of member: Int64) throws(StorageError) -> MemberKey {
    MemberKey(
      member: member,
      bytes: Array(try Sealing.open(wrapped, as: Self.place(member), using: wrapping)))
  }

  func index(_ secret: some Sequence<UInt8>, kind: String) -> Data {
    Sealing.index(secret, kind: kind, using: indexing)
  }

  private static func place(_ member: Int64) -> String { "member_keys/\(member)" }
}

/// A member's own key. Every personal field is sealed under it; without it nothing of them opens.
struct MemberKey: Sendable {
  let member: Int64
  let bytes: [UInt8]
  private let key: SymmetricKey

  init(member: Int64, bytes: [UInt8]) {
    self.member = member
    self.bytes = bytes
    key = SymmetricKey(data: bytes)
  }

  /// A new one, of the system's random numbers.
  init(newFor member: Int64) {
    self.init(
      member: member, bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
  }

  func seal(_ text: String, _ field: String) throws(StorageError) -> Data {
    try Sealing.seal(Array(text.utf8), as: "\(field)/\(member)", using: key)
  }

  func open(_ sealed: Data, _ field: String) throws(StorageError) -> String {
    String(
      decoding: try Sealing.open(sealed, as: "\(field)/\(member)", using: key), as: UTF8.self)
  }

  func openIfAny(_ sealed: Data?, _ field: String) throws(StorageError) -> String? {
    guard let sealed else { return nil }
    return try open(sealed, field)
  }
}

/// The one place where ciphers are called.
private enum Sealing {
  static func seal(
    _ bytes: some DataProtocol, as place: String, using key: SymmetricKey
  ) throws(StorageError) -> Data {
    do {
      let box = try AES.GCM.seal(bytes, using: key, authenticating: Data(place.utf8))
      guard let combined = box.combined else {
        throw StorageError(.other, "sealing \(place) failed; report it")
      }
      return combined
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError(.other, "sealing \(place) failed: \(error); report it")
    }
  }

  static func open(
    _ sealed: Data, as place: String, using key: SymmetricKey
  ) throws(StorageError) -> Data {
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return try AES.GCM.open(box, using: key, authenticating: Data(place.utf8))
    } catch {
      throw .corrupt("a sealed value at \(place) that the shop's key does not open")
    }
  }

  static func index(
    _ secret: some Sequence<UInt8>, kind: String, using key: SymmetricKey
  ) -> Data {
    let message = Array(kind.utf8) + [0] + Array(secret)
    return Data(HMAC<SHA256>.authenticationCode(for: message, using: key))
  }

  static func bytes(of number: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * Int64($0))) }
  }
}
