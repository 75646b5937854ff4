import Codecs
import Testing

/// What decides about a scan: the symbol first, then the form, then the state.
struct ScanReaderTests {
  private func read(
    _ text: String, paymentExpected: Bool = false,
    _ change: (inout ScanReader.Settings) throws -> Void = { _ in }
  ) throws -> ScanMeaning {
    var settings = ScanReader.Settings()
    try change(&settings)
    let scan = ScanText(text.replacing("^", with: "\u{1D}"))
    return ScanReader(dictionary: try ScanCorpora.dictionary(), settings: settings)
      .read(scan.bytes, aim: scan.aim, paymentExpected: paymentExpected)
  }

  private func product(_ digits: String) throws -> ScanMeaning {
    .product(try GS1.GTIN(ascii: digits.utf8))
  }

  private func text(_ text: String, _ symbology: GS1.Symbology?) -> ScanMeaning {
    .text(Array(text.utf8), symbology)
  }

  // MARK: Numbers

  @Test func `the symbol says how many digits a number has`() throws {
    let tea = try product("4006381333931")
    #expect(try read("]E04006381333931") == tea)
    #expect(try read("]E3400638133393112") == tea)
    #expect(try read("]E3400638133393112345") == tea)
    #expect(try read("]E496385074") == product("96385074"))
    #expect(try read("]I114006381333938") == product("14006381333938"))
    #expect(
      try read("]E04006381333932")
        == .refused(.number(.wrongCheckDigit(expected: 1, found: 2))))
    #expect(try read("]E0400638133393A") == .refused(.number(.notANumber)))
    #expect(try read("]E0") == .refused(.number(.notANumber)))
    #expect(try read("]E040063813339") == .refused(.number(.wrongLength(11))))
    #expect(try read("]E34006381333931") == .refused(.number(.wrongLength(13))))
    #expect(try read("]E112") == .refused(.number(.addOnAlone)))
    #expect(try read("]E4963850741") == .refused(.number(.wrongLength(9))))
    #expect(try read("]I0123456") == text("123456", .interleaved2of5))
  }

  @Test func `without an identifier the length decides`() throws {
    let tea = try product("4006381333931")
    #expect(try read("4006381333931") == tea)
    #expect(try read("]X04006381333931") == tea)
    // OCA product-attribute #40: an EAN-13 whose leading zero was stripped has 12 digits.
    #expect(try read("042100005264") == product("0042100005264"))
    // Eight digits are EAN-8, or UPC-E where they can be nothing else.
    #expect(try read("96385074") == product("96385074"))
    #expect(try read("04252614") == product("042100005264"))
    #expect(
      try read("96385075")
        == .refused(.number(.wrongCheckDigit(expected: 4, found: 5))))
    #expect(try read("CP") == text("CP", nil))
    #expect(try read("]X0CP") == text("CP", .other))
    #expect(try read("") == text("", nil))
  }

  // biip 5.2 took a damaged EAN-13 without identifier for application identifier 400.
  @Test func `a number with a wrong check digit is never an element string`() throws {
    #expect(
      try read("4006381333932")
        == .refused(.number(.wrongCheckDigit(expected: 1, found: 2))))
    #expect(try read("01040063813339313102001250") == text("01040063813339313102001250", nil))
    let elements = try read("010400638133393110A^17261231") {
      $0.readsElementsWithoutIdentifier = true
    }
    #expect(elements.elements.map(\.value) == ["04006381333931", "A", "261231"])
    // Nothing else than (01) in front, and nothing that is not right to its end.
    for other in ["0104006381333932" + "10A", "10A^0104006381333931", "0104006381333931"] {
      let meaning = try read(other) { $0.readsElementsWithoutIdentifier = true }
      #expect(meaning.elements == [], "\(other)")
    }
  }

  @Test func `a lenient till takes what cannot be mistaken`() throws {
    let strict: GS1.Refusal = .wrongLength(12)
    #expect(try read("]E0042100005264") == .refused(.number(strict)))
    #expect(try read("]E004252614") == .refused(.number(.wrongLength(8))))
    #expect(try read("]C04006381333931") == text("4006381333931", .code128))
    for scan in ["]E0042100005264", "]E004252614", "]C0042100005264", "]Q10042100005264"] {
      #expect(try read(scan) { $0.isLenient = true } == product("042100005264"), "\(scan)")
    }
    // Six digits are any six digits, eight in a QR code too.
    #expect(try read("]E0425261") { $0.isLenient = true } == .refused(.number(.wrongLength(6))))
    #expect(try read("]Q196385074") { $0.isLenient = true } == text("96385074", .qrCode))
    #expect(
      try read("]C04006381333932") { $0.isLenient = true }
        == text("4006381333932", .code128))
  }

  // MARK: Elements

  /// vectors/devices.json, scan_gs1_engine.
  @Test func `GS1 symbols hold element strings and nothing else`() throws {
    for aim in ["]C1", "]e0", "]d2", "]Q3", "]J1"] {
      let meaning = try read(aim + "010400638133393110" + "3A^17251231")
      #expect(meaning.elements.map(\.identifier.description) == ["01", "10", "17"], "\(aim)")
      #expect(try read(aim + "0506381333931").isWellFormed == false)
      // Alipay's 16 to 24 digits and the 18 of an SSCC: the symbol tells them apart.
      #expect(try read(aim + "00376104250021234569").elements.count == 1)
    }
    #expect(try read("]d2010400638133393117250230").isWellFormed == false)
    #expect(try read("]e0010400638133393132020012503922999").elements.count == 3)
  }

  @Test func `a web address in a symbol for text is a Digital Link or none of ours`() throws {
    let link = "https://id.gs1.org/01/04006381333931/10/3A"
    for aim in ["]Q1", "]d1", "]z0", "]J0", ""] {
      let meaning = try read(aim + link)
      #expect(meaning == .digitalLink(meaning.elements) && meaning.elements.count == 2, "\(aim)")
      #expect(try read(aim + "https://qr.alipay.com/1") == .refused(.digitalLink(.link(.noKey))))
    }
    #expect(try read("]C0" + link) == text(link, .code128))
    #expect(try read("]Q1HtTpS://a/01/1") == text("HtTpS://a/01/1", .qrCode))
  }

  // MARK: Codes

  @Test func `payment codes come before everything that is looked up`() throws {
    let code = "134567890123456789"
    for aim in ["]Q1", "]C0", "]d1", "]X0", "]A0", ""] {
      #expect(try read(aim + code) == .refused(.paymentNotExpected(.wechat)), "\(aim)")
      let expected = try read(aim + code, paymentExpected: true)
      #expect(expected == .payment(try #require(PaymentCode(Array(code.utf8)))))
    }
    #expect(
      try read("]Q1160980831968472596", paymentExpected: true)
        == text("160980831968472596", .qrCode))
    #expect(
      try read("]Q1160980831968472596") { $0.acceptsWeChat16 = true }
        == .refused(.paymentNotExpected(.wechat)))
  }

  @Test func `a payment code is in no description`() throws {
    let digits = "289431869362714645"
    let code = try #require(PaymentCode(Array(digits.utf8)))
    let meaning = ScanMeaning.payment(code)
    var dumped = ""
    dump(meaning, to: &dumped)
    for text in ["\(code)", "\(meaning)", String(reflecting: meaning), dumped, "\([code])"] {
      #expect(!text.contains(digits), "\(text)")
    }
    #expect("\(code)" == "alipay code" && code.digits == digits)
  }

  @Test func `the shop's own codes are known by prefix and form`() throws {
    let cases: [(String, OwnCode.Kind, String)] = [
      ("]C0CP-K7ZL1YQUBN", .coupon, "K7ZL1YQUBN"), ("]Q1M3654044232", .member, "3654044232"),
      ("GC17907524", .giftCard, "17907524"), ("]A0BG042", .badge, "042"),
      ("]C03-000042", .receipt, "3-000042"),
    ]
    for (scan, kind, body) in cases {
      guard case .own(let code) = try read(scan) else {
        Issue.record("\(scan) is no code of ours")
        continue
      }
      #expect(code.kind == kind && code.body == body)
      #expect(!"\(code) \(String(reflecting: code))".contains(body))
    }
    for scan in ["M12", "M12345678901234567890A", "m3654044232", "CP-1", "3-", "-3", "3-4-5"] {
      #expect(try read("]C0" + scan) == text(scan, .code128), "\(scan)")
    }
    // A GS1 symbol holds no code of ours.
    #expect(try read("]C1CP-K7ZL1YQUBN").isWellFormed == false)
    let badge = try OwnCode.Form(kind: .badge, prefix: "STAFF-", body: .digits, length: 4...4)
    #expect(try read("]Q1STAFF-1234") { $0.ownCodes = [badge] } != text("STAFF-1234", .qrCode))
    #expect(try read("]Q1M3654044232") { $0.ownCodes = [badge] } == text("M3654044232", .qrCode))
  }

  @Test func `a form of codes keeps clear of numbers in the trade`() {
    func flaw(_ prefix: String, _ length: ClosedRange<Int> = 4...8) -> OwnCode.Form.Flaw? {
      do throws(OwnCode.Form.Flaw) {
        _ = try OwnCode.Form(kind: .member, prefix: prefix, body: .digits, length: length)
        return nil
      } catch {
        return error
      }
    }
    #expect(flaw("M") == nil && flaw("1-M") == nil)
    #expect(flaw("") == .noPrefix && flaw("28") == .noPrefix && flaw("-") == .noPrefix)
    #expect(flaw("m") == .prefix && flaw("MEMBERCARD") == .prefix)
    #expect(flaw("M", 0...4) == .length && flaw("M", 4...65) == .length)
  }

  // MARK: Totality

  @Test(arguments: [UInt64(5), 17, 4_021])
  func `any bytes under any identifier have a meaning`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var settings = ScanReader.Settings()
    settings.isLenient = true
    settings.readsElementsWithoutIdentifier = true
    settings.inStoreNumbers = [
      try InStoreNumber.Template(pattern: "2IIIIIcVVVVVK", measure: .price, decimals: 2)
    ]
    let reader = ScanReader(dictionary: try ScanCorpora.dictionary(), settings: settings)
    let seeds = [
      "010400638133393110" + "3A\u{1D}17251231", "https://a/01/04006381333931/10/3A?17=261231",
      "8110106141416543213150110120", "4309000000000036000000008013AB", "2112345678900",
      "80078007FR7630006000011234567890189", "",
    ].map { Array($0.utf8) }
    let aims = [nil, "]C1", "]Q1", "]E0", "]E3", "]E4", "]d2", "]I1", "]C0", "]X0", "]", "xyz"]
    for _ in 0..<4_000 {
      let bytes =
        random.below(4) == 0
        ? random.bytes(count: random.below(60)) : random.damaged(seeds[random.below(seeds.count)])
      let aim = aims[random.below(aims.count)]
      let meaning = reader.read(bytes, aim: aim, paymentExpected: random.below(2) == 0)
      if case .text(let text, _) = meaning { #expect(text == bytes) }
      #expect(meaning.elements.count <= GS1.SyntaxDictionary.elementLimit)
    }
    let long = [UInt8](repeating: 0x39, count: ScanReader.byteLimit + 1)
    #expect(
      reader.read(long, aim: "]Q1", paymentExpected: false) == .refused(.tooLong(long.count)))
  }

  @Test func `two item numbers that look like a payment code are that where one is expected`()
    throws
  {
    let reader = ScanReader(dictionary: try ScanCorpora.dictionary())
    let glued = Array("301762042200396385074".utf8)
    #expect(reader.read(glued, aim: nil, paymentExpected: false) == .refused(.glued))
    let code = try #require(PaymentCode(glued))
    #expect(reader.read(glued, aim: nil, paymentExpected: true) == .payment(code))
  }
}
