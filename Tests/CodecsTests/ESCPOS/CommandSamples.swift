@testable import Codecs

/// Commands of every kind with parameters of chance, each in the form that decoding gives.
extension ESCPOSRandom {
  /// So many kinds `command` has.
  static let commandKindCount = 104

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
  mutating func bool() -> Bool { below(2) == 1 }
  mutating func word() -> UInt16 { UInt16(truncatingIfNeeded: next()) }
  mutating func signedWord() -> Int16 { Int16(truncatingIfNeeded: next()) }
  /// 20h to FFh.
  mutating func printable(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(0x20 + below(0xE0)) }
  }
  mutating func key() -> ESCPOS.GraphicsKey {
    ESCPOS.GraphicsKey(UInt8(0x20 + below(0x5F)), UInt8(0x20 + below(0x5F)))
  }
  mutating func memory() -> ESCPOS.GraphicsMemory { bool() ? .nonvolatile : .downloaded }

  /// Nil where chance made none that there is.
  mutating func command(kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0..<26: printing(kind)
    case 26..<52: character(kind - 26)
    case 52..<68: placing(kind - 52)
    case 68..<86: picture(kind - 68)
    default: mechanism(kind - 86)
    }
  }

  private mutating func printing(_ kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0: return .text(printable(1 + below(40)))
    case 1: return .horizontalTab
    case 2: return .lineFeed
    case 3: return .carriageReturn
    case 4: return .formFeed
    case 5: return .feedLines(byte())
    case 6: return .feedDots(byte())
    case 7: return .reverseFeedLines(byte())
    case 8: return .reverseFeedDots(byte())
    case 9: return .returnHome
    case 10: return .tabPositions(Array(Set(bytes(below(32)).filter { $0 > 0 })).sorted())
    case 11: return .printMode(.init(rawValue: byte()))
    case 12: return .emphasize(bool())
    case 13: return .doubleStrike(bool())
    case 14: return .underline(dots: byte())
    case 15: return .characterSize(width: 1 + below(8), height: 1 + below(8))
    case 16: return .reverse(bool())
    case 17: return .smoothing(bool())
    case 18: return .upsideDown(bool())
    case 19: return .rotate(byte())
    case 20: return .font(byte())
    case 21: return .rightSpacing(byte())
    case 22: return .internationalSet(byte())
    case 23: return .codeTable(byte())
    case 24: return .color(byte())
    default: return .userCharacters(bool())
    }
  }

  private mutating func character(_ kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0:
      let rows = 1 + below(4)
      let pictures = (0...below(4)).map { _ in bytes(rows * below(13)) }
      return ESCPOS.DefinedCharacters(
        bytesPerColumn: UInt8(rows), firstCode: UInt8(0x20 + below(0x50)), pictures: pictures
      ).map { .defineCharacters($0) }
    case 1: return .cancelCharacter(byte())
    case 2: return .kanjiMode(bool())
    case 3: return .kanjiPrintMode(.init(rawValue: byte()))
    case 4: return .kanjiUnderline(dots: byte())
    case 5: return .kanjiCodeSystem(byte())
    case 6: return .kanjiSpacing(left: byte(), right: byte())
    case 7: return .kanjiQuadruple(bool())
    case 8: return .kanjiFont(byte())
    case 9: return .defineKanji(code: word(), data: bytes(72))
    case 10: return .cancelKanji(code: word())
    case 11: return .characterEncoding(bool() ? .utf8 : .oneByte)
    case 12: return .fontPriority(rank: byte(), font: byte())
    case 13: return .align(.allCases[below(3)])
    case 14: return .defaultLineSpacing
    case 15: return .lineSpacing(byte())
    case 16: return .absolutePosition(word())
    case 17: return .relativePosition(signedWord())
    case 18: return .leftMargin(word())
    case 19: return .printAreaWidth(word())
    case 20: return .lineStart(byte())
    case 21: return .motionUnits(x: byte(), y: byte())
    case 22: return .macroDefinition
    case 23: return .runMacro(count: byte(), wait: byte(), mode: byte())
    case 24: return .userSetting(function: byte(), parameters: bytes(below(20)))
    default: return .initialize
    }
  }

  private mutating func placing(_ kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0: .pageMode
    case 1: .standardMode
    case 2: .pageArea(.init(x: word(), y: word(), width: word(), height: word()))
    case 3: .pageDirection(.allCases[below(4)])
    case 4: .pageVerticalPosition(word())
    case 5: .pageRelativeVerticalPosition(signedWord())
    case 6: .printPage
    case 7: .cancelPage
    case 8: .barcodeHeight(byte())
    case 9: .barcodeModuleWidth(byte())
    case 10: .barcodeText(.allCases[below(4)])
    case 11: .barcodeFont(byte())
    case 12: .barcode(system: UInt8(below(7)), data: printable(below(30)))
    case 13: .barcode(system: UInt8(65 + below(15)), data: bytes(below(255)))
    case 14: .selectPeripheral(byte())
    default: .printerInformation(byte())
    }
  }

  private mutating func picture(_ kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0:
      let (width, rows) = (below(20), below(20))
      return ESCPOS.RasterImage(
        mode: byte(), bytesPerRow: UInt16(width), rows: UInt16(rows), data: bytes(width * rows)
      ).map { .raster($0) }
    case 1:
      let density = ESCPOS.ColumnImage.Density.allCases[below(4)]
      let columns = below(400)
      return ESCPOS.ColumnImage(
        density: density, columns: UInt16(columns),
        data: bytes(columns * density.bytesPerColumn)
      ).map { .columnImage($0) }
    case 2: return storedImage(heightLimit: 255).map { .defineDownloadedImage($0) }
    case 3: return .printDownloadedImage(mode: byte())
    case 4:
      let images = (0...below(3)).compactMap { _ in storedImage(heightLimit: 600) }
      return images.isEmpty ? nil : .defineStoredImages(images)
    case 5: return .printStoredImage(number: byte(), mode: byte())
    case 6: return .graphics(.transmitCapacity)
    case 7: return .graphics(.referenceDensity(x: byte(), y: byte()))
    case 8: return .graphics(.printBuffer)
    case 9: return .graphics(.transmitRemaining(memory()))
    case 10: return .graphics(.listKeys(memory()))
    case 11: return .graphics(.deleteAll(memory()))
    case 12: return .graphics(.delete(memory(), key()))
    case 13: return image(planes: 1 + below(3)).map { .graphics(.define(memory(), key(), $0)) }
    case 14:
      return .graphics(.print(memory(), key(), scaleX: byte(), scaleY: byte()))
    case 15:
      return image(planes: 1).map { .graphics(.store($0, scaleX: byte(), scaleY: byte())) }
    default: return symbol()
    }
  }

  private mutating func storedImage(heightLimit: Int) -> ESCPOS.StoredImage? {
    let (width, height) = (1 + below(6), 1 + below(6))
    return ESCPOS.StoredImage(
      widthUnits: UInt16(width), heightBytes: UInt16(height), data: bytes(width * 8 * height))
  }

  private mutating func image(planes count: Int) -> ESCPOS.GraphicsImage? {
    let layout = ESCPOS.GraphicsImage.Layout.allCases[below(2)]
    let (width, height) = (UInt16(below(50)), UInt16(below(50)))
    let size = ESCPOS.GraphicsImage.byteCount(layout, width: width, height: height)
    let planes = (0..<count).map { _ in
      ESCPOS.GraphicsImage.Plane(color: byte(), data: bytes(size))
    }
    return ESCPOS.GraphicsImage(
      layout: layout, tone: byte(), width: width, height: height, planes: planes)
  }

  private mutating func symbol() -> ESCPOS.Command {
    let kind = ESCPOS.SymbolKind.allCases[below(7)]
    var functions: [ESCPOS.SymbolFunction] = [.print, .transmitSize]
    if kind != .maxiCode { functions.append(.moduleSize(byte())) }
    switch kind {
    case .pdf417:
      functions += [
        .columns(byte()), .rows(byte()), .rowHeight(byte()), .isTruncated(bool()),
        .errorCorrectionBy(mode: byte(), byte()), .store(bytes(below(300))),
      ]
    case .qrCode:
      functions += [.model(byte()), .errorCorrection(byte()), .store(bytes(below(300)))]
    case .maxiCode: functions += [.mode(byte()), .store(bytes(below(138)))]
    case .dataBar:
      functions += [.maximumWidth(word()), .storeDataBar(type: byte(), bytes(below(250)))]
    case .composite:
      functions += [
        .maximumWidth(word()), .textFont(byte()),
        .storeComposite(part: byte(), type: byte(), bytes(below(250))),
      ]
    case .aztec:
      functions += [
        .layers(mode: byte(), byte()), .errorCorrection(byte()), .store(bytes(below(300))),
      ]
    case .dataMatrix:
      functions += [
        .shape(byte(), columns: byte(), rows: byte()), .store(bytes(below(300))),
      ]
    }
    return .symbol(kind, functions[below(functions.count)])
  }

  private mutating func mechanism(_ kind: Int) -> ESCPOS.Command? {
    switch kind {
    case 0:
      let cuts: [ESCPOS.Cut] = [
        .full, .partial, .feedAndFull(byte()), .feedAndPartial(byte()), .reserveFull(byte()),
        .reservePartial(byte()), .feedFullAndReturn(byte()), .feedPartialAndReturn(byte()),
        .oldFull, .oldPartial,
      ]
      return .cut(cuts[below(cuts.count)])
    case 1: return .pulse(connector: byte(), on: byte(), off: byte())
    case 2: return .buzzer(function: byte(), parameters: bytes(below(8)))
    case 3: return .unidirectional(bool())
    case 4: return .headControl(byte())
    case 5: return .printControl(function: byte(), value: byte())
    case 6: return bool() ? .paperEndSensors(byte()) : .stopSensors(byte())
    case 7: return .panelButtonsDisabled(bool())
    case 8: return .testPrint(paper: byte(), pattern: byte())
    case 9: return bool() ? .automaticStatus(byte()) : .transmitStatus(byte())
    case 10: return bool() ? .transmitPaperStatus : .transmitDrawerStatus(byte())
    case 11:
      return .requestProcessID(
        ESCPOS.ProcessID(counter: UInt32(truncatingIfNeeded: next())))
    case 12: return .offlineResponse(byte())
    case 13:
      let n = byte()
      return [0, 7, 8, 18].contains(n)
        ? .realTimeExtendedStatus(n, byte()) : .realTimeStatus(n)
    case 14: return bool() ? .realTimeRequest(byte()) : .realTimeExtendedStatus(18, byte())
    case 15: return bool() ? .realTimePulse(connector: byte(), time: byte()) : .clearBuffers
    case 16: return bool() ? .realTimePowerOff : .realTimeBuzzer(bytes(5))
    default:
      if bool() { return .realTimeTransmit(byte()) }
      return .realTimeCommands(
        (0...below(2)).map { _ in .init(function: byte(), isEnabled: bool()) })
    }
  }
}
