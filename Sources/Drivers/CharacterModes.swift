import Codecs
import Devices
import Raster

/// The modes of a printer while a job's text goes out: page, multi-byte, UTF-8. It is switched when
/// a character needs it and not before, and each time to the page that lasts longest, which is the
/// least that there can be.
struct CharacterModes {
  private let multibyte: CodePage?
  private let font: CellFont?

  /// Nil when it is not known: ESC @ leaves what the printer's switches say.
  private var page: Int?
  private var isMultibyte: Bool?
  private var isUTF8 = false
  /// Of one mode, not yet a command.
  private var pending: [UInt8] = []

  init(_ planner: TextPlanner, font: CellFont?) {
    multibyte = planner.multibyte
    self.font = font
    // One without such characters may not know the commands, and print them.
    if multibyte == nil { isMultibyte = false }
  }

  /// Appends a line's commands without its feed. `pages` are those of the planner of the cells. Of
  /// drawn cells, bands of 24 dots stand in the line, so that `style` must not be of double height.
  mutating func append(
    _ cells: [TextCell], _ style: TextStyle, pages: [TextPlanner.Page],
    to commands: inout [ESCPOS.Command]
  ) throws(RasterError) {
    var index = 0
    while index < cells.count {
      let cell = cells[index]
      switch cell.source {
      case .ascii: pending.append(UInt8(truncatingIfNeeded: cell.scalar.value))
      case .page:
        let page = choosePage(cells[index...], pages, &commands)
        pages[page].codePage.append(cell.scalar, to: &pending)
      case .multibyte:
        leaveUTF8(&commands)
        setMultibyte(true, &commands)
        multibyte?.append(cell.scalar, to: &pending)
      case .utf8:
        if !isUTF8 { flush(&commands, then: .characterEncoding(.utf8)) }
        isUTF8 = true
        pending += UTF8.encode(cell.scalar) ?? UTF8.encodedReplacementCharacter
      case .drawn:
        let drawn = cells[index...].prefix { $0.source == .drawn }
        flush(&commands)
        if let font, let band = try GlyphLine(drawn, style).band(font) {
          commands.append(.columnImage(band))
        }
        index += drawn.count - 1
      }
      index += 1
    }
    flush(&commands)
  }

  /// The present page if it has the next character, else that which has the most of the following.
  private mutating func choosePage(
    _ cells: ArraySlice<TextCell>, _ pages: [TextPlanner.Page],
    _ commands: inout [ESCPOS.Command]
  ) -> Int {
    leaveUTF8(&commands)
    setMultibyte(false, &commands)
    guard let first = cells.first else { return page ?? 0 }
    if let page, first.pages & 1 << UInt64(page) != 0 { return page }
    var common = first.pages
    for cell in cells where cell.source == .page {
      if common & cell.pages == 0 { break }
      common &= cell.pages
    }
    let chosen = common.trailingZeroBitCount
    flush(&commands, then: .codeTable(pages[chosen].number))
    page = chosen
    return chosen
  }

  private mutating func setMultibyte(_ on: Bool, _ commands: inout [ESCPOS.Command]) {
    if isMultibyte != on { flush(&commands, then: .kanjiMode(on)) }
    isMultibyte = on
  }

  private mutating func leaveUTF8(_ commands: inout [ESCPOS.Command]) {
    if isUTF8 { flush(&commands, then: .characterEncoding(.oneByte)) }
    isUTF8 = false
  }

  private mutating func flush(
    _ commands: inout [ESCPOS.Command], then command: ESCPOS.Command? = nil
  ) {
    if !pending.isEmpty { commands.append(.text(pending)) }
    pending.removeAll(keepingCapacity: true)
    if let command { commands.append(command) }
  }
}
