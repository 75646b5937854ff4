extension NFC {
  /// The memory of a MIFARE Classic card: blocks of 16 bytes in sectors, each behind two keys
  /// (NXP MF1S50yyX, 8.6; MF1S70yyX, 8.6).
  public enum MIFAREClassic: Equatable, Sendable {
    case mini
    case oneKilobyte
    case fourKilobytes

    public static let blockByteCount = 16

    public var sectorCount: Int {
      switch self {
      case .mini: 5
      case .oneKilobyte: 16
      case .fourKilobytes: 40
      }
    }

    public var blockCount: Int {
      switch self {
      case .mini: 20
      case .oneKilobyte: 64
      case .fourKilobytes: 256
      }
    }

    /// The first 32 sectors have 4 blocks, the others 16.
    public func blocks(ofSector sector: Int) -> Range<Int>? {
      guard (0..<sectorCount).contains(sector) else { return nil }
      let first = sector < 32 ? sector * 4 : 128 + (sector - 32) * 16
      return first..<(first + (sector < 32 ? 4 : 16))
    }

    public func sector(ofBlock block: Int) -> Int? {
      guard (0..<blockCount).contains(block) else { return nil }
      return block < 128 ? block / 4 : 32 + (block - 128) / 16
    }

    /// The blocks that hold data: all but the sector trailer, and not the maker's block 0.
    public func dataBlocks(ofSector sector: Int) -> [Int] {
      blocks(ofSector: sector)?.dropLast().filter { $0 != 0 } ?? []
    }

    /// The sectors that the MIFARE application directory gives to NDEF, in order; nil if its check
    /// byte is wrong (NXP AN10787, 3; the NDEF application is 03E1h, AN1305). `directory` is blocks
    /// 1 and 2; the second directory of a 4K card is not read.
    public static func messageSectors(directory: [UInt8]) -> [Int]? {
      guard directory.count == 2 * blockByteCount, checkByte(directory.dropFirst()) == directory[0]
      else { return nil }
      return (1...15).filter { directory[2 * $0] == 0x03 && directory[2 * $0 + 1] == 0xE1 }
    }

    /// Blocks 1 and 2 of a card whose first `sectors` sectors after the directory hold NDEF.
    public static func directory(messageSectors sectors: Int) -> [UInt8] {
      let entries = (1...15).flatMap { sector -> [UInt8] in
        sector <= sectors ? [0x03, 0xE1] : [0, 0]
      }
      let body: [UInt8] = [0x01] + entries
      return [checkByte(body[...])] + body
    }

    /// CRC-8 with x^8+x^4+x^3+x^2+1, preset C7h (NXP AN10787, 3.7).
    static func checkByte(_ bytes: ArraySlice<UInt8>) -> UInt8 {
      bytes.reduce(0xC7) { check, byte in
        (0..<8).reduce(check ^ byte) { value, _ in
          value & 0x80 == 0 ? value << 1 : value << 1 ^ 0x1D
        }
      }
    }
  }
}
