import Codecs
import Testing

struct GTINTests {
  private func gtin(_ text: String) -> Result<String, GS1.Refusal> {
    Result { () throws(GS1.Refusal) in try GS1.GTIN(ascii: text.utf8).description }
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
    #expect(gtin("4006381333931") == .success("04006381333931"))
    #expect(gtin("042100005264") == .success("00042100005264"))
    #expect(gtin("96385074") == .success("00000096385074"))
    #expect(gtin("14006381333938") == .success("14006381333938"))
    #expect(gtin("4006381333932") == .failure(.wrongCheckDigit(expected: 1, found: 2)))
    #expect(gtin("400638133393A") == .failure(.notANumber))
    #expect(gtin("") == .failure(.notANumber))
    #expect(gtin("40063813339") == .failure(.wrongLength(11)))
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
  func `one wrong digit never passes`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<2_000 {
      var digits = (0..<12).map { _ in UInt8(random.below(10)) }
      digits.append(GS1.checkDigit(of: digits))
      let place = random.below(13)
      digits[place] = (digits[place] + UInt8(1 + random.below(9))) % 10
      #expect(throws: GS1.Refusal.self) { try GS1.GTIN(digits) }
    }
  }
}
