import Cards
import Codecs
import Foundation

/// Signs tokens for the chips that are laid.
struct CardIssuer: Sendable {
  struct Issued: Equatable, Sendable {
    let uid: [UInt8]
    let keyID: String
    let token: [UInt8]
    let message: [UInt8]
  }

  let key: CardSigningKey
  let number: String
  let issuedOnDay: Int
  let expiresOnDay: Int?

  func issued(uid: [UInt8]) throws -> Issued {
    let token: CardToken
    do throws(CardToken.Refusal) {
      token = try CardToken(
        uid: uid, number: number, issuedOnDay: issuedOnDay, expiresOnDay: expiresOnDay)
    } catch {
      throw Complaint(Self.words(error))
    }
    let bytes = try token.signed(by: key)
    return Issued(
      uid: uid, keyID: key.publicKey.id.description, token: bytes,
      message: NFC.Message([CardToken.record(bytes)]).bytes)
  }

  private static func words(_ refusal: CardToken.Refusal) -> String {
    switch refusal {
    case .uidByteCount: "a chip's UID has 4, 7 or 10 bytes"
    case .randomUID: "this chip's UID is another one at every tap: no token can be signed for it"
    case .number: "--number takes 1 to 20 printable ASCII characters without blanks"
    case .days: "--expires takes a day from today to 2149"
    }
  }
}

/// The issuing office's private key, PKCS #8 in PEM, for its owner only.
enum SigningKeyFile {
  /// More than any such file has.
  private static let byteLimit = 4_096

  /// A file that is there is never replaced: its cards would be worth nothing.
  static func create(_ key: CardSigningKey, path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Complaint(
        errno == EEXIST
          ? "\(path) is there already; name another file, or move that one away"
          : "\(path): \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data((key.pem + "\n").utf8))
    try file.synchronize()
  }

  static func read(path: String) throws -> CardSigningKey {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Complaint("\(path): \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Complaint("\(path): \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Complaint("\(path): others may read the private key; run chmod 600 on it")
    }
    let data = try file.read(upToCount: byteLimit) ?? Data()
    do {
      return try CardSigningKey(pem: String(decoding: data, as: UTF8.self))
    } catch {
      // What the file holds is a secret.
      throw Complaint(
        "\(path) is no Ed25519 key; `kioskctl card keygen` or `openssl genpkey -algorithm ed25519` "
          + "makes one")
    }
  }
}
