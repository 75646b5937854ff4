import Codecs
import Testing

struct DisplayScreenTests {
  private func text(_ screen: DisplayScreen) -> [String] {
    screen.rows.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `commands have the bytes of the DM-D110 specification`() {
    #expect(
      DisplayDialect.dmD.encode(Self.commands, columns: 20)
        == hexBytes("1b40 1f01 1f4300 0c 0b 18 1f240102 1f5803 1b7413 1b5202"))
  }

  @Test func `commands have the bytes of the CD5220 manual`() {
    #expect(
      DisplayDialect.cd5220.encode(Self.commands, columns: 20)
        == hexBytes("1b40 1b11 1b5f00 0c 0b 18 1b6c0102 1b2a03 1b6602"))
  }

  @Test func `commands have the bytes of the LDX9 manual`() {
    #expect(
      DisplayDialect.logicControls.encode(Self.commands, columns: 20)
        == hexBytes("1f11 11 14 1f 1000 1014 0460"))
  }

  private static let commands: [DisplayDialect.Command] = [
    .initialize, .mode(.overwrite), .cursor(isVisible: false), .clear, .home, .clearLine,
    .moveTo(column: 1, row: 2), .brightness(3), .codePage(19), .internationalSet(2),
  ]

  @Test(arguments: DisplayDialect.allCases)
  func `control codes in a text cannot be commands`(dialect: DisplayDialect) {
    #expect(
      dialect.encode([.text([0x1B, 0x40, 0x0C, 0x41, 0x7F])], columns: 20)
        == [0x20, 0x40, 0x20, 0x41, 0x20])
  }

  // lcdproc #175, OCA/pos #499, escpos-php #56: blank, shifted or garbled in the wrong dialect.
  @Test(arguments: DisplayDialect.allCases)
  func `two lines are shown where they are put, in every dialect`(dialect: DisplayDialect) {
    var screen = DisplayScreen(dialect: dialect)
    screen.feed(
      dialect.encode(
        [
          .initialize, .moveTo(column: 1, row: 1), .text(Array("Tea".utf8)),
          .moveTo(column: 15, row: 2), .text(Array("  6.50".utf8)), .brightness(2),
          .cursor(isVisible: false),
        ], columns: 20))
    #expect(text(screen) == ["Tea                 ", "                6.50"])
    #expect(screen.brightness == 2 && !screen.isCursorVisible)
    // Over and over, as a till does: nothing scrolls away.
    for _ in 1...3 {
      screen.feed(
        dialect.encode(
          [
            .moveTo(column: 1, row: 1), .text(Array("01234567890123456789".utf8)),
            .moveTo(column: 1, row: 2), .text(Array("abcdefghijabcdefghij".utf8)),
          ], columns: 20))
    }
    #expect(text(screen) == ["01234567890123456789", "abcdefghijabcdefghij"])
  }

  @Test func `the string mode and the cursor keys of CD5220 are understood`() {
    var screen = DisplayScreen(dialect: .cd5220, columns: 4, rows: 2)
    screen.feed([0x1B, 0x51, 0x41] + Array("sum".utf8) + [0x0D])
    screen.feed([0x1B, 0x51, 0x42] + Array("12.50".utf8) + [0x0D])
    #expect(text(screen) == ["sum ", "12.5"])
    screen.feed([0x0C, 0x1B, 0x5B, 0x42, 0x78, 0x1B, 0x5B, 0x48, 0x79, 0x1B, 0x5B, 0x4B, 0x7A])
    #expect(text(screen) == ["y   ", "x  z"])
  }

  @Test func `Logic Controls erases with backspace and scrolls when told to`() {
    var screen = DisplayScreen(dialect: .logicControls, columns: 3, rows: 2)
    screen.feed(Array("ab".utf8) + [0x08])
    #expect(text(screen) == ["a  ", "   "])
    screen.feed([0x1F, 0x12] + Array("abcdefg".utf8))
    #expect(text(screen) == ["def", "g  "])
  }

  @Test(arguments: [DisplayDialect.dmD, .cd5220])
  func `characters that are defined are not shown as text`(dialect: DisplayDialect) {
    var screen = DisplayScreen(dialect: dialect, columns: 4, rows: 1)
    screen.feed([0x1B, 0x26, 1, 0x20, 0x21, 5, 65, 66, 67, 68, 69, 2, 70, 71, 0x4F, 0x4B])
    #expect(text(screen) == ["OK  "])
  }

  @Test func `overwriting goes on at the top again, vertical scroll makes room below`() {
    var screen = DisplayScreen(columns: 3, rows: 2)
    screen.feed(Array("abcdefg".utf8))
    #expect(text(screen) == ["gbc", "def"])
    screen.feed([0x1F, 0x02] + Array("hijklmn".utf8))
    #expect(text(screen) == ["jkl", "mn "])
  }

  @Test func `horizontal scroll stays in its line`() {
    var screen = DisplayScreen(columns: 3, rows: 2)
    screen.feed([0x1F, 0x03] + Array("abcde".utf8))
    #expect(text(screen) == ["cde", "   "])
  }

  @Test func `a place outside the display leaves the cursor where it is`() {
    var screen = DisplayScreen(columns: 3, rows: 2)
    screen.feed([0x1F, 0x24, 4, 1, 0x61, 0x1F, 0x24, 0, 0, 0x62])
    #expect(text(screen) == ["ab ", "   "])
  }

  @Test(arguments: DisplayDialect.allCases, [UInt64(9), 29])
  func `the pieces that bytes come in change nothing, and no bytes trap`(
    dialect: DisplayDialect, seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    let likely: [UInt8] = [
      0x1B, 0x1F, 0x24, 0x0C, 0x18, 0x01, 0x02, 0x03, 0x41, 0x43, 0x40, 0x10, 0x04, 0x26, 0x51,
      0x6C, 0x08,
    ]
    for _ in 0..<200 {
      let bytes = (0..<200).map { _ in
        random.below(3) == 0 ? UInt8(random.below(256)) : likely[random.below(likely.count)]
      }
      var whole = DisplayScreen(dialect: dialect)
      whole.feed(bytes)
      var pieces = DisplayScreen(dialect: dialect)
      for byte in bytes { pieces.feed([byte]) }
      #expect(whole == pieces)
      #expect(whole.rows.allSatisfy { $0.count == 20 } && whole.rows.count == 2)
    }
  }
}
