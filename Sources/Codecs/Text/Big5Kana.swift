/// Rows C6 to C8 of cp950 as the first table of Unicode had them (BIG5.TXT, Unicode 1.1), which
/// Python's codec keeps. For a codec only: the fonts of printers place these characters elsewhere.
enum Big5Kana {
  /// Scalars in a row, from a code on; trail bytes are 40 to 7E and A1 to FE.
  private static let runs: [(scalars: ClosedRange<UInt32>, code: UInt16)] = [
    (0x30FE...0x30FE, 0xC6A1), (0x309D...0x309E, 0xC6A2), (0x3005...0x3005, 0xC6A4),
    (0x3041...0x3093, 0xC6A5), (0x30A1...0x30F6, 0xC6F8), (0x0414...0x0415, 0xC7B1),
    (0x0401...0x0401, 0xC7B3), (0x0416...0x041C, 0xC7B4), (0x0423...0x0435, 0xC7BB),
    (0x0451...0x0451, 0xC7CE), (0x0436...0x044F, 0xC7CF), (0x2460...0x2469, 0xC7E9),
    (0x2474...0x247D, 0xC7F3),
  ]
  private static let trailCount = 157
  private static let lowTrailCount = 63

  /// The two bytes of a scalar, or nil when these rows have not got it.
  static func code(of scalar: Unicode.Scalar) -> UInt16? {
    guard let run = runs.first(where: { $0.scalars.contains(scalar.value) }) else { return nil }
    let (lead, trail) = (Int(run.code >> 8), Int(run.code & 0xFF))
    let place =
      (trail < 0x7F ? trail - 0x40 : trail - 0xA1 + lowTrailCount)
      + Int(scalar.value - run.scalars.lowerBound)
    let column = place % trailCount
    let last = column < lowTrailCount ? column + 0x40 : column - lowTrailCount + 0xA1
    return UInt16(lead + place / trailCount) << 8 | UInt16(last)
  }
}
