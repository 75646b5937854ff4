extension ESCPOS.Command {
  /// The command that is `frame`, of the length its framing tells; nil when it is not one of these.
  init?(frame: [UInt8]) {
    guard let first = frame.first else { return nil }
    let command: Self?
    switch first {
    case 0x09: command = .horizontalTab
    case 0x0A: command = .lineFeed
    case 0x0D: command = .carriageReturn
    case 0x20...: command = .text(frame)
    case ESCPOS.dle where frame.count >= 3: command = Self.realTime(frame)
    case ESCPOS.esc where frame.count >= 2: command = Self.escape(frame)
    case ESCPOS.fs where frame.count >= 2: command = Self.fileSeparator(frame)
    case ESCPOS.gs where frame.count >= 3: command = Self.groupSeparator(frame)
    default: command = nil
    }
    guard let command else { return nil }
    self = command
  }

  private static func realTime(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame[2], frame.count) {
    case (ESCPOS.eot, let n, 3): .realTimeStatus(n)
    case (ESCPOS.enq, let n, 3): .realTimeRequest(n)
    case (ESCPOS.dc4, 1, 5): .realTimePulse(connector: frame[3], time: frame[4])
    case (ESCPOS.dc4, 8, _): frame == ESCPOS.Framing.clearBuffers ? .clearBuffers : nil
    default: nil
    }
  }

  private static func escape(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame.count) {
    case (0x40, 2): .initialize
    case (0x32, 2): .defaultLineSpacing
    case (0x69, 2): .cut(.oldFull)
    case (0x6D, 2): .cut(.oldPartial)
    case (0x24, 4): .absolutePosition(ESCPOS.littleEndian(frame[2], frame[3]))
    case (0x5C, 4):
      .relativePosition(Int16(bitPattern: ESCPOS.littleEndian(frame[2], frame[3])))
    case (0x70, 5): .pulse(connector: frame[2], on: frame[3], off: frame[4])
    case (_, 3): escape(frame[1], frame[2])
    default: nil
    }
  }

  private static func escape(_ letter: UInt8, _ n: UInt8) -> Self? {
    switch letter {
    case 0x20: .rightSpacing(n)
    case 0x21: .printMode(ESCPOS.PrintMode(rawValue: n))
    case 0x2D: .underline(dots: n)
    case 0x33: .lineSpacing(n)
    case 0x3D: .selectPeripheral(n)
    case 0x45: .emphasize(n & 1 == 1)
    case 0x47: .doubleStrike(n & 1 == 1)
    case 0x4A: .feedDots(n)
    case 0x4D: .font(n)
    case 0x52: .internationalSet(n)
    case 0x56: .rotate(n)
    // The digits '0' to '2' mean the same as the numbers (ESC a, n = 48 to 50).
    case 0x61: ESCPOS.Alignment(rawValue: n >= 48 ? n - 48 : n).map { .align($0) }
    case 0x64: .feedLines(n)
    case 0x74: .codeTable(n)
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
    default: nil
    }
  }

  private static func groupSeparator(_ frame: [UInt8]) -> Self? {
    switch (frame[1], frame.count) {
    case (0x28, 7...): function(frame)
    case (0x4C, 4): .leftMargin(ESCPOS.littleEndian(frame[2], frame[3]))
    case (0x57, 4): .printAreaWidth(ESCPOS.littleEndian(frame[2], frame[3]))
    case (0x56, _): cut(frame)
    case (0x6B, 4...) where frame[2] < ESCPOS.Framing.firstFormBSystem:
      frame.last == ESCPOS.nul
        ? .barcode(system: frame[2], data: Array(frame[3...].dropLast())) : nil
    case (0x6B, 4...): .barcode(system: frame[2], data: Array(frame[4...]))
    case (0x76, 8...) where frame[2] == 0x30:
      ESCPOS.RasterImage(
        mode: frame[3], bytesPerRow: ESCPOS.littleEndian(frame[4], frame[5]),
        rows: ESCPOS.littleEndian(frame[6], frame[7]), data: Array(frame[8...])
      ).map { .raster($0) }
    case (_, 3): groupSeparator(frame[1], frame[2])
    default: nil
    }
  }

  private static func groupSeparator(_ letter: UInt8, _ n: UInt8) -> Self? {
    switch letter {
    case 0x21: .characterSize(width: Int(n >> 4 & 7) + 1, height: Int(n & 7) + 1)
    case 0x42: .reverse(n & 1 == 1)
    case 0x48: ESCPOS.BarcodeText(rawValue: n >= 48 ? n - 48 : n).map { .barcodeText($0) }
    case 0x49: .printerInformation(n)
    case 0x61: .automaticStatus(n)
    case 0x66: .barcodeFont(n)
    case 0x68: .barcodeHeight(n)
    case 0x72: .transmitStatus(n)
    case 0x77: .barcodeModuleWidth(n)
    default: nil
    }
  }

  private static func cut(_ frame: [UInt8]) -> Self? {
    switch (frame[2], frame.count) {
    case (0, 3), (48, 3): .cut(.full)
    case (1, 3), (49, 3): .cut(.partial)
    case (65, 4): .cut(.feedAndFull(frame[3]))
    case (66, 4): .cut(.feedAndPartial(frame[3]))
    default: nil
    }
  }

  /// GS ( with its letter, pL pH and at least two parameters.
  private static func function(_ frame: [UInt8]) -> Self? {
    switch (frame[2], frame[5], frame[6], frame.count) {
    case (0x48, 48, 48, 11):
      ESCPOS.ProcessID(bytes: Array(frame[7...])).map { .requestProcessID($0) }
    case (0x48, 49, 48, 8): .offlineResponse(frame[7])
    case (0x6B, 49, 65, 9): .qrModel(frame[7])
    case (0x6B, 49, 67, 8): .qrModuleSize(frame[7])
    case (0x6B, 49, 69, 8):
      ESCPOS.QRErrorCorrection(rawValue: frame[7]).map { .qrErrorCorrection($0) }
    case (0x6B, 49, 80, 8...): frame[7] == 48 ? .qrStore(Array(frame[8...])) : nil
    case (0x6B, 49, 81, 8): frame[7] == 48 ? .qrPrint : nil
    default: nil
    }
  }
}
