/// STYLE 2, 7 and 10: what types and their switches may not do.
enum TypeRules {
  /// A type named as its module makes qualified names ambiguous.
  static func moduleNames(in file: SwiftFile, _ manifest: Manifest) -> [Violation] {
    guard let target = manifest.target(of: file) else { return [] }
    return TypeDeclaration.all(in: file.code).filter { $0.name.text == target.name }.map {
      Violation(file, $0.name, "a type with the name of its module: \(target.name)")
    }
  }

  /// What the compiler no longer checks has a reason beside it; one comment may stand above several
  /// such lines.
  static func unexplained(in file: SwiftFile) -> [Violation] {
    guard file.isIn("Sources") else { return [] }
    let unsafe = file.code.indices.filter { index in
      file.code.isWord(index, "@unchecked")
        || (file.code.isWord(index, "nonisolated") && file.code.isPunctuation(index + 1, "(")
          && file.code.isWord(index + 2, "unsafe"))
    }.map { file.code[$0] }
    var explained: Set<Int> = []
    return unsafe.compactMap { token in
      if file.hasComment(at: token.line) || explained.contains(token.line - 1) {
        explained.insert(token.line)
        return nil
      }
      return Violation(file, token, "unchecked, and no comment says why")
    }
  }

  /// A new state or event must not compile until it is placed.
  static func defaults(in file: SwiftFile) -> [Violation] {
    guard file.isIn("Sources/CheckoutMachine") else { return [] }
    return file.code.indices.filter {
      file.code.isWord($0, "default") && file.code.isPunctuation($0 + 1, ":")
    }.map { Violation(file, file.code[$0], "default in a transition: name the cases") }
  }
}
