/// STYLE 7: what one may read at a sitting.
enum SizeRules {
  static let columnLimit = 100
  static let functionLineLimit = 70
  static let fileLineLimit = 400

  static func longLines(in text: String, path: String) -> [Violation] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { $0.element.count > columnLimit }
      .map {
        Violation(
          path, $0.offset + 1, "\($0.element.count) columns, at most \(columnLimit)")
      }
  }

  static func longFunctions(in file: SwiftFile) -> [Violation] {
    FunctionDeclaration.all(in: file.code).compactMap { function in
      let count = function.endLine - function.line + 1
      guard count > functionLineLimit else { return nil }
      return Violation(
        file.path, function.line, "\(function.name): \(count) lines, at most \(functionLineLimit)")
    }
  }

  static func longFile(_ file: SwiftFile) -> [Violation] {
    let count = file.lines.count - 1
    guard count > fileLineLimit else { return [] }
    return [Violation(file.path, 0, "\(count) lines, at most \(fileLineLimit)")]
  }
}
