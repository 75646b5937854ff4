import Codecs

extension Paper {
  /// A character cell of the thermal printers of Epson, in dots.
  public enum Font: Int, Sendable, CaseIterable {
    case a = 0, b, c

    public var width: Int {
      switch self {
      case .a: 12
      case .b: 9
      case .c: 8
      }
    }

    public var height: Int {
      switch self {
      case .a: 24
      case .b: 17
      case .c: 16
      }
    }

    /// A character of two columns, of Chinese for example.
    public var wideSide: Int { self == .a ? 24 : 16 }

    /// n of ESC M, GS f and FS ( A; nil for one that this printer has not.
    init?(n: UInt8) {
      self.init(rawValue: Int(n >= 48 ? n - 48 : n))
    }
  }

  /// How a character is printed.
  public struct Style: Equatable, Sendable {
    public var widthScale = 1
    public var heightScale = 1
    public var isEmphasized = false
    public var isReversed = false
    public var underlineDots = 0
    public var font = Font.a
    /// A quarter turn clockwise (ESC V).
    public var isRotated = false

    public init() {}
  }

  /// A character or a small picture at its place in the line.
  public struct Cell: Equatable, Sendable {
    public enum Content: Equatable, Sendable {
      case character(Character, isWide: Bool)
      /// A character that the host defined, for this code.
      case defined(Dots, code: Character)
      /// A band of ESC *, each of its dots so many wide and high.
      case band(Dots, scaleX: Int, scaleY: Int)
    }

    public let content: Content
    public let style: Style
    /// From the left edge of the print area.
    public let x: Int
    public let width: Int
    public let height: Int

    init(_ content: Content, style: Style, x: Int) {
      self.content = content
      self.style = style
      self.x = x
      let upright = Self.size(of: content, style)
      let isTurned = style.isRotated && !content.isBand
      width = isTurned ? upright.height : upright.width
      height = isTurned ? upright.width : upright.height
    }

    /// Before it is turned.
    private static func size(of content: Content, _ style: Style) -> (width: Int, height: Int) {
      switch content {
      case .character(_, let isWide):
        (
          (isWide ? style.font.wideSide : style.font.width) * style.widthScale,
          (isWide ? style.font.wideSide : style.font.height) * style.heightScale
        )
      case .defined(let dots, _):
        (
          max(dots.width, style.font.width) * style.widthScale,
          style.font.height * style.heightScale
        )
      case .band(let dots, let scaleX, let scaleY): (dots.width * scaleX, dots.height * scaleY)
      }
    }

    /// Size in dots before it is turned.
    var uprightSize: (width: Int, height: Int) { Self.size(of: content, style) }

    /// What a reader sees; a band of dots is nothing to read.
    public var character: Character? {
      switch content {
      case .character(let character, _), .defined(_, let character): character
      case .band: nil
      }
    }

    var pictureByteCount: Int {
      switch content {
      case .character: 0
      case .defined(let dots, _), .band(let dots, _, _): dots.rows.count
      }
    }
  }
}

extension Paper.Cell.Content {
  fileprivate var isBand: Bool {
    if case .band = self { true } else { false }
  }
}
