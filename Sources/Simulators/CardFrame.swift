import Codecs

/// What a simulated card does with a command.
enum CardFrame {
  enum Answer {
    case success([UInt8])
    /// 91xx, a DESFire status.
    case wrapped([UInt8], UInt8)
    case failed
    case notSupported
    case status(UInt16)
  }

  /// Takes a command APDU apart, and puts the answer together.
  static func answer(
    _ bytes: [UInt8], _ body: (ISO7816.CommandAPDU) -> Answer
  ) -> [UInt8] {
    let command: ISO7816.CommandAPDU
    do throws(ISO7816.CommandAPDU.Malformation) {
      command = try ISO7816.CommandAPDU(decoding: bytes)
    } catch {
      return [0x67, 0x00]  // Wrong length.
    }
    return switch body(command) {
    case .success(let data): data + [0x90, 0x00]
    case .wrapped(let data, let status): data + [0x91, status]
    case .failed: [0x63, 0x00]
    case .notSupported: [0x6A, 0x81]
    case .status(let value): [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
    }
  }
}

/// SplitMix64: what chips draw by lot, the same in every run.
struct CardRandom: Equatable, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
    }
  }
}
