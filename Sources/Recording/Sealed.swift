import Crypto
import Foundation
import Synchronization

/// Bytes that may hold a code or a card's number: in the file they can be read with the recording's
/// own key only.
public struct Sealed: Equatable, Sendable {
  /// Nil when the file was read without its key.
  public let bytes: [UInt8]?

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  public init(text: String) { self.init(text.utf8) }

  var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}

/// The key of one recording. A nonce is a counter, which no two values of a file share.
final class RecordingSeal: Sendable {
  static let keyByteCount = 32
  private static let nonceByteCount = 12
  private static let tagByteCount = 16

  private let key: SymmetricKey
  private let sealedCount = Mutex<UInt64>(0)

  init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

  fileprivate func seal(_ bytes: [UInt8]) throws -> Data {
    let number = sealedCount.withLock { count in
      count += 1
      return count
    }
    let nonce = Self.nonce(number)
    let box = try AES.GCM.seal(bytes, using: key, nonce: try AES.GCM.Nonce(data: nonce))
    return nonce.suffix(8) + box.ciphertext + box.tag
  }

  fileprivate func open(_ data: Data) throws -> [UInt8] {
    guard data.count >= 8 + Self.tagByteCount else { throw CryptoKitError.incorrectParameterSize }
    let nonce = Data(repeating: 0, count: Self.nonceByteCount - 8) + data.prefix(8)
    let box = try AES.GCM.SealedBox(
      nonce: try AES.GCM.Nonce(data: nonce),
      ciphertext: data.dropFirst(8).dropLast(Self.tagByteCount),
      tag: data.suffix(Self.tagByteCount))
    return Array(try AES.GCM.open(box, using: key))
  }

  private static func nonce(_ number: UInt64) -> Data {
    Data(repeating: 0, count: nonceByteCount - 8)
      + withUnsafeBytes(of: number.bigEndian) {
        Data($0)
      }
  }

  static let userInfoKey = CodingUserInfoKey(rawValue: "recording.seal")
}

extension [CodingUserInfoKey: any Sendable] {
  init(_ seal: RecordingSeal?) {
    self = [:]
    if let key = RecordingSeal.userInfoKey, let seal { self[key] = seal }
  }
}

extension Sealed: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let seal = RecordingSeal.userInfoKey.flatMap { decoder.userInfo[$0] as? RecordingSeal }
    guard let seal else {
      bytes = nil
      return
    }
    guard let data = Data(base64Encoded: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a sealed value that is no base64")
    }
    do {
      bytes = try seal.open(data)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a sealed value that the recording's key does not open")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let key = RecordingSeal.userInfoKey, let bytes,
      let seal = encoder.userInfo[key] as? RecordingSeal
    else {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(
          codingPath: encoder.codingPath, debugDescription: "no key to seal it with"))
    }
    try container.encode(try seal.seal(bytes).base64EncodedString())
  }
}
