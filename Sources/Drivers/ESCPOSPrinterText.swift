import Codecs
import Devices
import Raster

/// A text with the columns that each of its characters takes in a page.
struct MeasuredText {
  let characters: [Character]
  private let page: CodePage
  private let missing: Set<Character>

  /// Control characters are left out: they take no column and must not reach a printer.
  init(_ text: String, page: CodePage) {
    self.page = page
    missing = Set(page.encode(text).missing)
    characters = text.filter { CharacterWidth.columns(of: $0) > 0 }
  }

  var width: Int { width(of: characters) }

  func width(of characters: [Character]) -> Int { characters.reduce(0) { $0 + columns(of: $1) } }

  /// In a page with two-byte characters all but ASCII take two columns, `“` and `€` too.
  private func columns(of character: Character) -> Int {
    if character.isASCII { return 1 }
    if missing.contains(character) { return CharacterWidth.columns(of: character) }
    return page.columns(of: character)
  }

  /// Lines of at most so many columns, at least one. Broken at spaces and between Chinese
  /// characters, never before a closing or after an opening mark; a longer word anywhere.
  func wrapped(to limit: Int) -> [[Character]] {
    var lines: [[Character]] = []
    var rest = characters[...]
    repeat {
      var end = rest.startIndex
      var width = 0
      while end < rest.endIndex, width + columns(of: rest[end]) <= limit {
        width += columns(of: rest[end])
        end += 1
      }
      if end == rest.endIndex {
        lines.append(Array(rest))
        break
      }
      let cut = breakIndex(in: rest.startIndex + 1..<end + 1) ?? max(rest.startIndex + 1, end)
      lines.append(Self.trimmed(Array(rest[..<cut])))
      rest = rest[cut...].drop { $0 == " " }
    } while !rest.isEmpty
    return lines
  }

  /// The last of these places where a line can end before its character.
  private func breakIndex(in places: Range<Int>) -> Int? {
    places.reversed().first { index in
      let (before, after) = (characters[index - 1], characters[index])
      if before == " " || after == " " { return true }
      if Self.noLineStart.contains(after) || Self.noLineEnd.contains(before) { return false }
      return CharacterWidth.columns(of: before) == 2 || CharacterWidth.columns(of: after) == 2
    }
  }

  private static func trimmed(_ line: [Character]) -> [Character] {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  /// GB/T 15834, 5.1.10: marks that do not begin, and such that do not end a line.
  private static let noLineStart = Set<Character>("、。，．：；？！）】」』》〉”’…·,.:;?!)]}%％")
  private static let noLineEnd = Set<Character>("（【「『《〈“‘([{¥￥$")
}

/// A line of text as dots, on the same grid as the printer's own characters.
struct GlyphLine {
  private let cells: [(character: Character, isWide: Bool)]
  private let style: TextStyle

  init(_ characters: [Character], _ style: TextStyle, _ page: CodePage) {
    let text = MeasuredText(String(characters), page: page)
    cells = text.characters.map { ($0, text.width(of: [$0]) == 2) }
    self.style = style
  }

  func draw(_ font: CellFont) throws(RasterError) -> ESCPOS.RasterImage? {
    let cell = style.isDoubleWidth ? 24 : 12
    let height = style.isDoubleHeight ? 48 : 24
    let width = cells.reduce(0) { $0 + ($1.isWide ? 2 : 1) * cell }
    var bitmap = try Bitmap(width: width, height: height)
    var x = 0
    for (character, isWide) in cells {
      let width = isWide ? cell * 2 : cell
      font.draw(
        character, isBold: style.isEmphasized, into: &bitmap, x: x, y: 0, width: width,
        height: height, isWide: isWide)
      x += width
    }
    if style.isReversed { bitmap.invert(x: 0, y: 0, width: width, height: height) }
    var (bytesPerRow, data) = bitmap.packedRows(threshold: 112)
    Self.disarm(&data)
    return ESCPOS.RasterImage(
      bytesPerRow: UInt16(clamping: bytesPerRow), rows: UInt16(clamping: height), data: data)
  }

  /// A printer obeys real-time commands even inside a picture: one dot more takes the meaning.
  static func disarm(_ data: inout [UInt8]) {
    for index in data.indices.dropLast()
    where ESCPOS.RealTimeScanner.isIntroducerPresent(in: Array(data[index...index + 1])) {
      data[index] |= 0x01
    }
  }
}
