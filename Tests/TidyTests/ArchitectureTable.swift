/// The table of targets in docs/ARCHITECTURE.md:
/// `` | `Ledger` | What it is | `Retail`, `GRDB` | `Foundation` | ``
enum ArchitectureTable {
  struct Row: Equatable {
    let target: String
    let dependencies: Set<String>
    /// System modules that it may import.
    let system: Set<String>
    let line: Int
  }

  static let path = "docs/ARCHITECTURE.md"
  private static let heading = ["Target", "One line", "May import", "System"]

  /// Empty when the table is not there.
  static func rows(of text: String) -> [Row] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { cells($0) == heading }) else { return [] }
    return lines.indices.dropFirst(first + 2).prefix { lines[$0].hasPrefix("|") }
      .flatMap { index -> [Row] in
        let cells = cells(lines[index])
        guard cells.count == heading.count else { return [] }
        // A row may speak of several targets that are wired alike.
        return quoted(cells[0]).map {
          Row(
            target: $0, dependencies: Set(quoted(cells[2])), system: Set(quoted(cells[3])),
            line: index + 1)
        }
      }
  }

  /// The cells of a line of a table; none of any other line.
  static func cells(_ line: Substring) -> [String] {
    guard line.hasPrefix("|") else { return [] }
    return line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { cell in
        let inner = cell.drop { $0 == " " }
        return String(inner.reversed().drop { $0 == " " }.reversed())
      }
  }

  /// What stands between backticks.
  static func quoted(_ text: some StringProtocol) -> [String] {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    return parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }
}
