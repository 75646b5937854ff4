import CZint

/// Barcodes and QR codes as bitmaps, by libzint.
public enum SymbolBitmap {
  /// The linear symbologies of receipts.
  public enum Symbology: Sendable, CaseIterable {
    case ean13, ean8, upcA, code128
  }

  /// Largest side of a module, in dots.
  public static let maximumModuleSize = 16

  /// Bars of full height without quiet zones and characters. EAN and UPC with their check digit.
  public static func barcode(
    _ symbology: Symbology, _ text: String, moduleWidth: Int, height: Int
  ) throws(RasterError) -> Bitmap {
    let (code, expectedModules): (Int32, Int?) =
      switch symbology {
      case .ean13: (BARCODE_EANX, 95)
      case .ean8: (BARCODE_EANX, 67)
      case .upcA: (BARCODE_UPCA, 95)
      case .code128: (BARCODE_CODE128, nil)
      }
    let modules = try encode(Array(text.utf8), symbology: code, level: 0)
    guard let row = modules.first, expectedModules ?? row.count == row.count else {
      throw .symbolRefused("\(text) is not of this symbology's length")
    }
    let wide = clamp(moduleWidth)
    var bitmap = try Bitmap(width: row.count * wide, height: height)
    for (index, isDark) in row.enumerated() where isDark {
      bitmap.fill(x: index * wide, y: 0, width: wide, height: height)
    }
    return bitmap
  }

  /// QR code, model 2, without its quiet zone. `level` is 1 (7 %) to 4 (30 %).
  public static func qrCode(
    _ data: [UInt8], level: Int, moduleSize: Int
  ) throws(RasterError) -> Bitmap {
    let rows = try encode(data, symbology: BARCODE_QRCODE, level: Int32(min(max(level, 1), 4)))
    let size = clamp(moduleSize)
    var bitmap = try Bitmap(width: (rows.first?.count ?? 0) * size, height: rows.count * size)
    for (y, row) in rows.enumerated() {
      for (x, isDark) in row.enumerated() where isDark {
        bitmap.fill(x: x * size, y: y * size, width: size, height: size)
      }
    }
    return bitmap
  }

  private static func clamp(_ size: Int) -> Int { min(max(size, 1), maximumModuleSize) }

  private static func encode(
    _ data: [UInt8], symbology: Int32, level: Int32
  ) throws(RasterError) -> [[Bool]] {
    guard !data.isEmpty, data.count <= 7_089 else { throw .symbolRefused("length \(data.count)") }
    guard let symbol = ZBarcode_Create() else { throw .symbolRefused("no memory") }
    defer { ZBarcode_Delete(symbol) }
    symbol.pointee.symbology = symbology
    symbol.pointee.input_mode = UNICODE_MODE
    symbol.pointee.show_hrt = 0
    if level > 0 { symbol.pointee.option_1 = level }
    let status = ZBarcode_Encode(symbol, data, Int32(data.count))
    guard status < ZINT_ERROR else {
      throw .symbolRefused(
        withUnsafeBytes(of: symbol.pointee.errtxt) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    let width = Int(symbol.pointee.width)
    let bytesPerRow = 144
    return withUnsafeBytes(of: &symbol.pointee.encoded_data) { modules in
      (0..<Int(symbol.pointee.rows)).map { row in
        (0..<width).map { column in
          let index = row * bytesPerRow + column / 8
          return index < modules.count && modules[index] >> UInt8(column % 8) & 1 == 1
        }
      }
    }
  }
}
