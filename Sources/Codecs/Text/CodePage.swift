import Glibc

/// A character encoding of printers and customer displays, converted by iconv of the C library.
///
/// In all of them one byte takes one column and a character of two bytes takes two, so that the
/// count of encoded bytes is the printed width.
public enum CodePage: String, Sendable, Codable, CaseIterable {
  case ascii, cp437, cp850, cp852, cp858, cp866, cp1252
  case gb18030, big5, shiftJIS, uhc

  /// The longest form that a printer takes: the 4-byte forms of GB 18030 print as digits.
  static let maximumBytesPerCharacter = 2

  /// Whether a byte of 80h and above opens a character of two bytes.
  public var isMultibyte: Bool {
    switch self {
    case .gb18030, .big5, .shiftJIS, .uhc: true
    case .ascii, .cp437, .cp850, .cp852, .cp858, .cp866, .cp1252: false
    }
  }

  /// The columns of a character that this page has: half-width forms (U+FF61 to U+FF9F) and the
  /// single-byte pages take one, all else beyond ASCII two.
  public func columns(of character: Character) -> Int {
    guard isMultibyte, !character.isASCII, let scalar = character.unicodeScalars.first
    else { return 1 }
    return (0xFF61...0xFF9F).contains(scalar.value) ? 1 : 2
  }

  /// Encodes `text` for a device that obeys control characters: C0, C1 and DEL are dropped, so that
  /// no text can carry a command. `missing` lists each character the page has not, once and in
  /// order; nothing stands for it in `bytes`.
  public func encode(_ text: String) -> (bytes: [UInt8], missing: [Character]) {
    var bytes: [UInt8] = []
    var missing: [Character] = []
    var converter: CharacterConverter?
    for character in text {
      if let scalar = character.unicodeScalars.first, scalar.properties.generalCategory == .control
      {
        continue  // CR LF is one Character: its first scalar tells
      }
      if let ascii = character.asciiValue {
        bytes.append(ascii)
        continue
      }
      if converter == nil { converter = CharacterConverter(to: iconvName, from: "UTF-8") }
      if let encoded = converter?.encode(substitute(for: character)) {
        bytes += encoded
      } else if !missing.contains(character) {
        missing.append(character)
      }
    }
    return (bytes, missing)
  }

  /// What the bytes say in this page. Bytes that mean nothing become U+FFFD, one each.
  public func decode(_ bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    guard let converter = CharacterConverter(to: "UTF-8", from: iconvName) else {
      return String(
        decoding: bytes.flatMap { $0 < 0x80 ? [$0] : Array("\u{FFFD}".utf8) }, as: UTF8.self)
    }
    return converter.decode(bytes, leadByteCount: isMultibyte ? 2 : 1)
  }

  /// U+00A5 has no form of two bytes in GB 18030 (its 4-byte form 81 30 84 36 prints as "0 6"),
  /// and U+FFE5 none in the single-byte pages: both are the yuan sign to a reader.
  private func substitute(for character: Character) -> Character {
    switch (character, isMultibyte) {
    case ("\u{A5}", true): "\u{FFE5}"
    case ("\u{FFE5}", false): "\u{A5}"
    default: character
    }
  }

  private var iconvName: String {
    switch self {
    case .ascii: "US-ASCII"
    case .cp437: "CP437"
    case .cp850: "CP850"
    case .cp852: "CP852"
    case .cp858: "CP858"
    case .cp866: "CP866"
    case .cp1252: "CP1252"
    case .gb18030: "GB18030"
    case .big5: "BIG5"
    case .shiftJIS: "CP932"
    case .uhc: "CP949"
    }
  }
}
