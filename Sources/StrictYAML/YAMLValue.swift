/// One value of a YAML file with its place, read by what the caller expects of it.
///
/// Nothing is guessed: a number is not taken for text nor `no` for a truth value, so that a file
/// means the same to a person and to the program.
public struct YAMLValue: Equatable, Sendable {
  enum Content: Equatable, Sendable {
    case scalar(String, isPlain: Bool)
    case sequence([YAMLValue])
    case mapping([YAMLEntry])
  }

  public let file: String
  /// Counted from 1.
  public let line: Int
  /// `devices.scanners[0].usb`
  public let keyPath: String
  let content: Content

  /// An error at this value; `message` says what was expected.
  public func error(_ message: String) -> YAMLError {
    YAMLError(file: file, line: line, keyPath: keyPath, message: message)
  }

  // MARK: Scalars

  /// Text that is not empty. A plain scalar that other readers take for a number, a truth value or
  /// nothing must be in quotes.
  public func text() throws(YAMLError) -> String {
    guard case .scalar(let text, let isPlain) = content else {
      throw error("expected text, found \(found)")
    }
    if isPlain && PlainScalar(text) != .text {
      throw error("expected text, found \(found); put it in quotes if it is meant as text")
    }
    guard !text.isEmpty else { throw error("expected text, found nothing") }
    return text
  }

  /// At most so many characters of ASCII, control characters as `"\x02"`.
  public func ascii(atMost limit: Int) throws(YAMLError) -> [UInt8] {
    let bytes = Array(try text().utf8)
    guard bytes.count <= limit, bytes.allSatisfy({ $0 < 0x80 }) else {
      throw error(
        limit == 1
          ? "expected one character of ASCII" : "expected at most \(limit) characters of ASCII")
    }
    return bytes
  }

  /// A whole number in decimal or `0x` notation.
  public func integer<Number: FixedWidthInteger>(
    in range: ClosedRange<Number>
  ) throws(YAMLError) -> Number {
    let expected = "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let text, isPlain: true) = content else {
      throw error("\(expected), found \(found)")
    }
    let number =
      text.hasPrefix("0x") ? Number(text.dropFirst(2), radix: 16) : Number(text, radix: 10)
    guard let number, range.contains(number) else { throw error("\(expected), found \(found)") }
    return number
  }

  /// `true` or `false`.
  public func boolean() throws(YAMLError) -> Bool {
    switch content {
    case .scalar("true", isPlain: true): return true
    case .scalar("false", isPlain: true): return false
    case .scalar, .sequence, .mapping: throw error("expected true or false, found \(found)")
    }
  }

  /// One of the names of an enumeration.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type = Choice.self
  ) throws(YAMLError) -> Choice where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    guard case .scalar(let text, _) = content, let choice = Choice(rawValue: text) else {
      throw error("expected one of \(names), found \(found)")
    }
    return choice
  }

  // MARK: Collections

  /// For a key that takes a list or a word.
  public var isList: Bool {
    if case .sequence = content { true } else { false }
  }

  /// The items of a list, at most `limit` of them.
  public func items(limit: Int) throws(YAMLError) -> [YAMLValue] {
    guard case .sequence(let items) = content else {
      throw error("expected a list, found \(found)")
    }
    guard items.count <= limit else {
      throw error("expected at most \(limit) items, found \(items.count)")
    }
    return items
  }

  /// The keys and values; end the reading with `finish()`.
  public func mapping() throws(YAMLError) -> YAMLMapping {
    guard case .mapping(let entries) = content else {
      throw error("expected keys with values, found \(found)")
    }
    return YAMLMapping(value: self, entries: entries)
  }

  /// What stands here, for who takes any of several forms.
  public var shape: Shape {
    switch content {
    case .sequence(let items): return .list(items)
    case .mapping(let entries): return .mapping(entries.map { ($0.key, $0.value) })
    case .scalar(let text, let isPlain):
      switch isPlain ? PlainScalar(text) : .text {
      case .nothing: return .nothing
      case .number: return Int64(text).map { .integer($0) } ?? .other
      case .truthValue:
        return text == "true" ? .truth(true) : text == "false" ? .truth(false) : .other
      case .text: return .text(text)
      }
    }
  }

  public enum Shape {
    case nothing
    case truth(Bool)
    case integer(Int64)
    case text(String)
    case list([YAMLValue])
    case mapping([(key: String, value: YAMLValue)])
    /// A number that is not whole, or a word that readers disagree on.
    case other
  }

  private var found: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "keys with values"
    case .scalar(let text, let isPlain):
      switch isPlain ? PlainScalar(text) : .text {
      case .nothing: "nothing"
      case .truthValue: "\(text), a truth value to many readers"
      case .number: "the number \(text)"
      case .text: "\"\(text.prefix(40))\""
      }
    }
  }
}

struct YAMLEntry: Equatable, Sendable {
  let key: String
  let line: Int
  let value: YAMLValue
}

/// What readers of YAML 1.1 and 1.2 take a scalar without quotes for.
enum PlainScalar: Equatable {
  case nothing, truthValue, number, text

  private static let nothings: Set = ["", "~", "null"]
  private static let truthValues: Set = ["true", "false", "yes", "no", "on", "off", "y", "n"]

  init(_ text: String) {
    let lowered = text.lowercased()
    if Self.nothings.contains(lowered) {
      self = .nothing
    } else if Self.truthValues.contains(lowered) {
      self = .truthValue
    } else if Self.looksLikeNumber(lowered) {
      self = .number
    } else {
      self = .text
    }
  }

  /// Decimal, hexadecimal and exponent forms; `12:30`, which YAML 1.1 reads in base 60, too. A date
  /// with its two inner hyphens is text.
  private static func looksLikeNumber(_ text: String) -> Bool {
    let digits = text.drop { $0 == "+" || $0 == "-" }
    guard text.count - digits.count <= 1, let first = digits.first,
      first.isASCII, first.isNumber || first == "."
    else { return false }
    if digits.hasPrefix("0x") { return digits.dropFirst(2).allSatisfy(\.isHexDigit) }
    guard digits.contains(where: \.isNumber) else { return digits == ".inf" || digits == ".nan" }
    var previous: Character = " "
    for character in digits {
      let isSign = (character == "-" || character == "+") && previous == "e"
      guard ("0"..."9").contains(character) || "._e:".contains(character) || isSign else {
        return false
      }
      previous = character
    }
    return true
  }
}
