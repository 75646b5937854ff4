import Codecs
import Profiles
import Raster

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

  /// By their number; found with the first character that ASCII has not.
  private(set) var pages: [Page] = []
  /// The set of FS &, or nil.
  let multibyte: CodePage?
  /// Characters for which another stands: 〓, the geta mark, or a question mark.
  private(set) var losses: [PrintLoss] = []

  private static let geta: Unicode.Scalar = "〓"

  private let pageNumbers: [String: UInt8]
  private let utf8Sets: [CodePage]
  private let canDraw: Bool
  private let font: CellFont?
  private let isWide: Bool
  private var known: [Character: TextCell?] = [:]
  /// Of those that are a character each.
  private var alone: [UInt32: TextCell] = [:]

  /// `isWide` where the job has wide characters. `font` is nil where no font is installed.
  init(isWide: Bool, settings: ESCPOSSettings, font: CellFont?) {
    pageNumbers = settings.codePages
    self.isWide = isWide
    multibyte = settings.multibyte.codePage
    utf8Sets = settings.utf8Fonts.compactMap(\.codePage)
    canDraw = font != nil && (settings.hasColumnImages || settings.pictures != .none)
    self.font = font
  }

  private static func pages(_ numbers: [String: UInt8]) -> [Page] {
    numbers
      .compactMap { name, number in
        CodePage(rawValue: name).map { Page(codePage: $0, number: number) }
      }
      .filter { !$0.codePage.isMultibyte }
      .sorted { ($0.number, $0.codePage.rawValue) < ($1.number, $1.codePage.rawValue) }
      .prefix(UInt64.bitWidth).map { $0 }
  }

  /// The cells of a text, without control characters and what else has no picture.
  mutating func cells(of text: some StringProtocol) -> [TextCell] {
    var text = Substring(text)
    return text.withUTF8 { bytes in
      var cells: [TextCell] = []
      cells.reserveCapacity(bytes.count)
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        let next = index + 1
        // Two bytes of ASCII are one Character in CR LF only, and neither is printed.
        if byte < 0x80, next == bytes.count || bytes[next] < 0x80 {
          if (0x20..<0x7F).contains(byte) { cells.append(TextCell(ascii: byte)) }
          index = next
          continue
        }
        let end = bytes[next...].firstIndex { $0 < 0x80 } ?? bytes.count
        append(String(decoding: bytes[index..<end], as: UTF8.self), to: &cells)
        index = end
      }
      return cells
    }
  }

  private mutating func append(_ run: String, to cells: inout [TextCell]) {
    // Asked first because finding out what is one character takes longer than all the rest.
    guard run.unicodeScalars.allSatisfy(CharacterWidth.standsAlone) else {
      for character in run {
        if let cell = known[character] ?? look(up: character) { cells.append(cell) }
      }
      return
    }
    for scalar in run.unicodeScalars {
      if let cell = alone[scalar.value] {
        cells.append(cell)
      } else if let cell = look(up: Character(scalar)) {
        alone[scalar.value] = cell
        cells.append(cell)
      }
    }
  }

  private mutating func look(up character: Character) -> TextCell? {
    if known.isEmpty { pages = Self.pages(pageNumbers) }
    let cell = cell(for: character)
    known[character] = .some(cell)
    return cell
  }

  private mutating func cell(for character: Character) -> TextCell? {
    let columns = CharacterWidth.columns(of: character)
    let composed = character.precomposed
    guard columns > 0, let first = composed ?? character.unicodeScalars.first else { return nil }
    if first.properties.generalCategory == .spaceSeparator, columns == 1 { return .space }
    if let composed, let cell = printed(composed, columns) { return cell }
    if canDraw, let font, font.hasGlyph(for: Character(first)) {
      // One glyph is drawn in a cell: marks of its own, beyond the first scalar, are lost.
      if composed == nil { losses.append(.substituted(character)) }
      return TextCell(first, columns: columns, source: .drawn)
    }
    losses.append(.substituted(character))
    if columns == 2, let multibyte, multibyte.has(Self.geta) {
      return TextCell(Self.geta, columns: 2, source: .multibyte)
    }
    return TextCell(ascii: UInt8(ascii: "?"))
  }

  /// By the printer's own characters, or nil.
  private func printed(_ scalar: Unicode.Scalar, _ columns: Int) -> TextCell? {
    if scalar.isASCII { return TextCell(scalar, columns: 1, source: .ascii) }
    let isLetter = columns == 1 && scalar.properties.isAlphabetic
    let inPage = inPage(scalar)
    if let inPage, !isWide || isLetter { return inPage }
    if let multibyte, multibyte.has(scalar) {
      return TextCell(scalar, columns: multibyte.columns(of: scalar), source: .multibyte)
    }
    if let inPage { return inPage }
    guard utf8Sets.contains(where: { $0.has(scalar) }) else { return nil }
    return TextCell(scalar, columns: columns, source: .utf8)
  }

  private func inPage(_ scalar: Unicode.Scalar) -> TextCell? {
    var mask: UInt64 = 0
    for (index, page) in pages.enumerated() where page.codePage.has(scalar) {
      mask |= 1 << UInt64(index)
    }
    if mask == 0 { return nil }
    return TextCell(scalar, columns: 1, source: .page, pages: mask)
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
