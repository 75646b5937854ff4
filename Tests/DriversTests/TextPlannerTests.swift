import Codecs
import Devices
import Profiles
import Raster
import Testing

@testable import Drivers

/// Which bytes a text becomes on printers with different character sets.
struct TextPlannerTests {
  private func settings(
    _ multibyte: ESCPOSSettings.Multibyte, pages: [String: UInt8] = [:]
  ) -> ESCPOSSettings {
    var settings = PrinterBench.settings
    settings.multibyte = multibyte
    settings.codePages = pages
    return settings
  }

  /// The commands of one paragraph, without the preamble.
  private func commands(
    _ text: String, _ settings: ESCPOSSettings, font: CellFont? = nil
  ) -> (commands: [ESCPOS.Command], losses: [PrintLoss]) {
    let layout = ESCPOSPrinterLayout([.text(text, .plain)], settings: settings, font: font)
    let start = layout.commands.firstIndex {
      switch $0 {
      case .initialize, .automaticStatus, .internationalSet, .kanjiCodeSystem: false
      default: true
      }
    }
    return (Array(layout.commands.dropFirst(start ?? 0)), layout.losses)
  }

  private func hex(_ text: String, _ settings: ESCPOSSettings, font: CellFont? = nil) -> String {
    ESCPOS.encode(commands(text, settings, font: font).commands)
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // python-escpos #190, #269, #491; node-thermal-printer #57, #75; ESC-POS-.NET #86;
  // receiptline #20; DantSu #117, #166; qz tray #285
  @Test(arguments: [
    (ESCPOSSettings.Multibyte.gb18030, "绿茶", "1c26c2ccb2e8"), (.gbk, "綠茶", "1c26be47b2e8"),
    (.gb2312, "绿茶", "1c26c2ccb2e8"), (.big5, "綠茶", "1c26baf1aff9"),
    (.shiftJIS, "緑茶ｱ", "1c2697ce9283b1"), (.eucKR, "녹차", "1c26b3ecc2f7"),
  ])
  func `Chinese, Japanese and Korean come in the set that the printer has`(
    set: ESCPOSSettings.Multibyte, text: String, bytes: String
  ) {
    #expect(hex(text, settings(set)) == bytes + "0a")
  }

  @Test func `a Japanese printer is told that its two bytes are Shift JIS`() {
    let layout = ESCPOSPrinterLayout(
      [.text("緑茶", .plain)], settings: settings(.shiftJIS), font: nil)
    #expect(layout.commands.prefix(4).contains(.kanjiCodeSystem(1)))
  }

  @Test func `a drawn character whose marks are lost is reported`() throws {
    let font = try CellFont()
    let reported = commands("m\u{302}x1\u{FE0F}\u{20E3}", settings(.none), font: font).losses
    #expect(reported == [.substituted("m\u{302}"), .substituted("1\u{FE0F}\u{20E3}")])
    #expect(commands("e\u{301}茶\u{FE0E}", settings(.none), font: font).losses.isEmpty)
  }

  // node-escpos #332: ¥ came out as "0 6".
  @Test func `the yen sign is right on every printer`() throws {
    #expect(hex("¥12", settings(.gb18030)) == "1c26a3a431320a")
    #expect(hex("合计 ¥12", settings(.gb18030, pages: ["cp437": 0])) == "1c26bacfbcc620a3a431320a")
    // English on the same printer: one column, between two bytes it would be two.
    #expect(
      hex("Total ¥12", settings(.gb18030, pages: ["cp437": 0])) == "546f74616c201c2e1b74009d31320a")
    #expect(hex("¥12", settings(.none, pages: ["cp850": 2])) == "1b7402be31320a")
    #expect(hex("¥12", settings(.big5)) == "1c26a24431320a")
    #expect(hex("¥12", settings(.shiftJIS)) == "1c26818f31320a")
    #expect(hex("¥12", settings(.eucKR)) == "1c26a1cd31320a")
    // Cyrillic only: drawn, 12 × 24 dots in the line.
    let font = try CellFont()
    let drawn = commands("¥12", settings(.none, pages: ["cp866": 17]), font: font)
    guard case .columnImage(let band)? = drawn.commands.first else {
      Issue.record("\(drawn.commands)")
      return
    }
    #expect(band.columns == 12 && band.data.contains { $0 != 0 })
    #expect(drawn.commands.dropFirst() == [.text([0x31, 0x32]), .lineFeed])
    #expect(drawn.losses.isEmpty)
  }

  @Test func `pages are switched when a character needs it and to the one that lasts longest`() {
    let pages: [String: UInt8] = ["cp437": 0, "cp850": 2, "cp852": 18, "cp866": 17]
    // é is in 437, 850 and 852, ő in 852 only: one switch is enough.
    let (one, _) = commands("é ő é", settings(.none, pages: pages))
    #expect(one == [.codeTable(18), .text([0x82, 0x20, 0x8B, 0x20, 0x82]), .lineFeed])
    // ASCII never switches; the page of before is kept where it will do.
    let (two, _) = commands("é Tea Чай Tea é é", settings(.none, pages: pages))
    #expect(two.count { if case .codeTable = $0 { true } else { false } } == 3)
    let (none, _) = commands("Tea 12.50", settings(.gb18030, pages: pages))
    #expect(none == [.text(Array("Tea 12.50".utf8)), .lineFeed])
  }

  @Test func `letters stand in their own width among Chinese, signs in theirs`() {
    let (commands, losses) = commands(
      "“Café” 绿茶 2 × 3", settings(.gb18030, pages: ["cp437": 0]))
    #expect(
      commands == [
        .kanjiMode(true), .text([0xA1, 0xB0, 0x43, 0x61, 0x66]), .kanjiMode(false), .codeTable(0),
        .text([0x82]), .kanjiMode(true),
        .text([
          0xA1, 0xB1, 0x20, 0xC2, 0xCC, 0xB2, 0xE8, 0x20, 0x32, 0x20, 0xA1, 0xC1, 0x20, 0x33,
        ]), .lineFeed,
      ])
    #expect(losses.isEmpty)
  }

  @Test func `UTF-8 is for what the other sets have not`() {
    var settings = settings(.gb18030, pages: ["cp437": 0])
    settings.utf8Fonts = [.eucKR]
    let (commands, losses) = commands("茶 차 tea é", settings)
    #expect(
      commands == [
        .kanjiMode(true), .text([0xB2, 0xE8, 0x20]), .characterEncoding(.utf8),
        .text(Array("차 tea ".utf8)), .characterEncoding(.oneByte), .kanjiMode(false),
        .codeTable(0), .text([0x82]), .lineFeed,
      ])
    #expect(losses.isEmpty)
  }

  @Test func `a printer without multi-byte characters never gets their commands`() throws {
    let (commands, losses) = commands(
      "茶 tea é", settings(.none, pages: ["cp437": 0]), font: try CellFont())
    #expect(!commands.contains(.kanjiMode(true)) && !commands.contains(.kanjiMode(false)))
    #expect(losses.isEmpty)
  }

  @Test func `what nobody can print is visible and told, once`() {
    let (latin, lost) = commands("茶 a茶", settings(.none, pages: ["cp437": 0]))
    #expect(latin == [.text(Array("? a?".utf8)), .lineFeed])
    #expect(lost == [.substituted("茶")])
    let (chinese, losses) = commands("🧋🧋", settings(.gb18030))
    #expect(chinese == [.kanjiMode(true), .text([0xA1, 0xFE, 0xA1, 0xFE]), .lineFeed])
    #expect(losses == [.substituted("🧋")])
  }

  @Test func `spaces of any kind are spaces, and what has no picture takes no column`() {
    let (commands, losses) = commands("a\u{A0}b\u{202F}c\u{200B}\u{FE0F}d", settings(.none))
    #expect(commands == [.text(Array("a b cd".utf8)), .lineFeed])
    #expect(losses.isEmpty)
  }

  /// However mixed a text is, what the commands print is as wide as the cells said, and no command
  /// comes out of a text.
  @Test(arguments: [UInt64(3), 17, 9_001])
  func `the width that was planned is the width that is printed`(seed: UInt64) throws {
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("aé茶ő¥“Чー한🧋ß\u{10}\u{04}\u{01}\u{1B}@ ")
    let sets: [ESCPOSSettings.Multibyte] = [.none, .gb18030, .big5, .shiftJIS, .eucKR]
    let font = try CellFont()
    for _ in 0..<60 {
      let text = String((0..<below(40)).map { _ in alphabet[below(alphabet.count)] })
      let settings = settings(
        sets[below(sets.count)], pages: below(2) == 0 ? [:] : ["cp437": 0, "cp852": 18])
      var planner = TextPlanner(
        isWide: CharacterWidth.isWide(text), settings: settings, font: font)
      let cells = planner.cells(of: text)
      var modes = CharacterModes(planner, font: font)
      var commands: [ESCPOS.Command] = []
      try modes.append(cells, .plain, pages: planner.pages, to: &commands)
      let columns = commands.reduce(0) { width, command in
        switch command {
        case .text(let bytes): width + bytes.count
        case .columnImage(let band): width + Int(band.columns) / 12
        default: width
        }
      }
      #expect(columns == cells.width, "\(text)")
      for case .text(let bytes) in commands {
        #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
      }
      let isLive = ESCPOS.RealTimeScanner.isIntroducerPresent(in: ESCPOS.encode(commands))
      #expect(!isLive, "\(text)")
    }
  }
}
