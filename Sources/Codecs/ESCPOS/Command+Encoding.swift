extension ESCPOS {
  public static func encode(_ commands: [Command]) -> [UInt8] {
    commands.flatMap { encode($0) }
  }

  /// The bytes of one command. Texts and payloads are the caller's: a text has no byte below 20h
  /// (`CodePage.encode` sees to it), form B of a barcode at most 255 bytes, a QR code 7,089.
  public static func encode(_ command: Command) -> [UInt8] {
    switch command {
    case .text(let bytes): bytes
    case .horizontalTab: [0x09]
    case .lineFeed: [0x0A]
    case .carriageReturn: [0x0D]
    case .feedLines(let n): [esc, 0x64, n]
    case .feedDots(let n): [esc, 0x4A, n]
    case .printMode(let mode): [esc, 0x21, mode.rawValue]
    case .emphasize(let on): [esc, 0x45, on ? 1 : 0]
    case .doubleStrike(let on): [esc, 0x47, on ? 1 : 0]
    case .underline(let dots): [esc, 0x2D, dots]
    case .characterSize(let width, let height):
      [gs, 0x21, UInt8((width - 1) & 7) << 4 | UInt8((height - 1) & 7)]
    case .reverse(let on): [gs, 0x42, on ? 1 : 0]
    case .upsideDown(let on): [esc, 0x7B, on ? 1 : 0]
    case .rotate(let n): [esc, 0x56, n]
    case .font(let n): [esc, 0x4D, n]
    case .rightSpacing(let n): [esc, 0x20, n]
    case .internationalSet(let n): [esc, 0x52, n]
    case .codeTable(let n): [esc, 0x74, n]
    case .kanjiMode(let on): [fs, on ? 0x26 : 0x2E]
    case .kanjiPrintMode(let mode): [fs, 0x21, mode.rawValue]
    case .kanjiUnderline(let dots): [fs, 0x2D, dots]
    case .kanjiCodeSystem(let n): [fs, 0x43, n]
    case .align(let alignment): [esc, 0x61, alignment.rawValue]
    case .defaultLineSpacing: [esc, 0x32]
    case .lineSpacing(let n): [esc, 0x33, n]
    case .absolutePosition(let dots): [esc, 0x24] + littleEndian(dots)
    case .relativePosition(let dots): [esc, 0x5C] + littleEndian(UInt16(bitPattern: dots))
    case .leftMargin(let dots): [gs, 0x4C] + littleEndian(dots)
    case .printAreaWidth(let dots): [gs, 0x57] + littleEndian(dots)
    case .barcodeHeight(let n): [gs, 0x68, n]
    case .barcodeModuleWidth(let n): [gs, 0x77, n]
    case .barcodeText(let position): [gs, 0x48, position.rawValue]
    case .barcodeFont(let n): [gs, 0x66, n]
    case .barcode(let system, let data): barcode(system: system, data: data)
    case .qrModel(let n): qr([65, n, 0])
    case .qrModuleSize(let n): qr([67, n])
    case .qrErrorCorrection(let level): qr([69, level.rawValue])
    case .qrStore(let data): qr([80, 48] + data)
    case .qrPrint: qr([81, 48])
    case .raster(let image): raster(image)
    case .cut(let cut): encode(cut)
    case .pulse(let connector, let on, let off): [esc, 0x70, connector, on, off]
    case .automaticStatus(let n): [gs, 0x61, n]
    case .transmitStatus(let n): [gs, 0x72, n]
    case .printerInformation(let n): [gs, 0x49, n]
    case .requestProcessID(let id): [gs, 0x28, 0x48, 6, 0, 48, 48] + id.bytes
    case .offlineResponse(let n): [gs, 0x28, 0x48, 3, 0, 49, 48, n]
    case .realTimeStatus(let n): [dle, eot, n]
    case .realTimeRequest(let n): [dle, enq, n]
    case .realTimePulse(let connector, let time): [dle, dc4, 1, connector, time]
    case .clearBuffers: Framing.clearBuffers
    case .initialize: [esc, 0x40]
    case .selectPeripheral(let n): [esc, 0x3D, n]
    }
  }

  private static func barcode(system: UInt8, data: [UInt8]) -> [UInt8] {
    if system < Framing.firstFormBSystem { return [gs, 0x6B, system] + data + [nul] }
    return [gs, 0x6B, system, UInt8(truncatingIfNeeded: data.count)] + data
  }

  /// GS ( k with cn 49.
  private static func qr(_ parameters: [UInt8]) -> [UInt8] {
    let count = UInt16(truncatingIfNeeded: parameters.count + 1)
    return [gs, 0x28, 0x6B] + littleEndian(count) + [49] + parameters
  }

  private static func raster(_ image: RasterImage) -> [UInt8] {
    [gs, 0x76, 0x30, image.mode] + littleEndian(image.bytesPerRow) + littleEndian(image.rows)
      + image.data
  }

  private static func encode(_ cut: Cut) -> [UInt8] {
    switch cut {
    case .full: [gs, 0x56, 0]
    case .partial: [gs, 0x56, 1]
    case .feedAndFull(let n): [gs, 0x56, 65, n]
    case .feedAndPartial(let n): [gs, 0x56, 66, n]
    case .oldFull: [esc, 0x69]
    case .oldPartial: [esc, 0x6D]
    }
  }
}
