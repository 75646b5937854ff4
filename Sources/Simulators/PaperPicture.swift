import Codecs
import Raster

/// Draws paper as it would lie on the counter: 8 dots a millimetre, margins beside the print area,
/// torn edges where the knife went.
struct PaperPicture {
  /// Older paper is out of the picture; 1 m.
  static let heightLimit = 8_000
  /// Beside the print area: 640 dots are the 80 mm of the roll.
  static let margin = 32
  /// Paper above the first and below the last line.
  static let padding = 48
  static let tearHeight = 22

  private static let ink = Picture.Color(38, 36, 42)
  private static let paper = Picture.Color(254, 253, 249)

  private let font: CellFont
  private let areaWidth: Int
  private var bitmap: Bitmap
  private var y = PaperPicture.padding
  private var cuts: [(y: Int, isPartial: Bool)] = []

  /// Draws as much of the end of `paper` as the limit allows.
  static func draw(_ paper: Paper, font: CellFont) throws(RasterError) -> Picture {
    var items = paper.items[...]
    // After the last cut the roll is inside the printer, where nobody sees it.
    while case .feed = items.last { items.removeLast() }
    var endsTorn = false
    if case .cut = items.last { endsTorn = true }
    var height = 2 * padding
    var first = items.endIndex
    while first > items.startIndex {
      let next = self.height(of: items[first - 1])
      guard height + next <= heightLimit else { break }
      height += next
      first -= 1
    }
    var picture = PaperPicture(
      font: font, areaWidth: paper.widthDots,
      bitmap: try Bitmap(width: paper.widthDots + 2 * margin, height: height))
    for item in items[first...] { try picture.draw(item) }
    return picture.finish(endsTorn: endsTorn)
  }

  private init(font: CellFont, areaWidth: Int, bitmap: Bitmap) {
    self.font = font
    self.areaWidth = areaWidth
    self.bitmap = bitmap
  }

  private static func height(of item: Paper.Item) -> Int {
    switch item {
    case .line(let line): line.height
    case .feed(let dots): dots
    case .barcode(let barcode, _):
      barcode.height + (barcode.textPosition == .both ? 56 : barcode.textPosition == .none ? 8 : 32)
    // The largest there is, until it is drawn.
    case .qrCode(let code, _): 177 * code.moduleSize + 8
    case .picture(let image, _): Int(image.rows) * (image.mode & 2 == 0 ? 1 : 2)
    case .refused: 0
    case .cut: tearHeight
    }
  }

  private mutating func draw(_ item: Paper.Item) throws(RasterError) {
    switch item {
    case .line(let line): draw(line)
    case .feed(let dots): y += dots
    case .barcode(let barcode, let alignment): try draw(barcode, alignment)
    case .qrCode(let code, let alignment):
      let symbol = try SymbolBitmap.qrCode(
        code.data, level: code.level, moduleSize: code.moduleSize)
      bitmap.draw(symbol, x: left(of: symbol.width, alignment), y: y + 4)
      y += symbol.height + 8
    case .picture(let image, let alignment):
      let dots = try Bitmap(
        packedRows: image.data, bytesPerRow: Int(image.bytesPerRow), rows: Int(image.rows))
      let (scaleX, scaleY) = (image.mode & 1 == 0 ? 1 : 2, image.mode & 2 == 0 ? 1 : 2)
      bitmap.draw(
        dots, x: left(of: dots.width * scaleX, alignment), y: y, scaleX: scaleX, scaleY: scaleY)
      y += dots.height * scaleY
    case .refused: return
    case .cut(let isPartial, let dotsBelow):
      cuts.append((max(0, y - dotsBelow), isPartial))
      y += Self.tearHeight
    }
  }

  private func left(of width: Int, _ alignment: ESCPOS.Alignment) -> Int {
    let free = areaWidth - width
    return Self.margin
      + (alignment == .left ? 0 : alignment == .center ? max(0, free / 2) : max(0, free))
  }

  private mutating func draw(_ line: Paper.Line) {
    let left = left(of: line.width, line.alignment)
    // Characters of different heights stand on one line.
    let bottom = y + (line.cells.map(\.height).max() ?? 0)
    for cell in line.cells {
      let (x, top) = (left + cell.x, bottom - cell.height)
      if cell.character != " " {
        font.draw(
          cell.character, isBold: cell.style.isEmphasized, into: &bitmap, x: x, y: top,
          width: cell.width, height: cell.height, isWide: cell.isWide)
      }
      if cell.style.underlineDots > 0 {
        bitmap.fill(
          x: x, y: bottom - 1, width: cell.width, height: cell.style.underlineDots)
      }
      if cell.style.isReversed {
        bitmap.invert(x: x, y: top, width: cell.width, height: cell.height)
      }
    }
    y += line.height
  }

  private mutating func draw(
    _ barcode: Paper.Barcode, _ alignment: ESCPOS.Alignment
  ) throws(RasterError) {
    let symbol = try SymbolBitmap.barcode(
      barcode.symbology.bitmap, barcode.text, moduleWidth: barcode.moduleWidth,
      height: barcode.height)
    let left = left(of: symbol.width, alignment)
    y += 4
    if [.above, .both].contains(barcode.textPosition) { drawText(of: barcode, symbol, left) }
    bitmap.draw(symbol, x: left, y: y)
    y += barcode.height
    if [.below, .both].contains(barcode.textPosition) { drawText(of: barcode, symbol, left) }
    y += 4
  }

  /// Human readable characters in font A, in the middle of the bars.
  private mutating func drawText(of barcode: Paper.Barcode, _ symbol: Bitmap, _ left: Int) {
    var x = left + (symbol.width - barcode.text.count * 12) / 2
    for character in barcode.text {
      font.draw(
        character, into: &bitmap, x: x, y: y, width: 12, height: 24, isWide: false)
      x += 12
    }
    y += 24
  }

  /// Ink on paper, the curl of its edges, and the gaps that the knife left.
  private consuming func finish(endsTorn: Bool) -> Picture {
    // Below the last cut nothing is to be seen.
    let used = min(endsTorn ? y - 6 : y + Self.padding, bitmap.height)
    var picture = Picture(
      bitmap.cropped(height: used), ink: Self.ink, paper: Self.paper)
    for row in 0..<picture.height {
      for column in 0..<12 {
        let shade = UInt8((12 - column) * (12 - column) / 9)
        picture.darken(x: column, y: row, by: shade)
        picture.darken(x: picture.width - 1 - column, y: row, by: shade)
      }
    }
    Self.tear(&picture, at: 5 - Self.tearHeight, isPartial: false)
    for cut in cuts { Self.tear(&picture, at: cut.y, isPartial: cut.isPartial) }
    return picture
  }

  /// Two rows of teeth with nothing between; a partial cut leaves a bridge in the middle.
  private static func tear(_ picture: inout Picture, at top: Int, isPartial: Bool) {
    let bridge = (picture.width / 2 - 10)..<(picture.width / 2 + 10)
    for x in 0..<picture.width where !(isPartial && bridge.contains(x)) {
      let phase = x % 10
      let tooth = phase < 5 ? phase : 10 - phase
      for row in tooth..<tearHeight - 5 + tooth { picture.clear(x: x, y: top + row) }
      picture.darken(x: x, y: top + tooth - 1, by: 60)
      picture.darken(x: x, y: top + tearHeight - 5 + tooth, by: 30)
    }
  }
}

extension ESCPOS.Barcode.Symbology {
  fileprivate var bitmap: SymbolBitmap.Symbology {
    switch self {
    case .upcA: .upcA
    case .ean13: .ean13
    case .ean8: .ean8
    case .code128: .code128
    }
  }
}

extension PrinterModel {
  private static let font: Result<CellFont, RasterError> = Result { () throws(RasterError) in
    try CellFont()
  }

  /// The paper as a PNG, 640 dots wide: the print area of 576 and its margins, 80 mm. Throws where
  /// no font is installed.
  public func paperPNG() throws(RasterError) -> [UInt8] {
    try PNG.encode(try PaperPicture.draw(paper, font: try Self.font.get()))
  }
}
