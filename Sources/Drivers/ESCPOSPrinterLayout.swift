import Codecs
import Devices
import Profiles
import Raster

/// Lays a job's elements out on the columns of a printer, as commands: a function of its arguments,
/// without any device.
///
/// Characters that the printer has not are drawn, among its own where the model can do that, else
/// their line goes out as a picture.
public struct ESCPOSPrinterLayout: Sendable {
  /// Paper between the last line and the knife's: 3 mm, for the model's tolerance.
  static let cutMarginDots: UInt8 = 24
  /// Between lines: a line is 30 dots, its characters are 24 high.
  static let leadingDots: UInt8 = 6
  static let lineDots = 30
  /// A printer is asked how far it is after so much paper: 100 mm at 203 dpi.
  static let segmentDots = 800

  /// Commands that are confirmed together, and the paper that they take.
  public struct Segment: Equatable, Sendable {
    public internal(set) var commands: [ESCPOS.Command] = []
    public internal(set) var paperDots = 0
  }

  let settings: ESCPOSSettings
  private let columns: Int
  /// Nil where no font is installed.
  let font: CellFont?
  private var planner: TextPlanner
  private var modes: CharacterModes
  private var symbolLosses: [PrintLoss] = []
  private var style = TextStyle.plain
  /// Never empty; each ends where an element does.
  public private(set) var segments = [Segment()]

  /// What the paper does not show as it was given.
  public var losses: [PrintLoss] { planner.losses + symbolLosses }
  public var commands: [ESCPOS.Command] { segments.flatMap(\.commands) }
  public var paperDots: Int { segments.reduce(0) { $0 + $1.paperDots } }

  /// `font` is nil where none is installed. With `cutsOffFirst` what hangs from the printer is cut
  /// off before.
  public init(
    _ elements: [PrintElement], settings: ESCPOSSettings, font: CellFont?,
    cutsOffFirst: Bool = false
  ) {
    self.settings = settings
    self.font = font
    columns = min(max(settings.columns, 8), 255)
    planner = TextPlanner(
      isWide: elements.contains(where: \.isWide), settings: settings, font: font)
    modes = CharacterModes(planner, font: font)
    emit(preamble)
    if cutsOffFirst {
      emit(.feedLines(1), dots: Self.lineDots)
      cut()
    }
    for element in elements {
      if let last = segments.last, last.paperDots >= Self.segmentDots { segments.append(Segment()) }
      lay(element)
    }
    apply(.plain)
  }

  /// What brings a printer into the state that the rest begins with: once, at the start, because at
  /// the end it would take the next job's beginning with it. ESC @ takes the automatic status away
  /// too, and leaves the national characters that the printer's switches say: @ could print as É.
  private var preamble: [ESCPOS.Command] {
    var commands: [ESCPOS.Command] = [.initialize]
    if settings.statusReports == .automatic { commands.append(.automaticStatus(0xFF)) }
    commands.append(.internationalSet(0))
    // Without it two-byte characters are JIS, in which two letters are one character.
    if settings.multibyte == .shiftJIS { commands.append(.kanjiCodeSystem(1)) }
    return commands
  }

  mutating func emit(_ command: ESCPOS.Command, dots: Int = 0) {
    segments[segments.count - 1].commands.append(command)
    segments[segments.count - 1].paperDots += dots
  }

  mutating func emit(_ commands: [ESCPOS.Command], dots: Int = 0) {
    segments[segments.count - 1].commands += commands
    segments[segments.count - 1].paperDots += dots
  }

  private mutating func lay(_ element: PrintElement) {
    switch element {
    case .text(let text, let style): lay(text, style)
    case .columns(let left, let right, let style): lay(left: left, right: right, style)
    case .rule: layRule()
    case .barcode(let symbology, let text): lay(symbology, text)
    case .qrCode(let text): layQRCode(text)
    case .picture(let picture): lay(picture)
    case .drawerPulse(let connector):
      guard connector.rawValue <= settings.drawerCount else { return }
      // 100 ms on, 500 ms off: what the common drawers' solenoids take.
      emit(.pulse(connector: UInt8(connector.rawValue - 1), on: 50, off: 250))
    case .feed(let lines):
      let count = UInt8(clamping: lines)
      emit(.feedLines(count), dots: Int(count) * Self.lineDots)
    case .cut:
      apply(.plain)
      cut()
    }
  }

  private mutating func cut() {
    guard settings.hasCutter else { return emit(.feedLines(4), dots: 4 * Self.lineDots) }
    let distance = settings.cutterDistanceDots + Int(Self.cutMarginDots)
    switch settings.cutCommand {
    case .feedAndCut: emit(.cut(.feedAndPartial(Self.cutMarginDots)), dots: max(distance, 104))
    case .cut, .old:
      for start in stride(from: 0, to: distance, by: 255) {
        emit(.feedDots(UInt8(clamping: distance - start)))
      }
      emit(.cut(settings.cutCommand == .cut ? .partial : .oldPartial), dots: distance)
    }
  }

  // MARK: Text

  mutating func lay(_ text: String, _ style: TextStyle) {
    let columns = columns(in: style)
    for paragraph in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let cells = planner.cells(of: Substring(paragraph))
      for line in cells.wrapped(to: columns) { printLine(line, style) }
    }
  }

  /// The left side leaves the right one its place and is broken before it; the right one stands on
  /// the last line. Where that would break a word, each has lines of its own.
  private mutating func lay(left: String, right: String, _ style: TextStyle) {
    let columns = columns(in: style)
    let (name, amount) = (planner.cells(of: left), planner.cells(of: right))
    let room = columns - amount.width - 1
    var flushLeft = style
    flushLeft.alignment = .left
    guard room > 0, name.widestWord <= room else {
      lay(left, flushLeft)
      var flushRight = style
      flushRight.alignment = .right
      return lay(right, flushRight)
    }
    var lines = name.wrapped(to: room)
    var last = lines.popLast() ?? []
    for line in lines { printLine(line, flushLeft) }
    let gap = columns - last.width - amount.width
    last.reserveCapacity(last.count + gap + amount.count)
    for _ in 0..<gap { last.append(.space) }
    last += amount
    printLine(last, flushLeft)
  }

  private mutating func layRule() {
    let line = planner.cells(of: "─")
    let cell = line.first.flatMap { $0.source == .drawn || $0.scalar != "─" ? nil : $0 }
    let dash = cell ?? TextCell(ascii: UInt8(ascii: "-"))
    printLine(Array(repeating: dash, count: columns / dash.columns), .plain)
  }

  private func columns(in style: TextStyle) -> Int {
    max(2, columns / (style.isDoubleWidth ? 2 : 1))
  }

  private mutating func printLine(_ cells: [TextCell], _ style: TextStyle) {
    apply(style)
    // A high line stands away from the one above as far as from the one below.
    if style.isDoubleHeight { emit(.feedDots(Self.leadingDots), dots: Int(Self.leadingDots)) }
    let isDrawn = cells.contains { $0.source == .drawn }
    do throws(RasterError) {
      if isDrawn, style.isDoubleHeight || !settings.hasColumnImages, let font {
        guard let picture = try GlyphLine(cells[...], style).picture(font) else { return }
        let (bytesPerRow, data) = picture.packedRows(threshold: GlyphLine.threshold)
        return layPicture(bytesPerRow: bytesPerRow, data)
      }
      try modes.append(
        cells, style, pages: planner.pages, to: &segments[segments.count - 1].commands)
    } catch {
      // No line of a paper is too large to be drawn; its words are in the log.
      symbolLosses += cells.filter { $0.source == .drawn }.map { .substituted($0.character) }
    }
    emit(.lineFeed, dots: Self.lineDots)
    // High characters fill their line; the next one would touch them.
    if style.isDoubleHeight { emit(.feedDots(Self.leadingDots), dots: 24) }
  }

  mutating func layPicture(bytesPerRow: Int, _ data: [UInt8]) {
    let strips = PictureStrips(settings).commands(bytesPerRow: bytesPerRow, data: data)
    emit(strips, dots: bytesPerRow == 0 ? 0 : data.count / bytesPerRow)
    emit(.feedDots(Self.leadingDots), dots: Int(Self.leadingDots))
  }

  /// Only what differs from the style before.
  mutating func apply(_ new: TextStyle) {
    if new.alignment != style.alignment {
      let alignment: ESCPOS.Alignment =
        switch new.alignment {
        case .left: .left
        case .center: .center
        case .right: .right
        }
      emit(.align(alignment))
    }
    if new.isEmphasized != style.isEmphasized { emit(.emphasize(new.isEmphasized)) }
    if new.isReversed != style.isReversed { emit(.reverse(new.isReversed)) }
    if (new.isDoubleWidth, new.isDoubleHeight) != (style.isDoubleWidth, style.isDoubleHeight) {
      emit(.characterSize(width: new.isDoubleWidth ? 2 : 1, height: new.isDoubleHeight ? 2 : 1))
    }
    style = new
  }

  mutating func lose(_ loss: PrintLoss) { symbolLosses.append(loss) }
}

extension PrintElement {
  /// Whether its text has wide characters.
  fileprivate var isWide: Bool {
    switch self {
    case .text(let text, _): CharacterWidth.isWide(text)
    case .columns(let left, let right, _):
      CharacterWidth.isWide(left) || CharacterWidth.isWide(right)
    case .rule, .barcode, .qrCode, .picture, .drawerPulse, .feed, .cut: false
    }
  }
}
