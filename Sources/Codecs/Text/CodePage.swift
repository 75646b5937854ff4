/// A character encoding of printers and customer displays, converted by iconv of the C library.
///
/// In all of them one byte takes one column and a character of two bytes takes two, so that the
/// count of encoded bytes is the printed width. The raw value is the name in `drivers/` and on the
/// command line.
public enum CodePage: String, Sendable, Codable, CaseIterable {
  case ascii
  // One byte a character.
  case cp437, cp737, cp772, cp774, cp775, cp850, cp852, cp855, cp857, cp858, cp860, cp861, cp862
  case cp863, cp864, cp865, cp866, cp869, cp874, cp1125
  case cp1250, cp1251, cp1252, cp1253, cp1254, cp1255, cp1256, cp1257, cp1258
  case latin1 = "iso8859-1"
  case latin2 = "iso8859-2"
  case isoCyrillic = "iso8859-5"
  case isoGreek = "iso8859-7"
  case latin5 = "iso8859-9"
  case latin9 = "iso8859-15"
  // One or two bytes a character; GB 18030 has forms of four beside. GB 2312 is the part of cp936
  // that older Chinese printers have.
  case gb2312, cp936, gb18030, cp950, cp932, cp949

  /// The longest form that a printer takes: the 4-byte forms of GB 18030 print as digits.
  static let maximumBytesPerCharacter = 2

  /// Whether a byte of 80h and above opens a character of two bytes.
  public var isMultibyte: Bool {
    switch self {
    case .gb2312, .cp936, .gb18030, .cp950, .cp932, .cp949: true
    case .ascii, .cp437, .cp737, .cp772, .cp774, .cp775, .cp850, .cp852, .cp855, .cp857, .cp858,
      .cp860, .cp861, .cp862, .cp863, .cp864, .cp865, .cp866, .cp869, .cp874, .cp1125, .cp1250,
      .cp1251, .cp1252, .cp1253, .cp1254, .cp1255, .cp1256, .cp1257, .cp1258, .latin1,
      .latin2, .isoCyrillic, .isoGreek, .latin5, .latin9:
      false
    }
  }

  /// The columns of a character that this page has: half-width forms (U+FF61 to U+FF9F) and the
  /// single-byte pages take one, all else beyond ASCII two.
  public func columns(of scalar: Unicode.Scalar) -> Int {
    guard isMultibyte, !scalar.isASCII else { return 1 }
    return (0xFF61...0xFF9F).contains(scalar.value) ? 1 : 2
  }

  // MARK: For devices

  /// Encodes `text` for a device that obeys control characters: C0, C1 and DEL are dropped, so that
  /// no text can carry a command. `missing` lists each character the page has not, once and in
  /// order; nothing stands for it in `bytes`.
  public func encode(_ text: String) -> (bytes: [UInt8], missing: [Character]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var missing: [Character] = []
    for character in text where !character.isControl {
      if !append(character, to: &bytes), !missing.contains(character) {
        missing.append(character)
      }
    }
    return (bytes, missing)
  }

  /// Whether a device with this page can print the character; control characters it cannot.
  public func has(_ character: Character) -> Bool {
    character.precomposed.map { has($0) } ?? false
  }

  public func has(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isControl { return false }
    return scalar.isASCII || deviceCode(of: scalar) != nil
  }

  /// Appends the device's form of the character, or nothing where there is none. The caller sees to
  /// it that it is no control character.
  @discardableResult
  public func append(_ character: Character, to bytes: inout [UInt8]) -> Bool {
    character.precomposed.map { append($0, to: &bytes) } ?? false
  }

  @discardableResult
  public func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) -> Bool {
    if scalar.isASCII {
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      return true
    }
    guard let code = deviceCode(of: scalar) else { return false }
    code.append(to: &bytes)
    return true
  }

  private func deviceCode(of scalar: Unicode.Scalar) -> CodePageTable.Code? {
    guard let code = table.code(of: substitute(for: scalar)),
      code.byteCount <= Self.maximumBytesPerCharacter, code.first >= 0x80
    else { return nil }
    // Both bytes of GB 2312 are A1h to FEh.
    if self == .gb2312, code.first < 0xA1 || code.last < 0xA1 { return nil }
    return code
  }

  /// U+00A5 has no form of two bytes in GB 18030 (its 4-byte form 81 30 84 36 prints as "0 6"),
  /// and U+FFE5 none in the single-byte pages: both are the yuan sign to a reader.
  private func substitute(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch (scalar, isMultibyte) {
    case ("\u{A5}", true): "\u{FFE5}"
    case ("\u{FFE5}", false): "\u{A5}"
    default: scalar
    }
  }

  // MARK: As a codec

  /// The whole text in this page and nothing else, control characters among it: `bytes` is nil when
  /// a character is missing. `missing` lists each of these once, in the order of the text.
  public func transcode(_ text: String) -> (bytes: [UInt8]?, missing: [Unicode.Scalar]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var missing: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else if let code = codecCode(of: scalar) {
        code.append(to: &bytes)
      } else if !missing.contains(scalar) {
        missing.append(scalar)
      }
    }
    return (missing.isEmpty ? bytes : nil, missing)
  }

  private func codecCode(of scalar: Unicode.Scalar) -> CodePageTable.Code? {
    switch (self, scalar) {
    // One byte has both signs there: A2 44 is the yen sign of cp950, whatever its width.
    case (.cp950, "\u{A5}"): return table.code(of: "\u{FFE5}")
    default:
      guard let code = table.code(of: scalar) else {
        return self == .cp950 ? Big5Kana.code(of: scalar).map { CodePageTable.Code($0) } : nil
      }
      // 5Ch is a backslash, to a terminal or a Latin printer: it stands for no other character.
      if code.first < 0x80 { return nil }
      // Windows puts the euro at 80h, where no printer's font has it.
      if self == .cp936, code.byteCount == 1 { return nil }
      if self == .gb2312, code.first < 0xA1 || code.last < 0xA1 { return nil }
      return code
    }
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

  // MARK: Tables

  private static let tables = allCases.map { CodePageTable($0.iconvName) }
  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  private var table: CodePageTable { Self.tables[Self.places[self] ?? 0] }

  /// The name that glibc has for it.
  private var iconvName: String {
    switch self {
    case .ascii: "US-ASCII"
    case .gb2312: "CP936"
    case .latin1: "ISO-8859-1"
    case .latin2: "ISO-8859-2"
    case .isoCyrillic: "ISO-8859-5"
    case .isoGreek: "ISO-8859-7"
    case .latin5: "ISO-8859-9"
    case .latin9: "ISO-8859-15"
    case .cp437, .cp737, .cp772, .cp774, .cp775, .cp850, .cp852, .cp855, .cp857, .cp858, .cp860,
      .cp861, .cp862, .cp863, .cp864, .cp865, .cp866, .cp869, .cp874, .cp1125, .cp1250, .cp1251,
      .cp1252, .cp1253, .cp1254, .cp1255, .cp1256, .cp1257, .cp1258, .cp936, .gb18030, .cp950,
      .cp932, .cp949:
      rawValue.uppercased()
    }
  }
}

extension Character {
  /// CR LF is one Character, and its first scalar tells.
  var isControl: Bool { unicodeScalars.first?.isControl ?? false }

  /// The one scalar that this character is or is equivalent to, or nil. What has no picture, such
  /// as a variation selector behind its scalar, counts for nothing.
  public var precomposed: Unicode.Scalar? {
    var scalars = unicodeScalars.makeIterator()
    guard let first = scalars.next() else { return nil }
    while let next = scalars.next() {
      if !next.properties.isDefaultIgnorableCodePoint { return Self.composed[self] }
    }
    return first
  }

  /// Characters are equal when they are canonically equivalent, so that e and an acute accent find
  /// é here: the letters of Latin, Greek, Cyrillic and kana that a code page could have.
  private static let composed: [Character: Unicode.Scalar] = {
    let blocks: [ClosedRange<UInt32>] = [
      0xC0...0x24F, 0x386...0x3CE, 0x400...0x45F, 0x1E00...0x1EFF, 0x304C...0x30FE,
    ]
    var composed: [Character: Unicode.Scalar] = [:]
    for scalar in blocks.joined().compactMap({ Unicode.Scalar($0) }) {
      composed[Character(scalar)] = scalar
    }
    return composed
  }()
}

extension Unicode.Scalar {
  /// C0, C1 and DEL: general category Cc.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
