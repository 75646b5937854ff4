/// STYLE 6, 7 and 10: words that do not stand in this repository.
enum WordRules {
  private static let vagueSuffixes = ["Manager", "Helper", "Helpers", "Utils", "Util", "Service"]
  private static let marks = ["FIX" + "ME", "TO" + "DO", "XX" + "X"]

  /// Names that admit everything, of types and of files.
  static func vagueNames(in file: SwiftFile) -> [Violation] {
    var found: [Violation] = []
    for type in TypeDeclaration.all(in: file.code) where isVague(type.name.text) {
      found.append(Violation(file, type.name, "a vague name: \(type.name.text)"))
    }
    let parts = file.path.split(separator: "/").map { $0.prefix { $0 != "." && $0 != "+" } }
    for part in parts where isVague(part) {
      found.append(Violation(file.path, 0, "a vague name: \(part)"))
    }
    return found
  }

  private static func isVague(_ name: some StringProtocol) -> Bool {
    // A state of the checkout, and no service.
    !name.hasSuffix("OutOfService") && vagueSuffixes.contains { name.hasSuffix($0) }
  }

  /// `try!`, `try?`, `as!` and traps with a message where a typed error belongs.
  static func shortcuts(in file: SwiftFile) -> [Violation] {
    file.code.indices.dropLast().compactMap { index in
      guard let word = file.code.word(index) else { return nil }
      let next = file.code[index + 1]
      let isBanned =
        switch (word, next.text) {
        case ("try", "!"), ("try", "?"), ("as", "!"): next.isGlued
        case ("fatalError", "("): true
        default: false
        }
      return isBanned ? Violation(file, file.code[index], "banned: \(word)\(next.text)") : nil
    }
  }

  /// A mark of unfinished work. In Swift only comments count, elsewhere the whole text.
  static func leftovers(in text: String, path: String) -> [Violation] {
    lines(of: text, path: path).flatMap { line, text in
      marks.filter { mark in words(of: text).contains { $0 == mark } }
        .map { Violation(path, line, "unfinished: \($0)") }
    }
  }

  private static func lines(of text: String, path: String) -> [(Int, String)] {
    if path.hasSuffix(".swift") {
      return Lexer.tokens(of: text).filter { $0.kind == .comment }.map { ($0.line, $0.text) }
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { ($0.offset + 1, String($0.element)) }
  }

  private static func words(of text: String) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber) }
  }

  /// Money and rates are whole numbers: no floating point in what counts them.
  static func floatingPoint(in file: SwiftFile) -> [Violation] {
    guard ImportRules.kernel.contains(where: { file.isIn("Sources/" + $0) }) else { return [] }
    let types: Set = ["Double", "Float", "Float16", "Float80", "CGFloat", "Decimal"]
    return file.code.filter { token in
      token.kind == .word && types.contains(token.text)
        || token.kind == .number && token.text.contains(".")
    }.map { Violation(file, $0, "floating point: \($0.text)") }
  }

  /// A daemon's words go to its log; only programs speak on standard output.
  static func prints(in file: SwiftFile, _ manifest: Manifest) -> [Violation] {
    guard let target = manifest.target(of: file), target.kind == .library else { return [] }
    let writers: Set = ["print", "debugPrint", "dump", "NSLog"]
    // A printer's own function of that name is called by it.
    let own = Set(FunctionDeclaration.all(in: file.code).map(\.name))
    return file.code.indices.compactMap { index in
      guard let word = file.code.word(index), writers.contains(word), !own.contains(word),
        file.code.isPunctuation(index + 1, "("), !file.code.isPunctuation(index - 1, "."),
        !["func", "case"].contains(file.code.word(index - 1))
      else { return nil }
      return Violation(file, file.code[index], "\(word) outside of a program; use the log")
    }
  }

  /// A device file that everybody may write.
  static func openToAll(in text: String, path: String) -> [Violation] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { $0.element.contains("0666") || $0.element.contains("0777") }
      .map { Violation(path, $0.offset + 1, "open to everybody") }
  }
}
