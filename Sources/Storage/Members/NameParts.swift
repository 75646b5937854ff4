import Foundation

/// The parts of a name that it is found by. Kept are only their keyed hashes, cut to eight bytes:
/// what they lead to is opened and compared.
///
/// Of a word of letters its beginnings of 2 to 8 letters; of a word of ideographs, syllables or
/// kana every piece of 2 to 4, because a given name is asked for as often as the whole. Never one
/// character: the commonest surnames would stand out by how often they come.
enum NameParts {
  static let kind = "member name part"
  static let byteCount = 8
  static let beginningLengths = 2...8
  static let pieceLengths = 2...4
  /// Of one name.
  static let limit = 160

  /// One word of a name or a question, folded: no case, marks or widths.
  struct Word: Equatable {
    let characters: [Character]
    let isIdeographic: Bool

    /// Whether this word of a name answers to a word that is asked for.
    func answers(_ asked: Word) -> Bool {
      if !isIdeographic { return characters.starts(with: asked.characters) }
      let count = asked.characters.count
      guard count <= characters.count else { return false }
      return (0...characters.count - count).contains {
        characters[$0..<$0 + count].elementsEqual(asked.characters)
      }
    }
  }

  static func words(_ text: String) -> [Word] {
    // Compatibility forms first: half-width kana and its marks become what is typed.
    let folded = text.precomposedStringWithCompatibilityMapping.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    var words: [Word] = []
    var run: [Character] = []
    var isIdeographic = false
    func end() {
      if !run.isEmpty { words.append(Word(characters: run, isIdeographic: isIdeographic)) }
      run = []
    }
    for character in folded {
      // An apostrophe stands inside of a word and is typed or not.
      if character == "'" || character == "’" { continue }
      guard character.isLetter || character.isNumber else {
        end()
        continue
      }
      let isOne = Self.isIdeographic(character)
      if isOne != isIdeographic { end() }
      isIdeographic = isOne
      run.append(character)
    }
    end()
    return words
  }

  static func of(_ name: String) -> [String] {
    var parts: Set<String> = []
    for word in words(name) {
      parts.formUnion(Self.parts(of: word))
    }
    return Array(parts.sorted().prefix(limit))
  }

  private static func parts(of word: Word) -> [String] {
    let characters = word.characters
    // A word of one character is all that there is of it.
    guard characters.count > 1 else { return [String(characters)] }
    guard word.isIdeographic else {
      return beginningLengths.filter { $0 <= characters.count }.map {
        String(characters.prefix($0))
      }
    }
    return pieceLengths.flatMap { length in
      characters.count < length
        ? [] : (0...characters.count - length).map { String(characters[$0..<$0 + length]) }
    }
  }

  /// The part to look a word up by; nil when it is too short to be one.
  static func part(asked word: Word) -> String? {
    guard word.characters.count > 1 else { return nil }
    let longest = word.isIdeographic ? pieceLengths.upperBound : beginningLengths.upperBound
    return String(word.characters.prefix(longest))
  }

  static func index(_ part: String, _ key: PersonalKey) -> Data {
    key.index(part.utf8, kind: kind).prefix(byteCount)
  }

  /// Scripts that are written without blanks between words.
  private static func isIdeographic(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    switch scalar.value {
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3040...0x30FF, 0x31F0...0x31FF,
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0x20000...0x3FFFF:
      return true
    default: return false
    }
  }
}
