import Testing

@testable import Codecs

struct CodePageTests {
  @Test func `the yuan sign takes two bytes in GB 18030 and never four`() {
    let (bytes, missing) = CodePage.gb18030.encode("合计 ¥12.50 ￥")
    #expect(
      bytes == [
        0xBA, 0xCF, 0xBC, 0xC6, 0x20, 0xA3, 0xA4, 0x31, 0x32, 0x2E, 0x35, 0x30, 0x20, 0xA3, 0xA4,
      ])
    #expect(missing.isEmpty)
  }

  @Test func `the yuan sign is one byte in page 437 and page 1252`() {
    #expect(CodePage.cp437.encode("¥1￥2").bytes == [0x9D, 0x31, 0x9D, 0x32])
    #expect(CodePage.cp1252.encode("¥").bytes == [0xA5])
    #expect(CodePage.ascii.encode("¥").missing == ["¥"])
  }

  @Test func `control characters cannot be injected`() {
    let hostile = "A会\u{1B}@\u{10}\u{04}\u{01}\r\n\u{7F}\u{9B}B"
    let (bytes, missing) = CodePage.gb18030.encode(hostile)
    #expect(bytes == [0x41, 0xBB, 0xE1, 0x40, 0x42])
    #expect(missing.isEmpty)
    for page in CodePage.allCases {
      #expect(page.encode(hostile).bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
  }

  @Test func `what a page has not is reported once and in order`() {
    let (bytes, missing) = CodePage.gb18030.encode("茶🍵x🍵㐂é")
    #expect(bytes == [0xB2, 0xE8, 0x78, 0xA8, 0xA6])
    #expect(missing == ["🍵", "㐂"])
  }

  @Test func `every page decodes what it encodes`() {
    let samples: [CodePage: String] = [
      .ascii: "Tea", .cp437: "Thé ½ ─", .cp850: "Åßø", .cp852: "Łódź", .cp858: "5 €",
      .cp866: "Чай", .cp1252: "“Tea” €", .gb18030: "合计，。€", .big5: "合計", .shiftJIS: "ラーメンｱ",
      .uhc: "한국어",
    ]
    #expect(samples.count == CodePage.allCases.count)
    for (page, text) in samples {
      let (bytes, missing) = page.encode(text)
      #expect(missing.isEmpty, "\(page)")
      #expect(page.decode(bytes) == text, "\(page)")
    }
  }

  @Test func `bytes without meaning become replacement characters and never trap`() {
    #expect(CodePage.gb18030.decode([0x41, 0x81]) == "A\u{FFFD}")
    #expect(CodePage.gb18030.decode([0xFF, 0x42]) == "\u{FFFD}B")
    var seed: UInt64 = 2
    for _ in 0..<200 {
      let bytes = (0..<40).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: seed >> 40)
      }
      for page in CodePage.allCases { #expect(page.decode(bytes).utf8.count >= bytes.count / 2) }
    }
  }
}
