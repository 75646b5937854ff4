/// docs/complaints.md: every test that it names is there, and every thread is named by its test.
enum ComplaintRules {
  static let path = "docs/complaints.md"
  private static let separator = ": "

  /// `| What went wrong | Threads | Tests |`, or `| What is asked for | Tests |`.
  struct Row: Equatable {
    let threads: Set<String>
    /// `DriversTests: a job is initialised at its start and nowhere else`
    let tests: [String]
    let line: Int
  }

  /// Without the heads of the tables and what underlines them.
  static func rows(of text: String) -> [Row] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.flatMap { index -> [Row] in
      let cells = ArchitectureTable.cells(lines[index])
      let isUnderlined =
        lines.indices.contains(index + 1) && isLine(ArchitectureTable.cells(lines[index + 1]))
      guard cells.count >= 2, !isUnderlined, !isLine(cells) else { return [] }
      return [
        Row(
          threads: cells.count > 2 ? threads(in: cells[1]) : [],
          tests: ArchitectureTable.quoted(cells[cells.count - 1]), line: index + 1)
      ]
    }
  }

  private static func isLine(_ cells: [String]) -> Bool {
    !cells.isEmpty && cells.allSatisfy { $0.allSatisfy { $0 == "-" } }
  }

  /// Of "python-escpos #24, #382; odoo PR 40600" the three, each with the last word before it.
  static func threads(in text: String) -> Set<String> {
    var found: Set<String> = []
    var repository = ""
    var isPullRequest = false
    for word in text.split(whereSeparator: { $0.isWhitespace }) {
      let bare = word.trimmed { ",;:.()".contains($0) }
      let digits = bare.hasPrefix("#") ? bare.dropFirst() : isPullRequest ? bare : ""
      isPullRequest = bare == "PR"
      if !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) {
        found.insert("\(repository) \(digits)")
      } else if !isPullRequest, bare != "and", bare.contains(where: \.isLetter) {
        repository = String(bare)
      }
    }
    return found
  }

  static func violations(in rows: [Row], _ files: [SwiftFile]) -> [Violation] {
    let comments = comments(of: files)
    return rows.flatMap { row -> [Violation] in
      guard !row.tests.isEmpty else { return [Violation(path, row.line, "names no test")] }
      let missing = row.tests.filter { comments[$0] == nil }
      let named = row.tests.reduce(into: Set<String>()) { $0.formUnion(comments[$1] ?? []) }
      return missing.map { Violation(path, row.line, "names a test that is not there: \($0)") }
        + row.threads.subtracting(named).map {
          Violation(path, row.line, "no test of the row names its thread: \($0)")
        }
    }
  }

  /// The threads that the comments of each test name: those above it and in it.
  private static func comments(of files: [SwiftFile]) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for file in files where file.isIn("Tests") {
      let target = file.path.split(separator: "/")[1]
      let functions = FunctionDeclaration.all(in: file.code).sorted { $0.line < $1.line }
      for (index, function) in functions.enumerated() where function.isTest {
        let before = functions[..<index].last { $0.endLine < function.line }?.endLine ?? 0
        let text = file.tokens.filter { token in
          token.kind == .comment && token.line > before && token.line <= function.endLine
        }.map { $0.text.drop { $0 == "/" } }.joined(separator: " ")
        found["\(target)\(separator)\(function.name)"] = threads(in: text)
      }
    }
    return found
  }
}

extension Substring {
  fileprivate func trimmed(_ isCut: (Character) -> Bool) -> Substring {
    var rest = drop(while: isCut)
    while let last = rest.last, isCut(last) { rest.removeLast() }
    return rest
  }
}
