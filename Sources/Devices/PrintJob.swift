/// A piece of paper to be printed, free of any printer's command language.
public struct PrintJob: Equatable, Sendable, Codable {
  /// Counts up with every job of a kiosk; the printer's process id is made from it.
  public let number: UInt32
  public let elements: [PrintElement]

  public init(number: UInt32, elements: [PrintElement]) {
    self.number = number
    self.elements = elements
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
  case feed(lines: Int)
  case cut
}

public enum BarcodeSymbology: String, Sendable, Codable {
  case ean13, ean8, upcA, code128
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
