import Codecs
import Raster

/// Draws what stands alone between lines: bars with their characters, symbols, pictures.
enum PaperBlockPicture {
  /// Paper above and below.
  static let padding = 4

  /// With the paper around it, and without drawing its characters.
  static func size(of block: Paper.Block) throws(RasterError) -> (width: Int, height: Int) {
    switch block {
    case .barcode(let barcode):
      let bars = try bars(of: barcode)
      return (bars.width, bars.height + 2 * padding + textHeight(of: barcode))
    case .symbol(let symbol):
      let bitmap = try bitmap(of: symbol)
      return (bitmap.width, bitmap.height + 2 * padding)
    case .picture(let dots, let scaleX, let scaleY):
      return (dots.width * scaleX, dots.height * scaleY)
    }
  }

  static func draw(_ block: Paper.Block, font: CellFont) throws(RasterError) -> Bitmap {
    switch block {
    case .barcode(let barcode): return try draw(barcode, font)
    case .symbol(let symbol):
      let symbol = try bitmap(of: symbol)
      var bitmap = try Bitmap(width: symbol.width, height: symbol.height + 2 * padding)
      bitmap.draw(symbol, x: 0, y: padding)
      return bitmap
    case .picture(let dots, let scaleX, let scaleY):
      var bitmap = try Bitmap(width: dots.width * scaleX, height: dots.height * scaleY)
      bitmap.draw(try dots.bitmap(), x: 0, y: 0, scaleX: scaleX, scaleY: scaleY)
      return bitmap
    }
  }

  private static func bars(of barcode: Paper.Barcode) throws(RasterError) -> Bitmap {
    try SymbolBitmap.barcode(
      barcode.symbology.bitmap, barcode.text, moduleWidth: barcode.moduleWidth,
      height: barcode.height)
  }

  private static func bitmap(of symbol: Paper.Symbol) throws(RasterError) -> Bitmap {
    guard let matrix = symbol.matrix else { throw .symbolRefused("unknown type") }
    return try SymbolBitmap.matrix(
      matrix, symbol.content, moduleSize: symbol.settings.moduleSize)
  }

  private static func textHeight(of barcode: Paper.Barcode) -> Int {
    let lines: Int =
      switch barcode.textPosition {
      case .none: 0
      case .above, .below: 1
      case .both: 2
      }
    return lines * barcode.textFont.height
  }

  private static func draw(
    _ barcode: Paper.Barcode, _ font: CellFont
  ) throws(RasterError) -> Bitmap {
    let bars = try bars(of: barcode)
    let (text, cell) = (barcode.symbology.caption(barcode.text), barcode.textFont)
    let width = max(bars.width, text.count * cell.width)
    var bitmap = try Bitmap(
      width: width, height: bars.height + 2 * padding + textHeight(of: barcode))
    var y = padding
    func drawText() {
      var x = (width - text.count * cell.width) / 2
      for character in text {
        font.draw(
          character, into: &bitmap, x: x, y: y, width: cell.width, height: cell.height,
          isWide: false)
        x += cell.width
      }
      y += cell.height
    }
    if [.above, .both].contains(barcode.textPosition) { drawText() }
    bitmap.draw(bars, x: (width - bars.width) / 2, y: y)
    y += bars.height
    if [.below, .both].contains(barcode.textPosition) { drawText() }
    return bitmap
  }
}

extension BarcodeSymbology {
  /// The human readable characters of `text`.
  fileprivate func caption(_ text: String) -> String {
    switch self {
    case .code39: "*\(text)*"
    case .gs1Code128, .dataBarExpanded:
      String(text.map { $0 == "[" ? "(" : $0 == "]" ? ")" : $0 })
    case .dataBar, .dataBarTruncated, .dataBarLimited: "(01)\(text)"
    case .upcA, .upcE, .ean13, .ean8, .interleaved2of5, .codabar, .code93, .code128,
      .code128Automatic:
      String(text.map { $0.isASCII && ($0.asciiValue ?? 0) < 0x20 ? " " : $0 })
    }
  }
}
