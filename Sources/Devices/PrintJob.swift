/// A piece of paper to be printed, free of any printer's command language.
public struct PrintJob: Equatable, Sendable, Codable {
  /// No two jobs of a kiosk have the same; the printer's process ids are made from it.
  public let number: UInt32
  public let elements: [PrintElement]
  /// What this one repeats was broken off at some printer: its beginning may hang there, and is cut
  /// off first.
  public let followsTornPaper: Bool

  public init(number: UInt32, elements: [PrintElement], followsTornPaper: Bool = false) {
    self.number = number
    self.elements = elements
    self.followsTornPaper = followsTornPaper
  }
}

public enum PrintElement: Equatable, Sendable, Codable {
  /// One paragraph; broken at the paper's width.
  case text(String, TextStyle)
  /// Left and right on one line, the right side flush right and never broken: amounts.
  case columns(left: String, right: String, TextStyle)
  /// A line across the paper.
  case rule
  case barcode(BarcodeSymbology, String)
  case qrCode(String)
  /// In the middle, made smaller when it is wider than the paper.
  case picture(PrintPicture)
  /// Opens a cash drawer; nothing where the printer has no such connector.
  case drawerPulse(connector: DrawerConnector)
  case feed(lines: Int)
  case cut
}

/// The connector of a cash drawer at a printer (ESC p m).
public enum DrawerConnector: Int, Sendable, Codable, CaseIterable { case first = 1, second }

public enum BarcodeSymbology: String, Sendable, Codable, CaseIterable {
  case ean13, ean8, upcA, code128
  /// Digits in pairs; of `itf14` the last is the check digit of a GTIN.
  case interleaved2of5, itf14
  case code39
}

public struct TextStyle: Equatable, Sendable, Codable {
  public enum Alignment: String, Sendable, Codable { case left, center, right }

  public var alignment: Alignment
  public var isEmphasized: Bool
  public var isDoubleWidth: Bool
  public var isDoubleHeight: Bool
  public var isReversed: Bool

  public init(
    alignment: Alignment = .left, isEmphasized: Bool = false, isDoubleWidth: Bool = false,
    isDoubleHeight: Bool = false, isReversed: Bool = false
  ) {
    self.alignment = alignment
    self.isEmphasized = isEmphasized
    self.isDoubleWidth = isDoubleWidth
    self.isDoubleHeight = isDoubleHeight
    self.isReversed = isReversed
  }

  public static let plain = TextStyle()
}
