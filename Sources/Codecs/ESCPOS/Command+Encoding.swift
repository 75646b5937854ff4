extension ESCPOS {
  public static func encode(_ commands: [Command]) -> [UInt8] {
    commands.flatMap { encode($0) }
  }

  /// The bytes of one command. Texts and payloads are the caller's: a text has no byte below 20h
  /// (`CodePage.encode` sees to it), form B of a barcode at most 255 bytes, a QR code 7,089.
  public static func encode(_ command: Command) -> [UInt8] {
    encodePrinting(command) ?? encodeCharacter(command) ?? encodePlacing(command)
      ?? encodePicture(command) ?? encodeMechanism(command) ?? encodeStatus(command)
  }

  /// Print and feed. Nil for what the next function encodes.
  private static func encodePrinting(_ command: Command) -> [UInt8]? {
    switch command {
    case .text(let bytes): bytes
    case .horizontalTab: [0x09]
    case .lineFeed: [0x0A]
    case .carriageReturn: [0x0D]
    case .formFeed: [0x0C]
    case .feedLines(let n): [esc, 0x64, n]
    case .feedDots(let n): [esc, 0x4A, n]
    case .reverseFeedLines(let n): [esc, 0x65, n]
    case .reverseFeedDots(let n): [esc, 0x4B, n]
    case .returnHome: [esc, 0x3C]
    case .tabPositions(let columns): [esc, 0x44] + columns + [nul]
    default: nil
    }
  }

  private static func encodeCharacter(_ command: Command) -> [UInt8]? {
    switch command {
    case .printMode(let mode): [esc, 0x21, mode.rawValue]
    case .emphasize(let on): [esc, 0x45, bit(on)]
    case .doubleStrike(let on): [esc, 0x47, bit(on)]
    case .underline(let dots): [esc, 0x2D, dots]
    case .characterSize(let width, let height):
      [gs, 0x21, UInt8((width - 1) & 7) << 4 | UInt8((height - 1) & 7)]
    case .reverse(let on): [gs, 0x42, bit(on)]
    case .smoothing(let on): [gs, 0x62, bit(on)]
    case .upsideDown(let on): [esc, 0x7B, bit(on)]
    case .rotate(let n): [esc, 0x56, n]
    case .font(let n): [esc, 0x4D, n]
    case .rightSpacing(let n): [esc, 0x20, n]
    case .internationalSet(let n): [esc, 0x52, n]
    case .codeTable(let n): [esc, 0x74, n]
    case .color(let n): [esc, 0x72, n]
    case .userCharacters(let on): [esc, 0x25, bit(on)]
    case .defineCharacters(let characters): defined(characters)
    case .cancelCharacter(let n): [esc, 0x3F, n]
    case .kanjiMode(let on): [fs, on ? 0x26 : 0x2E]
    case .kanjiPrintMode(let mode): [fs, 0x21, mode.rawValue]
    case .kanjiUnderline(let dots): [fs, 0x2D, dots]
    case .kanjiCodeSystem(let n): [fs, 0x43, n]
    case .kanjiSpacing(let left, let right): [fs, 0x53, left, right]
    case .kanjiQuadruple(let on): [fs, 0x57, bit(on)]
    case .kanjiFont(let n): [fs, 0x28, 0x41, 2, 0, 48, n]
    case .defineKanji(let code, let data): [fs, 0x32] + bigEndian(code) + data
    case .cancelKanji(let code): [fs, 0x3F] + bigEndian(code)
    case .characterEncoding(let encoding): [fs, 0x28, 0x43, 2, 0, 48, encoding.rawValue]
    case .fontPriority(let rank, let font): [fs, 0x28, 0x43, 3, 0, 60, rank, font]
    default: nil
    }
  }

  private static func encodePlacing(_ command: Command) -> [UInt8]? {
    switch command {
    case .align(let alignment): [esc, 0x61, alignment.rawValue]
    case .defaultLineSpacing: [esc, 0x32]
    case .lineSpacing(let n): [esc, 0x33, n]
    case .absolutePosition(let dots): [esc, 0x24] + littleEndian(dots)
    case .relativePosition(let dots): [esc, 0x5C] + littleEndian(UInt16(bitPattern: dots))
    case .leftMargin(let dots): [gs, 0x4C] + littleEndian(dots)
    case .printAreaWidth(let dots): [gs, 0x57] + littleEndian(dots)
    case .lineStart(let n): [gs, 0x54, n]
    case .motionUnits(let x, let y): [gs, 0x50, x, y]
    case .pageMode: [esc, 0x4C]
    case .standardMode: [esc, 0x53]
    case .pageArea(let area):
      [esc, 0x57] + [area.x, area.y, area.width, area.height].flatMap { littleEndian($0) }
    case .pageDirection(let direction): [esc, 0x54, direction.rawValue]
    case .pageVerticalPosition(let dots): [gs, 0x24] + littleEndian(dots)
    case .pageRelativeVerticalPosition(let dots):
      [gs, 0x5C] + littleEndian(UInt16(bitPattern: dots))
    case .printPage: [esc, 0x0C]
    case .cancelPage: [0x18]
    default: nil
    }
  }

  private static func encodePicture(_ command: Command) -> [UInt8]? {
    switch command {
    case .barcodeHeight(let n): [gs, 0x68, n]
    case .barcodeModuleWidth(let n): [gs, 0x77, n]
    case .barcodeText(let position): [gs, 0x48, position.rawValue]
    case .barcodeFont(let n): [gs, 0x66, n]
    case .barcode(let system, let data): barcode(system: system, data: data)
    case .symbol(let kind, let function): encode(kind, function)
    case .raster(let image):
      [gs, 0x76, 0x30, image.mode] + littleEndian(image.bytesPerRow) + littleEndian(image.rows)
        + image.data
    case .columnImage(let image):
      [esc, 0x2A, image.density.rawValue] + littleEndian(image.columns) + image.data
    case .graphics(let function): encode(function)
    case .defineDownloadedImage(let image):
      [
        gs, 0x2A, UInt8(truncatingIfNeeded: image.widthUnits),
        UInt8(truncatingIfNeeded: image.heightBytes),
      ] + image.data
    case .printDownloadedImage(let mode): [gs, 0x2F, mode]
    case .defineStoredImages(let images):
      [fs, 0x71, UInt8(truncatingIfNeeded: images.count)]
        + images.flatMap {
          littleEndian($0.widthUnits) + littleEndian($0.heightBytes) + $0.data
        }
    case .printStoredImage(let number, let mode): [fs, 0x70, number, mode]
    default: nil
    }
  }

  private static func encodeMechanism(_ command: Command) -> [UInt8]? {
    switch command {
    case .cut(let cut): encode(cut)
    case .pulse(let connector, let on, let off): [esc, 0x70, connector, on, off]
    case .buzzer(let function, let parameters): counted(esc, 0x41, [function] + parameters)
    case .unidirectional(let on): [esc, 0x55, bit(on)]
    case .headControl(let n): [gs, 0x45, n]
    case .printControl(let function, let value): [gs, 0x28, 0x4B, 2, 0, function, value]
    case .paperEndSensors(let n): [esc, 0x63, 0x33, n]
    case .stopSensors(let n): [esc, 0x63, 0x34, n]
    case .panelButtonsDisabled(let on): [esc, 0x63, 0x35, bit(on)]
    case .testPrint(let paper, let pattern): [gs, 0x28, 0x41, 2, 0, paper, pattern]
    case .initialize: [esc, 0x40]
    case .selectPeripheral(let n): [esc, 0x3D, n]
    case .macroDefinition: [gs, 0x3A]
    case .runMacro(let count, let wait, let mode): [gs, 0x5E, count, wait, mode]
    case .userSetting(let function, let parameters): counted(gs, 0x45, [function] + parameters)
    default: nil
    }
  }

  private static func encodeStatus(_ command: Command) -> [UInt8] {
    switch command {
    case .automaticStatus(let n): [gs, 0x61, n]
    case .transmitStatus(let n): [gs, 0x72, n]
    case .transmitPaperStatus: [esc, 0x76]
    case .transmitDrawerStatus(let n): [esc, 0x75, n]
    case .printerInformation(let n): [gs, 0x49, n]
    case .requestProcessID(let id): [gs, 0x28, 0x48, 6, 0, 48, 48] + id.bytes
    case .offlineResponse(let n): [gs, 0x28, 0x48, 3, 0, 49, 48, n]
    case .realTimeStatus(let n): [dle, eot, n]
    case .realTimeExtendedStatus(let n, let a): [dle, eot, n, a]
    case .realTimeRequest(let n): [dle, enq, n]
    case .realTimePulse(let connector, let time): [dle, dc4, 1, connector, time]
    case .realTimePowerOff: [dle, dc4, 2, 1, 8]
    case .realTimeBuzzer(let parameters): [dle, dc4, 3] + parameters
    case .realTimeTransmit(let n): [dle, dc4, 7, n]
    case .clearBuffers: Framing.clearBuffers
    case .realTimeCommands(let permissions):
      counted(gs, 0x44, [20] + permissions.flatMap { [$0.function, bit($0.isEnabled)] })
    // All others are in the functions before this one; the round-trip test has every command.
    default: []
    }
  }

  private static func bit(_ on: Bool) -> UInt8 { on ? 1 : 0 }

  private static func bigEndian(_ code: UInt16) -> [UInt8] {
    [UInt8(code >> 8), UInt8(code & 0xFF)]
  }

  /// `introducer` ( letter pL pH parameters.
  private static func counted(
    _ introducer: UInt8, _ letter: UInt8, _ parameters: [UInt8]
  ) -> [UInt8] {
    [introducer, 0x28, letter] + littleEndian(UInt16(truncatingIfNeeded: parameters.count))
      + parameters
  }

  private static func defined(_ characters: DefinedCharacters) -> [UInt8] {
    let last = Int(characters.firstCode) + characters.pictures.count - 1
    let head = [
      esc, 0x26, characters.bytesPerColumn, characters.firstCode, UInt8(truncatingIfNeeded: last),
    ]
    return head
      + characters.pictures.flatMap {
        [UInt8(truncatingIfNeeded: $0.count / Int(characters.bytesPerColumn))] + $0
      }
  }

  private static func barcode(system: UInt8, data: [UInt8]) -> [UInt8] {
    if system < Framing.firstFormBSystem { return [gs, 0x6B, system] + data + [nul] }
    return [gs, 0x6B, system, UInt8(truncatingIfNeeded: data.count)] + data
  }

  private static func encode(_ cut: Cut) -> [UInt8] {
    switch cut {
    case .full: [gs, 0x56, 0]
    case .partial: [gs, 0x56, 1]
    case .feedAndFull(let n): [gs, 0x56, 65, n]
    case .feedAndPartial(let n): [gs, 0x56, 66, n]
    case .reserveFull(let n): [gs, 0x56, 97, n]
    case .reservePartial(let n): [gs, 0x56, 98, n]
    case .feedFullAndReturn(let n): [gs, 0x56, 103, n]
    case .feedPartialAndReturn(let n): [gs, 0x56, 104, n]
    case .oldFull: [esc, 0x69]
    case .oldPartial: [esc, 0x6D]
    }
  }
}
