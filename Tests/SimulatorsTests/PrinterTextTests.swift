import Codecs
import Testing

@testable import Simulators

struct PrinterTextTests {
  @Test func `fonts, sizes and turns make cells of their dots`() {
    var model = PrinterModel.running()
    model.send([.text([0x41]), .font(1), .text([0x41]), .font(2), .text([0x41])])
    model.send([.font(0), .characterSize(width: 3, height: 2), .text([0x41])])
    model.send([.characterSize(width: 1, height: 1), .rotate(1), .text([0x41]), .lineFeed])
    let cells = model.lines[0].cells
    #expect(cells.map(\.width) == [12, 9, 8, 36, 24])
    #expect(cells.map(\.height) == [24, 17, 16, 48, 12])
    #expect(cells.map(\.x) == [0, 12, 21, 29, 65])
    #expect(model.lines[0].height == 48)
  }

  @Test func `bold is either emphasis or double strike`() {
    var model = PrinterModel.running()
    model.send([.emphasize(true), .doubleStrike(true), .text([0x41]), .emphasize(false)])
    model.send([.text([0x42]), .doubleStrike(false), .text([0x43]), .lineFeed])
    #expect(model.lines[0].cells.map(\.style.isEmphasized) == [true, true, false])
  }

  @Test func `spacing stands behind each character and grows with it`() {
    var model = PrinterModel.running()
    model.send([.rightSpacing(4), .characterSize(width: 2, height: 1)])
    model.send("ab\n")
    #expect(model.lines[0].cells.map(\.x) == [0, 32])
  }

  @Test func `tabs, positions and margins are dots from the left`() {
    var model = PrinterModel.running()
    model.send([.leftMargin(24), .printAreaWidth(240), .tabPositions([2, 6]), .text([0x61])])
    model.send([.horizontalTab, .text([0x62]), .horizontalTab, .text([0x63]), .horizontalTab])
    // Behind the last tab nothing happens.
    model.send([.text([0x64]), .absolutePosition(132), .text([0x65]), .relativePosition(-24)])
    model.send([.text([0x66]), .absolutePosition(600), .text([0x67]), .lineFeed])
    let line = model.lines[0]
    #expect(line.left == 24 && line.areaWidth == 240)
    #expect(line.cells.map(\.x) == [0, 24, 72, 84, 132, 120, 132])
  }

  @Test func `motion units turn parts of an inch into dots`() {
    var model = PrinterModel.running()
    model.send([.motionUnits(x: 0, y: 0), .lineSpacing(60)])
    model.send("a\n")
    // 60 of 180 parts of an inch, and 90 of 180, at 203 dots.
    model.send([.motionUnits(x: 180, y: 180), .lineSpacing(60), .absolutePosition(90)])
    model.send("b\n")
    #expect(model.lines.map(\.feedDots) == [60, 67])
    #expect(model.lines[1].cells[0].x == 101)
  }

  @Test func `a line that stands on its head begins at the right edge`() throws {
    var model = PrinterModel.running()
    model.send([.upsideDown(true)])
    model.send("up\n")
    #expect(model.lines[0].isUpsideDown)
    // It takes effect at the beginning of a line only.
    model.send("x")
    model.send([.upsideDown(false)])
    model.send("\n")
    #expect(model.lines[1].isUpsideDown)
  }

  @Test func `alignment is within the print area`() {
    var model = PrinterModel.running()
    model.send([.leftMargin(96), .printAreaWidth(240), .align(.right)])
    model.send("abc\n")
    #expect(model.paperText == String(repeating: " ", count: 8 + 17) + "abc\n")
  }

  @Test func `code tables and international sets say what a byte is`() {
    var model = PrinterModel.running()
    model.send([.codeTable(17), .text([0x97, 0xA0, 0xA9]), .lineFeed])
    model.send([.codeTable(19), .text([0xD5]), .codeTable(1), .text([0xB1, 0xF2]), .lineFeed])
    model.send([.codeTable(0), .internationalSet(2), .text([0x5B, 0x7E]), .lineFeed])
    #expect(model.paperText == "Чай\n€ｱ年\nÄß\n")
    // A number that the printer has not leaves the places blank.
    model.send([.codeTable(200), .internationalSet(0), .text([0x41, 0xC1]), .lineFeed])
    #expect(model.lines[3].text == "A\u{FFFD}")
  }

  /// python-escpos #190, #269, #491; node-thermal-printer #57, #75; ESC-POS-.NET #86;
  /// receiptline #20; DantSu #117, #166; qz tray #285: Chinese comes out as other letters.
  @Test func `Chinese without its mode is garbage, and every set needs its own printer`() {
    let text: [UInt8] = [0xBA, 0xCF, 0xBC, 0xC6]
    var model = PrinterModel.running()
    model.send([.text(text), .lineFeed, .kanjiMode(true), .text(text), .lineFeed])
    #expect(model.paperText == "║╧╝╞\n合计\n")
    let sets: [(PrinterModel.Multibyte, CodePage, String)] = [
      (.big5, .cp950, "合計"), (.shiftJIS, .cp932, "合計ラーメン"), (.uhc, .cp949, "합계"),
    ]
    for (set, page, text) in sets {
      var model = PrinterModel.running { $0.multibyte = set }
      model.send([.kanjiMode(true), .kanjiCodeSystem(1), .text(page.encode(text).bytes)])
      model.send([.lineFeed])
      #expect(model.paperText == text + "\n")
    }
    var without = PrinterModel.running { $0.multibyte = .none }
    without.send([.kanjiMode(true), .text(text), .lineFeed])
    #expect(without.paperText == "║╧╝╞\n")
  }

  @Test func `a Japanese printer takes JIS codes of seven bits, and half-width kana`() {
    var model = PrinterModel.running { $0.multibyte = .shiftJIS }
    model.send([.kanjiMode(true), .text([0x39, 0x67, 0x37, 0x57]), .kanjiMode(false)])
    model.send([.codeTable(1), .text([0x39, 0xB1]), .lineFeed])
    #expect(model.paperText == "合計9ｱ\n")
  }

  @Test func `UTF-8 is read where FS ( C says so, however it is cut`() {
    var model = PrinterModel.running()
    model.send([.characterEncoding(.utf8)])
    for byte in Array("é合€\n".utf8) { model.send(bytes: [byte]) }
    model.send(bytes: [0xE5, 0x90, 0x41, 0xFF, 0x0A])
    #expect(model.paperText == "é合€\n\u{FFFD}A\u{FFFD}\n")
    #expect(model.lines[0].cells.map(\.width) == [12, 24, 12])
  }

  @Test func `a character of two bytes may be cut in two`() {
    var model = PrinterModel.running()
    model.send([.kanjiMode(true)])
    model.send(bytes: [0xBA])
    model.send(bytes: [0xCF, 0x0A, 0xBC, 0x0A])
    // The second one never came.
    #expect(model.paperText == "合\n\n")
  }

  @Test func `sizes of Chinese come from FS !, FS W and FS S`() {
    var model = PrinterModel.running()
    model.send([.kanjiMode(true), .kanjiPrintMode(.kanjiDoubleWidth), .text([0xBA, 0xCF])])
    model.send([.kanjiPrintMode([]), .kanjiQuadruple(true), .text([0xBA, 0xCF])])
    model.send([.kanjiQuadruple(false), .kanjiSpacing(left: 2, right: 4), .text([0xBA, 0xCF])])
    model.send([.kanjiUnderline(dots: 2), .text([0xBA, 0xCF]), .lineFeed])
    let cells = model.lines[0].cells
    #expect(cells.map(\.width) == [48, 48, 24, 24])
    #expect(cells.map(\.height) == [24, 48, 24, 24])
    #expect(cells.map(\.x) == [0, 48, 98, 128])
    #expect(cells.map(\.style.underlineDots) == [0, 0, 0, 2])
  }

  @Test func `characters of the host are printed until they are cancelled`() throws {
    let picture = [UInt8](repeating: 0xFF, count: 30)
    let defined = try #require(
      ESCPOS.DefinedCharacters(bytesPerColumn: 3, firstCode: 0x41, pictures: [picture]))
    var model = PrinterModel.running()
    model.send([.defineCharacters(defined), .text([0x41]), .userCharacters(true)])
    model.send([.text([0x41, 0x42]), .cancelCharacter(0x41), .text([0x41]), .lineFeed])
    let cells = model.lines[0].cells
    #expect(cells[0].content == .character("A", isWide: false))
    guard case .defined(let dots, code: "A") = cells[1].content else {
      Issue.record("not defined")
      return
    }
    #expect(dots.width == 10 && dots.height == 24 && dots.rows[0] == 0xFF)
    #expect(cells[2].content == .character("B", isWide: false))
    #expect(cells[3].content == .character("A", isWide: false))
    #expect(model.paperText == "AABA\n")
  }

  @Test func `a character of 24 by 24 dots takes the place of its code`() throws {
    var model = PrinterModel.running()
    let code: UInt16 = 0xFEA1
    model.send([.defineKanji(code: code, data: [UInt8](repeating: 0x80, count: 72))])
    model.send([.kanjiMode(true), .text([0xFE, 0xA1]), .cancelKanji(code: code)])
    model.send([.text([0xFE, 0xA1]), .lineFeed])
    guard case .defined(let dots, _) = model.lines[0].cells[0].content else {
      Issue.record("not defined")
      return
    }
    #expect(dots.width == 24 && dots.height == 24)
    guard case .character = model.lines[0].cells[1].content else {
      Issue.record("not cancelled")
      return
    }
  }

  /// xml-escpos-helper PR 45; node-thermal-printer #149: ESC @ at the end
  /// of a job takes the beginning of the next one with it.
  @Test func `an initialisation takes away what stands in the line`() {
    var model = PrinterModel.running()
    model.send("lost")
    model.send([.initialize])
    model.send("kept\n")
    #expect(model.paperText == "kept\n")
  }

  @Test func `a macro prints while it is defined and again when it is run`() {
    var model = PrinterModel.running()
    model.send([.macroDefinition])
    model.send("a\n")
    model.send([.macroDefinition, .initialize, .runMacro(count: 2, wait: 0, mode: 0)])
    #expect(model.paperText == "a\na\na\n")
    // A macro run inside a definition ends and clears it.
    model.send([.macroDefinition, .runMacro(count: 1, wait: 0, mode: 0)])
    model.send([.runMacro(count: 1, wait: 0, mode: 0)])
    #expect(model.paperText == "a\na\na\n")
  }

  @Test func `macros cannot make much out of little`() {
    var model = PrinterModel.running()
    let feeds = [ESCPOS.Command](repeating: .lineFeed, count: 2_000)
    model.send([.macroDefinition] + feeds + [.macroDefinition])
    for _ in 0..<200 { model.send([.runMacro(count: 255, wait: 0, mode: 0)]) }
    // 2,000 written out, 65,536 at once and 64 for every command that came.
    #expect(model.paper.itemCount < 300_000)
  }

  @Test func `what is for the display is not printed`() {
    var model = PrinterModel.running()
    model.send([.selectPeripheral(2)])
    model.send("TOTAL\u{1F}$")
    model.send([.selectPeripheral(1)])
    model.send("paper\n")
    #expect(model.paperText == "paper\n" && model.unknownCommands.isEmpty)
  }
}
