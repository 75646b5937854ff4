import Codecs
import Devices
import Profiles

/// What a line display is sent for a content: every cell of it, so that nothing older stays.
struct DisplayFrame: Sendable {
  let columns: Int
  let rows: Int
  private let dialect: DisplayDialect
  private let codePage: CodePage
  private let codePageNumber: UInt8?
  /// The brightness that the display has; nil until it was set up.
  private var brightness: UInt8?
  /// Characters that were said to be missing; each is told once, and so many at most.
  private var told: Set<Character> = []
  private var untold: [PrintLoss] = []
  static let toldLimit = 1_000

  /// A code page that is not known shows ASCII only.
  init(_ settings: LineDisplaySettings) {
    // A place on the display is one byte.
    columns = min(max(settings.columns, 1), 255)
    rows = min(max(settings.rows, 1), 255)
    dialect = DisplayDialect(rawValue: settings.dialect.rawValue) ?? .dmD
    codePage = CodePage(rawValue: settings.codePage) ?? .ascii
    codePageNumber = settings.codePageNumber
  }

  /// The next content begins with the set-up: the display may hold half a command, or be new.
  mutating func forget() { brightness = nil }

  mutating func bytes(of content: DisplayContent) -> [UInt8] {
    var commands: [DisplayDialect.Command] = []
    if brightness == nil {
      commands += [.initialize, .mode(.overwrite), .cursor(isVisible: false)]
      if let codePageNumber { commands.append(.codePage(codePageNumber)) }
    }
    let level = Self.level(percent: content.brightnessPercent)
    if brightness != level { commands.append(.brightness(level)) }
    brightness = level
    for row in 0..<rows {
      let line = content.lines.indices.contains(row) ? content.lines[row] : DisplayLine("")
      note(line)
      commands.append(.moveTo(column: 1, row: UInt8(row + 1)))
      commands.append(.text(cells(line)))
    }
    return dialect.encode(commands, columns: columns)
  }

  /// Four steps of the models, the nearest at or above the wish.
  static func level(percent: Int) -> UInt8 { UInt8((min(max(percent, 1), 100) + 24) / 25) }

  /// Exactly one line of bytes: the left side cut between characters, the right side whole at the
  /// edge, blanks between. A character that the display has not got is shown as a question mark,
  /// not left out.
  func cells(_ line: DisplayLine) -> [UInt8] {
    let right = encoded(spelled(line.right))
    let room = columns - (right.isEmpty ? 0 : right.count + 1)
    let left = encoded(shownLeft(line))
    var end = 0
    while end < left.count {
      let width = codePage.isMultibyte && left[end] >= 0x80 ? 2 : 1
      guard end + width <= room else { break }
      end += width
    }
    let blanks = max(0, columns - end - right.count)
    return Array((left[..<end] + Array(repeating: 0x20, count: blanks) + right).prefix(columns))
  }

  /// What the display showed as a question mark since the last time, for the log.
  mutating func takeLosses() -> [PrintLoss] {
    defer { untold = [] }
    return untold
  }

  private mutating func note(_ line: DisplayLine) {
    let left = codePage.encode(shownLeft(line)).missing
    for character in left + codePage.encode(spelled(line.right)).missing
    where told.count < Self.toldLimit && told.insert(character).inserted {
      untold.append(.substituted(character))
    }
  }

  private func shownLeft(_ line: DisplayLine) -> String {
    let isShown = line.plain.isEmpty || codePage.encode(line.left).missing.isEmpty
    return isShown ? line.left : line.plain
  }

  private func encoded(_ text: String) -> [UInt8] {
    let encoded = codePage.encode(text)
    guard !encoded.missing.isEmpty else { return encoded.bytes }
    return codePage.encode(String(text.map { encoded.missing.contains($0) ? "?" : $0 })).bytes
  }

  /// An amount of money must not begin with a question mark: a currency sign that the page has not
  /// got is spelled (ISO 4217).
  private func spelled(_ amount: String) -> String {
    guard amount.contains("€"), !codePage.encode("€").missing.isEmpty else { return amount }
    return amount.replacing("€", with: "EUR ")
  }
}
