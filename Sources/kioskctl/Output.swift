import Foundation

/// Writes what a command found: as JSON for programs, as text for people.
enum Output {
  static func write(_ value: some Encodable, asJSON: Bool, text: () -> [String]) throws {
    guard asJSON else {
      for line in text() { print(line) }
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
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
