extension ESCPOS {
  /// One command, named as in the manual.
  public enum Command: Equatable, Sendable {
    // Print and feed
    /// Bytes of the selected code page or multi-byte code; none below 20h.
    case text([UInt8])
    case horizontalTab  // HT
    case lineFeed  // LF
    case carriageReturn  // CR
    case feedLines(UInt8)  // ESC d n
    case feedDots(UInt8)  // ESC J n
    // Character
    case printMode(PrintMode)  // ESC ! n
    case emphasize(Bool)  // ESC E n
    case doubleStrike(Bool)  // ESC G n
    case underline(dots: UInt8)  // ESC - n
    case characterSize(width: Int, height: Int)  // GS ! n, 1 to 8 times
    case reverse(Bool)  // GS B n
    case upsideDown(Bool)  // ESC { n
    case rotate(UInt8)  // ESC V n
    case font(UInt8)  // ESC M n
    case rightSpacing(UInt8)  // ESC SP n
    case internationalSet(UInt8)  // ESC R n
    case codeTable(UInt8)  // ESC t n
    // Multi-byte character
    case kanjiMode(Bool)  // FS & and FS .
    case kanjiPrintMode(PrintMode)  // FS ! n
    case kanjiUnderline(dots: UInt8)  // FS - n
    case kanjiCodeSystem(UInt8)  // FS C n
    // Line and position
    case align(Alignment)  // ESC a n
    case defaultLineSpacing  // ESC 2
    case lineSpacing(UInt8)  // ESC 3 n, dots
    case absolutePosition(UInt16)  // ESC $
    case relativePosition(Int16)  // ESC \
    case leftMargin(UInt16)  // GS L
    case printAreaWidth(UInt16)  // GS W
    // Symbols and pictures
    case barcodeHeight(UInt8)  // GS h n, dots
    case barcodeModuleWidth(UInt8)  // GS w n, dots
    case barcodeText(BarcodeText)  // GS H n
    case barcodeFont(UInt8)  // GS f n
    case barcode(system: UInt8, data: [UInt8])  // GS k m, form A (0 to 6) or B (65 to 78)
    case qrModel(UInt8)  // GS ( k, cn 49, fn 65
    case qrModuleSize(UInt8)  // fn 67, dots
    case qrErrorCorrection(QRErrorCorrection)  // fn 69
    case qrStore([UInt8])  // fn 80
    case qrPrint  // fn 81
    case raster(RasterImage)  // GS v 0
    // Mechanism
    case cut(Cut)  // GS V, ESC i, ESC m
    case pulse(connector: UInt8, on: UInt8, off: UInt8)  // ESC p, 2 ms units
    // Status
    case automaticStatus(UInt8)  // GS a n
    case transmitStatus(UInt8)  // GS r n
    case printerInformation(UInt8)  // GS I n
    case requestProcessID(ProcessID)  // GS ( H, fn 48
    case offlineResponse(UInt8)  // GS ( H, fn 49
    case realTimeStatus(UInt8)  // DLE EOT n
    case realTimeRequest(UInt8)  // DLE ENQ n
    case realTimePulse(connector: UInt8, time: UInt8)  // DLE DC4, fn 1, 100 ms units
    case clearBuffers  // DLE DC4, fn 8
    // Miscellaneous
    case initialize  // ESC @
    case selectPeripheral(UInt8)  // ESC = n: b0 printer, b1 display
  }

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

  /// Recovery capacity 7, 15, 25 and 30 % (ISO/IEC 18004); raw values are fn 69's n.
  public enum QRErrorCorrection: UInt8, Sendable, CaseIterable {
    case low = 48, medium, quartile, high
  }

  public enum Cut: Equatable, Sendable {
    case full  // GS V 0
    case partial  // GS V 1
    /// GS V 65 n: to the cutter, n dots further, and through.
    case feedAndFull(UInt8)
    case feedAndPartial(UInt8)  // GS V 66 n
    case oldFull  // ESC i
    case oldPartial  // ESC m
  }

  /// A picture of one bit per dot, rows of whole bytes, the top bit leftmost, 1 black (GS v 0).
  public struct RasterImage: Equatable, Sendable {
    /// 0 as it is, bit 0 double width, bit 1 double height.
    public let mode: UInt8
    public let bytesPerRow: UInt16
    public let rows: UInt16
    /// `bytesPerRow` × `rows` bytes.
    public let data: [UInt8]

    /// Nil when the size and the data do not agree.
    public init?(mode: UInt8 = 0, bytesPerRow: UInt16, rows: UInt16, data: [UInt8]) {
      guard Int(bytesPerRow) * Int(rows) == data.count else { return nil }
      self.mode = mode
      self.bytesPerRow = bytesPerRow
      self.rows = rows
      self.data = data
    }
  }
}
