import Glibc

/// One open conversion of iconv (POSIX.1-2017, iconv), closed with the value's life.
struct CharacterConverter: ~Copyable {
  /// Holds any one character in any of the encodings used here.
  private static let outputLimit = 16

  // Never leaves this value, and whoever holds it holds its lock.
  nonisolated(unsafe) private let descriptor: iconv_t

  /// Nil when the C library does not know one of the encodings.
  init?(to target: String, from source: String) {
    guard let opened = iconv_open(target, source) else { return nil }
    // The error value of iconv_open is (iconv_t)-1.
    guard Int(bitPattern: opened) != -1 else { return nil }
    descriptor = opened
  }

  deinit { iconv_close(descriptor) }

  /// The bytes of a scalar, most significant first, of a conversion from UTF-32LE; 0 when there are
  /// none or more than four.
  func code(of scalar: UInt32) -> UInt32 {
    var source = scalar.littleEndian
    var target: UInt64 = 0
    let count = withUnsafeMutableBytes(of: &source) { source in
      withUnsafeMutableBytes(of: &target) { target in convert(source, to: target) }
    }
    guard let count, (1...4).contains(count) else { return 0 }
    return UInt32(truncatingIfNeeded: UInt64(bigEndian: target) >> UInt64((8 - count) * 8))
  }

  /// Reads characters of one byte or, where that fails, of up to `leadByteCount` bytes.
  func decode(_ bytes: [UInt8], leadByteCount: Int) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        output.append(bytes[index])
        index += 1
        continue
      }
      let longest = min(leadByteCount, bytes.count - index)
      var taken = 0
      for count in stride(from: 1, through: longest, by: 1) {
        guard let character = convert(bytes[index..<index + count]) else { continue }
        output += character
        taken = count
        break
      }
      if taken == 0 { output += "\u{FFFD}".utf8 }
      index += max(taken, 1)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Converts all of `input`, or nothing.
  private func convert(_ input: ArraySlice<UInt8>) -> [UInt8]? {
    var source = Array(input)
    var target = [UInt8](repeating: 0, count: Self.outputLimit)
    let count = source.withUnsafeMutableBytes { source in
      target.withUnsafeMutableBytes { target in convert(source, to: target) }
    }
    return count.map { Array(target.prefix($0)) }
  }

  /// The count of bytes written; nil unless all of `source` has a form of its own.
  private func convert(
    _ source: UnsafeMutableRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var sourceAddress = source.baseAddress?.assumingMemoryBound(to: CChar.self)
    var targetAddress = target.baseAddress?.assumingMemoryBound(to: CChar.self)
    var (sourceLeft, targetLeft) = (source.count, target.count)
    // Back to the initial state, whatever the last call left behind.
    iconv(descriptor, nil, nil, nil, nil)
    let result = iconv(descriptor, &sourceAddress, &sourceLeft, &targetAddress, &targetLeft)
    // Of code pages 1255 and 1258 a letter is kept back, in case a mark for it follows.
    iconv(descriptor, nil, nil, &targetAddress, &targetLeft)
    // A positive result counts characters that were replaced by a likeness: not wanted.
    return result == 0 && sourceLeft == 0 ? target.count - targetLeft : nil
  }
}
