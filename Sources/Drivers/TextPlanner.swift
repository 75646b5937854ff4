import Codecs
import Profiles
import Raster

/// A character of a job, and what of the printer prints it.
struct TextCell: Equatable {
  enum Source: Equatable {
    /// The same byte in every set.
    case ascii
    /// One byte of one of the pages in `pages`.
    case page
    /// Two bytes between FS & and FS .
    case multibyte
    case utf8
    /// Dots: the printer has no such character, a font of this machine has.
    case drawn
  }

  let character: Character
  let columns: Int
  let source: Source
  /// A bit for each of the planner's pages that has the character.
  var pages: UInt64 = 0

  static let space = TextCell(character: " ", columns: 1, source: .ascii)
}

/// Decides which of a printer's character sets prints each character of a job.
///
/// The choice depends on the job and not on the line, so that widths are known before lines are
/// broken. Where a job has wide characters, signs such as “ ” ¥ × are those of its multi-byte set,
/// as they are set in Chinese text, and letters are those of a single-byte page; else the pages
/// come first. What no set has is drawn; what nobody can draw is substituted and reported.
struct TextPlanner {
  /// A page that ESC t can choose.
  struct Page: Equatable {
    let codePage: CodePage
    let number: UInt8
  }

  /// By their number.
  let pages: [Page]
  /// The set of FS &, or nil.
  let multibyte: CodePage?
  /// What stands for a character that cannot be printed: 〓, the geta mark, or a question mark.
  private(set) var losses: [PrintLoss] = []

  private let utf8Sets: [CodePage]
  private let canDraw: Bool
  private let font: CellFont?
  private let isWide: Bool
  private var known: [Character: TextCell?] = [:]

  /// `texts` is all that the job says. `font` is nil where no font is installed.
  init(_ texts: some Sequence<String>, settings: ESCPOSSettings, font: CellFont?) {
    pages = settings.codePages
      .compactMap { name, number in
        CodePage(rawValue: name).map { Page(codePage: $0, number: number) }
      }
      .filter { !$0.codePage.isMultibyte }
      .sorted { ($0.number, $0.codePage.rawValue) < ($1.number, $1.codePage.rawValue) }
      .prefix(UInt64.bitWidth).map { $0 }
    multibyte = settings.multibyte.codePage
    utf8Sets = settings.utf8Fonts.compactMap(\.codePage)
    canDraw = font != nil && (settings.hasColumnImages || settings.pictures != .none)
    self.font = font
    isWide = texts.contains { text in text.contains { CharacterWidth.columns(of: $0) == 2 } }
  }

  /// The cells of a text, without control characters and what else has no picture.
  mutating func cells(of text: some StringProtocol) -> [TextCell] {
    var cells: [TextCell] = []
    cells.reserveCapacity(text.utf8.count)
    for character in text {
      if let ascii = character.asciiValue {
        // Two bytes of ASCII are one Character in CR LF only.
        if (0x20..<0x7F).contains(ascii) {
          cells.append(TextCell(character: character, columns: 1, source: .ascii))
        }
      } else if let cell = known[character] ?? look(up: character) {
        cells.append(cell)
      }
    }
    return cells
  }

  private mutating func look(up character: Character) -> TextCell? {
    let cell = cell(for: character)
    known[character] = .some(cell)
    return cell
  }

  private mutating func cell(for character: Character) -> TextCell? {
    let columns = CharacterWidth.columns(of: character)
    guard columns > 0, let scalar = character.unicodeScalars.first else { return nil }
    if scalar.properties.generalCategory == .spaceSeparator, columns == 1 { return .space }
    if let cell = printed(character, scalar, columns) { return cell }
    if canDraw, let font, font.hasGlyph(for: character) {
      return TextCell(character: character, columns: columns, source: .drawn)
    }
    losses.append(.substituted(character))
    if columns == 2, let multibyte, multibyte.has("〓") {
      return TextCell(character: "〓", columns: 2, source: .multibyte)
    }
    return TextCell(character: "?", columns: 1, source: .ascii)
  }

  /// By the printer's own characters, or nil.
  private func printed(
    _ character: Character, _ scalar: Unicode.Scalar, _ columns: Int
  ) -> TextCell? {
    let isLetter = columns == 1 && scalar.properties.isAlphabetic
    let inPage = inPage(character)
    if let inPage, !isWide || isLetter { return inPage }
    if let multibyte, multibyte.has(character) {
      return TextCell(
        character: character, columns: multibyte.columns(of: character), source: .multibyte)
    }
    if let inPage { return inPage }
    guard utf8Sets.contains(where: { $0.has(character) }) else { return nil }
    return TextCell(character: character, columns: columns, source: .utf8)
  }

  private func inPage(_ character: Character) -> TextCell? {
    var mask: UInt64 = 0
    for (index, page) in pages.enumerated() where page.codePage.has(character) {
      mask |= 1 << UInt64(index)
    }
    if mask == 0 { return nil }
    return TextCell(character: character, columns: 1, source: .page, pages: mask)
  }
}

extension ESCPOSSettings.Multibyte {
  var codePage: CodePage? {
    switch self {
    case .none, .ask: nil
    case .gb2312: .gb2312
    case .gb18030: .gb18030
    case .gbk: .cp936
    case .big5: .cp950
    case .shiftJIS: .cp932
    case .eucKR: .cp949
    }
  }
}
