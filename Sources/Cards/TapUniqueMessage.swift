/// The message that an NTAG 424 DNA makes anew whenever it is read: its UID and a counter that only
/// rises, encrypted, with a code over them (SUN; NXP AN12196, 3).
///
/// It proves that the chip was read after the counter stood lower, not that it is here now: one who
/// reads a card in passing can play the message once, as long as the card itself is not read first.
public struct TapUniqueMessage: Equatable, Sendable {
  public enum Failure: Error, Equatable, Sendable {
    /// The URI has none of the parameters: no such message.
    case absent
    /// They are there and are no such message, or were encrypted with another key.
    case malformed
    case codeWrong
  }

  public static let uidByteCount = 7

  public let uid: [UInt8]
  public let readCounter: UInt32

  /// Reads the message of a URI and checks its code. The code is compared in constant time.
  public init(uri: String, keys: CardKeys.TapMessage) throws(Failure) {
    guard let data = Self.value(of: keys.dataParameter, in: uri),
      let code = Self.value(of: keys.codeParameter, in: uri)
    else { throw .absent }
    guard let encrypted = Self.bytes(data), encrypted.count == AESCipher.blockByteCount,
      let codeBytes = Self.bytes(code), codeBytes.count == Self.codeByteCount
    else { throw .malformed }
    var covered: [UInt8] = []
    if let name = keys.coveredParameter {
      guard let first = Self.value(of: name, in: uri), first.startIndex <= code.startIndex else {
        throw .malformed
      }
      covered = Array(uri[first.startIndex..<code.startIndex].utf8)
    }
    do {
      let plain = try AESCipher.decrypt(encrypted, key: keys.metaReadKey)
      // UID and counter are both there, and the UID has seven bytes (NT4H2421Gx, 9.3.4).
      guard plain[0] == 0xC7 else { throw Failure.malformed }
      let uid = Array(plain[1...7])
      guard let key = keys.fileReadKey.key(uid: uid, isRandom: false) else {
        throw Failure.malformed
      }
      let expected = try Self.code(
        over: covered, key: key, uid: uid, counterBytes: Array(plain[8...10]))
      guard expected.matches(codeBytes) else { throw Failure.codeWrong }
      self.uid = uid
      readCounter = UInt32(plain[8]) | UInt32(plain[9]) << 8 | UInt32(plain[10]) << 16
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .malformed
    }
  }

  static let codeByteCount = 8

  /// Every second byte of the code by the session key (AN12196, 3.4.4).
  package static func code(
    over covered: [UInt8], key: [UInt8], uid: [UInt8], counterBytes: [UInt8]
  ) throws(AESCipher.Refusal) -> [UInt8] {
    let session = try sessionKey([0x3C, 0xC3], key, uid, counterBytes)
    return truncated(try AESCipher.cmac(covered, key: session))
  }

  /// AN12196, 3.3: the label is C33Ch for the key that encrypts, 3CC3h for the one that codes.
  static func sessionKey(
    _ label: [UInt8], _ key: [UInt8], _ uid: [UInt8], _ counterBytes: [UInt8]
  ) throws(AESCipher.Refusal) -> [UInt8] {
    try AESCipher.cmac(label + [0x00, 0x01, 0x00, 0x80] + uid + counterBytes, key: key)
  }

  static func truncated(_ code: [UInt8]) -> [UInt8] {
    code.indices.filter { !$0.isMultiple(of: 2) }.map { code[$0] }
  }

  /// The text of a query parameter, as long as it has hexadecimal digits.
  private static func value(of name: String, in uri: String) -> Substring? {
    for opening in ["?", "&"] {
      guard let found = uri.firstRange(of: opening + name + "=") else { continue }
      return uri[found.upperBound...].prefix { $0.isHexDigit }
    }
    return nil
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2), digits.count == text.count else {
      return nil
    }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
