import Codecs
import Testing

struct CharacterWidthTests {
  @Test func `scalars that stand alone are a character each, in any order`() {
    let alone = (UInt32(0)...0xFFFF).compactMap { Unicode.Scalar($0) }
      .filter { CharacterWidth.standsAlone($0) }
    #expect(alone.contains("é") && alone.contains("€") && alone.contains("─"))
    #expect(alone.contains("中") && alone.contains("か") && !alone.contains("\u{3099}"))
    var state: UInt64 = 11
    var text = String.UnicodeScalarView()
    for _ in 0..<40_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      text.append(alone[Int(state >> 33) % alone.count])
    }
    #expect(String(text).count == 40_000)
  }

  @Test func `the look at the bytes finds every wide character`() {
    for value in UInt32(0x80)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(
        CharacterWidth.isWide(String(scalar)) == (CharacterWidth.columns(of: scalar) == 2),
        "\(value)")
    }
    #expect(!CharacterWidth.isWide("Crème brûlée 3,50 €"))
  }
}
