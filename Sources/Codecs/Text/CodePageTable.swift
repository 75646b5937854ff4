import Synchronization

/// What a code page has for each Unicode scalar, asked of iconv in blocks and kept: a receipt is
/// encoded without a system call for each of its characters.
final class CodePageTable: Sendable {
  /// One to four bytes.
  struct Code: Equatable {
    fileprivate let value: UInt32

    fileprivate init(value: UInt32) { self.value = value }

    init(_ twoBytes: UInt16) { value = UInt32(twoBytes) }

    var byteCount: Int {
      value > 0xFFFF ? 4 : value > 0xFF ? 2 : 1
    }

    var first: UInt8 { UInt8(truncatingIfNeeded: value >> UInt32((byteCount - 1) * 8)) }

    var last: UInt8 { UInt8(truncatingIfNeeded: value) }

    func append(to bytes: inout [UInt8]) {
      for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
      }
    }
  }

  /// A block is 256 scalars; Unicode has so many.
  private static let blockCount = 0x1100
  /// No code page has the byte 0 for a character beyond ASCII.
  private static let none: UInt32 = 0

  fileprivate struct State: ~Copyable {
    let converter: CharacterConverter?
    var blocks: [[UInt32]]
  }

  private let iconvName: String
  private let state: Mutex<State?>

  init(_ iconvName: String) {
    self.iconvName = iconvName
    state = Mutex(nil)
  }

  /// Nil when the page has not got the scalar.
  func code(of scalar: Unicode.Scalar) -> Code? {
    let iconvName = iconvName
    let value = state.withLock { state -> UInt32 in
      if state == nil {
        state = State(
          converter: CharacterConverter(to: iconvName, from: "UTF-32LE"),
          blocks: Array(repeating: [], count: Self.blockCount))
      }
      return state?.value(of: scalar.value) ?? Self.none
    }
    return value == Self.none ? nil : Code(value: value)
  }
}

extension CodePageTable.State {
  fileprivate mutating func value(of scalar: UInt32) -> UInt32 {
    let block = Int(scalar >> 8)
    if blocks[block].isEmpty {
      let start = scalar & ~0xFF
      blocks[block] = (start...start + 0xFF).map { converter?.code(of: $0) ?? 0 }
    }
    return blocks[block][Int(scalar & 0xFF)]
  }
}
