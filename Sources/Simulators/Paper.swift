import Codecs

/// What a printer put on its paper, from the top: lines, symbols and cuts, as structure.
public struct Paper: Equatable, Sendable {
  /// Older items are torn off and gone.
  public static let itemLimit = 4_000

  /// How a character is printed.
  public struct Style: Equatable, Sendable {
    public var widthScale = 1
    public var heightScale = 1
    public var isEmphasized = false
    public var isReversed = false
    public var underlineDots = 0
    public var isFontB = false

    public init() {}
  }

  /// A character at its place, in dots from the left edge of the print area.
  public struct Cell: Equatable, Sendable {
    public let character: Character
    /// 24 dots wide instead of 12.
    public let isWide: Bool
    public let style: Style
    public let x: Int

    /// Size in dots: font A is 12 × 24, font B 9 × 17, a Chinese character 24 × 24.
    public var width: Int { (isWide ? 24 : style.isFontB ? 9 : 12) * style.widthScale }
    public var height: Int { (!isWide && style.isFontB ? 17 : 24) * style.heightScale }
  }

  public struct Line: Equatable, Sendable {
    public var cells: [Cell] = []
    public var alignment = ESCPOS.Alignment.left
    /// How far the paper moves.
    public var feedDots = 30

    public var width: Int { cells.map { $0.x + $0.width }.max() ?? 0 }
    public var height: Int { max(feedDots, cells.map(\.height).max() ?? 0) }
  }

  public struct Barcode: Equatable, Sendable {
    public let symbology: ESCPOS.Barcode.Symbology
    public let text: String
    public let moduleWidth: Int
    public let height: Int
    public let textPosition: ESCPOS.BarcodeText
  }

  public struct QRCode: Equatable, Sendable {
    public let data: [UInt8]
    public let moduleSize: Int
    /// 1 to 4: 7, 15, 25 and 30 %.
    public let level: Int
  }

  public enum Item: Equatable, Sendable {
    case line(Line)
    case feed(dots: Int)
    case barcode(Barcode, ESCPOS.Alignment)
    case qrCode(QRCode, ESCPOS.Alignment)
    case picture(ESCPOS.RasterImage, ESCPOS.Alignment)
    /// A symbol that the printer refused: nothing is on the paper.
    case refused(String)
    /// `dotsBelow` of what was printed before are under the knife's line already.
    case cut(isPartial: Bool, dotsBelow: Int)
  }

  /// Dots of the print area; 576 on paper of 80 mm.
  public let widthDots: Int
  public private(set) var items: [Item] = []

  public init(widthDots: Int) { self.widthDots = widthDots }

  mutating func append(_ item: Item) {
    items.append(item)
    // In portions, so that a long roll does not move all its items at every line.
    if items.count > Self.itemLimit + 256 { items.removeFirst(items.count - Self.itemLimit) }
  }

  /// What a reader sees, one line each; symbols and cuts in words.
  public var text: String {
    var text = ""
    var isAfterCut = false
    for item in items {
      text += self.text(of: item, isAfterCut: isAfterCut)
      if case .cut = item { isAfterCut = true } else { isAfterCut = false }
    }
    return text
  }

  private func text(of item: Item, isAfterCut: Bool) -> String {
    switch item {
    case .line(let line): text(of: line) + "\n"
    // The blank beginning of a piece of paper is nobody's line.
    case .feed(let dots): isAfterCut ? "" : String(repeating: "\n", count: dots / 30)
    case .barcode(let barcode, _): "[\(barcode.symbology.name) \(barcode.text)]\n"
    case .qrCode(let code, _): "[QR \(String(decoding: code.data, as: UTF8.self))]\n"
    case .picture(let image, _): "[picture \(Int(image.bytesPerRow) * 8) x \(image.rows)]\n"
    case .refused(let reason): "[refused: \(reason)]\n"
    case .cut: "--- cut ---\n"
    }
  }

  private func text(of line: Line) -> String {
    let free = widthDots - line.width
    let indent: Int =
      switch line.alignment {
      case .left: 0
      case .center: free / 2
      case .right: free
      }
    var text = String(repeating: " ", count: max(0, indent / 12))
    var end = 0
    for cell in line.cells {
      text += String(repeating: " ", count: max(0, (cell.x - end) / 12))
      text.append(cell.character)
      end = cell.x + cell.width
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension ESCPOS.Barcode.Symbology {
  var name: String {
    switch self {
    case .upcA: "UPC-A"
    case .ean13: "EAN-13"
    case .ean8: "EAN-8"
    case .code128: "Code 128"
    }
  }
}
