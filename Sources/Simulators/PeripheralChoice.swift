import Codecs

/// Where bytes go (ESC =). A printer that is not chosen obeys nothing but the next ESC = and the
/// real-time commands; what else comes is for the display, if that is chosen.
struct PeripheralChoice: Sendable {
  private var choice: UInt8
  /// The beginning of what may be an ESC =.
  private var held: [UInt8] = []

  init(_ n: UInt8 = 1) { choice = n }

  var isPrinter: Bool { choice & 0x01 != 0 }

  /// Takes a byte that is not for the printer; returns what is for the display.
  mutating func feed(_ byte: UInt8) -> [UInt8] {
    held.append(byte)
    switch held.count {
    case 1 where byte == 0x1B, 2 where held == [0x1B, 0x3D]: return []
    case 3 where held.starts(with: [0x1B, 0x3D]):
      self = PeripheralChoice(byte)
      return []
    default:
      // ESC ESC: the second may begin what the first did not.
      let rest = byte == 0x1B ? 1 : 0
      let passed = held.dropLast(rest)
      held = Array(held.suffix(rest))
      return choice & 0x02 != 0 ? Array(passed) : []
    }
  }
}
