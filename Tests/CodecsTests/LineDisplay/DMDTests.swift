import Codecs
import Testing

struct DMDTests {
  private func text(_ screen: DMD.Screen) -> [String] {
    screen.rows.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `commands have the bytes of the DM-D110 specification`() {
    #expect(
      DMD.encode([
        .initialize, .mode(.overwrite), .cursor(isVisible: false), .clear, .home, .clearLine,
        .moveTo(column: 1, row: 2), .brightness(3), .codePage(19), .internationalSet(2),
      ]) == hexBytes("1b40 1f01 1f4300 0c 0b 18 1f240102 1f5803 1b7413 1b5202"))
  }

  @Test func `control codes in a text cannot be commands`() {
    #expect(DMD.encode([.text([0x1B, 0x40, 0x0C, 0x41, 0x7F])]) == [0x20, 0x40, 0x20, 0x41, 0x20])
  }

  @Test func `two lines are shown where they are put`() {
    var screen = DMD.Screen()
    screen.feed(
      DMD.encode([
        .initialize, .moveTo(column: 1, row: 1), .text(Array("Tea".utf8)),
        .moveTo(column: 15, row: 2), .text(Array("  6.50".utf8)),
      ]))
    #expect(text(screen) == ["Tea                 ", "                6.50"])
  }

  @Test func `overwriting goes on at the top again, vertical scroll makes room below`() {
    var screen = DMD.Screen(columns: 3, rows: 2)
    screen.feed(Array("abcdefg".utf8))
    #expect(text(screen) == ["gbc", "def"])
    screen.feed([0x1F, 0x02] + Array("hijklmn".utf8))
    #expect(text(screen) == ["jkl", "mn "])
  }

  @Test func `horizontal scroll stays in its line`() {
    var screen = DMD.Screen(columns: 3, rows: 2)
    screen.feed([0x1F, 0x03] + Array("abcde".utf8))
    #expect(text(screen) == ["cde", "   "])
  }

  @Test func `a place outside the display leaves the cursor where it is`() {
    var screen = DMD.Screen(columns: 3, rows: 2)
    screen.feed([0x1F, 0x24, 4, 1, 0x61, 0x1F, 0x24, 0, 0, 0x62])
    #expect(text(screen) == ["ab ", "   "])
  }

  @Test(arguments: [UInt64(9), 29])
  func `the pieces that bytes come in change nothing, and no bytes trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let likely: [UInt8] = [0x1B, 0x1F, 0x24, 0x0C, 0x18, 0x01, 0x02, 0x03, 0x41, 0x43, 0x40]
    for _ in 0..<200 {
      let bytes = (0..<200).map { _ in
        random.below(3) == 0 ? UInt8(random.below(256)) : likely[random.below(likely.count)]
      }
      var whole = DMD.Screen()
      whole.feed(bytes)
      var pieces = DMD.Screen()
      for byte in bytes { pieces.feed([byte]) }
      #expect(whole == pieces)
      #expect(whole.rows.allSatisfy { $0.count == 20 } && whole.rows.count == 2)
    }
  }
}
