import Codecs
import Devices

/// Columns that a text takes on a terminal or on paper.
enum Columns {
  static func count(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + CharacterWidth.columns(of: $1) }
  }
}

/// A paper as lines of text, for who has no printer at hand.
struct PaperText {
  /// Of 80 mm paper in the printers' font A.
  static let standardColumns = 48
  static let columnRange = 20...200

  let columns: Int

  func lines(_ elements: [PrintElement]) -> [String] { elements.flatMap(lines) }

  private func lines(_ element: PrintElement) -> [String] {
    switch element {
    case .text(let text, let style): wrapped(text).map { aligned($0, style.alignment) }
    case .columns(let left, let right, _): spread(left, right)
    case .rule: [String(repeating: "-", count: columns)]
    case .barcode(_, let text): [aligned("|| \(text) ||", .center)]
    case .qrCode(let text): [aligned("[QR \(text)]", .center)]
    case .picture(let picture):
      [aligned("[picture \(picture.width) × \(picture.height)]", .center)]
    case .drawerPulse: []
    case .feed(let count): Array(repeating: "", count: min(max(0, count), columns))
    case .cut: [aligned("✂", .center)]
    }
  }

  /// The right side is never broken; a left side that is too long takes lines of its own.
  private func spread(_ left: String, _ right: String) -> [String] {
    let room = columns - Columns.count(of: right) - 1
    var lines = room > 0 ? wrapped(left, to: room) : wrapped(left) + [""]
    let last = lines.removeLast()
    let blanks = columns - Columns.count(of: last) - Columns.count(of: right)
    return lines + [last + String(repeating: " ", count: max(0, blanks)) + right]
  }

  private func wrapped(_ text: String, to width: Int? = nil) -> [String] {
    let width = width ?? columns
    var lines: [String] = []
    var line = ""
    var used = 0
    for character in text {
      let taken = CharacterWidth.columns(of: character)
      if used + taken > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line.append(character)
      used += taken
    }
    return lines + [line]
  }

  private func aligned(_ line: String, _ alignment: TextStyle.Alignment) -> String {
    let free = max(0, columns - Columns.count(of: line))
    let blanks =
      switch alignment {
      case .left: 0
      case .center: free / 2
      case .right: free
      }
    return String(repeating: " ", count: blanks) + line
  }
}
