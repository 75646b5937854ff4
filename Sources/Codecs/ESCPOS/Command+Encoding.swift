extension ESCPOS {
  public static func encode(_ commands: [Command]) -> [UInt8] {
    var bytes: [UInt8] = []
    for command in commands { append(command, to: &bytes) }
    return bytes
  }

  public static func encode(_ command: Command) -> [UInt8] {
    var bytes: [UInt8] = []
    append(command, to: &bytes)
    return bytes
  }

  /// Appends the bytes of one command. Texts and payloads are the caller's: a text has no byte
  /// below 20h (`CodePage.encode` sees to it), form B of a barcode at most 255 bytes, a QR code
  /// 7,089.
  public static func append(_ command: Command, to bytes: inout [UInt8]) {
    let isAppended =
      appendPrinting(command, &bytes) || appendCharacter(command, &bytes)
      || appendPlacing(command, &bytes) || appendPicture(command, &bytes)
      || appendMechanism(command, &bytes) || appendStatus(command, &bytes)
    // The round-trip test has every command.
    assert(isAppended, "no bytes for \(command)")
  }

  /// Print and feed. False for what the next function appends.
  private static func appendPrinting(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .text(let text): bytes += text
    case .horizontalTab: bytes.append(0x09)
    case .lineFeed: bytes.append(0x0A)
    case .carriageReturn: bytes.append(0x0D)
    case .formFeed: bytes.append(0x0C)
    case .feedLines(let n): bytes.append(each: [esc, 0x64, n])
    case .feedDots(let n): bytes.append(each: [esc, 0x4A, n])
    case .reverseFeedLines(let n): bytes.append(each: [esc, 0x65, n])
    case .reverseFeedDots(let n): bytes.append(each: [esc, 0x4B, n])
    case .returnHome: bytes.append(each: [esc, 0x3C])
    case .tabPositions(let columns):
      bytes.append(each: [esc, 0x44])
      bytes += columns
      bytes.append(nul)
    default: return false
    }
    return true
  }

  private static func appendCharacter(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .printMode(let mode): bytes.append(each: [esc, 0x21, mode.rawValue])
    case .emphasize(let on): bytes.append(each: [esc, 0x45, bit(on)])
    case .doubleStrike(let on): bytes.append(each: [esc, 0x47, bit(on)])
    case .underline(let dots): bytes.append(each: [esc, 0x2D, dots])
    case .characterSize(let width, let height):
      bytes.append(each: [gs, 0x21, UInt8((width - 1) & 7) << 4 | UInt8((height - 1) & 7)])
    case .reverse(let on): bytes.append(each: [gs, 0x42, bit(on)])
    case .smoothing(let on): bytes.append(each: [gs, 0x62, bit(on)])
    case .upsideDown(let on): bytes.append(each: [esc, 0x7B, bit(on)])
    case .rotate(let n): bytes.append(each: [esc, 0x56, n])
    case .font(let n): bytes.append(each: [esc, 0x4D, n])
    case .rightSpacing(let n): bytes.append(each: [esc, 0x20, n])
    case .internationalSet(let n): bytes.append(each: [esc, 0x52, n])
    case .codeTable(let n): bytes.append(each: [esc, 0x74, n])
    case .color(let n): bytes.append(each: [esc, 0x72, n])
    case .userCharacters(let on): bytes.append(each: [esc, 0x25, bit(on)])
    case .defineCharacters(let characters): append(characters, &bytes)
    case .cancelCharacter(let n): bytes.append(each: [esc, 0x3F, n])
    case .kanjiMode(let on): bytes.append(each: [fs, on ? 0x26 : 0x2E])
    case .kanjiPrintMode(let mode): bytes.append(each: [fs, 0x21, mode.rawValue])
    case .kanjiUnderline(let dots): bytes.append(each: [fs, 0x2D, dots])
    case .kanjiCodeSystem(let n): bytes.append(each: [fs, 0x43, n])
    case .kanjiSpacing(let left, let right): bytes.append(each: [fs, 0x53, left, right])
    case .kanjiQuadruple(let on): bytes.append(each: [fs, 0x57, bit(on)])
    case .kanjiFont(let n): bytes.append(each: [fs, 0x28, 0x41, 2, 0, 48, n])
    case .defineKanji(let code, let data):
      bytes.append(each: [fs, 0x32, high(code), low(code)])
      bytes += data
    case .cancelKanji(let code): bytes.append(each: [fs, 0x3F, high(code), low(code)])
    case .characterEncoding(let encoding):
      bytes.append(each: [fs, 0x28, 0x43, 2, 0, 48, encoding.rawValue])
    case .fontPriority(let rank, let font):
      bytes.append(each: [fs, 0x28, 0x43, 3, 0, 60, rank, font])
    default: return false
    }
    return true
  }

  private static func appendPlacing(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .align(let alignment): bytes.append(each: [esc, 0x61, alignment.rawValue])
    case .defaultLineSpacing: bytes.append(each: [esc, 0x32])
    case .lineSpacing(let n): bytes.append(each: [esc, 0x33, n])
    case .absolutePosition(let dots): bytes.append(each: [esc, 0x24, low(dots), high(dots)])
    case .relativePosition(let dots):
      let dots = UInt16(bitPattern: dots)
      bytes.append(each: [esc, 0x5C, low(dots), high(dots)])
    case .leftMargin(let dots): bytes.append(each: [gs, 0x4C, low(dots), high(dots)])
    case .printAreaWidth(let dots): bytes.append(each: [gs, 0x57, low(dots), high(dots)])
    case .lineStart(let n): bytes.append(each: [gs, 0x54, n])
    case .motionUnits(let x, let y): bytes.append(each: [gs, 0x50, x, y])
    case .pageMode: bytes.append(each: [esc, 0x4C])
    case .standardMode: bytes.append(each: [esc, 0x53])
    case .pageArea(let area):
      bytes.append(each: [
        esc, 0x57, low(area.x), high(area.x), low(area.y), high(area.y), low(area.width),
        high(area.width), low(area.height), high(area.height),
      ])
    case .pageDirection(let direction): bytes.append(each: [esc, 0x54, direction.rawValue])
    case .pageVerticalPosition(let dots): bytes.append(each: [gs, 0x24, low(dots), high(dots)])
    case .pageRelativeVerticalPosition(let dots):
      let dots = UInt16(bitPattern: dots)
      bytes.append(each: [gs, 0x5C, low(dots), high(dots)])
    case .printPage: bytes.append(each: [esc, 0x0C])
    case .cancelPage: bytes.append(0x18)
    default: return false
    }
    return true
  }

  private static func appendPicture(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .barcodeHeight(let n): bytes.append(each: [gs, 0x68, n])
    case .barcodeModuleWidth(let n): bytes.append(each: [gs, 0x77, n])
    case .barcodeText(let position): bytes.append(each: [gs, 0x48, position.rawValue])
    case .barcodeFont(let n): bytes.append(each: [gs, 0x66, n])
    case .barcode(let system, let data): appendBarcode(system: system, data: data, &bytes)
    case .symbol(let kind, let function): append(kind, function, &bytes)
    case .raster(let image):
      bytes.append(each: [
        gs, 0x76, 0x30, image.mode, low(image.bytesPerRow), high(image.bytesPerRow),
        low(image.rows), high(image.rows),
      ])
      bytes += image.data
    case .columnImage(let image):
      bytes.append(each: [
        esc, 0x2A, image.density.rawValue, low(image.columns), high(image.columns),
      ])
      bytes += image.data
    case .graphics(let function): append(function, &bytes)
    case .defineDownloadedImage(let image):
      bytes.append(each: [gs, 0x2A, low(image.widthUnits), low(image.heightBytes)])
      bytes += image.data
    case .printDownloadedImage(let mode): bytes.append(each: [gs, 0x2F, mode])
    case .defineStoredImages(let images):
      bytes.append(each: [fs, 0x71, UInt8(truncatingIfNeeded: images.count)])
      for image in images {
        bytes.append(each: [
          low(image.widthUnits), high(image.widthUnits), low(image.heightBytes),
          high(image.heightBytes),
        ])
        bytes += image.data
      }
    case .printStoredImage(let number, let mode): bytes.append(each: [fs, 0x70, number, mode])
    default: return false
    }
    return true
  }

  private static func appendMechanism(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .cut(let cut): append(cut, &bytes)
    case .pulse(let connector, let on, let off):
      bytes.append(each: [esc, 0x70, connector, on, off])
    case .buzzer(let function, let parameters):
      appendFunction(esc, 0x41, count: parameters.count + 1, &bytes)
      bytes.append(function)
      bytes += parameters
    case .unidirectional(let on): bytes.append(each: [esc, 0x55, bit(on)])
    case .headControl(let n): bytes.append(each: [gs, 0x45, n])
    case .printControl(let function, let value):
      bytes.append(each: [gs, 0x28, 0x4B, 2, 0, function, value])
    case .paperEndSensors(let n): bytes.append(each: [esc, 0x63, 0x33, n])
    case .stopSensors(let n): bytes.append(each: [esc, 0x63, 0x34, n])
    case .panelButtonsDisabled(let on): bytes.append(each: [esc, 0x63, 0x35, bit(on)])
    case .testPrint(let paper, let pattern):
      bytes.append(each: [gs, 0x28, 0x41, 2, 0, paper, pattern])
    case .initialize: bytes.append(each: [esc, 0x40])
    case .selectPeripheral(let n): bytes.append(each: [esc, 0x3D, n])
    case .macroDefinition: bytes.append(each: [gs, 0x3A])
    case .runMacro(let count, let wait, let mode):
      bytes.append(each: [gs, 0x5E, count, wait, mode])
    case .userSetting(let function, let parameters):
      appendFunction(gs, 0x45, count: parameters.count + 1, &bytes)
      bytes.append(function)
      bytes += parameters
    default: return false
    }
    return true
  }

  private static func appendStatus(_ command: Command, _ bytes: inout [UInt8]) -> Bool {
    switch command {
    case .automaticStatus(let n): bytes.append(each: [gs, 0x61, n])
    case .transmitStatus(let n): bytes.append(each: [gs, 0x72, n])
    case .transmitPaperStatus: bytes.append(each: [esc, 0x76])
    case .transmitDrawerStatus(let n): bytes.append(each: [esc, 0x75, n])
    case .printerInformation(let n): bytes.append(each: [gs, 0x49, n])
    case .requestProcessID(let id):
      bytes.append(each: [gs, 0x28, 0x48, 6, 0, 48, 48])
      bytes += id.bytes
    case .offlineResponse(let n): bytes.append(each: [gs, 0x28, 0x48, 3, 0, 49, 48, n])
    case .realTimeStatus(let n): bytes.append(each: [dle, eot, n])
    case .realTimeExtendedStatus(let n, let a): bytes.append(each: [dle, eot, n, a])
    case .realTimeRequest(let n): bytes.append(each: [dle, enq, n])
    case .realTimePulse(let connector, let time):
      bytes.append(each: [dle, dc4, 1, connector, time])
    case .realTimePowerOff: bytes.append(each: [dle, dc4, 2, 1, 8])
    case .realTimeBuzzer(let parameters):
      bytes.append(each: [dle, dc4, 3])
      bytes += parameters
    case .realTimeTransmit(let n): bytes.append(each: [dle, dc4, 7, n])
    case .clearBuffers: bytes += Framing.clearBuffers
    case .realTimeCommands(let permissions):
      appendFunction(gs, 0x44, count: permissions.count * 2 + 1, &bytes)
      bytes.append(20)
      for permission in permissions {
        bytes.append(each: [permission.function, bit(permission.isEnabled)])
      }
    default: return false
    }
    return true
  }

  private static func bit(_ on: Bool) -> UInt8 { on ? 1 : 0 }

  /// `introducer` ( letter pL pH; so many parameters follow.
  static func appendFunction(
    _ introducer: UInt8, _ letter: UInt8, count: Int, _ bytes: inout [UInt8]
  ) {
    let count = UInt16(truncatingIfNeeded: count)
    bytes.append(each: [introducer, 0x28, letter, low(count), high(count)])
  }

  private static func append(_ characters: DefinedCharacters, _ bytes: inout [UInt8]) {
    let last = Int(characters.firstCode) + characters.pictures.count - 1
    bytes.append(each: [
      esc, 0x26, characters.bytesPerColumn, characters.firstCode, UInt8(truncatingIfNeeded: last),
    ])
    for picture in characters.pictures {
      bytes.append(UInt8(truncatingIfNeeded: picture.count / Int(characters.bytesPerColumn)))
      bytes += picture
    }
  }

  private static func appendBarcode(system: UInt8, data: [UInt8], _ bytes: inout [UInt8]) {
    bytes.append(each: [gs, 0x6B, system])
    let isFormB = system >= Framing.firstFormBSystem
    if isFormB { bytes.append(UInt8(truncatingIfNeeded: data.count)) }
    bytes += data
    if !isFormB { bytes.append(nul) }
  }

  private static func append(_ cut: Cut, _ bytes: inout [UInt8]) {
    switch cut {
    case .full: bytes.append(each: [gs, 0x56, 0])
    case .partial: bytes.append(each: [gs, 0x56, 1])
    case .feedAndFull(let n): bytes.append(each: [gs, 0x56, 65, n])
    case .feedAndPartial(let n): bytes.append(each: [gs, 0x56, 66, n])
    case .reserveFull(let n): bytes.append(each: [gs, 0x56, 97, n])
    case .reservePartial(let n): bytes.append(each: [gs, 0x56, 98, n])
    case .feedFullAndReturn(let n): bytes.append(each: [gs, 0x56, 103, n])
    case .feedPartialAndReturn(let n): bytes.append(each: [gs, 0x56, 104, n])
    case .oldFull: bytes.append(each: [esc, 0x69])
    case .oldPartial: bytes.append(each: [esc, 0x6D])
    }
  }
}

extension [UInt8] {
  /// Appends a few bytes in a row, without the array that a literal of them would be.
  mutating func append<let count: Int>(each bytes: InlineArray<count, UInt8>) {
    for index in bytes.indices { append(bytes[index]) }
  }
}
