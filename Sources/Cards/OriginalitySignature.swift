/// The signature that a chip's maker wrote over its UID when the chip was made (READ_SIG, `3C 00`).
/// It says that the chip is real, not that this is that chip: whoever reads it can copy it.
public enum OriginalitySignature {
  public static let byteCount = 32

  /// The kinds of chip whose maker published a key.
  public enum Series: Equatable, Sendable, CaseIterable {
    /// NXP AN11350, NTAG 21x Originality Signature Validation.
    case ntag21x
    /// NXP AN11341, MIFARE Ultralight EV1 Originality Signature Validation.
    case ultralightEV1

    var publicKey: [UInt8] {
      switch self {
      case .ntag21x: OriginalitySignature.ntag21xKey
      case .ultralightEV1: OriginalitySignature.ultralightEV1Key
      }
    }
  }

  /// Whether the maker of `series` signed this UID. The UID is signed as it is, without a hash.
  public static func isValid(
    _ signature: [UInt8], uid: [UInt8], series: Series
  ) -> Bool {
    guard uid.count == 7, let key = Secp128r1.point(series.publicKey) else { return false }
    return Secp128r1.verifies(signature, of: uid, by: key)
  }

  /// 04494E1A 386D3D3C FE3DC10E 5DE68A49 9B1C202D B5B13239 3E89ED19 FE5BE8BC 61
  private static let ntag21xKey: [UInt8] = [
    0x04,
    0x49, 0x4E, 0x1A, 0x38, 0x6D, 0x3D, 0x3C, 0xFE, 0x3D, 0xC1, 0x0E, 0x5D, 0xE6, 0x8A, 0x49, 0x9B,
    0x1C, 0x20, 0x2D, 0xB5, 0xB1, 0x32, 0x39, 0x3E, 0x89, 0xED, 0x19, 0xFE, 0x5B, 0xE8, 0xBC, 0x61,
  ]

  /// 0490933B DCD6E99B 4E255E3D A55389A8 27564E11 718E0172 92FAF232 26A96614 B8
  private static let ultralightEV1Key: [UInt8] = [
    0x04,
    0x90, 0x93, 0x3B, 0xDC, 0xD6, 0xE9, 0x9B, 0x4E, 0x25, 0x5E, 0x3D, 0xA5, 0x53, 0x89, 0xA8, 0x27,
    0x56, 0x4E, 0x11, 0x71, 0x8E, 0x01, 0x72, 0x92, 0xFA, 0xF2, 0x32, 0x26, 0xA9, 0x66, 0x14, 0xB8,
  ]
}
