import CryptoExtras
import FoundationEssentials

/// AES-128 in the modes that cards use. A key has 16 bytes, and a message has whole blocks where
/// the mode asks for them; what does not fit is refused, never padded in silence.
package enum AESCipher {
  package static let blockByteCount = 16
  package static let zeroBlock = [UInt8](repeating: 0, count: blockByteCount)

  package enum Refusal: Error, Equatable {
    case keyByteCount(Int)
    case notWholeBlocks(Int)
    case library(String)
  }

  /// CBC without padding (NIST SP 800-38A, 6.2).
  package static func encrypt(
    _ message: [UInt8], key: [UInt8], iv: [UInt8] = zeroBlock
  ) throws(Refusal) -> [UInt8] {
    try chained(message, key, iv) { message, key, iv throws in
      try AES._CBC.encrypt(message, using: key, iv: iv, noPadding: true)
    }
  }

  package static func decrypt(
    _ message: [UInt8], key: [UInt8], iv: [UInt8] = zeroBlock
  ) throws(Refusal) -> [UInt8] {
    try chained(message, key, iv) { message, key, iv throws in
      try AES._CBC.decrypt(message, using: key, iv: iv, noPadding: true)
    }
  }

  /// CMAC (NIST SP 800-38B), 16 bytes.
  package static func cmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8] {
    guard key.count == blockByteCount else { throw .keyByteCount(key.count) }
    do {
      var code = try AES.CMAC(key: SymmetricKey(data: key))
      code.update(data: message)
      return Array(code.finalize())
    } catch {
      throw .library("\(error)")
    }
  }

  /// CMAC that goes on from the code before it, as a DESFire session chains its own, and that pads
  /// up to `minimumByteCount`, as AN10922 does. With neither it is `cmac`.
  package static func chainedCMAC(
    _ message: [UInt8], key: [UInt8], iv: [UInt8] = zeroBlock, minimumByteCount: Int = 0
  ) throws(Refusal) -> [UInt8] {
    let first = doubled(try encrypt(zeroBlock, key: key))
    let isWhole =
      !message.isEmpty && message.count.isMultiple(of: blockByteCount)
      && message.count >= minimumByteCount
    var padded = message
    if !isWhole {
      padded.append(0x80)
      while !padded.count.isMultiple(of: blockByteCount) || padded.count < minimumByteCount {
        padded.append(0)
      }
    }
    let last = padded.count - blockByteCount
    for (index, byte) in (isWhole ? first : doubled(first)).enumerated() {
      padded[last + index] ^= byte
    }
    return Array(try encrypt(padded, key: key, iv: iv).suffix(blockByteCount))
  }

  /// 80h and zeros up to the next whole block, at least one byte (ISO/IEC 9797-1, method 2).
  package static func padded(_ message: [UInt8]) -> [UInt8] {
    let count = blockByteCount - message.count % blockByteCount
    return message + [0x80] + [UInt8](repeating: 0, count: count - 1)
  }

  /// What was padded with 80h and zeros; nil if it was not.
  package static func unpadded(_ message: [UInt8]) -> [UInt8]? {
    guard let end = message.lastIndex(where: { $0 != 0 }), message[end] == 0x80 else { return nil }
    return Array(message[..<end])
  }

  private static func chained(
    _ message: [UInt8], _ key: [UInt8], _ iv: [UInt8],
    _ body: ([UInt8], SymmetricKey, AES._CBC.IV) throws -> Data
  ) throws(Refusal) -> [UInt8] {
    guard key.count == blockByteCount else { throw .keyByteCount(key.count) }
    guard !message.isEmpty, message.count.isMultiple(of: blockByteCount),
      iv.count == blockByteCount
    else { throw .notWholeBlocks(message.count) }
    do {
      return Array(try body(message, SymmetricKey(data: key), AES._CBC.IV(ivBytes: iv)))
    } catch {
      throw .library("\(error)")
    }
  }

  /// Twice the block in GF(2^128) (NIST SP 800-38B, 6.1).
  private static func doubled(_ block: [UInt8]) -> [UInt8] {
    var result = block.indices.map { index in
      block[index] << 1 | (index + 1 < block.count ? block[index + 1] >> 7 : 0)
    }
    if block[0] & 0x80 != 0 { result[block.count - 1] ^= 0x87 }
    return result
  }
}

extension [UInt8] {
  /// Every byte by one place to the front, the first to the end.
  package var rotated: [UInt8] { Array(dropFirst()) + prefix(1) }

  /// Compares without telling by the time it takes how much is alike.
  package func matches(_ other: [UInt8]) -> Bool {
    count == other.count && zip(self, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
