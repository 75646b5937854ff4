import Codecs
import Raster
import Testing

@testable import Simulators

struct PrinterSymbolTests {
  @Test func `every system of GS k is printed as a scanner reads it`() {
    let symbols: [(system: UInt8, data: [UInt8], text: String)] = [
      (0, Array("04210000526".utf8), "[UPC-A 042100005264]"),
      (65, Array("042100005264".utf8), "[UPC-A 042100005264]"),
      (66, Array("425261".utf8), "[UPC-E 04252614]"),
      (66, Array("04210000526".utf8), "[UPC-E 04252614]"),
      (67, Array("400638133393".utf8), "[EAN-13 4006381333931]"),
      (68, Array("9638507".utf8), "[EAN-8 96385074]"),
      (69, Array("A-1 B".utf8), "[Code 39 A-1 B]"), (70, Array("1234".utf8), "[ITF 1234]"),
      (71, Array("A12:3B".utf8), "[Codabar A12:3B]"), (72, Array("Kl9".utf8), "[Code 93 Kl9]"),
      (73, Array("{Ba{{b{C".utf8) + [12, 34], "[Code 128 a{b1234]"),
      (74, Array("{1(01)04006381333931(10)AB".utf8), "[GS1-128 [01]04006381333931[10]AB]"),
      (74, Array("{1010400638133393110AB".utf8), "[GS1-128 [01]04006381333931[10]AB]"),
      (75, Array("0400638133393".utf8), "[GS1 DataBar 04006381333931]"),
      (76, Array("0400638133393".utf8), "[GS1 DataBar Truncated 04006381333931]"),
      (77, Array("0400638133393".utf8), "[GS1 DataBar Limited 04006381333931]"),
      (
        78, Array("(01)04006381333931(3103)001750".utf8),
        "[GS1 DataBar Expanded [01]04006381333931[3103]001750]"
      ),
      (79, Array("Auto 1".utf8), "[Code 128 Auto 1]"),
    ]
    var model = PrinterModel.running()
    model.send([.barcodeModuleWidth(2)])
    for symbol in symbols {
      model.send([.barcode(system: symbol.system, data: symbol.data)])
      #expect(model.blocks.last?.text == symbol.text)
    }
    #expect(model.refusals.isEmpty)
  }

  /// DEVICES.md 3, row 12: python-escpos sends an EAN-13 whose check digit is wrong.
  @Test func `what is no content of a symbology is refused`() {
    let wrong: [(UInt8, String)] = [
      (67, "4006381333932"), (67, "40063813339"), (68, "9638507X"), (66, "12345678901"),
      (69, "lower"), (70, "123"), (71, "12345"), (73, "no set"), (74, "not an element"),
      (75, "123"), (90, "x"),
    ]
    var model = PrinterModel.running()
    for (system, text) in wrong {
      model.send([.barcode(system: system, data: Array(text.utf8))])
    }
    // 90 is no system: its letters are text.
    #expect(model.blocks.isEmpty && model.refusals.count == wrong.count - 1)
  }

  private func print(
    _ kind: ESCPOS.SymbolKind, _ functions: [ESCPOS.SymbolFunction], _ model: inout PrinterModel
  ) {
    model.send((functions + [.print]).map { .symbol(kind, $0) })
  }

  @Test func `every kind of GS ( k is drawn`() {
    var model = PrinterModel.running()
    let hi = Array("Hello 123".utf8)
    print(.pdf417, [.columns(3), .store(hi)], &model)
    print(.qrCode, [.model(50), .moduleSize(5), .errorCorrection(50), .store(hi)], &model)
    print(.qrCode, [.model(51), .store(Array("123".utf8))], &model)
    print(.maxiCode, [.mode(52), .store(hi)], &model)
    print(.aztec, [.moduleSize(4), .errorCorrection(23), .store(hi)], &model)
    print(.aztec, [.layers(mode: 49, 3), .store(hi)], &model)
    print(.dataMatrix, [.moduleSize(4), .store(hi)], &model)
    print(.dataMatrix, [.shape(49, columns: 8, rows: 32), .store(hi)], &model)
    let gtin = Array("0400638133393".utf8)
    print(.dataBar, [.moduleSize(2), .storeDataBar(type: 72, gtin)], &model)
    print(.dataBar, [.storeDataBar(type: 73, gtin)], &model)
    let elements = Array("(01)04006381333931(10)ABC".utf8)
    print(.dataBar, [.storeDataBar(type: 76, elements)], &model)
    let linear = Array("400638133393".utf8)
    print(
      .composite,
      [
        .moduleSize(2), .storeComposite(part: 48, type: 66, linear),
        .storeComposite(part: 49, type: 65, Array("(10)ABC".utf8)),
      ], &model)
    #expect(model.refusals == [])
    #expect(model.blocks.count == 12)
    #expect(model.blocks[0].text == "[PDF417 Hello 123]")
  }

  @Test func `a symbol without data or wider than the paper is not printed`() {
    var model = PrinterModel.running()
    print(.qrCode, [], &model)
    print(.dataBar, [.storeDataBar(type: 99, [0x31])], &model)
    print(.pdf417, [.columns(30), .moduleSize(3), .store([0x41])], &model)
    print(.qrCode, [.store([UInt8](repeating: 0x41, count: 5_000))], &model)
    #expect(model.blocks.isEmpty && model.refusals.count == 4)
    // By itself it takes as few columns as the paper needs.
    let long = [UInt8](repeating: 0x41, count: 700)
    print(.pdf417, [.columns(0), .moduleSize(2), .store(long)], &model)
    #expect(model.blocks.count == 1)
  }

  @Test func `a module is as many dots as its size`() throws {
    let qr = Paper.Symbol(
      kind: .qrCode, data: [0x41],
      settings: {
        var settings = SymbolSettings()
        settings.set(.moduleSize(5))
        return settings
      }())
    let size = try PaperBlockPicture.size(of: .symbol(qr))
    #expect(size.width == 21 * 5 && size.height == 21 * 5 + 8)
  }
}
