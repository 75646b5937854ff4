extension ESCPOS {
  /// How long commands are, known or not: what a reader must know to stay in step.
  enum Framing {
    static let firstFormBSystem: UInt8 = 65
    /// DLE DC4 with fn 8 and its seven fixed parameters.
    static let clearBuffers: [UInt8] = [dle, dc4, 8, 1, 3, 20, 1, 6, 2, 8]
    /// The largest command that is kept; the payload of a larger one is skipped.
    static let maximumByteCount = 1 << 20
    /// Data of a barcode of form A before the NUL that must end it.
    static let maximumTerminatedByteCount = 255

    /// A user-defined character is at most 32 dots high.
    static let maximumBytesPerColumn: UInt8 = 4
    /// A user-defined character of 24 × 24 dots (FS 2).
    static let definedKanjiByteCount = 72
    /// ESC D takes 32 positions.
    static let maximumTabCount = 32

    enum Extent: Equatable {
      /// So many bytes are needed to know more.
      case atLeast(Int)
      /// The command is that long.
      case exactly(Int)
      /// A command of a known form that is too large to keep: its head, and the payload to skip.
      case oversized(head: Int, payload: Int)
    }

    /// The extent of the command that `bytes` begin with; the first is below 20h.
    static func extent(of bytes: [UInt8]) -> Extent {
      guard let first = bytes.first, [dle, esc, fs, gs].contains(first) else { return .exactly(1) }
      guard bytes.count >= 2 else { return .atLeast(2) }
      // A control character where a letter must be: the introducer stands alone, the rest is new.
      switch first {
      case dle: return realTime(bytes)
      case esc: return escape(bytes)
      case fs: return fileSeparator(bytes)
      default: return groupSeparator(bytes)
      }
    }

    private static func realTime(_ bytes: [UInt8]) -> Extent {
      guard [eot, enq, dc4].contains(bytes[1]) else { return .exactly(1) }
      guard bytes.count >= 3 else { return .atLeast(3) }
      switch (bytes[1], bytes[2]) {
      case (eot, 0), (eot, 7), (eot, 8), (eot, 18): return .exactly(4)
      case (dc4, 1), (dc4, 2): return .exactly(5)
      case (dc4, 3): return .exactly(8)
      case (dc4, 7): return .exactly(4)
      case (dc4, 8): return .exactly(clearBuffers.count)
      default: return .exactly(3)
      }
    }

    private static func escape(_ bytes: [UInt8]) -> Extent {
      switch bytes[1] {
      case 0x00..<0x0C, 0x0D..<0x20: .exactly(1)
      case 0x0C, 0x32, 0x3C, 0x40, 0x4C, 0x53, 0x69, 0x6D, 0x71, 0x76: .exactly(2)
      case 0x20, 0x21, 0x25, 0x2D, 0x33, 0x3D, 0x3F, 0x43, 0x45, 0x46, 0x47, 0x4A, 0x4B, 0x4D,
        0x52, 0x54, 0x55, 0x56, 0x61, 0x64, 0x65, 0x72, 0x74, 0x75, 0x7B:
        .exactly(3)
      case 0x24, 0x5C, 0x63, 0x66: .exactly(4)
      case 0x70: .exactly(5)
      case 0x57: .exactly(10)
      case 0x26: definedCharacters(bytes)
      case 0x28: counted(bytes, head: 5) { littleEndian($0[3], $0[4]) }
      case 0x2A: columnImage(bytes)
      case 0x44: tabPositions(bytes)
      default: .exactly(2)
      }
    }

    private static func fileSeparator(_ bytes: [UInt8]) -> Extent {
      switch bytes[1] {
      case 0x00..<0x20: .exactly(1)
      case 0x26, 0x2E, 0x4C, 0x62, 0x63: .exactly(2)
      case 0x21, 0x2D, 0x43, 0x57: .exactly(3)
      case 0x3F, 0x53, 0x70: .exactly(4)
      case 0x28: counted(bytes, head: 5) { littleEndian($0[3], $0[4]) }
      case 0x32: .exactly(4 + definedKanjiByteCount)
      case 0x61:
        bytes.count < 3 ? .atLeast(3) : .exactly(bytes[2] == 0x30 ? 4 : 3)
      case 0x67: nonvolatileMemory(bytes)
      case 0x71: storedImages(bytes)
      default: .exactly(2)
      }
    }

    private static func groupSeparator(_ bytes: [UInt8]) -> Extent {
      switch bytes[1] {
      case 0x00..<0x20: .exactly(1)
      case 0x3A, 0x63: .exactly(2)
      case 0x21, 0x2F, 0x42, 0x45, 0x48, 0x49, 0x54, 0x61, 0x62, 0x66, 0x68, 0x6A, 0x72, 0x77:
        .exactly(3)
      case 0x24, 0x26, 0x4C, 0x50, 0x57, 0x5C: .exactly(4)
      case 0x5E, 0x7A: .exactly(5)
      case 0x43: counter(bytes)
      case 0x44:
        counted(bytes, head: 15) {
          // The size in the head of the BMP file counts from its "BM", six bytes back.
          max(0, Int(littleEndian($0[11], $0[12])) + Int(littleEndian($0[13], $0[14])) << 16 - 6)
        }
      case 0x67: .exactly(6)
      case 0x28: counted(bytes, head: 5) { littleEndian($0[3], $0[4]) }
      case 0x2A: counted(bytes, head: 4) { Int($0[2]) * Int($0[3]) * 8 }
      case 0x38:
        counted(bytes, head: 7) {
          Int(littleEndian($0[3], $0[4])) + Int(littleEndian($0[5], $0[6])) << 16
        }
      case 0x56: cut(bytes)
      case 0x6B: barcode(bytes)
      case 0x51, 0x76:
        counted(bytes, head: 8) {
          Int(littleEndian($0[4], $0[5])) * Int(littleEndian($0[6], $0[7]))
        }
      default: .exactly(2)
      }
    }

    private static func cut(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 3 else { return .atLeast(3) }
      return [65, 66, 97, 98, 103, 104].contains(bytes[2]) ? .exactly(4) : .exactly(3)
    }

    private static func barcode(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 3 else { return .atLeast(3) }
      switch bytes[2] {
      case 0...6: return terminated(bytes, from: 3)
      case 65...79: return counted(bytes, head: 4) { Int($0[3]) }
      default: return .exactly(3)
      }
    }

    /// A density that does not exist has no data.
    private static func columnImage(_ bytes: [UInt8]) -> Extent {
      counted(bytes, head: 5) { bytes in
        let density = ColumnImage.Density(rawValue: bytes[2])
        return Int(littleEndian(bytes[3], bytes[4])) * (density?.bytesPerColumn ?? 0)
      }
    }

    /// Rising positions up to a NUL; what does not rise is the next command already.
    private static func tabPositions(_ bytes: [UInt8]) -> Extent {
      var last: UInt8 = 0
      for (index, position) in bytes.enumerated().dropFirst(2) {
        if position == nul { return .exactly(index + 1) }
        if position <= last || index >= 2 + maximumTabCount { return .exactly(index) }
        last = position
      }
      return .atLeast(bytes.count + 1)
    }

    /// FS g 1 and FS g 2.
    private static func nonvolatileMemory(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 3 else { return .atLeast(3) }
      switch bytes[2] {
      case 0x31: return counted(bytes, head: 10) { littleEndian($0[8], $0[9]) }
      case 0x32: return .exactly(10)
      default: return .exactly(3)
      }
    }

    /// FS q n [xL xH yL yH d…]…
    private static func storedImages(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 3 else { return .atLeast(3) }
      var end = 3
      for _ in 0..<bytes[2] {
        guard bytes.count >= end + 4 else { return .atLeast(end + 4) }
        let count =
          Int(littleEndian(bytes[end], bytes[end + 1])) * 8
          * Int(littleEndian(bytes[end + 2], bytes[end + 3]))
        end += 4
        guard end + count <= maximumByteCount else {
          return .oversized(head: end, payload: count)
        }
        end += count
      }
      return .exactly(end)
    }

    /// GS C 0, 1, 2 and ; of the serial number counter.
    private static func counter(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 3 else { return .atLeast(3) }
      switch bytes[2] {
      case 0x30, 0x32: return .exactly(5)
      case 0x31: return .exactly(9)
      case 0x3B: return counterText(bytes)
      default: return .exactly(3)
      }
    }

    /// Five numbers in digits, each ended by a semicolon.
    private static func counterText(_ bytes: [UInt8]) -> Extent {
      var ends = 0
      for (index, byte) in bytes.enumerated().dropFirst(3) {
        guard byte == 0x3B || (0x30...0x39).contains(byte), index < 3 + maximumTerminatedByteCount
        else { return .exactly(index) }
        if byte == 0x3B { ends += 1 }
        if ends == 5 { return .exactly(index + 1) }
      }
      return .atLeast(bytes.count + 1)
    }

    /// ESC & y c1 c2 [x d1…d(y·x)]…; codes or a height that cannot be have no data.
    private static func definedCharacters(_ bytes: [UInt8]) -> Extent {
      guard bytes.count >= 5 else { return .atLeast(5) }
      guard bytes[3] <= bytes[4], bytes[3] >= 0x20, bytes[4] <= 0x7E,
        (1...maximumBytesPerColumn).contains(bytes[2])
      else { return .exactly(5) }
      var end = 5
      for _ in bytes[3]...bytes[4] {
        guard bytes.count > end else { return .atLeast(end + 1) }
        end += 1 + Int(bytes[2]) * Int(bytes[end])
      }
      return .exactly(end)
    }

    private static func terminated(_ bytes: [UInt8], from start: Int) -> Extent {
      if let end = bytes.dropFirst(start).firstIndex(of: nul) { return .exactly(end + 1) }
      let limit = start + maximumTerminatedByteCount
      return bytes.count >= limit ? .exactly(limit) : .atLeast(bytes.count + 1)
    }

    private static func counted(
      _ bytes: [UInt8], head: Int, payload: ([UInt8]) -> some BinaryInteger
    ) -> Extent {
      guard bytes.count >= head else { return .atLeast(head) }
      let count = Int(payload(bytes))
      guard head + count <= maximumByteCount else { return .oversized(head: head, payload: count) }
      return .exactly(head + count)
    }
  }
}
