import Foundation

/// Writes what a command found: as JSON for programs, as text for people.
enum Output {
  static func write(_ value: some Encodable, asJSON: Bool, text: () -> [String]) throws {
    guard asJSON else {
      for line in text() { print(TerminalText.printable(line)) }
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// Text from elsewhere on somebody's terminal.
enum TerminalText {
  /// What a terminal would obey is shown as its number: a device's name for itself, a scan or a
  /// member's name may come from anybody.
  static func printable(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? "<\(String(scalar.value, radix: 16, uppercase: true))>" : String(scalar)
    }.joined()
  }
}

/// Lines of text whose columns stand under each other.
struct TextTable {
  enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  init(_ alignments: [Alignment]) { self.alignments = alignments }

  mutating func append(_ cells: [String]) { rows.append(cells) }

  var lines: [String] {
    let widths = alignments.indices.map { column in
      rows.map { Columns.count(of: $0[column]) }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - Columns.count(of: cell))
        switch alignments[column] {
        case .left: line += cell + blanks
        case .right: line += blanks + cell
        }
        line += "  "
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
