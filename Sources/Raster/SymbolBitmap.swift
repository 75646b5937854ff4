/// Barcodes and two-dimensional symbols as bitmaps, by libzint.
public enum SymbolBitmap {
  /// Symbologies of bars only.
  public enum Symbology: Sendable, CaseIterable {
    case ean13, ean8, upcA, upcE
    case code39, interleaved2of5, codabar, code93, code128
    /// Element strings with their application identifiers in square brackets.
    case gs1Code128, dataBarExpanded
    /// Thirteen digits of a GTIN, or fourteen with the check digit.
    case dataBar, dataBarTruncated, dataBarLimited

    /// Modules of the symbol where all have the same.
    var moduleCount: Int? {
      switch self {
      case .ean13, .upcA: 95
      case .ean8: 67
      case .upcE: 51
      case .code39, .interleaved2of5, .codabar, .code93, .code128, .gs1Code128, .dataBar,
        .dataBarTruncated, .dataBarLimited, .dataBarExpanded:
        nil
      }
    }

    /// Whether the content is element strings.
    public var takesElementStrings: Bool { self == .gs1Code128 || self == .dataBarExpanded }
  }

  /// Symbologies of two dimensions, with what the content does not tell; for 0 and nil libzint
  /// chooses.
  public enum Matrix: Equatable, Sendable {
    /// `level` is 1 (7 %) to 4 (30 %).
    case qrCode(level: Int)
    case microQRCode(level: Int)
    /// `level` is 0 to 8, a row as high as `rowHeight` modules are wide.
    case pdf417(columns: Int, rows: Int, level: Int?, isTruncated: Bool, rowHeight: Int)
    /// 2 to 6.
    case maxiCode(mode: Int)
    /// Percent of the symbol that repairs damage.
    case aztec(isCompact: Bool, layers: Int, errorPercent: Int)
    case dataMatrix(isSquare: Bool, columns: Int, rows: Int)
    /// Thirteen digits.
    case dataBarStacked, dataBarStackedOmnidirectional
    /// Element strings; `columns` is 1 to 11 pairs of characters in a row.
    case dataBarExpandedStacked(columns: Int)
    /// A linear symbol of `primary`, and a component of element strings above it.
    case composite(Composite, primary: String, linearHeight: Int)
  }

  /// The linear part of a composite symbol.
  public enum Composite: Sendable, CaseIterable {
    case ean, upcA, upcE, dataBar, dataBarStacked, dataBarStackedOmnidirectional
    case dataBarLimited, dataBarExpanded, dataBarExpandedStacked, gs1Code128
  }

  /// Largest side of a module, in dots.
  public static let maximumModuleSize = 16
  /// Bars are not drawn higher than this, in dots.
  public static let maximumHeight = 2_400

  /// Bars of full height without quiet zones and characters. EAN and UPC with their check digit.
  public static func barcode(
    _ symbology: Symbology, _ text: String, moduleWidth: Int, height: Int
  ) throws(RasterError) -> Bitmap {
    let modules = try ZintSymbol.encode(ZintSymbol.Request(symbology, text))
    guard let row = modules.rows.first, symbology.moduleCount ?? row.count == row.count else {
      throw .symbolRefused("\(text) is not of this symbology's length")
    }
    let wide = clamp(moduleWidth)
    let high = min(max(1, height), maximumHeight)
    var bitmap = try Bitmap(width: row.count * wide, height: high)
    for (index, isDark) in row.enumerated() where isDark {
      bitmap.fill(x: index * wide, y: 0, width: wide, height: high)
    }
    return bitmap
  }

  /// QR code, model 2, without its quiet zone. `level` is 1 (7 %) to 4 (30 %).
  public static func qrCode(
    _ data: [UInt8], level: Int, moduleSize: Int
  ) throws(RasterError) -> Bitmap {
    try matrix(.qrCode(level: level), data, moduleSize: moduleSize)
  }

  /// Any symbol of two dimensions, without its quiet zone. MaxiCode has one size, whatever
  /// `moduleSize` is.
  public static func matrix(
    _ matrix: Matrix, _ data: [UInt8], moduleSize: Int
  ) throws(RasterError) -> Bitmap {
    let request = ZintSymbol.Request(matrix, data)
    if case .maxiCode = matrix { return try ZintSymbol.picture(request) }
    let symbol = try ZintSymbol.encode(request)
    let size = clamp(moduleSize)
    let heights = symbol.rowHeights.map { $0 * size }
    var bitmap = try Bitmap(
      width: (symbol.rows.first?.count ?? 0) * size, height: heights.reduce(0, +))
    var y = 0
    for (row, height) in zip(symbol.rows, heights) {
      for (x, isDark) in row.enumerated() where isDark {
        bitmap.fill(x: x * size, y: y, width: size, height: height)
      }
      y += height
    }
    return bitmap
  }

  private static func clamp(_ size: Int) -> Int { min(max(size, 1), maximumModuleSize) }
}
