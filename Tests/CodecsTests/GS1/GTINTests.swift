import Codecs
import Testing

struct GTINTests {
  private func gtin(_ text: String, aim: String? = nil) -> Result<String, GS1.Refusal> {
    GS1.gtin(of: Array(text.utf8), aim: aim).map(\.description)
  }

  @Test func `check digits are those of the standard's lengths`() throws {
    // GS1 General Specifications, 7.9.1, and numbers in the trade.
    for number in ["96385074", "042100005264", "4006381333931", "14006381333938"] {
      try GS1.verifyCheckDigit(number.utf8.map { $0 - 0x30 })
    }
    // SSCC, 18 digits (General Specifications, 7.9.1: 376104250021234569).
    try GS1.verifyCheckDigit("376104250021234569".utf8.map { $0 - 0x30 })
    #expect(throws: GS1.Refusal.wrongLength(5)) { try GS1.verifyCheckDigit([1, 2, 3, 4, 5]) }
  }

  @Test func `numbers of every length become fourteen digits`() {
    #expect(gtin("4006381333931", aim: "]E0") == .success("04006381333931"))
    #expect(gtin("042100005264", aim: "]E0") == .success("00042100005264"))
    #expect(gtin("0042100005264", aim: "]E0") == .success("00042100005264"))
    #expect(gtin("96385074", aim: "]E4") == .success("00000096385074"))
    #expect(gtin("14006381333938", aim: "]I1") == .success("14006381333938"))
    #expect(gtin("400638133393112", aim: "]E3") == .success("04006381333931"))
    #expect(gtin("4006381333931") == .success("04006381333931"))
    #expect(gtin("96385074") == .success("00000096385074"))
  }

  @Test func `UPC-E expands by its last digit in all four branches`() throws {
    func expand(_ text: String) throws -> String {
      try String(
        decoding: GS1.expandUPCE(text.utf8.map { $0 - 0x30 }).map { $0 + 0x30 }, as: UTF8.self)
    }
    #expect(try expand("04252614") == "042100005264")  // 0, 1, 2: manufacturer, then 00
    #expect(try expand("01234531") == "012300000451")  // 3
    #expect(try expand("01234543") == "012340000053")  // 4
    #expect(try expand("01234558") == "012345000058")  // 5 to 9
    #expect(try expand("425261") == "042100005264")
    #expect(try expand("0425261") == "042100005264")
    #expect(throws: GS1.Refusal.wrongCheckDigit(expected: 4, found: 5)) {
      try expand("04252615")
    }
    #expect(throws: GS1.Refusal.notUPCE) { try expand("24252614") }
    #expect(gtin("04252614", aim: "]E0") == .success("00042100005264"))
    #expect(gtin("04252614") == .success("00042100005264"))
  }

  @Test func `each refusal has its name`() {
    #expect(
      gtin("4006381333932", aim: "]E0") == .failure(.wrongCheckDigit(expected: 1, found: 2)))
    #expect(gtin("400638133393A", aim: "]E0") == .failure(.notANumber))
    #expect(gtin("", aim: "]E0") == .failure(.notANumber))
    #expect(gtin("40063813339", aim: "]E0") == .failure(.wrongLength(11)))
    #expect(gtin("425261", aim: "]E0") == .failure(.wrongLength(6)))
    #expect(gtin("12", aim: "]E1") == .failure(.addOnAlone))
    #expect(gtin("4006381333931", aim: "]C0") == .failure(.notATradeItem(.code128)))
    #expect(gtin("0104006381333931", aim: "]C1") == .failure(.elementString(.gs1128)))
    #expect(gtin("96385075", aim: "]E4") == .failure(.wrongCheckDigit(expected: 4, found: 5)))
    #expect(gtin("96385075") == .failure(.wrongCheckDigit(expected: 4, found: 5)))
  }

  @Test func `a scanned symbol is classed before anything is looked up`() throws {
    func symbol(_ text: String, _ aim: String?) -> GS1.ScannedSymbol {
      GS1.ScannedSymbol(bytes: Array(text.utf8), aim: aim)
    }
    let tea = try GS1.GTIN(ascii: "4006381333931".utf8)
    #expect(symbol("4006381333931", "]E0") == .tradeItem(tea))
    #expect(symbol("4006381333931", nil) == .tradeItem(tea))
    #expect(symbol("CP-1", "]C0") == .text(Array("CP-1".utf8), .code128))
    #expect(symbol("https://x", "]Q1") == .text(Array("https://x".utf8), .qrCode))
    #expect(symbol("CP-1", nil) == .text(Array("CP-1".utf8), nil))
    #expect(symbol("134567890123456789", nil) == .text(Array("134567890123456789".utf8), nil))
    #expect(symbol("0104", "]d2") == .elementString(Array("0104".utf8), .gs1DataMatrix))
    #expect(
      symbol("4006381333932", nil) == .refused(.wrongCheckDigit(expected: 1, found: 2)))
    #expect(symbol("400638133393X", "]E0") == .refused(.notANumber))
  }

  @Test func `AIM identifiers name their symbology`() {
    let named: [String: GS1.Symbology] = [
      "]E0": .ean13, "]E3": .ean13AddOn, "]E4": .ean8, "]C0": .code128, "]C1": .gs1128,
      "]Q1": .qrCode, "]Q3": .gs1QRCode, "]d1": .dataMatrix, "]d2": .gs1DataMatrix,
      "]e0": .dataBar, "]J1": .gs1DotCode, "]A0": .code39, "]I1": .interleaved2of5,
      "]z0": .aztec, "]L0": .pdf417, "]X0": .other, "E0": .other, "": .other,
    ]
    for (identifier, symbology) in named {
      #expect(GS1.Symbology(aimIdentifier: identifier) == symbology, "\(identifier)")
    }
  }

  @Test(arguments: [UInt64(5), 17])
  func `one wrong digit never passes and no bytes trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      var digits = (0..<12).map { _ in UInt8(random.below(10)) }
      digits.append(GS1.checkDigit(of: digits))
      let place = random.below(13)
      digits[place] = (digits[place] + UInt8(1 + random.below(9))) % 10
      #expect(throws: GS1.Refusal.self) { try GS1.GTIN(digits) }
      let bytes = random.bytes(count: random.below(20))
      let aim = String(decoding: random.bytes(count: 3), as: UTF8.self)
      _ = GS1.ScannedSymbol(bytes: bytes, aim: random.below(2) == 0 ? nil : aim)
    }
  }
}
