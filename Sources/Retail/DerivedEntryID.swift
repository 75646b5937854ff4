import Ledger

extension EntryID {
  /// An id made from what the entry does, so that whoever makes it again makes the same. The first
  /// 32 bits are those of a kiosk that there is not, so that it is never one of a sale; the other
  /// 96 are FNV-1a's (the 128-bit form, folded; draft-eastlake-fnv).
  public init(derivedFrom text: String) {
    let prime = (UInt128(1) << 88) + 0x13B
    var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
    for byte in text.utf8 {
      hash ^= UInt128(byte)
      hash = hash &* prime
    }
    let folded = hash ^ (hash >> 96)
    self.init(
      high: 0xFFFF_FFFF << 32 | UInt64(truncatingIfNeeded: folded >> 64) & 0xFFFF_FFFF,
      low: UInt64(truncatingIfNeeded: folded))
  }
}
