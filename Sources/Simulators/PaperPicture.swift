import Codecs
import Raster

/// Draws paper as it would lie on the counter: 8 dots a millimetre, margins beside the print area,
/// torn edges where the knife went.
struct PaperPicture {
  /// Beside the print area: 640 dots are the 80 mm of the roll.
  static let margin = 32
  /// Paper above the first and below the last line.
  static let padding = 48
  static let tearHeight = 22

  private static let ink = Picture.Color(38, 36, 42)
  private static let paper = Picture.Color(254, 253, 249)

  private let drawing: PaperDrawing
  private var bitmap: Bitmap
  private var y = PaperPicture.padding
  private var lowest = PaperPicture.padding
  private var cuts: [(y: Int, isPartial: Bool)] = []

  /// Draws as much of the end of `paper` as `heightLimit` dots hold.
  static func draw(
    _ paper: Paper, font: CellFont, heightLimit: Int
  ) throws(RasterError) -> Picture {
    var items = paper.items[...]
    // After the last cut the roll is inside the printer, where nobody sees it.
    while case .feed = items.last { items.removeLast() }
    var endsTorn = false
    if case .cut = items.last { endsTorn = true }
    var height = 2 * padding
    var first = items.endIndex
    while first > items.startIndex {
      let next = max(0, try self.height(of: items[first - 1]))
      guard height + next <= heightLimit else { break }
      height += next
      first -= 1
    }
    var picture = PaperPicture(
      drawing: PaperDrawing(font: font),
      bitmap: try Bitmap(width: paper.widthDots + 2 * margin, height: height))
    for item in items[first...] { try picture.draw(item) }
    return picture.finish(endsTorn: endsTorn)
  }

  private init(drawing: PaperDrawing, bitmap: Bitmap) {
    self.drawing = drawing
    self.bitmap = bitmap
  }

  private static func height(of item: Paper.Item) throws(RasterError) -> Int {
    switch item {
    case .line(let line): line.height
    case .feed(let dots): dots
    case .block(let block, _): try PaperBlockPicture.size(of: block).height
    case .page(let page): page.height
    case .refused: 0
    case .cut: tearHeight
    }
  }

  private mutating func draw(_ item: Paper.Item) throws(RasterError) {
    switch item {
    case .line(let line):
      let (drawn, overhang) = try drawing.draw(line)
      bitmap.draw(
        drawn,
        x: Self.margin
          + line.left + indent(line.alignment, drawn.width, line.areaWidth, line.isUpsideDown),
        y: y - overhang)
      y += line.height
    case .feed(let dots): y = max(0, y + dots)
    case .block(let block, let placement):
      var drawn = try PaperBlockPicture.draw(block, font: drawing.font)
      if placement.isUpsideDown { drawn = try drawn.turned(.half) }
      bitmap.draw(
        drawn,
        x: Self.margin + placement.left
          + indent(
            placement.alignment, drawn.width, placement.areaWidth, placement.isUpsideDown),
        y: y)
      y += drawn.height
    case .page(let page):
      try drawing.draw(page, into: &bitmap, x: Self.margin, y: y)
      y += page.height
    case .refused: return
    case .cut(let isPartial, let dotsBelow):
      cuts.append((max(0, y - dotsBelow), isPartial))
      y += Self.tearHeight
    }
    lowest = max(lowest, y)
  }

  /// A line that stands on its head begins at the right.
  private func indent(
    _ alignment: ESCPOS.Alignment, _ width: Int, _ area: Int, _ isUpsideDown: Bool
  ) -> Int {
    let free = max(0, area - width)
    switch alignment {
    case .left: return isUpsideDown ? free : 0
    case .center: return free / 2
    case .right: return isUpsideDown ? 0 : free
    }
  }

  /// Ink on paper, the curl of its edges, and the gaps that the knife left.
  private consuming func finish(endsTorn: Bool) -> Picture {
    // Below the last cut nothing is to be seen.
    let used = min(endsTorn ? lowest - 6 : lowest + Self.padding, bitmap.height)
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

extension PrinterModel {
  /// Older paper is out of the picture; 1 m.
  public static let pictureHeightLimit = 8_000

  private static let font: Result<CellFont, RasterError> = Result { () throws(RasterError) in
    try CellFont()
  }

  /// The paper as a PNG, 640 dots wide: the print area of 576 and its margins, 80 mm. Of more than
  /// `heightLimit` dots the end. Throws where no font is installed.
  public func paperPNG(
    heightLimit: Int = Self.pictureHeightLimit
  ) throws(RasterError) -> [UInt8] {
    try PNG.encode(
      try PaperPicture.draw(paper, font: try Self.font.get(), heightLimit: heightLimit))
  }
}
