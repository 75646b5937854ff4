import Codecs
import Raster

/// Draws lines and pages.
struct PaperDrawing {
  /// What is further to the right is off the paper.
  private static let maximumLineWidth = 4_096

  let font: CellFont

  /// As wide as what stands on it; its characters stand on one base line. Above and below them is
  /// room of `overhang` for what leaves its cell.
  func draw(_ line: Paper.Line) throws(RasterError) -> (bitmap: Bitmap, overhang: Int) {
    let height = line.cells.map(\.height).max() ?? 0
    let overhang = height / 4
    var bitmap = try Bitmap(
      width: min(line.width, Self.maximumLineWidth), height: height + 2 * overhang)
    for cell in line.cells {
      try draw(cell, into: &bitmap, x: cell.x, bottom: overhang + height)
    }
    return (line.isUpsideDown ? try bitmap.turned(.half) : bitmap, overhang)
  }

  func draw(
    _ page: Paper.Page, into bitmap: inout Bitmap, x: Int, y: Int
  ) throws(RasterError) {
    for part in page.parts {
      var drawn = try Bitmap(width: part.lineWidth, height: part.lineExtent)
      for place in part.places {
        switch place.content {
        case .cell(let cell):
          try draw(cell, into: &drawn, x: place.x, bottom: place.bottom)
        case .block(let block):
          let picture = try PaperBlockPicture.draw(block, font: font)
          drawn.draw(picture, x: place.x, y: place.bottom - picture.height)
        }
      }
      let turned: Bitmap =
        switch part.direction {
        case .leftToRight: drawn
        case .bottomToTop: try drawn.turned(.counterclockwise)
        case .rightToLeft: try drawn.turned(.half)
        case .topToBottom: try drawn.turned(.clockwise)
        }
      bitmap.draw(turned, x: x + part.x, y: y + part.y)
    }
  }

  private func draw(
    _ cell: Paper.Cell, into bitmap: inout Bitmap, x: Int, bottom: Int
  ) throws(RasterError) {
    let top = bottom - cell.height
    let (width, height) = cell.uprightSize
    switch cell.content {
    // A code without a character leaves its place blank.
    case .character(" ", _), .character("\u{FFFD}", _): break
    case .character, .defined:
      if cell.style.isRotated {
        var upright = try Bitmap(width: width, height: height)
        try drawUpright(cell, into: &upright, x: 0, y: 0)
        bitmap.draw(try upright.turned(.clockwise), x: x, y: top)
      } else {
        try drawUpright(cell, into: &bitmap, x: x, y: top)
      }
    case .band(let dots, let scaleX, let scaleY):
      bitmap.draw(try dots.bitmap(), x: x, y: top, scaleX: scaleX, scaleY: scaleY)
    }
    // No line below what lies on its side (ESC -).
    if cell.style.underlineDots > 0, !cell.style.isRotated {
      bitmap.fill(
        x: x, y: bottom - cell.style.underlineDots, width: cell.width,
        height: cell.style.underlineDots)
    }
    if cell.style.isReversed {
      bitmap.invert(x: x, y: top, width: cell.width, height: cell.height)
    }
  }

  private func drawUpright(
    _ cell: Paper.Cell, into bitmap: inout Bitmap, x: Int, y: Int
  ) throws(RasterError) {
    let (width, height) = cell.uprightSize
    switch cell.content {
    case .character(let character, let isWide):
      font.draw(
        character, isBold: cell.style.isEmphasized, into: &bitmap, x: x, y: y, width: width,
        height: height, isWide: isWide)
    case .defined(let dots, _):
      let (scaleX, scaleY) = (cell.style.widthScale, cell.style.heightScale)
      let picture = try dots.bitmap()
      bitmap.draw(picture, x: x, y: y, scaleX: scaleX, scaleY: scaleY)
      // Emphasis of dots is the same dots once more, one to the right.
      if cell.style.isEmphasized {
        bitmap.draw(picture, x: x + 1, y: y, scaleX: scaleX, scaleY: scaleY)
      }
    case .band: return
    }
  }
}
