import Testing

@testable import Cards

struct OriginalityTests {
  /// UIDs and signatures of real chips: three traces from pastebin.com (EsPxvX5r, 5mZUKfiN,
  /// YrLa8rJd), the others from the tests of the Proxmark3 client's signature tool.
  private static let ntags = [
    ("04d3c2a2993c80", "54ba0d35d2acc919914bc7ba73c4c75cfefedd416574d2d2482e4f8ca3293127"),
    ("04f437c2993c80", "4d5d1005fe28968b2b9a44288253d7d9e8833f3ce9c81c2144e1240eb822749f"),
    ("046d48b2973c81", "1ba06985bc35e5d6e35f942159be6b9ac9fac2a42844df9fad9eeb579652928d"),
    ("04e10cda993c80", "8b76052ee42f5567beb53238b3e3f9950707c0dcc956b5c5efcfdb709b2d82b3"),
    ("04db0bda993c80", "6048efd9417cd10f6b7f1818d471a7fe5b46868d2eabdc6307a1e0aae139d8d0"),
  ]
  private static let ultralights = [
    ("04c1285a373080", "cea2eb0b3c95d0844a95b824a7553703b3702378033bf0987899db70151a19e7"),
    ("04c2285a373080", "a561506723d422d29ed9f93e60d20b9ed1e05cc1bf81da19fe500ca0b81cc0ed"),
  ]

  private func isValid(
    _ pair: (String, String), _ series: OriginalitySignature.Series
  ) -> Bool {
    OriginalitySignature.isValid(hexBytes(pair.1), uid: hexBytes(pair.0), series: series)
  }

  @Test func `the signatures of real chips hold, each for its own series`() {
    for pair in Self.ntags {
      #expect(isValid(pair, .ntag21x))
      #expect(!isValid(pair, .ultralightEV1))
    }
    for pair in Self.ultralights {
      #expect(isValid(pair, .ultralightEV1))
      #expect(!isValid(pair, .ntag21x))
    }
  }

  @Test func `a signature does not hold for the next UID, nor with any bit changed`() {
    // The fourth case of the traces: the third signature beside another UID.
    #expect(!isValid(("046d48b2973c82", Self.ntags[2].1), .ntag21x))
    var signature = hexBytes(Self.ntags[0].1)
    for bit in stride(from: 0, to: 256, by: 51) {
      signature[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(
        !OriginalitySignature.isValid(
          signature, uid: hexBytes(Self.ntags[0].0), series: .ntag21x))
      signature[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  @Test func `bytes that are no signature are refused`() {
    let uid = hexBytes(Self.ntags[0].0)
    let zeros = [UInt8](repeating: 0, count: 32)
    let ones = [UInt8](repeating: 0xFF, count: 32)
    for bytes in [[], zeros, ones, Array(zeros.dropLast()), hexBytes(Self.ntags[0].1) + [0]] {
      #expect(!OriginalitySignature.isValid(bytes, uid: uid, series: .ntag21x))
    }
    #expect(
      !OriginalitySignature.isValid(
        hexBytes(Self.ntags[0].1), uid: Array(uid.dropLast()), series: .ntag21x))
  }

  @Test func `the makers' keys are points of the curve, and others are not`() {
    for series in OriginalitySignature.Series.allCases {
      #expect(Secp128r1.point(series.publicKey) != nil)
      var wrong = series.publicKey
      wrong[5] ^= 1
      #expect(Secp128r1.point(wrong) == nil)
      #expect(Secp128r1.point(Array(series.publicKey.dropLast())) == nil)
    }
  }
}
