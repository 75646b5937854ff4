extension ESCPOS {
  /// The bits of ESC ! n and FS ! n (FS ! has no font and no emphasis).
  public struct PrintMode: OptionSet, Equatable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let fontB = PrintMode(rawValue: 0x01)
    /// FS ! only; ESC ! has its double width in bit 5.
    public static let kanjiDoubleWidth = PrintMode(rawValue: 0x04)
    /// ESC ! bit 3, emphasis; FS ! bit 3, double height.
    public static let emphasized = PrintMode(rawValue: 0x08)
    public static let kanjiDoubleHeight = PrintMode(rawValue: 0x08)
    public static let doubleHeight = PrintMode(rawValue: 0x10)
    public static let doubleWidth = PrintMode(rawValue: 0x20)
    public static let underlined = PrintMode(rawValue: 0x80)
  }

  public enum Alignment: UInt8, Sendable, CaseIterable {
    case left = 0, center, right
  }

  /// Where the human readable characters of a barcode stand.
  public enum BarcodeText: UInt8, Sendable, CaseIterable {
    case none = 0, above, below, both
  }

  public enum Cut: Equatable, Sendable {
    case full  // GS V 0
    case partial  // GS V 1
    /// GS V 65 n: to the cutter, n dots further, and through.
    case feedAndFull(UInt8)
    case feedAndPartial(UInt8)  // GS V 66 n
    /// GS V 97 n: cuts when what is printed now has come to the cutter.
    case reserveFull(UInt8)
    case reservePartial(UInt8)  // GS V 98 n
    /// GS V 103 n: cuts, and takes the paper back to the head.
    case feedFullAndReturn(UInt8)
    case feedPartialAndReturn(UInt8)  // GS V 104 n
    case oldFull  // ESC i
    case oldPartial  // ESC m
  }

  /// m of FS ( C, fn 48.
  public enum CharacterEncoding: UInt8, Sendable, CaseIterable {
    case oneByte = 49, utf8 = 50
  }

  /// A pair of GS ( D, m = 20: a real-time command, and whether it is obeyed.
  public struct RealTimePermission: Equatable, Sendable {
    /// 1 pulse (DLE DC4 fn 1), 2 power-off (DLE DC4 fn 2).
    public let function: UInt8
    public let isEnabled: Bool

    public init(function: UInt8, isEnabled: Bool) {
      self.function = function
      self.isEnabled = isEnabled
    }
  }

  /// The print area of page mode, in motion units (ESC W).
  public struct PageArea: Equatable, Sendable {
    public let x: UInt16
    public let y: UInt16
    public let width: UInt16
    public let height: UInt16

    public init(x: UInt16, y: UInt16, width: UInt16, height: UInt16) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
  }

  /// Where a line begins and how it runs in page mode (ESC T n).
  public enum PageDirection: UInt8, Sendable, CaseIterable {
    /// From the upper left corner.
    case leftToRight = 0
    /// From the lower left corner.
    case bottomToTop
    /// From the lower right corner.
    case rightToLeft
    /// From the upper right corner.
    case topToBottom
  }

  /// Characters with pictures of their own (ESC &).
  public struct DefinedCharacters: Equatable, Sendable {
    /// Bytes of a column: 3 for fonts of 17 and 24 dots.
    public let bytesPerColumn: UInt8
    /// 20h to 7Eh.
    public let firstCode: UInt8
    /// A picture for each code from the first on: whole columns from the left, the top bit of the
    /// first byte uppermost. At most 255 columns each; none cancels nothing and prints a blank.
    public let pictures: [[UInt8]]

    /// Nil when the bytes are no whole columns, or the codes leave 20h to 7Eh.
    public init?(bytesPerColumn: UInt8, firstCode: UInt8, pictures: [[UInt8]]) {
      guard (1...Framing.maximumBytesPerColumn).contains(bytesPerColumn), !pictures.isEmpty,
        firstCode >= 0x20, Int(firstCode) + pictures.count - 1 <= 0x7E,
        pictures.allSatisfy({
          $0.count % Int(bytesPerColumn) == 0 && $0.count / Int(bytesPerColumn) <= 255
        })
      else { return nil }
      self.bytesPerColumn = bytesPerColumn
      self.firstCode = firstCode
      self.pictures = pictures
    }
  }
}
