/// A Swift file of the repository, cut into tokens once.
struct SwiftFile {
  /// From the repository's root, `Sources/Ledger/Money.swift`.
  let path: String
  let text: String
  let tokens: [Token]
  /// `tokens` without the comments.
  let code: [Token]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    tokens = Lexer.tokens(of: text)
    code = tokens.code
  }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }

  /// A comment stands on the line or right above it.
  func hasComment(at line: Int) -> Bool {
    tokens.contains { $0.kind == .comment && (line - 1...line).contains($0.endLine) }
  }
}

/// What a rule found.
struct Violation: Equatable, Comparable, CustomStringConvertible {
  let path: String
  /// 0 where no line is to blame.
  let line: Int
  let message: String

  init(_ path: String, _ line: Int, _ message: String) {
    self.path = path
    self.line = line
    self.message = message
  }

  init(_ file: SwiftFile, _ token: Token, _ message: String) {
    self.init(file.path, token.line, message)
  }

  static func < (left: Violation, right: Violation) -> Bool {
    (left.path, left.line, left.message) < (right.path, right.line, right.message)
  }

  var description: String { line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)" }
}

/// A type that a file declares.
struct TypeDeclaration {
  let name: Token

  private static let introducers: Set = [
    "struct", "class", "enum", "actor", "protocol", "typealias",
  ]
  private static let otherUses: Set = ["func", "var", "let", "subscript"]

  static func all(in code: [Token]) -> [TypeDeclaration] {
    code.indices.compactMap { index in
      guard let word = code.word(index), introducers.contains(word),
        !code.isPunctuation(index - 1, "."), !code.isWord(index - 1, "import"),
        let name = code.word(index + 1), !otherUses.contains(name)
      else { return nil }
      return TypeDeclaration(name: code[index + 1])
    }
  }
}

/// A function, initialiser, subscript or computed property that has a body.
struct FunctionDeclaration {
  let name: String
  let line: Int
  let endLine: Int
  /// The places of its braces among the file's `code`.
  let body: ClosedRange<Int>
  let isTest: Bool

  private static let nextDeclaration: Set = [
    "func", "var", "let", "deinit", "subscript", "case", "struct", "class", "enum", "actor",
    "protocol", "extension", "associatedtype", "typealias", "import", "public", "private",
    "fileprivate", "internal", "package", "static", "mutating", "nonisolated", "@Test",
  ]
  private static let bindings: Set = ["if", "guard", "while", "case", "for", "catch"]

  static func all(in code: [Token]) -> [FunctionDeclaration] {
    code.indices.compactMap { index in
      guard let word = code.word(index), !code.isPunctuation(index - 1, "."),
        let opening = opening(after: index, word, code), let closing = code.closing(of: opening)
      else { return nil }
      let name = word == "init" || word == "deinit" ? word : code[index + 1].text
      return FunctionDeclaration(
        name: name, line: code[index].line, endLine: code[closing].line, body: opening...closing,
        isTest: word == "func" && isTest(index, code))
    }
  }

  /// Where the body begins; nil for what is no declaration or has no body.
  private static func opening(after index: Int, _ word: String, _ code: [Token]) -> Int? {
    switch word {
    case "func", "subscript": return opening(from: index + 2, code)
    case "init":
      guard code.indices.contains(index + 1), "(?!<".contains(code[index + 1].text) else {
        return nil
      }
      return opening(from: index + 1, code)
    case "deinit": return code.isPunctuation(index + 1, "{") ? index + 1 : nil
    case "var", "let":
      // A binding's block is part of the function around it.
      if let before = code.word(index - 1), bindings.contains(before) { return nil }
      let onLine = code.indices.suffix(from: index).prefix { code[$0].line == code[index].line }
      return opening(from: index + 1, Array(code.prefix(onLine.upperBound)))
    default: return nil
    }
  }

  private static func opening(from start: Int, _ code: [Token]) -> Int? {
    var depth = 0
    for index in code.indices.suffix(from: min(start, code.count)) {
      switch (code[index].kind, code[index].text) {
      case (.punctuation, "("), (.punctuation, "["): depth += 1
      case (.punctuation, ")"), (.punctuation, "]"): depth -= 1
      case (.punctuation, "{") where depth == 0: return index
      case (.punctuation, "}") where depth == 0: return nil
      case (.word, let word) where depth == 0 && nextDeclaration.contains(word): return nil
      default: break
      }
      if depth < 0 { return nil }
    }
    return nil
  }

  /// Looks back over modifiers, attributes and their arguments for `@Test`.
  private static func isTest(_ index: Int, _ code: [Token]) -> Bool {
    var depth = 0
    for token in code[..<index].reversed() {
      switch (token.kind, token.text) {
      case (.punctuation, ")"), (.punctuation, "]"),
        (.punctuation, "}") where depth > 0:
        depth += 1
      case (.punctuation, "("), (.punctuation, "["),
        (.punctuation, "{") where depth > 0:
        depth -= 1
      case (.punctuation, "}"), (.punctuation, "{"), (.punctuation, ";"): return false
      case (.word, "@Test") where depth == 0: return true
      case (.word, "func") where depth == 0: return false
      default: break
      }
      if depth < 0 { return false }
    }
    return false
  }
}
