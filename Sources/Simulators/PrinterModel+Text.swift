import Codecs

extension PrinterModel {
  /// A character set of two bytes, which a model has or has not.
  public enum Multibyte: String, Sendable, CaseIterable {
    case none, gb18030, big5, shiftJIS, uhc

    fileprivate var codePage: CodePage? {
      switch self {
      case .none: nil
      case .gb18030: .gb18030
      case .big5: .cp950
      case .shiftJIS: .cp932
      case .uhc: .cp949
      }
    }
  }

  /// Bytes of the selected encoding, cut anywhere.
  mutating func printText(_ bytes: [UInt8]) {
    for byte in bytes { take(byte) }
  }

  private mutating func take(_ byte: UInt8) {
    if state.isUTF8 { return printUTF8(byte) }
    guard let lead = state.pending.first else {
      if isLead(byte) { state.pending = [byte] } else { printOneByte(byte) }
      return
    }
    state.pending = []
    if isTrail(byte) { return printWide(lead, byte) }
    // The second byte of a form of four: this printer shows a blank and the byte itself.
    put(.character(" ", isWide: false))
    if isLead(byte) { state.pending = [byte] } else { printOneByte(byte) }
  }

  /// What is begun and not complete is a blank.
  mutating func flushPending() {
    guard !state.pending.isEmpty else { return }
    state.pending = []
    put(.character(state.isUTF8 ? "\u{FFFD}" : " ", isWide: false))
  }

  // MARK: Encodings

  /// Whether the characters are JIS codes of seven bits (FS C 0 on a Japanese model).
  private var isJIS: Bool {
    profile.multibyte == .shiftJIS && state.kanji.codeSystem == 0
  }

  private func isLead(_ byte: UInt8) -> Bool {
    switch profile.multibyte {
    case .none: false
    case .gb18030, .big5, .uhc: state.kanji.isOn && byte >= 0x81 && byte != 0xFF
    case .shiftJIS:
      // Shift JIS tells by itself where a character of two bytes begins.
      isJIS
        ? state.kanji.isOn && (0x21...0x7E).contains(byte)
        : (0x81...0x9F).contains(byte) || (0xE0...0xFC).contains(byte)
    }
  }

  private func isTrail(_ byte: UInt8) -> Bool {
    isJIS ? (0x21...0x7E).contains(byte) : byte >= 0x40 && byte != 0x7F
  }

  private mutating func printWide(_ lead: UInt8, _ trail: UInt8) {
    let code = UInt16(lead) << 8 | UInt16(trail)
    let character = wideCharacter(code)
    if let dots = state.kanji.defined[code] {
      put(.defined(dots, code: character), isKanji: true)
    } else {
      put(.character(character, isWide: true), isKanji: true)
    }
  }

  private mutating func wideCharacter(_ code: UInt16) -> Character {
    let key = UInt32(code) | (isJIS ? 1 << 16 : 0)
    if let known = wideCharacters[key] { return known }
    let (lead, trail) = (UInt8(code >> 8), UInt8(code & 0xFF))
    let bytes = isJIS ? Self.shiftJIS(lead, trail) : [lead, trail]
    let scalars = Array((profile.multibyte.codePage?.decode(bytes) ?? "").unicodeScalars)
    let character = scalars.count == 1 ? Character(scalars[0]) : "\u{FFFD}"
    if wideCharacters.count >= Self.wideCharacterLimit { wideCharacters = [:] }
    wideCharacters[key] = character
    return character
  }

  /// JIS X 0208, annex 1: row and cell of 21h to 7Eh as Shift JIS.
  private static func shiftJIS(_ row: UInt8, _ cell: UInt8) -> [UInt8] {
    let lead = (row - 0x21) / 2 + (row < 0x5F ? 0x81 : 0xC1)
    if row % 2 == 0 { return [lead, cell + 0x7E] }
    return [lead, cell + (cell >= 0x60 ? 0x20 : 0x1F)]
  }

  private mutating func printOneByte(_ byte: UInt8) {
    if state.characters.isOn, let dots = state.characters.dots[state.style.font]?[byte] {
      return put(.defined(dots, code: character(of: byte)))
    }
    put(.character(character(of: byte), isWide: false))
  }

  private func character(of byte: UInt8) -> Character {
    let character = state.codeTable?[byte] ?? (byte < 0x80 ? "\0" : "\u{FFFD}")
    guard byte < 0x80 else { return character }
    return ESCPOS.InternationalSet.character(
      for: Character(Unicode.Scalar(byte)), in: state.internationalSet)
  }

  private mutating func printUTF8(_ byte: UInt8) {
    if byte & 0xC0 != 0x80 { flushPending() }
    state.pending.append(byte)
    let expected: Int =
      switch state.pending[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard state.pending.count >= expected else { return }
    let character = String(decoding: state.pending, as: UTF8.self).unicodeScalars.first
    state.pending = []
    guard let character else { return }
    let isWide = CharacterWidth.columns(of: Character(character)) == 2
    put(.character(Character(character), isWide: isWide), isKanji: isWide)
  }

  // MARK: The line

  /// One character at the cursor, on the next line if it does not fit.
  private mutating func put(_ content: Paper.Cell.Content, isKanji: Bool = false) {
    var style = state.textStyle
    var (left, right) = (0, state.rightSpacing)
    if isKanji {
      let kanji = state.kanji
      let quadruple = kanji.isQuadruple ? 2 : 1
      style.widthScale = max(style.widthScale, kanji.widthScale, quadruple)
      style.heightScale = max(style.heightScale, kanji.heightScale, quadruple)
      style.underlineDots = kanji.underlineDots
      if kanji.font != .a { style.font = kanji.font }
      (left, right) = (kanji.leftSpacing, kanji.rightSpacing)
    }
    let width = Paper.Cell(content, style: style, x: 0).width
    let whole = left * style.widthScale + width
    if cursor > 0, cursor + whole > areaWidth { feed(dots: state.lineSpacing) }
    put(Paper.Cell(content, style: style, x: cursor + left * style.widthScale))
    cursor += whole + right * style.widthScale
  }

  mutating func put(_ cell: Paper.Cell) {
    if state.page != nil {
      state.page?.put(.cell(cell), x: cell.x)
      return
    }
    if state.line.cells.isEmpty {
      state.line.alignment = state.alignment
      state.line.left = state.leftMargin
      state.line.areaWidth = areaWidth
      state.line.isUpsideDown = state.isUpsideDown
    }
    guard state.line.cells.count < Self.lineCellLimit else { return }
    state.line.cells.append(cell)
  }
}
