/// How many columns a character takes where all are one or two columns wide.
public enum CharacterWidth {
  /// 2 for East Asian Wide and Fullwidth (UAX #11) and emoji, 0 for what has no picture; else 1.
  public static func columns(of character: Character) -> Int {
    character.unicodeScalars.first.map { columns(of: $0) } ?? 0
  }

  public static func columns(of scalar: Unicode.Scalar) -> Int {
    if scalar.isControl { return 0 }
    if scalar.isASCII { return 1 }
    if scalar.properties.isDefaultIgnorableCodePoint { return 0 }
    if scalar.value < firstWide { return 1 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Whether any of it takes two columns.
  public static func isWide(_ text: String) -> Bool {
    // Of a receipt in Latin letters a look at the bytes tells.
    text.utf8.contains { $0 >= firstWideLead }
      && text.unicodeScalars.contains { $0.value >= firstWide && columns(of: $0) == 2 }
  }

  /// Whether the scalar is one character beside others of which this is true: letters, signs and
  /// ideographs that do not join (UAX #29, rule GB999). Of some others that do not, it is false.
  public static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x300, 0x2010...0x2027, 0x2030...0x205E, 0x20A0...0x20C0, 0x2500...0x25FF,
      0x3000...0x3029, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xFF01...0xFF60:
      true
    default: false
    }
  }

  /// Nothing below is wide, nor an emoji that is shown as one.
  private static let firstWide: UInt32 = 0x1100
  /// Of its UTF-8, E1 84 80.
  private static let firstWideLead: UInt8 = 0xE1

  /// The blocks that are W or F as a whole, near enough for print (UAX #11, EastAsianWidth.txt).
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE1F,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF,
    0x20000...0x3FFFD,
  ]
}
