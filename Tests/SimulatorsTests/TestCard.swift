import Codecs
import Testing

/// One paper with everything on it, for the eye of whoever changes the drawing.
enum TestCard {
  static func bytes() throws -> [UInt8] {
    var commands: [ESCPOS.Command] = [.initialize]
    commands += styles
    commands += scripts
    commands += symbols
    commands += try pictures()
    commands += page
    return ESCPOS.encode(commands + [.cut(.feedAndPartial(24))])
  }

  private static func text(_ text: String) -> ESCPOS.Command { .text(Array(text.utf8)) }
  private static func line(_ text: String) -> [ESCPOS.Command] { [self.text(text), .lineFeed] }

  private static var styles: [ESCPOS.Command] {
    var commands = line("Font A gjpqy")
    commands += [.font(1)] + line("Font B gjpqy")
    commands += [.font(2)] + line("Font C gjpqy")
    commands += [.font(0), .emphasize(true)] + line("Bold")
    commands += [.emphasize(false), .underline(dots: 1)] + line("Underlined")
    commands += [.underline(dots: 2)] + line("Twice")
    commands += [.underline(dots: 0), .reverse(true)] + line(" White on black ")
    commands += [.reverse(false), text("Turned: "), .rotate(1)] + line("ABC")
    commands += [.rotate(0)]
    for size in 1...4 {
      commands += [.characterSize(width: size, height: size), text("g\(size)")]
    }
    commands += [.lineFeed, .characterSize(width: 1, height: 1), .upsideDown(true)]
    commands += line("On its head")
    commands += [.upsideDown(false), .align(.right)] + line("right")
    commands += [.align(.center), .rightSpacing(8)] + line("wide")
    commands += [.rightSpacing(0), .align(.left), .tabPositions([10, 20, 30]), text("a")]
    commands += [.horizontalTab, text("b"), .horizontalTab] + line("c")
    return commands
  }

  private static func line(_ text: String, in page: CodePage) -> [ESCPOS.Command] {
    [.text(page.encode(text).bytes), .lineFeed]
  }

  private static var scripts: [ESCPOS.Command] {
    var commands: [ESCPOS.Command] = [.kanjiMode(true)]
    commands += line("合计 ￥12.50 简体中文", in: .gb18030)
    commands += [.kanjiQuadruple(true)] + line("大字", in: .gb18030)
    commands += [.kanjiQuadruple(false), .kanjiMode(false), .codeTable(17)]
    commands += line("Чай и кофе", in: .cp866)
    commands += [.codeTable(14)] + line("Καφές", in: .cp737)
    commands += [.codeTable(0)] + line("╔══╦╗", in: .cp437) + line("╚══╩╝", in: .cp437)
    commands += [.internationalSet(2)] + line("[\\]{|}~")
    commands += [.internationalSet(0), .characterEncoding(.utf8)]
    commands += line("UTF-8: é 合 € 한국어 עברית")
    return commands + [.characterEncoding(.oneByte)]
  }

  private static let bars: [(system: UInt8, text: String)] = [
    (67, "4006381333931"), (68, "96385074"), (66, "425261"), (69, "ABC-1"), (70, "123456"),
    (71, "A123B"), (73, "{BReceipt-42"), (78, "(01)04006381333931(3103)001750"),
  ]

  private static var symbols: [ESCPOS.Command] {
    var commands: [ESCPOS.Command] = [
      .barcodeHeight(60), .barcodeModuleWidth(2), .barcodeText(.below),
    ]
    for bar in bars {
      commands += [.barcode(system: bar.system, data: Array(bar.text.utf8)), .feedDots(8)]
    }
    commands += matrix(.pdf417, [.columns(4), .store(Array("PDF417 on paper".utf8))])
    commands += matrix(.qrCode, [.moduleSize(5), .store(Array("https://example.org".utf8))])
    commands += matrix(.maxiCode, [.mode(52), .store(Array("MaxiCode".utf8))])
    commands += matrix(.aztec, [.moduleSize(5), .store(Array("Aztec on paper".utf8))])
    commands += matrix(.dataMatrix, [.moduleSize(5), .store(Array("Data Matrix".utf8))])
    commands += matrix(
      .dataBar, [.moduleSize(3), .storeDataBar(type: 73, Array("0400638133393".utf8))])
    commands += matrix(
      .composite,
      [
        .moduleSize(2), .storeComposite(part: 48, type: 66, Array("400638133393".utf8)),
        .storeComposite(part: 49, type: 65, Array("(10)ABC(17)261231".utf8)),
      ])
    return commands
  }

  private static func matrix(
    _ kind: ESCPOS.SymbolKind, _ functions: [ESCPOS.SymbolFunction]
  ) -> [ESCPOS.Command] {
    functions.map { .symbol(kind, $0) } + [.symbol(kind, .print), .feedDots(12)]
  }

  private static func pictures() throws -> [ESCPOS.Command] {
    let wave = (0..<300).flatMap { x -> [UInt8] in
      let y = (x / 12).isMultiple(of: 2) ? x % 12 * 2 : 23 - x % 12 * 2
      let column = UInt32(1) << UInt32(23 - y)
      return [UInt8(column >> 16 & 0xFF), UInt8(column >> 8 & 0xFF), UInt8(column & 0xFF)]
    }
    let band = try #require(
      ESCPOS.ColumnImage(density: .double24, columns: 300, data: wave))
    return [.columnImage(band)] + line(" ESC *")
  }

  private static var page: [ESCPOS.Command] {
    var commands: [ESCPOS.Command] = [.pageMode]
    for (index, direction) in ESCPOS.PageDirection.allCases.enumerated() {
      let (x, y) = (UInt16(index % 2 * 288), UInt16(index / 2 * 160))
      commands += [
        .pageArea(.init(x: x, y: y, width: 280, height: 150)), .pageDirection(direction),
        text("page \(index)"), .lineFeed, text("second"),
      ]
    }
    return commands + [.formFeed]
  }
}
