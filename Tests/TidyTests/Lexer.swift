/// Cuts Swift text into tokens, so that a rule is never fooled by a string or a comment.
///
/// Total: torn text gives tokens too.
struct Lexer {
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var tokens: [Token] = []

  static func tokens(of text: String) -> [Token] {
    var lexer = Lexer(bytes: Array(text.utf8))
    lexer.scanCode(isInterpolation: false)
    return lexer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ offset: Int = 0) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  /// Goes on; the only place that counts lines.
  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where index < bytes.count {
      if bytes[index] == 0x0A { line += 1 }
      index += 1
    }
  }

  private mutating func emit(_ kind: Token.Kind, from start: Int, line first: Int) {
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    tokens.append(
      Token(kind: kind, text: text, line: first, endLine: line, isGlued: isGlued(at: start)))
  }

  private func isGlued(at start: Int) -> Bool { start > 0 && bytes[start - 1] > 0x20 }

  /// All of the file, or up to the parenthesis that ends an interpolation.
  private mutating func scanCode(isInterpolation: Bool) {
    var depth = 0
    while let byte = byte() {
      let (start, first) = (index, line)
      if starts(with: "//") {
        while let byte = self.byte(), byte != 0x0A { advance() }
        emit(.comment, from: start, line: first)
      } else if starts(with: "/*") {
        scanBlockComment()
        emit(.comment, from: start, line: first)
      } else if let hashes = literalHashes() {
        scanLiteral(hashes: hashes)
      } else if byte == 0x60 {
        scanQuotedWord()
      } else if Self.isWordStart(byte) || (byte == 0x23 || byte == 0x40) && isWord(at: 1) {
        advance()
        while let byte = self.byte(), Self.isWordPart(byte) { advance() }
        emit(.word, from: start, line: first)
      } else if Self.isDigit(byte) {
        scanNumber()
      } else if byte <= 0x20 {
        advance()
      } else {
        if byte == 0x28 { depth += 1 }
        if byte == 0x29 {
          if isInterpolation, depth == 0 { return }
          depth -= 1
        }
        advance()
        emit(.punctuation, from: start, line: first)
      }
    }
  }

  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        advance(2)
      } else if starts(with: "*/") {
        depth -= 1
        advance(2)
      } else {
        advance()
      }
    } while depth > 0 && index < bytes.count
  }

  /// The name of a test, as a rule: a sentence in backticks.
  private mutating func scanQuotedWord() {
    let first = line
    advance()
    let start = index
    while let byte = byte(), byte != 0x60, byte != 0x0A { advance() }
    emit(.word, from: start, line: first)
    advance()
  }

  private mutating func scanNumber() {
    let (start, first) = (index, line)
    let isMember = tokens.last.map { $0.kind == .punctuation && $0.text == "." } ?? false
    while let byte = byte() {
      let isPoint = byte == 0x2E && !isMember && self.byte(1).map(Self.isDigit) == true
      guard Self.isWordPart(byte) || isPoint else { break }
      advance()
    }
    emit(.number, from: start, line: first)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isWordStart(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F || byte == 0x24
      || byte >= 0x80
  }

  static func isWordPart(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigit(byte) }

  private func isWord(at offset: Int) -> Bool { byte(offset).map(Self.isWordStart) ?? false }
}

// MARK: - Literals

extension Lexer {
  /// The number of `#` before a string or a regex that begins here; nil when none begins here.
  private func literalHashes() -> Int? {
    var hashes = 0
    while byte(hashes) == 0x23 { hashes += 1 }
    if byte(hashes) == 0x22 { return hashes }
    if byte(hashes) == 0x2F { return hashes > 0 || isBareRegex() ? hashes : nil }
    return nil
  }

  /// A slash is an operator after a value or before a blank.
  private func isBareRegex() -> Bool {
    if let last = tokens.last(where: { $0.kind != .comment }) {
      guard last.kind == .punctuation ? "(,=:[{".contains(last.text) : last.text == "return"
      else { return false }
    }
    guard let next = byte(1), next > 0x20, next != 0x29 else { return false }
    return bytes[(index + 1)...].prefix { $0 != 0x0A }.contains(0x2F)
  }

  private mutating func scanLiteral(hashes: Int) {
    let place = tokens.count
    let (first, isGlued) = (line, isGlued(at: index))
    advance(hashes)
    let isRegex = byte() == 0x2F
    let quote = isRegex ? "/" : starts(with: "\"\"\"") ? "\"\"\"" : "\""
    let isOneLine = quote == "\"" || isRegex && hashes == 0
    let end = quote + String(repeating: "#", count: hashes)
    let escape = "\\" + (isRegex ? "" : String(repeating: "#", count: hashes))
    var text: [UInt8] = []
    tokens.append(
      Token(kind: .literal, text: "", line: first, endLine: first, isGlued: isGlued))
    advance(quote.utf8.count)
    while let byte = byte(), !starts(with: end), !(isOneLine && byte == 0x0A) {
      if starts(with: escape) {
        advance(escape.utf8.count)
        if self.byte() == 0x28, !isRegex {
          advance()
          scanCode(isInterpolation: true)
        } else if let escaped = self.byte() {
          text += [0x5C, escaped]
        }
      } else {
        text.append(byte)
      }
      advance()
    }
    advance(starts(with: end) ? end.utf8.count : 0)
    tokens[place] = Token(
      kind: .literal, text: String(decoding: text, as: UTF8.self), line: first, endLine: line,
      isGlued: isGlued)
  }
}
