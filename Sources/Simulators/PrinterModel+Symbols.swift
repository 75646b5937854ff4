import Codecs

extension PrinterModel {
  mutating func printQRCode() {
    guard !state.qrData.isEmpty else { return paper.append(.refused("QR code without data")) }
    let code = Paper.QRCode(
      data: state.qrData, moduleSize: state.qrModuleSize, level: state.qrLevel)
    paper.append(.qrCode(code, state.alignment))
    useLine()
  }

  /// Prints what the symbology allows; a real printer ignores the rest in silence.
  mutating func printBarcode(system: UInt8, data: [UInt8]) {
    guard let (symbology, text) = Self.content(system: system, data: data) else {
      return paper.append(.refused("barcode system \(system)"))
    }
    do {
      _ = try ESCPOS.Barcode(symbology, text)
    } catch {
      return paper.append(.refused("\(symbology.name) \(text): \(error)"))
    }
    let barcode = Paper.Barcode(
      symbology: symbology, text: text, moduleWidth: state.barcodeModuleWidth,
      height: state.barcodeHeight, textPosition: state.barcodeText)
    paper.append(.barcode(barcode, state.alignment))
    useLine()
  }

  private static func content(
    system: UInt8, data: [UInt8]
  ) -> (ESCPOS.Barcode.Symbology, String)? {
    let digits = String(decoding: data, as: UTF8.self)
    switch system {
    case 0, 65: return (.upcA, digits)
    case 2, 67: return (.ean13, digits)
    case 3, 68: return (.ean8, digits)
    case 73: return code128(data).map { (.code128, $0) }
    default: return nil
    }
  }

  /// The text in code sets B and C; nil without a code set, as the manual wants one.
  private static func code128(_ data: [UInt8]) -> String? {
    guard data.count > 2, data[0] == 0x7B else { return nil }
    switch data[1] {
    case 0x42:
      var text: [UInt8] = []
      var isBrace = false
      for byte in data.dropFirst(2) {
        if byte == 0x7B && !isBrace {
          isBrace = true
        } else {
          guard !isBrace || byte == 0x7B else { return nil }
          text.append(byte)
          isBrace = false
        }
      }
      return String(decoding: text, as: UTF8.self)
    case 0x43:
      guard data.dropFirst(2).allSatisfy({ $0 < 100 }) else { return nil }
      return data.dropFirst(2).map { "\($0 / 10)\($0 % 10)" }.joined()
    default: return nil
    }
  }
}

extension PrintState {
  /// Commands that only change how the next ones print.
  mutating func set(_ command: ESCPOS.Command) {
    switch command {
    case .printMode(let mode):
      style.isFontB = mode.contains(.fontB)
      style.isEmphasized = mode.contains(.emphasized)
      style.heightScale = mode.contains(.doubleHeight) ? 2 : 1
      style.widthScale = mode.contains(.doubleWidth) ? 2 : 1
      style.underlineDots = mode.contains(.underlined) ? 1 : 0
    case .emphasize(let on), .doubleStrike(let on): style.isEmphasized = on
    case .underline(let dots): style.underlineDots = Self.dots(dots)
    case .characterSize(let width, let height):
      style.widthScale = width
      style.heightScale = height
    case .reverse(let on): style.isReversed = on
    case .font(let n): style.isFontB = n & 1 == 1
    case .rightSpacing(let n): rightSpacing = Int(n)
    case .codeTable(let n): codePage = Self.codePage(n)
    case .kanjiMode(let on): isKanjiMode = on
    case .kanjiPrintMode(let mode):
      kanjiWidthScale = mode.contains(.kanjiDoubleWidth) ? 2 : 1
      kanjiHeightScale = mode.contains(.kanjiDoubleHeight) ? 2 : 1
    case .kanjiUnderline(let dots): kanjiUnderlineDots = Self.dots(dots)
    case .align(let new): alignment = new
    case .defaultLineSpacing: lineSpacing = 30
    case .lineSpacing(let n): lineSpacing = Int(n)
    case .leftMargin(let dots): leftMargin = min(Int(dots), 552)
    case .printAreaWidth(let dots): areaWidth = max(24, Int(dots))
    case .barcodeHeight(let n): barcodeHeight = max(1, Int(n))
    case .barcodeModuleWidth(let n): barcodeModuleWidth = min(max(2, Int(n)), 6)
    case .barcodeText(let position): barcodeText = position
    case .symbol(.qrCode, .moduleSize(let n)): qrModuleSize = min(max(1, Int(n)), 16)
    case .symbol(.qrCode, .errorCorrection(let n)): qrLevel = min(max(1, Int(n) - 47), 4)
    case .symbol(.qrCode, .store(let data)): qrData = data
    default: return
    }
  }

  private static func dots(_ n: UInt8) -> Int { Int(n >= 48 ? n - 48 : n) & 3 }

  /// n of ESC t on the TM-T series.
  private static func codePage(_ n: UInt8) -> CodePage {
    switch n {
    case 2: .cp850
    case 16: .cp1252
    case 17: .cp866
    case 18: .cp852
    case 19: .cp858
    default: .cp437
    }
  }
}
