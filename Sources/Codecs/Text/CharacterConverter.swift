import Glibc

/// One open conversion of iconv (POSIX.1-2017, iconv), closed with the value's life.
struct CharacterConverter: ~Copyable {
  /// Holds any one character in any of the encodings used here.
  private static let outputLimit = 16

  private let descriptor: iconv_t

  /// Nil when the C library does not know one of the encodings.
  init?(to target: String, from source: String) {
    guard let opened = iconv_open(target, source) else { return nil }
    // The error value of iconv_open is (iconv_t)-1.
    guard Int(bitPattern: opened) != -1 else { return nil }
    descriptor = opened
  }

  deinit { iconv_close(descriptor) }

  /// Nil when the character has no form of one or two bytes in the target.
  func encode(_ character: Character) -> [UInt8]? {
    guard let bytes = convert(Array(String(character).utf8)) else { return nil }
    // A lead byte below 80h would be a control or ASCII character that the caller handles itself.
    guard (1...CodePage.maximumBytesPerCharacter).contains(bytes.count), bytes[0] >= 0x80
    else { return nil }
    return bytes
  }

  /// Reads characters of one byte or, where that fails, of up to `leadByteCount` bytes.
  func decode(_ bytes: [UInt8], leadByteCount: Int) -> String {
    var output: [UInt8] = []
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
        guard let character = convert(Array(bytes[index..<index + count])) else { continue }
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
  private func convert(_ input: [UInt8]) -> [UInt8]? {
    var source = input.map { CChar(bitPattern: $0) }
    var target = [CChar](repeating: 0, count: Self.outputLimit)
    var sourceLeft = source.count
    var targetLeft = target.count
    let isConverted = source.withUnsafeMutableBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        var sourceAddress = source.baseAddress
        var targetAddress = target.baseAddress
        // Back to the initial state, whatever the last call left behind.
        iconv(descriptor, nil, nil, nil, nil)
        let result = iconv(
          descriptor, &sourceAddress, &sourceLeft, &targetAddress, &targetLeft)
        // A positive result counts characters that were replaced by a likeness: not wanted.
        return result == 0
      }
    }
    guard isConverted, sourceLeft == 0 else { return nil }
    return target.prefix(target.count - targetLeft).map { UInt8(bitPattern: $0) }
  }
}
