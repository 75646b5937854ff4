/// A name as a member gives it: letters of any script, and what stands between them in names.
///
/// It stands on paper, on screens and in files of other programs, so that nothing goes in that
/// hides, steers or imitates text. A description shows its first character only.
public struct PersonName: Hashable, Sendable {
  public static let characterLimit = 60
  public static let byteLimit = 240
  /// Marks above and below one letter; Vietnamese has two, Hebrew three.
  static let markLimit = 3

  public let text: String

  public enum Flaw: String, Error, Sendable, Codable, CaseIterable {
    case empty, tooLong
    /// A line feed, a tab, an escape.
    case controlCharacter
    /// What is not seen, or turns the direction of writing.
    case invisibleCharacter
    /// Digits in front, signs, emoji: no part of a name.
    case forbiddenCharacter
    /// Letters of mathematics or in circles that only look like letters.
    case lookAlike
    /// One word of two alphabets that look alike, such as Latin and Cyrillic.
    case mixedScripts
  }

  /// Takes blanks at the ends away and several for one.
  public init(_ text: String) throws(Flaw) {
    guard text.utf8.count <= Self.byteLimit else { throw .tooLong }
    var words: [String.UnicodeScalarView] = [.init()]
    var marks = 0
    for scalar in text.unicodeScalars {
      let scalar = Self.narrow(scalar)
      let kind = try Self.kind(of: scalar)
      marks = kind == .mark ? marks + 1 : 0
      guard marks <= Self.markLimit else { throw .forbiddenCharacter }
      if kind == .blank {
        if !words[words.count - 1].isEmpty { words.append(.init()) }
        continue
      }
      let isFirst = words.count == 1 && words[0].isEmpty
      guard !isFirst || kind == .letter else { throw .forbiddenCharacter }
      words[words.count - 1].append(scalar)
    }
    if words[words.count - 1].isEmpty { words.removeLast() }
    guard !words.isEmpty else { throw .empty }
    guard words.allSatisfy({ !Alphabet.areMixed($0) }) else { throw .mixedScripts }
    let joined = words.map { String($0) }.joined(separator: " ")
    guard joined.count <= Self.characterLimit else { throw .tooLong }
    self.text = joined
  }

  private enum Kind { case letter, mark, blank, joint }

  /// What stands inside of names besides letters; the middle dots are those of Chinese keyboards.
  private static let joints = Set("'’-.,·•・‧".unicodeScalars)

  /// Letters and blanks of full width are what an input method makes of plain ones.
  private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0xFF10...0xFF19, 0xFF07, 0xFF0C...0xFF0E:
      Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    default: scalar
    }
  }

  private static func kind(of scalar: Unicode.Scalar) throws(Flaw) -> Kind {
    switch scalar.value {
    // Fillers of Hangul are letters that nobody sees; variation selectors change what is seen.
    case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0xFE00...0xFE0F: throw .invisibleCharacter
    case 0x2100...0x214F, 0x2460...0x24FF, 0x1D400...0x1D7FF, 0x1F100...0x1F1FF: throw .lookAlike
    case 0x30...0x39: return .joint
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control: throw .controlCharacter
    case .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      throw .invisibleCharacter
    case .spaceSeparator: return .blank
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .nonspacingMark, .spacingMark: return .mark
    default:
      guard joints.contains(scalar) else { throw .forbiddenCharacter }
      return .joint
    }
  }
}

extension PersonName: CustomStringConvertible, CustomReflectable {
  public var description: String { text.prefix(1) + "*" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Alphabets whose letters look like each other's.
private enum Alphabet {
  case latin, greek, cyrillic, armenian, cherokee

  private init?(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0x2AF, 0x1E00...0x1EFF: self = .latin
    case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
    case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: self = .cyrillic
    case 0x530...0x58F: self = .armenian
    case 0x13A0...0x13FF, 0xAB70...0xABBF: self = .cherokee
    default: return nil
    }
  }

  static func areMixed(_ word: String.UnicodeScalarView) -> Bool {
    Set(word.compactMap(Alphabet.init)).count > 1
  }
}
