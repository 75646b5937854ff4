/// The AES authentication of MIFARE DESFire EV1 (command AAh) and what follows it. NXP keeps its
/// data sheet to itself; this follows libfreefare and the recorded sessions of real cards that the
/// tests name.
struct EV1Authentication {
  private let key: [UInt8]
  private let randomA: [UInt8]
  private var randomB: [UInt8] = []
  private var iv = AESCipher.zeroBlock

  /// `randomA` has 16 bytes that nobody can foresee.
  init(key: [UInt8], randomA: [UInt8]) {
    self.key = key
    self.randomA = randomA
  }

  /// The data of the second command; one chain of blocks runs through all three messages.
  mutating func answer(_ challenge: [UInt8]) -> [UInt8]? {
    guard challenge.count == AESCipher.blockByteCount else { return nil }
    do throws(AESCipher.Refusal) {
      randomB = try AESCipher.decrypt(challenge, key: key)
      let answer = try AESCipher.encrypt(randomA + randomB.rotated, key: key, iv: challenge)
      iv = Array(answer.suffix(AESCipher.blockByteCount))
      return answer
    } catch {
      return nil
    }
  }

  /// The session, if the card proved that it holds the key too.
  func session(_ proof: [UInt8]) -> EV1Session? {
    do throws(AESCipher.Refusal) {
      guard try AESCipher.decrypt(proof, key: key, iv: iv).matches(randomA.rotated) else {
        return nil
      }
      return EV1Session(randomA: randomA, randomB: randomB)
    } catch {
      return nil
    }
  }
}

/// Every message goes into one chain of codes: the code before it is where the next begins.
package struct EV1Session: Equatable {
  static let codeByteCount = 8
  static let checkByteCount = 4

  let key: [UInt8]
  private var iv = AESCipher.zeroBlock

  init(key: [UInt8]) { self.key = key }

  /// A session of the two random numbers, 16 bytes each.
  package init(randomA: [UInt8], randomB: [UInt8]) {
    key = Array(randomA[..<4] + randomB[..<4] + randomA[12...] + randomB[12...])
  }

  /// A command goes as it is; its code is only carried on.
  package mutating func send(_ instruction: UInt8, _ data: [UInt8]) throws(AESCipher.Refusal) {
    iv = try AESCipher.chainedCMAC([instruction] + data, key: key, iv: iv)
  }

  /// Opens all data of an answer with status 00h that was sent in plain or with a code: after AES
  /// authentication both have one. nil if it is wrong.
  mutating func open(_ answer: [UInt8]) -> [UInt8]? {
    guard answer.count >= Self.codeByteCount else { return nil }
    let data = Array(answer.dropLast(Self.codeByteCount))
    do throws(AESCipher.Refusal) {
      iv = try AESCipher.chainedCMAC(data + [0x00], key: key, iv: iv)
    } catch {
      return nil
    }
    guard Array(iv.prefix(Self.codeByteCount)).matches(Array(answer.suffix(Self.codeByteCount)))
    else { return nil }
    return data
  }

  /// Opens an encrypted answer that holds `byteCount` bytes, their CRC and padding.
  mutating func open(encrypted answer: [UInt8], byteCount: Int) -> [UInt8]? {
    do throws(AESCipher.Refusal) {
      let plain = try AESCipher.decrypt(answer, key: key, iv: iv)
      iv = Array(answer.suffix(AESCipher.blockByteCount))
      let end = byteCount + Self.checkByteCount
      guard byteCount >= 0, end <= plain.count, plain.count - end < AESCipher.blockByteCount else {
        return nil
      }
      let data = Array(plain[..<byteCount])
      guard Array(plain[byteCount..<end]) == Self.check(data + [0x00]) else { return nil }
      return data
    } catch {
      return nil
    }
  }

  /// What a card answers, the other side of `open`.
  package mutating func seal(_ data: [UInt8]) throws(AESCipher.Refusal) -> [UInt8] {
    iv = try AESCipher.chainedCMAC(data + [0x00], key: key, iv: iv)
    return data + iv.prefix(Self.codeByteCount)
  }

  package mutating func seal(encrypted data: [UInt8]) throws(AESCipher.Refusal) -> [UInt8] {
    var plain = data + Self.check(data + [0x00])
    while !plain.count.isMultiple(of: AESCipher.blockByteCount) { plain.append(0) }
    let sent = try AESCipher.encrypt(plain, key: key, iv: iv)
    iv = Array(sent.suffix(AESCipher.blockByteCount))
    return sent
  }

  /// CRC-32 as Ethernet has it, without the last inversion, low byte first.
  static func check(_ bytes: [UInt8]) -> [UInt8] {
    let value = bytes.reduce(UInt32.max) { check, byte in
      (0..<8).reduce(check ^ UInt32(byte)) { value, _ in
        value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320
      }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }
}
