import Testing

@testable import Codecs

struct CommandTests {
  private static let id = ESCPOS.ProcessID(counter: 1 * 95 + 94)

  static let text: [ESCPOS.Command] = [
    .initialize, .automaticStatus(0xFF), .kanjiMode(true), .align(.center), .emphasize(true),
    .characterSize(width: 2, height: 2), .text([0xBA, 0xCF, 0xBC, 0xC6]), .lineFeed,
    .characterSize(width: 1, height: 1), .emphasize(false), .reverse(true),
    .text([0xA3, 0xA4] + Array("12.50".utf8)), .lineFeed, .reverse(false), .kanjiMode(false),
    .feedLines(3), .feedDots(24),
  ]

  static func symbols() throws -> [ESCPOS.Command] {
    let raster = try #require(
      ESCPOS.RasterImage(bytesPerRow: 2, rows: 2, data: [0x80, 0x01, 0xFF, 0x00]))
    let ean = try ESCPOS.Barcode(.ean13, "4006381333931")
    let code128 = try ESCPOS.Barcode(.code128, "A{-1")
    return ean.commands(dotsPerLine: 576) + [
      .barcode(system: 2, data: Array("4006381333931".utf8)),
      .barcode(system: 73, data: code128.data),
    ] + (try ESCPOS.QRCode("Hi").commands) + [
      .raster(raster), .cut(.feedAndPartial(0)), .cut(.full), .cut(.oldFull),
    ]
  }

  static let status: [ESCPOS.Command] = [
    .realTimeStatus(1), .realTimeStatus(4), .realTimeRequest(2),
    .realTimePulse(connector: 0, time: 2), .clearBuffers, .transmitStatus(1),
    .printerInformation(67), .requestProcessID(id), .offlineResponse(1),
    .pulse(connector: 0, on: 25, off: 250), .selectPeripheral(2), .selectPeripheral(1),
  ]

  @Test func `text commands are the bytes of the manual`() throws {
    #expect(ESCPOS.encode(Self.text) == (try escposGolden("escpos-text")))
  }

  @Test func `symbols and cuts are the bytes of the manual`() throws {
    #expect(ESCPOS.encode(try Self.symbols()) == (try escposGolden("escpos-symbols")))
  }

  @Test func `status commands are the bytes of the manual`() throws {
    #expect(ESCPOS.encode(Self.status) == (try escposGolden("escpos-status")))
  }

  @Test func `what is encoded is read back as the same commands`() throws {
    for commands in [Self.text, try Self.symbols(), Self.status] {
      let decoded = ESCPOS.tokens(of: ESCPOS.encode(commands)).map { token -> ESCPOS.Command? in
        guard case .command(let command, _) = token else { return nil }
        return command
      }
      #expect(decoded == commands)
    }
  }

  @Test func `a wrong check digit is refused before it reaches a printer`() {
    #expect(throws: ESCPOS.SymbolError.wrongCheckDigit(expected: 1)) {
      try ESCPOS.Barcode(.ean13, "4006381333932")
    }
    #expect(throws: ESCPOS.SymbolError.wrongLength(12, expected: 13)) {
      try ESCPOS.Barcode(.ean13, "400638133393")
    }
    #expect(throws: ESCPOS.SymbolError.unsupportedCharacter(at: 2)) {
      try ESCPOS.Barcode(.ean8, "96x85074")
    }
    #expect(throws: ESCPOS.SymbolError.wrongCheckDigit(expected: 8)) {
      try ESCPOS.Barcode(.itf14, "14006381333937")
    }
    #expect(throws: ESCPOS.SymbolError.wrongLength(13, expected: 14)) {
      try ESCPOS.Barcode(.itf14, "4006381333931")
    }
    #expect(throws: ESCPOS.SymbolError.wrongLength(3, expected: 4)) {
      try ESCPOS.Barcode(.interleaved2of5, "123")
    }
    #expect(throws: ESCPOS.SymbolError.unsupportedCharacter(at: 1)) {
      try ESCPOS.Barcode(.code39, "A*")
    }
    #expect(throws: Never.self) { try ESCPOS.Barcode(.ean8, "96385074") }
    #expect(throws: Never.self) { try ESCPOS.Barcode(.upcA, "042100005264") }
  }

  /// GS k 70 and GS k 69, form B: the length before the data, nothing behind ("GS k").
  @Test func `ITF and Code 39 go out as they are read`() throws {
    let itf = try ESCPOS.Barcode(.itf14, "14006381333938")
    #expect(
      ESCPOS.encode(itf.commands(dotsPerLine: 576)).suffix(18)
        == [0x1D, 0x6B, 0x46, 14] + Array("14006381333938".utf8))
    let code39 = try ESCPOS.Barcode(.code39, "KC 7-1")
    #expect(
      ESCPOS.encode(code39.commands(dotsPerLine: 576)).suffix(10)
        == [0x1D, 0x6B, 0x45, 6] + Array("KC 7-1".utf8))
  }

  @Test func `an even count of digits takes half the width in Code 128`() throws {
    let numeric = try ESCPOS.Barcode(.code128, "123456")
    #expect(numeric.data == [0x7B, 0x43, 12, 34, 56])
    #expect(numeric.moduleCount == 68)
    #expect(try ESCPOS.Barcode(.code128, "12345").data == Array("{B12345".utf8))
  }

  @Test func `digits that would read as a real-time command are sent as characters`() throws {
    // The pairs 16 04 01 would be DLE EOT 1, a status request inside a barcode.
    #expect(try ESCPOS.Barcode(.code128, "160401").data == Array("{B160401".utf8))
  }

  @Test func `no symbol carries a control character`() {
    #expect(throws: ESCPOS.SymbolError.unsupportedCharacter(at: 1)) {
      try ESCPOS.QRCode("a\u{10}\u{04}\u{01}")
    }
    #expect(throws: ESCPOS.SymbolError.unsupportedCharacter(at: 0)) {
      try ESCPOS.Barcode(.code128, "\u{1B}@")
    }
    #expect(throws: ESCPOS.SymbolError.tooLong(667, limit: 666)) {
      try ESCPOS.QRCode(String(repeating: "x", count: 667))
    }
  }
}
