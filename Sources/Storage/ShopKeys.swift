import Crypto
import Foundation

/// The shop's key file and the two keys derived from it: one seals personal fields and codes
/// (AES-GCM), one makes keyed hashes to look them up by (HMAC-SHA-256).
struct ShopKeys: Sendable {
  static let fileName = "shop.key"
  static let byteCount = 32

  private let sealing: SymmetricKey
  private let indexing: SymmetricKey

  init(master: SymmetricKey) {
    func derived(_ use: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: master, info: Data(use.utf8), outputByteCount: Self.byteCount)
    }
    sealing = derived("kiosk field sealing 1")
    indexing = derived("kiosk blind index 1")
  }

  /// Nonce, ciphertext and tag. `place` names table, column and row; it is authenticated, so that a
  /// sealed value moved to another row does not open.
  func seal(_ bytes: some DataProtocol, as place: String) throws(StorageError) -> Data {
    do {
      let box = try AES.GCM.seal(bytes, using: sealing, authenticating: Data(place.utf8))
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

  func open(_ sealed: Data, as place: String) throws(StorageError) -> Data {
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return try AES.GCM.open(box, using: sealing, authenticating: Data(place.utf8))
    } catch {
      throw .corrupt("a sealed value at \(place) that the shop's key does not open")
    }
  }

  func openText(_ sealed: Data, as place: String) throws(StorageError) -> String {
    String(decoding: try open(sealed, as: place), as: UTF8.self)
  }

  /// The keyed hash that a secret is looked up by; `kind` keeps hashes of different things apart.
  func index(_ secret: some Sequence<UInt8>, kind: String) -> Data {
    let message = Array(kind.utf8) + [0] + Array(secret)
    return Data(HMAC<SHA256>.authenticationCode(for: message, using: indexing))
  }
}

extension ShopKeys {
  /// Reads the key file; creates it first when `mayCreate`, which is at a shop's very first start.
  /// When this returns a power cut does not take the file away again.
  static func load(path: String, mayCreate: Bool) throws(StorageError) -> ShopKeys {
    var descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT {
      guard mayCreate else {
        throw StorageError(
          .keyFile, "\(path): the key file of this database is missing; restore it from backup")
      }
      try create(path: path)
      descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(path): \(errnoText())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw StorageError(.keyFile, "\(path): \(errnoText())")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw StorageError(.keyFile, "\(path): others may read the key file; `chmod 600` it")
    }
    var bytes = [UInt8](repeating: 0, count: byteCount + 1)
    let count = read(descriptor, &bytes, bytes.count)
    guard count == byteCount else {
      throw StorageError(
        .keyFile, "\(path): a key file has \(byteCount) bytes; restore it from backup")
    }
    // Found or made: its name may be younger than the last power cut. What the database keeps of
    // the key must not outlive it.
    if mayCreate { try keepName(of: path) }
    return ShopKeys(master: SymmetricKey(data: bytes.prefix(byteCount)))
  }

  /// Brings the file's entry in its directory to the disk.
  private static func keepName(of path: String) throws(StorageError) {
    let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = Foundation.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(directory): \(errnoText())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw StorageError(.keyFile, "\(directory): cannot be synchronised: \(errnoText())")
    }
  }

  /// Written beside and renamed, so that a power cut leaves a whole key or none.
  private static func create(path: String) throws(StorageError) {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(.keyFile, "\(draft): \(errnoText())") }
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    let reason = errnoText()
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      unlink(draft)
      throw StorageError(.keyFile, "\(path): cannot be written: \(reason)")
    }
  }
}
