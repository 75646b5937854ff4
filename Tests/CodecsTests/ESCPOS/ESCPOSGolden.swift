import Foundation

/// Reads a golden file: bytes in hexadecimal, `#` begins a comment.
func escposGolden(_ name: String, file: String = #filePath) throws -> [UInt8] {
  let folder = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
  let url = folder.appending(path: "Golden").appending(path: name + ".hex")
  let text = try String(contentsOf: url, encoding: .utf8)
  return text.split(separator: "\n", omittingEmptySubsequences: true).flatMap { line in
    line.prefix { $0 != "#" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }
}

/// Sebastiano Vigna's SplitMix64: the same numbers under every compiler.
struct ESCPOSRandom {
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
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 32) }

  /// Bytes as a printer might get them: introducers far more often than by chance.
  mutating func commandLikeBytes(count: Int) -> [UInt8] {
    let likely: [UInt8] = [
      0x1B, 0x1C, 0x1D, 0x10, 0x28, 0x6B, 0x76, 0x30, 0x04, 0x00, 0x01, 0x40, 0x56, 0x41, 0x2A,
    ]
    return (0..<count).map { _ in
      below(3) == 0 ? byte() : likely[below(likely.count)]
    }
  }
}
