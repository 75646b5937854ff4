extension ESCPOS.Command {
  /// The command that is `frame`, of the length its framing tells; nil when it is not one of these.
  init?(frame: [UInt8]) {
    guard let first = frame.first else { return nil }
    let command: Self?
    switch first {
    case 0x09: command = .horizontalTab
    case 0x0A: command = .lineFeed
    case 0x0C: command = .formFeed
    case 0x0D: command = .carriageReturn
    case 0x18: command = .cancelPage
    case 0x20...: command = .text(frame)
    case ESCPOS.dle where frame.count >= 3: command = Self.realTime(frame)
    case ESCPOS.esc where frame.count >= 2: command = Self.escape(frame)
    case ESCPOS.fs where frame.count >= 2: command = Self.fileSeparator(frame)
    case ESCPOS.gs where frame.count >= 2: command = Self.groupSeparator(frame)
    default: command = nil
    }
    guard let command else { return nil }
    self = command
  }

  private static func realTime(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame[2], frame.count) {
    case (ESCPOS.eot, let n, 3): .realTimeStatus(n)
    case (ESCPOS.eot, let n, 4): .realTimeExtendedStatus(n, frame[3])
    case (ESCPOS.enq, let n, 3): .realTimeRequest(n)
    case (ESCPOS.dc4, 1, 5): .realTimePulse(connector: frame[3], time: frame[4])
    case (ESCPOS.dc4, 2, 5): frame[3] == 1 && frame[4] == 8 ? .realTimePowerOff : nil
    case (ESCPOS.dc4, 3, 8): .realTimeBuzzer(Array(frame[3...]))
    case (ESCPOS.dc4, 7, 4): .realTimeTransmit(frame[3])
    case (ESCPOS.dc4, 8, _): frame == ESCPOS.Framing.clearBuffers ? .clearBuffers : nil
    default: nil
    }
  }

  private static func escape(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame.count) {
    case (0x0C, 2): .printPage
    case (0x32, 2): .defaultLineSpacing
    case (0x3C, 2): .returnHome
    case (0x40, 2): .initialize
    case (0x4C, 2): .pageMode
    case (0x53, 2): .standardMode
    case (0x69, 2): .cut(.oldFull)
    case (0x6D, 2): .cut(.oldPartial)
    case (0x76, 2): .transmitPaperStatus
    case (0x24, 4): .absolutePosition(word(frame, 2))
    case (0x26, 6...): defineCharacters(frame)
    case (0x28, 6...): frame[2] == 0x41 ? buzzer(frame) : nil
    case (0x2A, 5...):
      ESCPOS.ColumnImage.Density(rawValue: frame[2]).flatMap {
        ESCPOS.ColumnImage(density: $0, columns: word(frame, 3), data: Array(frame[5...]))
      }.map { .columnImage($0) }
    case (0x44, 3...):
      frame.last == ESCPOS.nul ? .tabPositions(Array(frame[2...].dropLast())) : nil
    case (0x57, 10):
      .pageArea(
        ESCPOS.PageArea(
          x: word(frame, 2), y: word(frame, 4), width: word(frame, 6), height: word(frame, 8)))
    case (0x5C, 4): .relativePosition(Int16(bitPattern: word(frame, 2)))
    case (0x63, 4): sensors(frame[2], frame[3])
    case (0x70, 5): .pulse(connector: frame[2], on: frame[3], off: frame[4])
    case (_, 3): escape(frame[1], frame[2])
    default: nil
    }
  }

  private static func escape(_ letter: UInt8, _ n: UInt8) -> Self? {
    switch letter {
    case 0x20: .rightSpacing(n)
    case 0x21: .printMode(ESCPOS.PrintMode(rawValue: n))
    case 0x25: .userCharacters(n & 1 == 1)
    case 0x2D: .underline(dots: n)
    case 0x33: .lineSpacing(n)
    case 0x3D: .selectPeripheral(n)
    case 0x3F: .cancelCharacter(n)
    case 0x45: .emphasize(n & 1 == 1)
    case 0x47: .doubleStrike(n & 1 == 1)
    case 0x4A: .feedDots(n)
    case 0x4B: .reverseFeedDots(n)
    case 0x4D: .font(n)
    case 0x52: .internationalSet(n)
    case 0x54: ESCPOS.PageDirection(rawValue: number(n)).map { .pageDirection($0) }
    case 0x55: .unidirectional(n & 1 == 1)
    case 0x56: .rotate(n)
    case 0x61: ESCPOS.Alignment(rawValue: number(n)).map { .align($0) }
    case 0x64: .feedLines(n)
    case 0x65: .reverseFeedLines(n)
    case 0x72: .color(n)
    case 0x74: .codeTable(n)
    case 0x75: .transmitDrawerStatus(n)
    case 0x7B: .upsideDown(n & 1 == 1)
    default: nil
    }
  }

  private static func fileSeparator(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame.count) {
    case (0x26, 2): .kanjiMode(true)
    case (0x2E, 2): .kanjiMode(false)
    case (0x21, 3): .kanjiPrintMode(ESCPOS.PrintMode(rawValue: frame[2]))
    case (0x2D, 3): .kanjiUnderline(dots: frame[2])
    case (0x43, 3): .kanjiCodeSystem(frame[2])
    case (0x57, 3): .kanjiQuadruple(frame[2] & 1 == 1)
    case (0x53, 4): .kanjiSpacing(left: frame[2], right: frame[3])
    case (0x3F, 4): .cancelKanji(code: ESCPOS.littleEndian(frame[3], frame[2]))
    case (0x70, 4): .printStoredImage(number: frame[2], mode: frame[3])
    case (0x32, 4...):
      .defineKanji(code: ESCPOS.littleEndian(frame[3], frame[2]), data: Array(frame[4...]))
    case (0x28, 7...): kanjiFunction(frame)
    case (0x71, 3...): storedImages(frame)
    default: nil
    }
  }

  private static func groupSeparator(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame.count) {
    case (0x3A, 2): .macroDefinition
    case (0x28, 6...): function(frame)
    case (0x38, 9...):
      frame[2] == 0x4C ? ESCPOS.GraphicsFunction(frame[7...]).map { .graphics($0) } : nil
    case (0x24, 4): .pageVerticalPosition(word(frame, 2))
    case (0x2A, 4...):
      ESCPOS.StoredImage(
        widthUnits: UInt16(frame[2]), heightBytes: UInt16(frame[3]), data: Array(frame[4...])
      ).map { .defineDownloadedImage($0) }
    case (0x4C, 4): .leftMargin(word(frame, 2))
    case (0x50, 4): .motionUnits(x: frame[2], y: frame[3])
    case (0x57, 4): .printAreaWidth(word(frame, 2))
    case (0x5C, 4): .pageRelativeVerticalPosition(Int16(bitPattern: word(frame, 2)))
    case (0x5E, 5): .runMacro(count: frame[2], wait: frame[3], mode: frame[4])
    case (0x56, 3...): cut(frame)
    case (0x6B, 4...) where frame[2] < ESCPOS.Framing.firstFormBSystem:
      frame.last == ESCPOS.nul
        ? .barcode(system: frame[2], data: Array(frame[3...].dropLast())) : nil
    case (0x6B, 4...): .barcode(system: frame[2], data: Array(frame[4...]))
    case (0x76, 8...) where frame[2] == 0x30:
      ESCPOS.RasterImage(
        mode: frame[3], bytesPerRow: word(frame, 4), rows: word(frame, 6),
        data: Array(frame[8...])
      ).map { .raster($0) }
    case (_, 3): groupSeparator(frame[1], frame[2])
    default: nil
    }
  }

  private static func groupSeparator(_ letter: UInt8, _ n: UInt8) -> Self? {
    switch letter {
    case 0x21: .characterSize(width: Int(n >> 4 & 7) + 1, height: Int(n & 7) + 1)
    case 0x2F: .printDownloadedImage(mode: n)
    case 0x42: .reverse(n & 1 == 1)
    case 0x45: .headControl(n)
    case 0x48: ESCPOS.BarcodeText(rawValue: number(n)).map { .barcodeText($0) }
    case 0x49: .printerInformation(n)
    case 0x54: .lineStart(n)
    case 0x61: .automaticStatus(n)
    case 0x62: .smoothing(n & 1 == 1)
    case 0x66: .barcodeFont(n)
    case 0x68: .barcodeHeight(n)
    case 0x72: .transmitStatus(n)
    case 0x77: .barcodeModuleWidth(n)
    default: nil
    }
  }

  /// Many parameters take the digits '0' to '9' for the numbers.
  private static func number(_ n: UInt8) -> UInt8 { (48...57).contains(n) ? n - 48 : n }

  private static func word(_ frame: [UInt8], _ index: Int) -> UInt16 {
    ESCPOS.littleEndian(frame[index], frame[index + 1])
  }
}
