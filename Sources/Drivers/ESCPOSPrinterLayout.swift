import Codecs
import Devices
import Profiles
import Raster

/// Lays a job's elements out on the columns of a printer, as commands.
///
/// Characters that the printer's page has not are drawn: their line goes out as a picture.
struct ESCPOSPrinterLayout {
  /// Paper between the last line and the knife's: 3 mm, for the model's tolerance.
  static let cutMarginDots: UInt8 = 24

  /// Between lines: a line is 30 dots, its characters are 24 high.
  static let leadingDots: UInt8 = 6

  private let settings: ESCPOSSettings
  private let columns: Int
  let codePage: CodePage
  /// Nil where no font is installed.
  private let font: CellFont?
  private(set) var commands: [ESCPOS.Command] = []
  private(set) var losses: [PrintLoss] = []
  private var style = TextStyle.plain

  init(_ elements: [PrintElement], settings: ESCPOSSettings, font: CellFont?) {
    self.settings = settings
    self.font = font
    columns = min(max(settings.columns, 8), 255)
    codePage = Self.codePage(for: elements, settings)
    commands = preamble
    for element in elements { lay(element) }
    apply(.plain)
  }

  /// What brings a printer into the state that the rest begins with. ESC @ takes the automatic
  /// status away too, so that it must be asked for again.
  private var preamble: [ESCPOS.Command] {
    let page: ESCPOS.Command =
      codePage.isMultibyte
      ? .kanjiMode(true) : .codeTable(settings.codePages[codePage.rawValue] ?? 0)
    return [.initialize, .automaticStatus(0xFF), page]
  }

  /// The multi-byte set, or of the single-byte pages the one that lacks the least.
  private static func codePage(
    for elements: [PrintElement], _ settings: ESCPOSSettings
  ) -> CodePage {
    switch settings.multibyte {
    case .gb18030: return .gb18030
    case .none: break
    }
    let text = elements.map { element in
      switch element {
      case .text(let text, _): text
      case .columns(let left, let right, _): left + right
      case .rule, .barcode, .qrCode, .feed, .cut: ""
      }
    }.joined()
    let pages = settings.codePages.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      .compactMap { CodePage(rawValue: $0.key) }
    return pages.min { $0.encode(text).missing.count < $1.encode(text).missing.count } ?? .ascii
  }

  /// The paper that the commands need, in dots of 1/8 mm.
  var paperDots: Int {
    commands.reduce(0) { dots, command in
      switch command {
      case .lineFeed: dots + 48
      case .feedLines(let n): dots + Int(n) * 30
      case .feedDots(let n): dots + Int(n)
      case .barcode: dots + 120
      case .symbol(_, .print): dots + 400
      case .raster(let image): dots + Int(image.rows)
      case .cut: dots + 160
      default: dots
      }
    }
  }

  private mutating func lay(_ element: PrintElement) {
    switch element {
    case .text(let text, let style): lay(text, style)
    case .columns(let left, let right, let style): lay(left: left, right: right, style)
    case .rule:
      let isDrawn = codePage.encode("─").missing.isEmpty
      let dash: Character = isDrawn ? "─" : "-"
      let width = isDrawn && codePage.isMultibyte ? 2 : 1
      printLine(Array(repeating: dash, count: columns / width), .plain)
    case .barcode(let symbology, let text): lay(symbology, text)
    case .qrCode(let text):
      do {
        try laySymbol(ESCPOS.QRCode(text).commands)
      } catch {
        layAsText(text)
      }
    case .feed(let lines): commands.append(.feedLines(UInt8(clamping: lines)))
    case .cut:
      apply(.plain)
      commands.append(
        settings.hasCutter ? .cut(.feedAndPartial(Self.cutMarginDots)) : .feedLines(4))
    }
  }

  // MARK: Text

  private mutating func lay(_ text: String, _ style: TextStyle) {
    let columns = columns(in: style)
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = MeasuredText(String(paragraph), page: codePage)
      for part in line.wrapped(to: columns) { printLine(part, style) }
    }
  }

  /// The left side leaves the right one its place and is broken before it; the right one stands on
  /// the last line.
  private mutating func lay(left: String, right: String, _ style: TextStyle) {
    let columns = columns(in: style)
    let amount = MeasuredText(right, page: codePage)
    var flushLeft = style
    flushLeft.alignment = .left
    guard amount.width + 2 <= columns else {
      lay(left, flushLeft)
      var flushRight = style
      flushRight.alignment = .right
      return lay(right, flushRight)
    }
    let name = MeasuredText(left, page: codePage)
    var lines = name.wrapped(to: columns - amount.width - 1)
    let last = lines.popLast() ?? []
    for line in lines { printLine(line, flushLeft) }
    let gap = columns - name.width(of: last) - amount.width
    printLine(last + Array(repeating: " ", count: gap) + amount.characters, flushLeft)
  }

  private func columns(in style: TextStyle) -> Int {
    max(2, columns / (style.isDoubleWidth ? 2 : 1))
  }

  private mutating func printLine(_ characters: [Character], _ style: TextStyle) {
    apply(style)
    var (bytes, missing) = codePage.encode(String(characters))
    if missing.isEmpty {
      if !bytes.isEmpty { commands.append(.text(bytes)) }
      commands.append(.lineFeed)
      // High characters fill their line; the next one would touch them.
      if style.isDoubleHeight { commands.append(.feedDots(Self.leadingDots)) }
      return
    }
    do {
      if let font, missing.allSatisfy({ font.hasGlyph(for: $0) }),
        let picture = try GlyphLine(characters, style, codePage).draw(font)
      {
        return commands += [.raster(picture), .feedDots(Self.leadingDots)]
      }
    } catch {
      // Too large to draw: substituted below, which is reported.
    }
    losses += missing.map { .substituted($0) }
    let geta = codePage.encode("〓").missing.isEmpty
    bytes =
      codePage.encode(
        String(characters.map { missing.contains($0) ? (geta ? "〓" : "?") : $0 })
      ).bytes
    commands += [.text(bytes), .lineFeed]
  }

  /// Only what differs from the style before.
  private mutating func apply(_ new: TextStyle) {
    if new.alignment != style.alignment {
      let alignment: ESCPOS.Alignment =
        switch new.alignment {
        case .left: .left
        case .center: .center
        case .right: .right
        }
      commands.append(.align(alignment))
    }
    if new.isEmphasized != style.isEmphasized { commands.append(.emphasize(new.isEmphasized)) }
    if new.isReversed != style.isReversed { commands.append(.reverse(new.isReversed)) }
    if (new.isDoubleWidth, new.isDoubleHeight) != (style.isDoubleWidth, style.isDoubleHeight) {
      commands.append(
        .characterSize(width: new.isDoubleWidth ? 2 : 1, height: new.isDoubleHeight ? 2 : 1))
    }
    style = new
  }

  // MARK: Symbols

  private mutating func lay(_ symbology: BarcodeSymbology, _ text: String) {
    let kind: ESCPOS.Barcode.Symbology =
      switch symbology {
      case .ean13: .ean13
      case .ean8: .ean8
      case .upcA: .upcA
      case .code128: .code128
      }
    do {
      try laySymbol(ESCPOS.Barcode(kind, text).commands(dotsPerLine: settings.dotsPerLine))
    } catch {
      layAsText(text)
    }
  }

  private mutating func laySymbol(_ symbol: [ESCPOS.Command]) {
    apply(TextStyle(alignment: .center))
    commands += [.feedDots(12)] + symbol + [.feedDots(12)]
  }

  private mutating func layAsText(_ text: String) {
    losses.append(.symbolAsText(text))
    lay(text, TextStyle(alignment: .center))
  }
}
