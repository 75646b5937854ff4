extension GS1.SyntaxDictionary {
  static let lineLimit = 5_000
  static let lineByteLimit = 1_000
  static let entryLimit = 4_000
  static let componentLimit = 16
  static let dataLengthLimit = 99
  static let patternLimit = 64

  /// A line that is not of the published syntax, counted from 1.
  public struct ParseError: Error, Equatable, Sendable, CustomStringConvertible {
    public let line: Int
    public let problem: String
    public var description: String { "line \(line): \(problem)" }
  }

  /// Reads a release of the dictionary as it is published: identifiers or a range of them, flags,
  /// the format of the data, attributes, and a title behind `#`.
  ///
  /// Flags, attributes and checks that a later release has and this program has not are passed
  /// over; the checks are told in `unknownLinters`.
  public init(
    parsing text: some StringProtocol, lists: GS1.CodeLists = GS1.CodeLists()
  ) throws(ParseError) {
    var reading = DictionaryReading()
    var number = 0
    for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      reading.line = number
      guard number <= Self.lineLimit else {
        throw reading.error("expected at most \(Self.lineLimit) lines")
      }
      guard line.count <= Self.lineByteLimit else {
        throw reading.error("expected at most \(Self.lineByteLimit) bytes in a line")
      }
      let words = line.prefix { $0 != UInt8(ascii: "#") }
        .split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      try reading.take(words.map { String(decoding: $0, as: UTF8.self) })
    }
    guard !reading.entries.isEmpty else {
      throw reading.error("expected at least one application identifier")
    }
    self.init(
      entries: reading.entries, lists: lists, unknownLinters: reading.unknownLinters.sorted())
  }
}

/// What was read so far.
private struct DictionaryReading {
  typealias Dictionary = GS1.SyntaxDictionary
  typealias Identifier = GS1.ApplicationIdentifier

  var line = 0
  var entries: [Dictionary.Entry] = []
  var unknownLinters: Set<String> = []
  private var known: Set<Identifier> = []
  private var lengths: [Int: UInt8] = [:]

  func error(_ problem: String) -> Dictionary.ParseError {
    Dictionary.ParseError(line: line, problem: problem)
  }

  /// One line's words: identifiers, then flags if there are any, then the format and attributes.
  mutating func take(_ words: [String]) throws(Dictionary.ParseError) {
    guard let first = words.first else { return }
    let identifiers = try identifiers(first)
    var rest = words.dropFirst()
    var flags = ""
    if let word = rest.first, !Self.isFormat(word) {
      guard word.utf8.allSatisfy(Self.isFlag) else {
        throw error("expected flags or a format such as N6 or X..20, found \"\(word)\"")
      }
      flags = word
      rest = rest.dropFirst()
    }
    let format = rest.prefix(while: Self.isFormat)
    let components = try components(format)
    let attributes = try attributes(rest.dropFirst(format.count))
    for identifier in identifiers {
      try add(
        Dictionary.Entry(
          identifier: identifier, components: components,
          isPredefinedLength: flags.contains("*"), isLinkAttribute: flags.contains("?"),
          required: attributes.required, excluded: attributes.excluded,
          qualifiers: attributes.qualifiers))
    }
  }

  private mutating func add(_ entry: Dictionary.Entry) throws(Dictionary.ParseError) {
    let identifier = entry.identifier
    guard known.insert(identifier).inserted else {
      throw error("\(identifier) is there already")
    }
    let prefix = Dictionary.prefix(of: identifier)
    guard lengths[prefix, default: identifier.length] == identifier.length else {
      throw error("\(identifier) has another length than those before that begin like it")
    }
    guard entries.count < Dictionary.entryLimit else {
      throw error("expected at most \(Dictionary.entryLimit) application identifiers")
    }
    lengths[prefix] = identifier.length
    entries.append(entry)
  }

  // MARK: Identifiers

  /// `01`, or `3100-3105` with both ends.
  private func identifiers(_ word: String) throws(Dictionary.ParseError) -> [Identifier] {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
      .map { Identifier(ascii: Array($0.utf8)) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
      first.length == last.length, first.number <= last.number, last.number - first.number < 100
    else {
      throw error("expected an application identifier such as 01 or 3100-3105, found \"\(word)\"")
    }
    return (first.number...last.number).map { Identifier(number: $0, length: first.length) }
  }

  private func identifier(
    _ word: some StringProtocol
  ) throws(Dictionary.ParseError) -> Identifier {
    guard let identifier = Identifier(ascii: Array(word.utf8)) else {
      throw error("expected an application identifier, found \"\(word)\"")
    }
    return identifier
  }

  private static func isFlag(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "#")
      && !(byte &- 0x30 <= 9) && !(0x41...0x5A).contains(byte) && !(0x61...0x7A).contains(byte)
  }

  // MARK: Format

  /// Whether a word is a component: `N6`, `X..20`, `[N4]`, each with its checks behind commas.
  private static func isFormat(_ word: String) -> Bool {
    var bytes = Array(word.utf8)[...]
    if bytes.first == UInt8(ascii: "[") { bytes = bytes.dropFirst() }
    guard let letter = bytes.popFirst(), GS1.EncodableCharacters(letter: letter) != nil,
      let next = bytes.first
    else { return false }
    return next == UInt8(ascii: ".") || next &- 0x30 <= 9
  }

  private mutating func components(
    _ words: ArraySlice<String>
  ) throws(Dictionary.ParseError) -> [Dictionary.Component] {
    guard (1...Dictionary.componentLimit).contains(words.count) else {
      throw error("expected 1 to \(Dictionary.componentLimit) formats such as N6 or X..20")
    }
    var components: [Dictionary.Component] = []
    for word in words {
      let component = try component(word)
      if let before = components.last {
        guard before.length.count == 1 else {
          throw error("expected a variable length in the last place only, before \"\(word)\"")
        }
        guard !before.isOptional || component.isOptional else {
          throw error("expected nothing mandatory behind what is optional, found \"\(word)\"")
        }
      }
      components.append(component)
    }
    guard components.contains(where: { !$0.isOptional }) else {
      throw error("expected a mandatory format")
    }
    return components
  }

  private mutating func component(
    _ word: String
  ) throws(Dictionary.ParseError) -> Dictionary.Component {
    let parts = word.split(separator: ",", omittingEmptySubsequences: false)
    var format = Array(parts[0].utf8)[...]
    let isOptional = format.first == UInt8(ascii: "[")
    if isOptional {
      guard format.last == UInt8(ascii: "]") else {
        throw error("expected a closing bracket in \"\(word)\"")
      }
      format = format.dropFirst().dropLast()
    }
    let characters = format.popFirst().flatMap(GS1.EncodableCharacters.init(letter:))
    let isVariable = format.starts(with: "..".utf8)
    let digits = String(decoding: isVariable ? format.dropFirst(2) : format, as: UTF8.self)
    guard let characters, digits.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let length = Int(digits),
      (1...Dictionary.dataLengthLimit).contains(length)
    else { throw error("expected a format such as N6 or X..20, found \"\(word)\"") }
    return Dictionary.Component(
      characters: characters, length: (isVariable ? 1 : length)...length,
      isOptional: isOptional, linters: try linters(parts.dropFirst()))
  }

  private mutating func linters(
    _ names: ArraySlice<Substring>
  ) throws(Dictionary.ParseError) -> [GS1.Linter] {
    var linters: [GS1.Linter] = []
    for name in names {
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 &- 0x30 <= 9 || (0x61...0x7A).contains($0) })
      else { throw error("expected the name of a check, found \"\(name)\"") }
      if let linter = GS1.Linter(rawValue: String(name)) {
        linters.append(linter)
      } else {
        unknownLinters.insert(String(name))
      }
    }
    return linters
  }

  // MARK: Attributes

  private struct Attributes {
    var required: [[[GS1.IdentifierPattern]]] = []
    var excluded: [GS1.IdentifierPattern] = []
    var qualifiers: [[Identifier]]?
  }

  private func attributes(
    _ words: ArraySlice<String>
  ) throws(Dictionary.ParseError) -> Attributes {
    var attributes = Attributes()
    for word in words {
      let (key, value) = try attribute(word)
      switch key {
      case "req":
        var groups: [[GS1.IdentifierPattern]] = []
        for group in try list(value, by: ",") { groups.append(try patterns(list(group, by: "+"))) }
        attributes.required.append(groups)
      case "ex": attributes.excluded += try patterns(list(value, by: ","))
      case "dlpkey":
        var sequences = attributes.qualifiers ?? []
        for sequence in value.isEmpty ? [] : try list(value, by: "|") {
          var qualifiers: [Identifier] = []
          for name in try list(sequence, by: ",") { qualifiers.append(try identifier(name)) }
          sequences.append(qualifiers)
        }
        attributes.qualifiers = sequences
      default: break  // Of a later release.
      }
    }
    return attributes
  }

  private func attribute(
    _ word: String
  ) throws(Dictionary.ParseError) -> (key: Substring, value: Substring) {
    let key = word.prefix { $0 != "=" }
    guard let first = key.utf8.first, (0x61...0x7A).contains(first),
      key.utf8.allSatisfy({ $0 &- 0x30 <= 9 || (0x61...0x7A).contains($0) })
    else { throw error("expected an attribute such as req=01, found \"\(word)\"") }
    let value = word.dropFirst(key.count + 1)
    guard key == "dlpkey" || !["req", "ex"].contains(key) || !value.isEmpty else {
      throw error("expected application identifiers behind \"\(key)=\"")
    }
    return (key, value)
  }

  private func list(
    _ text: Substring, by separator: Character
  ) throws(Dictionary.ParseError) -> [Substring] {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count <= Dictionary.patternLimit else {
      throw error("expected at most \(Dictionary.patternLimit) application identifiers in a list")
    }
    return parts
  }

  private func patterns(
    _ words: [Substring]
  ) throws(Dictionary.ParseError) -> [GS1.IdentifierPattern] {
    var patterns: [GS1.IdentifierPattern] = []
    for word in words {
      guard let pattern = GS1.IdentifierPattern(word) else {
        throw error("expected an application identifier such as 01 or 310n, found \"\(word)\"")
      }
      patterns.append(pattern)
    }
    return patterns
  }
}
