import Testing

@testable import Codecs

/// The bytes of the manual; where a form was from memory, the file names what it was compared with.
struct CommandGoldenTests {
  static let page: [ESCPOS.Command] = [
    .tabPositions([8, 16, 32]), .horizontalTab, .motionUnits(x: 203, y: 203), .pageMode,
    .pageArea(.init(x: 0, y: 0, width: 512, height: 1_662)), .pageDirection(.bottomToTop),
    .pageVerticalPosition(64), .pageRelativeVerticalPosition(-16), .absolutePosition(300),
    .relativePosition(-32), .cancelPage, .printPage, .formFeed, .standardMode, .leftMargin(16),
    .printAreaWidth(512), .lineStart(1), .reverseFeedDots(16), .reverseFeedLines(1), .returnHome,
  ]

  static func characters() throws -> [ESCPOS.Command] {
    let defined = try #require(
      ESCPOS.DefinedCharacters(
        bytesPerColumn: 3, firstCode: 0x41, pictures: [[0x80, 0x00, 0x01], []]))
    return [
      .userCharacters(true), .defineCharacters(defined), .cancelCharacter(0x41),
      .internationalSet(2), .codeTable(19), .font(1), .rightSpacing(2), .rotate(1),
      .upsideDown(true), .doubleStrike(true), .color(1), .smoothing(true), .kanjiCodeSystem(1),
      .kanjiSpacing(left: 1, right: 2), .kanjiQuadruple(true), .kanjiUnderline(dots: 2),
      .kanjiPrintMode([.kanjiDoubleWidth, .kanjiDoubleHeight]), .kanjiFont(1),
      .characterEncoding(.utf8), .fontPriority(rank: 0, font: 11), .cancelKanji(code: 0x7721),
    ]
  }

  static func pictures() throws -> [ESCPOS.Command] {
    let eight = try #require(
      ESCPOS.ColumnImage(density: .single8, columns: 2, data: [0xAA, 0x55]))
    let twentyFour = try #require(
      ESCPOS.ColumnImage(density: .double24, columns: 1, data: [0x80, 0x00, 0x01]))
    let download = try #require(
      ESCPOS.StoredImage(
        widthUnits: 1, heightBytes: 1, data: [1, 2, 4, 8, 16, 32, 64, 128]))
    let stored = try #require(
      ESCPOS.StoredImage(
        widthUnits: 1, heightBytes: 1, data: [128, 64, 32, 16, 8, 4, 2, 1]))
    let buffered = try #require(
      ESCPOS.GraphicsImage(width: 16, height: 1, planes: [.init(data: [0xF0, 0x0F])]))
    let full = try #require(
      ESCPOS.GraphicsImage(width: 8, height: 1, planes: [.init(data: [0xFF])]))
    let ends = try #require(
      ESCPOS.GraphicsImage(width: 8, height: 1, planes: [.init(data: [0x81])]))
    let (first, second) = (ESCPOS.GraphicsKey(0x47, 0x31), ESCPOS.GraphicsKey(0x47, 0x32))
    return [
      .columnImage(eight), .columnImage(twentyFour), .defineDownloadedImage(download),
      .printDownloadedImage(mode: 3), .defineStoredImages([stored]),
      .printStoredImage(number: 1, mode: 0), .graphics(.store(buffered, scaleX: 1, scaleY: 2)),
      .graphics(.printBuffer), .graphics(.define(.nonvolatile, first, full)),
      .graphics(.print(.nonvolatile, first, scaleX: 1, scaleY: 1)),
      .graphics(.delete(.nonvolatile, first)), .graphics(.deleteAll(.nonvolatile)),
      .graphics(.listKeys(.nonvolatile)), .graphics(.define(.downloaded, second, ends)),
      .graphics(.print(.downloaded, second, scaleX: 2, scaleY: 2)),
      .graphics(.transmitCapacity), .graphics(.referenceDensity(x: 50, y: 50)),
    ]
  }

  static let mechanism: [ESCPOS.Command] = [
    .cut(.reserveFull(0)), .cut(.reservePartial(16)), .cut(.feedFullAndReturn(0)),
    .cut(.feedPartialAndReturn(0)), .cut(.oldPartial),
    .buzzer(function: 48, parameters: [51, 3, 20]), .printControl(function: 49, value: 5),
    .printControl(function: 50, value: 9), .userSetting(function: 1, parameters: [0x49, 0x4E]),
    .paperEndSensors(12), .stopSensors(3), .panelButtonsDisabled(true), .unidirectional(true),
    .headControl(1), .macroDefinition, .runMacro(count: 2, wait: 1, mode: 0),
    .transmitPaperStatus, .transmitDrawerStatus(0),
    .realTimeCommands([
      .init(function: 1, isEnabled: false), .init(function: 2, isEnabled: false),
    ]),
    .realTimeExtendedStatus(18, 1), .realTimeExtendedStatus(7, 1), .realTimeRequest(0),
    .realTimePowerOff, .realTimeBuzzer([1, 0, 2, 1, 0]), .realTimeTransmit(1),
  ]

  static let symbols: [ESCPOS.Command] = [
    .symbol(.pdf417, .columns(0)), .symbol(.pdf417, .rows(0)), .symbol(.pdf417, .moduleSize(3)),
    .symbol(.pdf417, .rowHeight(3)), .symbol(.pdf417, .errorCorrectionBy(mode: 49, 1)),
    .symbol(.pdf417, .isTruncated(true)), .symbol(.pdf417, .store([0x48, 0x69])),
    .symbol(.pdf417, .print), .symbol(.pdf417, .transmitSize), .symbol(.maxiCode, .mode(52)),
    .symbol(.maxiCode, .store([0x48, 0x69])), .symbol(.dataBar, .moduleSize(2)),
    .symbol(.dataBar, .maximumWidth(512)),
    .symbol(.dataBar, .storeDataBar(type: 72, [0x31, 0x32])), .symbol(.composite, .textFont(1)),
    .symbol(.composite, .storeComposite(part: 48, type: 66, [0x31, 0x32])),
    .symbol(.composite, .storeComposite(part: 49, type: 65, [0x39])),
    .symbol(.aztec, .layers(mode: 48, 4)), .symbol(.aztec, .errorCorrection(23)),
    .symbol(.dataMatrix, .shape(49, columns: 8, rows: 18)),
  ]

  private func check(_ commands: [ESCPOS.Command], _ name: String) throws {
    let bytes = try escposGolden(name)
    #expect(ESCPOS.encode(commands) == bytes)
    let decoded = ESCPOS.tokens(of: bytes).map { token -> ESCPOS.Command? in
      guard case .command(let command, _) = token else { return nil }
      return command
    }
    #expect(decoded == commands)
  }

  @Test func `page mode and positions are the bytes of the manual`() throws {
    try check(Self.page, "escpos-page")
  }

  @Test func `character commands are the bytes of the manual`() throws {
    try check(try Self.characters(), "escpos-characters")
  }

  @Test func `pictures are the bytes of the manual`() throws {
    try check(try Self.pictures(), "escpos-pictures")
  }

  @Test func `mechanism and real-time commands are the bytes of the manual`() throws {
    try check(Self.mechanism, "escpos-mechanism")
  }

  @Test func `symbols of two dimensions are the bytes of the manual`() throws {
    try check(Self.symbols, "escpos-symbols-2d")
  }
}
