import Codecs
import Devices
import Profiles
import Raster
import Simulators
import Testing

@testable import Drivers

struct ESCPOSPrinterLayoutTests {
  /// What is on the paper when these elements are printed.
  private func paper(
    _ elements: [PrintElement], settings: ESCPOSSettings = PrinterBench.settings,
    font: CellFont? = nil
  ) -> (text: String, losses: [PrintLoss], unknown: [[UInt8]]) {
    let layout = ESCPOSPrinterLayout(elements, settings: settings, font: font)
    var model = PrinterModel()
    model.powerOn()
    var bytes = ESCPOS.encode(layout.commands)[...]
    while !bytes.isEmpty {
      let answer = model.write(endpoint: PrinterModel.outEndpoint, bytes: Array(bytes))
      guard case .accepted(let count) = answer else { break }
      bytes = bytes.dropFirst(count)
    }
    return (model.paperText, layout.losses, model.unknownCommands)
  }

  private func columns(_ left: String, _ right: String, style: TextStyle = .plain) -> String {
    paper([.columns(left: left, right: right, style)]).text
  }

  @Test func `an amount is flush right, whatever the width of the name's characters`() {
    #expect(columns("Tea", "¥12.50") == "Tea" + String(repeating: " ", count: 38) + "￥12.50\n")
    #expect(columns("绿茶", "12.50") == "绿茶" + String(repeating: " ", count: 39) + "12.50\n")
  }

  @Test func `a long name is broken before the amount's place, which stands on the last line`() {
    let text = columns("西湖龙井明前特级绿茶礼盒装 250 g 附赠白瓷品茗杯两只", "128.00")
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == "西湖龙井明前特级绿茶礼盒装 250 g 附赠白瓷")
    #expect(lines.last?.hasPrefix("品茗杯两只 ") == true && text.hasSuffix(" 128.00\n"))
  }

  @Test func `a word that finds no room beside its amount is not broken for it`() {
    var narrow = PrinterBench.settings
    (narrow.columns, narrow.dotsPerLine) = (32, 384)
    let total = TextStyle(isDoubleWidth: true)
    let text = paper(
      [.columns(left: "TOTAL", right: "¥10,083.60", total)], settings: narrow
    ).text
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines == ["TOTAL", "￥10,083.60"], "\(text)")
  }

  @Test func `double width halves the columns`() {
    let style = TextStyle(isDoubleWidth: true)
    #expect(
      paper([.text(String(repeating: "x", count: 30), style)]).text
        == String(repeating: "x", count: 24) + "\nxxxxxx\n")
  }

  private func cells(_ text: String) -> [TextCell] {
    var planner = TextPlanner(
      isWide: CharacterWidth.isWide(text), settings: PrinterBench.settings, font: nil)
    return planner.cells(of: text)
  }

  private func lines(_ text: String, _ limit: Int) -> [String] {
    cells(text).wrapped(to: limit).map { String($0.map(\.character)) }
  }

  @Test func `words stay whole and no line begins with a closing mark`() {
    #expect(lines("the quick brown fox", 10) == ["the quick", "brown fox"])
    #expect(lines("谢谢惠顾，欢迎", 8) == ["谢谢惠", "顾，欢迎"])
    #expect(lines("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    #expect(lines("", 4) == [""])
  }

  /// Every line fits, nothing but spaces is lost, and it ends for any text and width.
  @Test(arguments: [UInt64(1), 7, 4_021])
  func `any text is broken without loss`(seed: UInt64) {
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("ab 茶，（¥. 〓ß🧋\u{1B}")
    for _ in 0..<300 {
      let text = String((0..<below(60)).map { _ in alphabet[below(alphabet.count)] })
      let limit = 2 + below(20)
      let cells = cells(text)
      let lines = cells.wrapped(to: limit)
      #expect(lines.allSatisfy { $0.width <= limit })
      #expect(
        lines.joined().filter { $0.character != " " } == cells.filter { $0.character != " " })
    }
  }

  @Test func `text cannot carry a command to the printer`() {
    let hostile = "会员\u{1B}@\u{1D}V\u{0}\u{10}\u{04}\u{01}名"
    let (text, losses, unknown) = paper([.text(hostile, .plain)])
    #expect(text == "会员@V名\n")
    #expect(losses.isEmpty && unknown.isEmpty)
  }

  @Test func `characters that the printer has not are drawn`() throws {
    var settings = PrinterBench.settings
    settings.hasColumnImages = false
    let (text, losses, _) = paper(
      [.text("Straße 茶", .plain)], settings: settings, font: try CellFont())
    #expect(text == "[picture 112 x 24]\n")
    #expect(losses.isEmpty)
  }

  @Test func `characters that nobody has are shown as such and reported`() {
    let (text, losses, _) = paper([.text("奶茶🧋", .plain)])
    #expect(text == "奶茶〓\n")
    #expect(losses == [.substituted("🧋")])
  }

  @Test func `a symbol that its symbology refuses is printed as text and reported`() {
    let (text, losses, _) = paper([.barcode(.ean13, "4006381333932"), .qrCode("")])
    #expect(text.contains("4006381333932\n"))
    #expect(losses == [.symbolAsText("4006381333932"), .symbolAsText("")])
  }

  @Test func `without Chinese the page that lacks the least is chosen`() {
    var settings = PrinterBench.settings
    settings.multibyte = .none
    settings.codePages = ["cp437": 0, "cp858": 19]
    let (text, losses, _) = paper([.text("5 € für Tee", .plain)], settings: settings)
    #expect(text == "5 € für Tee\n")
    #expect(losses.isEmpty)
  }

  @Test func `without a knife the paper is fed to the edge`() {
    var settings = PrinterBench.settings
    settings.hasCutter = false
    let layout = ESCPOSPrinterLayout([.cut], settings: settings, font: nil)
    #expect(layout.commands.last == .feedLines(4))
  }
}
