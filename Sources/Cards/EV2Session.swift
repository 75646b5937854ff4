/// Three passes that prove a key to both sides, and the secure messaging after them, as NTAG 424
/// DNA speaks it (NXP NT4H2421Gx, 9.1; AN12196, 5 to 7; DESFire EV2 is alike).
struct EV2Authentication {
  private let key: [UInt8]
  private let randomA: [UInt8]
  private var randomB: [UInt8] = []

  /// `randomA` has 16 bytes that nobody can foresee.
  init(key: [UInt8], randomA: [UInt8]) {
    self.key = key
    self.randomA = randomA
  }

  /// The data of the second command, for the challenge that the first brought; nil if that is none.
  mutating func answer(_ challenge: [UInt8]) -> [UInt8]? {
    guard challenge.count == AESCipher.blockByteCount else { return nil }
    do throws(AESCipher.Refusal) {
      randomB = try AESCipher.decrypt(challenge, key: key)
      return try AESCipher.encrypt(randomA + randomB.rotated, key: key)
    } catch {
      return nil
    }
  }

  /// The session, if the card proved that it holds the key too.
  func session(_ proof: [UInt8]) -> EV2Session? {
    guard proof.count == 2 * AESCipher.blockByteCount else { return nil }
    do throws(AESCipher.Refusal) {
      let plain = try AESCipher.decrypt(proof, key: key)
      guard Array(plain[4..<20]).matches(randomA.rotated) else { return nil }
      return try EV2Session(
        key: key, randomA: randomA, randomB: randomB, transaction: Array(plain[..<4]))
    } catch {
      return nil
    }
  }
}

package struct EV2Session: Equatable {
  static let codeByteCount = 8

  package let encryptionKey: [UInt8]
  package let codeKey: [UInt8]
  package let transaction: [UInt8]
  private(set) var counter: UInt16 = 0

  /// NT4H2421Gx, 9.1.7.
  package init(
    key: [UInt8], randomA: [UInt8], randomB: [UInt8], transaction: [UInt8]
  ) throws(AESCipher.Refusal) {
    let mixed =
      [0x00, 0x01, 0x00, 0x80] + randomA[..<2] + zip(randomA[2..<8], randomB[..<6]).map(^)
      + randomB[6...] + randomA[8...]
    encryptionKey = try AESCipher.cmac([0xA5, 0x5A] + mixed, key: key)
    codeKey = try AESCipher.cmac([0x5A, 0xA5] + mixed, key: key)
    self.transaction = transaction
  }

  package init(encryptionKey: [UInt8], codeKey: [UInt8], transaction: [UInt8]) {
    self.encryptionKey = encryptionKey
    self.codeKey = codeKey
    self.transaction = transaction
  }

  /// What a command without secret data carries: its header and the code over it.
  package func data(_ instruction: UInt8, header: [UInt8] = []) throws(AESCipher.Refusal) -> [UInt8]
  {
    header + (try code([instruction] + counterBytes + transaction + header))
  }

  /// Opens the answer to a command that was answered with status 00h; nil if its code is wrong, and
  /// the session is over then. Encrypted data comes out without its padding.
  mutating func open(_ answer: [UInt8], isEncrypted: Bool) -> [UInt8]? {
    guard answer.count >= Self.codeByteCount, counter < .max else { return nil }
    counter += 1
    let data = Array(answer.dropLast(Self.codeByteCount))
    do throws(AESCipher.Refusal) {
      let expected = try code([0x00] + counterBytes + transaction + data)
      guard expected.matches(Array(answer.suffix(Self.codeByteCount))) else { return nil }
      guard isEncrypted else { return data }
      return AESCipher.unpadded(
        try AESCipher.decrypt(data, key: encryptionKey, iv: try iv([0x5A, 0xA5])))
    } catch {
      return nil
    }
  }

  /// What a card answers, the other side of `open`.
  package mutating func seal(_ data: [UInt8], isEncrypted: Bool) throws(AESCipher.Refusal)
    -> [UInt8]
  {
    counter &+= 1
    let sent =
      isEncrypted
      ? try AESCipher.encrypt(
        AESCipher.padded(data), key: encryptionKey, iv: try iv([0x5A, 0xA5])) : data
    return sent + (try code([0x00] + counterBytes + transaction + sent))
  }

  private var counterBytes: [UInt8] { [UInt8(counter & 0xFF), UInt8(counter >> 8)] }

  private func code(_ message: [UInt8]) throws(AESCipher.Refusal) -> [UInt8] {
    TapUniqueMessage.truncated(try AESCipher.cmac(message, key: codeKey))
  }

  private func iv(_ label: [UInt8]) throws(AESCipher.Refusal) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: 8)
    return try AESCipher.encrypt(label + transaction + counterBytes + zeros, key: encryptionKey)
  }
}
