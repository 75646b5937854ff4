import Foundation

/// One line of `Golden/keyboard-us.txt`.
struct KeyboardCase: Sendable {
  let style: String
  let suffix: String
  let text: [UInt8]
  let reports: [[UInt8]]

  static func all(file: String = #filePath) throws -> [KeyboardCase] {
    let folder = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
    let url = folder.appending(path: "Golden/keyboard-us.txt")
    let text = try String(contentsOf: url, encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let words = line.split(separator: " ").map(String.init)
      return KeyboardCase(
        style: words[0], suffix: words[1], text: hexBytes(words[2]),
        reports: words[3...].map(hexBytes))
    }
  }
}

/// Bytes of a string of hexadecimal digits; blanks are passed over.
func hexBytes(_ text: String) -> [UInt8] {
  let digits = text.filter { $0 != " " && $0 != "\n" }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

/// SplitMix64: the same numbers under every compiler.
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func bytes(count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
  }

  /// `bytes` with some of them changed and perhaps cut off.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<below(4) where !bytes.isEmpty {
      bytes[below(bytes.count)] = UInt8(truncatingIfNeeded: next())
    }
    return below(2) == 0 ? bytes : Array(bytes.prefix(below(bytes.count + 1)))
  }
}
