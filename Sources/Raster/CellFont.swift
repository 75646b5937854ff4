import CFreeType
import Synchronization

/// Characters on the grid of a receipt printer: a cell is half as wide as high, a Chinese character
/// takes two. FreeType draws, with Debian's fonts.
public final class CellFont: Sendable {
  /// Where Debian puts them: fonts-noto-cjk, fonts-wqy-microhei, fonts-dejavu-core, and
  /// fonts-tlwg-mono-ttf for Thai.
  public static let systemPaths = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/tlwg/TlwgMono.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
  ]
  public static let systemBoldPaths = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
  ]
  /// The face of a collection that has Latin letters of half the width, simplified forms first.
  static let preferredFamily = "Noto Sans Mono CJK SC"
  /// Glyphs kept; beyond it all are forgotten and drawn again.
  static let glyphLimit = 4_096
  /// Cell heights are kept within this, in dots.
  static let maximumCellHeight = 512

  /// One drawn glyph: its box, and where that stands from the cell's left edge and the base line.
  struct Glyph: Sendable {
    let bitmap: Bitmap
    let left: Int
    let top: Int
    let advance: Int
  }

  struct GlyphKey: Hashable {
    let scalar: UInt32
    let isBold: Bool
    let width: Int
    let height: Int
    /// For a cell of half the em: a face that draws it so narrow is asked first.
    let isNarrow: Bool
  }

  private struct State: ~Copyable {
    let faces: FontFaces
    var glyphs: [GlyphKey: Glyph?] = [:]
  }

  private let state: Mutex<State>

  /// The first of the files that are there is asked first; a later one has what that has not.
  public init(
    paths: [String] = CellFont.systemPaths, boldPaths: [String] = CellFont.systemBoldPaths
  ) throws(RasterError) {
    state = Mutex(State(faces: try FontFaces.open(regular: paths, bold: boldPaths)))
  }

  /// Whether a font has a glyph for the character.
  public func hasGlyph(for character: Character) -> Bool {
    guard let scalar = Self.scalar(of: character) else { return false }
    return state.withLock { $0.faces.hasGlyph(scalar) }
  }

  /// Draws into a box of `width` × `height` dots whose top left corner is at a place; an empty
  /// box for a character without a glyph. Returns whether there was one.
  @discardableResult
  public func draw(
    _ character: Character, isBold: Bool = false, into bitmap: inout Bitmap, x: Int, y: Int,
    width: Int, height: Int, isWide: Bool
  ) -> Bool {
    let height = min(max(height, 1), Self.maximumCellHeight)
    // The em is the box of a Chinese character: two cells wide, one high.
    let emWidth = min(max(isWide ? width : width * 2, 1), Self.maximumCellHeight * 2)
    guard let scalar = Self.scalar(of: character) else { return true }
    let key = GlyphKey(
      scalar: scalar, isBold: isBold, width: emWidth, height: height, isNarrow: !isWide)
    guard var glyph = glyph(key) else {
      Self.drawEmptyBox(into: &bitmap, x: x, y: y, width: width, height: height)
      return false
    }
    // A glyph of full width in a narrow cell is squeezed: line drawing of code page 437 is such.
    if glyph.advance > width, !isWide {
      let narrow = GlyphKey(
        scalar: scalar, isBold: isBold, width: max(emWidth * width / glyph.advance, 1),
        height: height, isNarrow: true)
      glyph = self.glyph(narrow) ?? glyph
    }
    // Noto's em is 0.88 above the base line and 0.12 below.
    let baseLine = y + height * 88 / 100
    let indent = max(0, (width - glyph.advance) / 2)
    bitmap.draw(glyph.bitmap, x: x + indent + glyph.left, y: baseLine - glyph.top)
    return true
  }

  /// The first scalar that has a picture of its own; variation selectors and joiners have none.
  private static func scalar(of character: Character) -> UInt32? {
    let first = character.unicodeScalars.first { !$0.properties.isDefaultIgnorableCodePoint }
    return first?.value
  }

  private func glyph(_ key: GlyphKey) -> Glyph? {
    state.withLock { state -> Glyph? in
      if let known = state.glyphs[key] { return known }
      let glyph = state.faces.glyph(key)
      if state.glyphs.count >= Self.glyphLimit { state.glyphs.removeAll(keepingCapacity: true) }
      state.glyphs[key] = .some(glyph)
      return glyph
    }
  }

  private static func drawEmptyBox(
    into bitmap: inout Bitmap, x: Int, y: Int, width: Int, height: Int
  ) {
    let (left, top) = (x + 1, y + height / 8)
    let (wide, high) = (max(width - 2, 1), max(height * 3 / 4, 1))
    bitmap.fill(x: left, y: top, width: wide, height: 1)
    bitmap.fill(x: left, y: top + high - 1, width: wide, height: 1)
    bitmap.fill(x: left, y: top, width: 1, height: high)
    bitmap.fill(x: left + wide - 1, y: top, width: 1, height: high)
  }
}
