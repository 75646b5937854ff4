import Codecs
import Devices
import Raster

/// Cells of text as dots, on the same grid as the printer's own characters.
struct GlyphLine {
  /// Grey of drawn characters from which on a dot is black: a little less than half, because
  /// strokes of one dot print thin.
  static let threshold: UInt8 = 112

  private let cells: ArraySlice<TextCell>
  private let style: TextStyle

  init(_ cells: ArraySlice<TextCell>, _ style: TextStyle) {
    self.cells = cells
    self.style = style
  }

  /// The whole line as a picture with alignment left to the printer; nil for an empty one.
  func picture(_ font: CellFont) throws(RasterError) -> Bitmap? {
    if cells.isEmpty { return nil }
    return try draw(font)
  }

  /// A band to stand among the printer's own characters; nil where there is nothing to draw, or the
  /// style is of double height.
  func band(_ font: CellFont) throws(RasterError) -> ESCPOS.ColumnImage? {
    guard !style.isDoubleHeight, !cells.isEmpty else { return nil }
    return Self.band(try draw(font), top: 0, threshold: Self.threshold)
  }

  private func draw(_ font: CellFont) throws(RasterError) -> Bitmap {
    let cell = style.isDoubleWidth ? 24 : 12
    let height = style.isDoubleHeight ? 48 : 24
    let width = cells.width * cell
    var bitmap = try Bitmap(width: width, height: height)
    var x = 0
    for next in cells {
      let width = next.columns * cell
      font.draw(
        next.character, isBold: style.isEmphasized, into: &bitmap, x: x, y: 0, width: width,
        height: height, isWide: next.columns == 2)
      x += width
    }
    if style.isReversed { bitmap.invert(x: 0, y: 0, width: width, height: height) }
    return bitmap
  }

  /// 24 rows of a bitmap from `top` on as columns of three bytes (ESC * 33).
  static func band(
    _ bitmap: Bitmap, top: Int, threshold: UInt8 = 128
  ) -> ESCPOS.ColumnImage? {
    // One blank column more where the width itself would read as a real-time command.
    let width = bitmap.width + (PictureStrips.isLive(bitmap.width) ? 1 : 0)
    guard let columns = UInt16(exactly: width) else { return nil }
    var data = [UInt8](repeating: 0, count: width * 3)
    for row in 0..<min(24, bitmap.height - top) {
      let bit: UInt8 = 0x80 >> UInt8(row % 8)
      for x in 0..<bitmap.width where bitmap[x, top + row] >= threshold {
        data[x * 3 + row / 8] |= bit
      }
    }
    PictureStrips.disarm(&data)
    return ESCPOS.ColumnImage(density: .double24, columns: columns, data: data)
  }
}
