import Codecs
import Devices
import Profiles
import Raster

/// Symbols and pictures. A symbol is checked before any printer sees it; its content is printed as
/// text where the symbology refuses it, and that is reported.
extension ESCPOSPrinterLayout {
  /// Of drawn barcodes, and of those that the printer draws: 10 mm.
  private static let barcodeHeight = 80
  /// Light modules around a QR code on each side (ISO/IEC 18004, 6.3.8).
  private static let quietModules = 4
  private static let centered = TextStyle(alignment: .center)

  // MARK: Barcodes

  mutating func lay(_ symbology: BarcodeSymbology, _ text: String) {
    do {
      let barcode = try ESCPOS.Barcode(symbology.codec, text)
      guard let moduleWidth = barcode.moduleWidth(dotsPerLine: settings.dotsPerLine) else {
        return layAsText(text)
      }
      if settings.nativeSymbols.contains(symbology.native) {
        laySymbol(
          barcode.commands(
            dotsPerLine: settings.dotsPerLine, height: UInt8(Self.barcodeHeight)),
          dots: Self.barcodeHeight + Self.lineDots)
      } else {
        try draw(symbology, text, moduleWidth: Int(moduleWidth))
      }
    } catch {
      layAsText(text)
    }
  }

  private mutating func draw(
    _ symbology: BarcodeSymbology, _ text: String, moduleWidth: Int
  ) throws {
    guard settings.pictures != .none else { return layAsText(text) }
    let symbol = try SymbolBitmap.barcode(
      symbology.drawn, text, moduleWidth: moduleWidth, height: Self.barcodeHeight)
    laySymbol([], dots: 0)
    let (bytesPerRow, data) = symbol.packedRows()
    layPicture(bytesPerRow: bytesPerRow, data)
    lay(text, Self.centered)
  }

  // MARK: QR codes

  mutating func layQRCode(_ text: String) {
    do {
      let code = try ESCPOS.QRCode(text)
      let modules = Self.moduleCount(ofQRCodeWith: code.data.count)
      let most = settings.dotsPerLine / (modules + 2 * Self.quietModules)
      // Below three dots of a thermal head no phone reads it reliably.
      guard most >= 3 else { throw ESCPOS.SymbolError.tooLong(code.data.count, limit: 0) }
      let size = min(most, modules <= 33 ? 6 : modules <= 49 ? 5 : 4)
      if settings.nativeSymbols.contains(.qr) {
        laySymbol(
          [
            .symbol(.qrCode, .model(50)), .symbol(.qrCode, .moduleSize(UInt8(size))),
            .symbol(.qrCode, .errorCorrection(ESCPOS.QRErrorCorrection.medium.rawValue)),
            .symbol(.qrCode, .store(code.data)), .symbol(.qrCode, .print),
          ], dots: modules * size)
      } else if settings.pictures == .none {
        layAsText(text)
      } else {
        let symbol = try SymbolBitmap.qrCode(code.data, level: 2, moduleSize: size)
        laySymbol([], dots: 0)
        let (bytesPerRow, data) = symbol.packedRows()
        layPicture(bytesPerRow: bytesPerRow, data)
      }
    } catch {
      layAsText(text)
    }
  }

  /// Bytes that versions 1 to 20 hold at level M (ISO/IEC 18004, table 7).
  private static let capacities = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
  ]

  /// Modules of a side, for so many bytes at level M.
  static func moduleCount(ofQRCodeWith byteCount: Int) -> Int {
    let version = (capacities.firstIndex { $0 >= byteCount } ?? capacities.count - 1) + 1
    return 17 + 4 * version
  }

  // MARK: Pictures

  mutating func lay(_ picture: PrintPicture) {
    if settings.pictures == .none { return lose(.pictureLeftOut) }
    do {
      let bitmap = try Bitmap(width: picture.width, height: picture.height, ink: picture.ink)
      let (bytesPerRow, data) =
        try bitmap.scaledDown(toWidth: settings.dotsPerLine).halftone()
      apply(Self.centered)
      layPicture(bytesPerRow: bytesPerRow, data)
    } catch {
      lose(.pictureLeftOut)
    }
  }

  // MARK: Parts

  private mutating func laySymbol(_ symbol: [ESCPOS.Command], dots: Int) {
    apply(Self.centered)
    emit(.feedDots(12), dots: 12)
    if symbol.isEmpty { return }
    emit(symbol, dots: dots)
    emit(.feedDots(12), dots: 12)
  }

  private mutating func layAsText(_ text: String) {
    lose(.symbolAsText(text))
    lay(text, Self.centered)
  }
}

extension BarcodeSymbology {
  fileprivate var codec: ESCPOS.Barcode.Symbology {
    switch self {
    case .ean13: .ean13
    case .ean8: .ean8
    case .upcA: .upcA
    case .code128: .code128
    case .interleaved2of5: .interleaved2of5
    case .itf14: .itf14
    case .code39: .code39
    }
  }

  fileprivate var native: ESCPOSSettings.Symbol {
    switch self {
    case .ean13: .ean13
    case .ean8: .ean8
    case .upcA: .upcA
    case .code128: .code128
    case .interleaved2of5, .itf14: .itf
    case .code39: .code39
    }
  }

  fileprivate var drawn: SymbolBitmap.Symbology {
    switch self {
    case .ean13: .ean13
    case .ean8: .ean8
    case .upcA: .upcA
    case .code128: .code128
    case .interleaved2of5, .itf14: .interleaved2of5
    case .code39: .code39
    }
  }
}
