import Codecs

/// What a printer put on its paper, from the top: lines, symbols and cuts, as structure.
public struct Paper: Equatable, Sendable {
  /// Older items are torn off and gone.
  public static let itemLimit = 4_000
  /// So is what is older than this many bytes of pictures.
  public static let pictureByteLimit = 1 << 25

  public struct Line: Equatable, Sendable {
    public var cells: [Cell] = []
    public var alignment = ESCPOS.Alignment.left
    /// From the left edge of the paper to that of the print area, and the area's width, in dots.
    public var left = 0
    public var areaWidth = 0
    /// The whole line stands on its head (ESC {).
    public var isUpsideDown = false
    /// How far the paper moves.
    public var feedDots = 30

    public var width: Int { cells.map { $0.x + $0.width }.max() ?? 0 }
    public var height: Int { max(feedDots, cells.map(\.height).max() ?? 0) }
    public var pictureByteCount: Int { cells.reduce(0) { $0 + $1.pictureByteCount } }
  }

  /// A linear symbol of GS k.
  public struct Barcode: Equatable, Sendable {
    public let symbology: BarcodeSymbology
    /// As a scanner reads it, with the check digit.
    public let text: String
    public let moduleWidth: Int
    public let height: Int
    public let textPosition: ESCPOS.BarcodeText
    /// n of GS f.
    public let textFont: Font
  }

  /// A symbol of GS ( k.
  public struct Symbol: Equatable, Sendable {
    public let kind: ESCPOS.SymbolKind
    public let data: [UInt8]
    public let settings: SymbolSettings
  }

  /// What stands by itself between two lines.
  public enum Block: Equatable, Sendable {
    case barcode(Barcode)
    case symbol(Symbol)
    /// Scaled by whole numbers.
    case picture(Dots, scaleX: Int, scaleY: Int)
  }

  public enum Item: Equatable, Sendable {
    case line(Line)
    case feed(dots: Int)
    case block(Block, Placement)
    case page(Page)
    /// A symbol that the printer refused: nothing is on the paper. With the block where it is one
    /// that is too wide only.
    case refused(String, Block? = nil)
    /// `dotsBelow` of what was printed before are under the knife's line already.
    case cut(isPartial: Bool, dotsBelow: Int)
  }

  /// Where a block stands between the edges of the paper.
  public struct Placement: Equatable, Sendable {
    public var alignment = ESCPOS.Alignment.left
    public var left = 0
    public var areaWidth = 0
    public var isUpsideDown = false
  }

  /// Dots of the print area; 576 on paper of 80 mm.
  public let widthDots: Int
  public private(set) var items: [Item] = []
  /// All that there ever were, those that are gone among them.
  public private(set) var itemCount = 0
  private var pictureByteCount = 0

  public init(widthDots: Int) { self.widthDots = widthDots }

  mutating func append(_ item: Item) {
    items.append(item)
    itemCount += 1
    pictureByteCount += item.pictureByteCount
    // In portions, so that a long roll does not move all its items at every line.
    if items.count > Self.itemLimit + 256 { tear(items.count - Self.itemLimit) }
    while pictureByteCount > Self.pictureByteLimit, items.count > 1 {
      tear(min(items.count - 1, 1 + items.count / 8))
    }
  }

  private mutating func tear(_ count: Int) {
    for item in items.prefix(count) { pictureByteCount -= item.pictureByteCount }
    items.removeFirst(count)
  }
}

extension Paper.Item {
  var pictureByteCount: Int {
    switch self {
    case .line(let line): line.pictureByteCount
    case .block(let block, _): block.pictureByteCount
    case .page(let page): page.pictureByteCount
    case .feed, .refused, .cut: 0
    }
  }
}

extension Paper.Block {
  var pictureByteCount: Int {
    switch self {
    case .picture(let dots, _, _): dots.rows.count
    case .symbol(let symbol): symbol.data.count
    case .barcode: 0
    }
  }
}
