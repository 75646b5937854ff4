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
      .ascii: "Tea", .cp437: "Thé ½ ─", .cp737: "Τσάι", .cp772: "Čaj", .cp774: "Čaj",
      .cp775: "Ķīna", .cp850: "Åßø", .cp852: "Łódź", .cp855: "Чай", .cp857: "Çay ğ",
      .cp858: "5 €", .cp860: "Chá ã", .cp861: "Þórr", .cp862: "תה", .cp863: "Thé à", .cp864: "ﺵ",
      .cp865: "Smør", .cp866: "Чай", .cp869: "Τσάι", .cp874: "ชา", .cp1125: "Ґанок",
      .cp1250: "Łódź €", .cp1251: "Чай €", .cp1252: "“Tea” €", .cp1253: "Τσάι €",
      .cp1254: "Çay ğ €", .cp1255: "תה", .cp1256: "شاي", .cp1257: "Ķīna €", .cp1258: "đồ",
      .latin1: "Thé", .latin2: "Łódź", .isoCyrillic: "Чай", .isoGreek: "Τσάι",
      .latin5: "Çay ğ", .latin9: "5 €", .gb2312: "合计，。", .cp936: "合計，。",
      .gb18030: "合计，。€", .cp950: "合計", .cp932: "ラーメンｱ", .cp949: "한국어 €",
    ]
    #expect(samples.count == CodePage.allCases.count)
    // Their accents and points are characters of their own.
    for (page, text) in samples where ![.cp1255, .cp1258].contains(page) {
      let (bytes, missing) = page.encode(text)
      #expect(missing.isEmpty, "\(page)")
      #expect(page.decode(bytes) == text, "\(page)")
      #expect(page.transcode(text).bytes == bytes, "\(page)")
    }
  }

  @Test func `an accent behind its letter is the letter with the accent`() {
    #expect(CodePage.cp437.encode("Cafe\u{301}").bytes == CodePage.cp437.encode("Café").bytes)
    #expect(CodePage.cp932.encode("か\u{3099}").bytes == [0x82, 0xAA])
    #expect(CodePage.cp1252.encode("g\u{306}").missing == ["ğ"])
    #expect(CodePage.gb18030.encode("℃\u{FE0E}").missing.isEmpty)
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
