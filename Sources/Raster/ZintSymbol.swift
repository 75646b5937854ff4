import CZint

/// One call of libzint.
enum ZintSymbol {
  /// The most that any symbology takes.
  static let maximumByteCount = 7_089

  struct Request {
    var symbology: Int32
    var data: [UInt8]
    var inputMode = DATA_MODE
    var primary: [UInt8] = []
    var option1: Int32?
    var option2: Int32?
    var option3: Int32?
    /// What a row has where libzint leaves it open, in modules.
    var openRowHeight = 1
    /// Instead of libzint's own.
    var rowHeight: Int?
  }

  /// Modules, and how many modules each row is high.
  struct Modules {
    var rows: [[Bool]]
    var rowHeights: [Int]
  }

  static func encode(_ request: Request) throws(RasterError) -> Modules {
    try withSymbol(request) { symbol in
      let width = Int(symbol.pointee.width)
      let count = Int(symbol.pointee.rows)
      let bytesPerRow = 144
      let rows = withUnsafeBytes(of: &symbol.pointee.encoded_data) { modules in
        (0..<count).map { row in
          (0..<width).map { column in
            let index = row * bytesPerRow + column / 8
            return index < modules.count && modules[index] >> UInt8(column % 8) & 1 == 1
          }
        }
      }
      let heights = withUnsafeBytes(of: &symbol.pointee.row_height) { bytes in
        (0..<count).map { row -> Int in
          let height = bytes.loadUnaligned(
            fromByteOffset: row * MemoryLayout<Float>.stride, as: Float.self)
          if let own = request.rowHeight { return own }
          return height.isFinite && height >= 1
            ? min(Int(height.rounded()), 400) : request.openRowHeight
        }
      }
      return Modules(rows: rows, rowHeights: heights)
    }
  }

  /// libzint's own picture, for a symbol whose modules are no squares.
  static func picture(_ request: Request) throws(RasterError) -> Bitmap {
    try withSymbol(request) { symbol throws(RasterError) in
      // Eight dots a hexagon: 30 mm at 8 dots a millimetre.
      symbol.pointee.scale = 0.75
      try check(ZBarcode_Buffer(symbol, 0), symbol)
      let (width, height) = (
        Int(symbol.pointee.bitmap_width), Int(symbol.pointee.bitmap_height)
      )
      guard let pixels = symbol.pointee.bitmap else { throw .symbolRefused("no picture") }
      var bitmap = try Bitmap(width: width, height: height)
      for y in 0..<height {
        for x in 0..<width where pixels[(y * width + x) * 3] < 128 { bitmap[x, y] = 255 }
      }
      return bitmap
    }
  }

  private static func withSymbol<Result>(
    _ request: Request,
    _ body: (UnsafeMutablePointer<zint_symbol>) throws(RasterError) -> Result
  ) throws(RasterError) -> Result {
    guard !request.data.isEmpty, request.data.count <= maximumByteCount else {
      throw .symbolRefused("length \(request.data.count)")
    }
    guard let symbol = ZBarcode_Create() else { throw .symbolRefused("no memory") }
    defer { ZBarcode_Delete(symbol) }
    symbol.pointee.symbology = request.symbology
    symbol.pointee.input_mode = request.inputMode
    symbol.pointee.show_hrt = 0
    if let option = request.option1 { symbol.pointee.option_1 = option }
    if let option = request.option2 { symbol.pointee.option_2 = option }
    if let option = request.option3 { symbol.pointee.option_3 = option }
    withUnsafeMutableBytes(of: &symbol.pointee.primary) { primary in
      // The last byte stays 0.
      for (index, byte) in request.primary.prefix(primary.count - 1).enumerated() {
        primary[index] = byte
      }
    }
    try check(ZBarcode_Encode(symbol, request.data, Int32(request.data.count)), symbol)
    return try body(symbol)
  }

  private static func check(
    _ status: Int32, _ symbol: UnsafeMutablePointer<zint_symbol>
  ) throws(RasterError) {
    guard status >= ZINT_ERROR else { return }
    throw .symbolRefused(
      withUnsafeBytes(of: symbol.pointee.errtxt) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      })
  }
}

extension ZintSymbol.Request {
  init(_ symbology: SymbolBitmap.Symbology, _ text: String) {
    self.init(symbology: symbology.zint, data: Array(text.utf8))
    inputMode = symbology.takesElementStrings ? GS1_MODE : UNICODE_MODE
  }

  init(_ matrix: SymbolBitmap.Matrix, _ data: [UInt8]) {
    self.init(symbology: matrix.zint, data: data)
    switch matrix {
    case .qrCode(let level), .microQRCode(let level):
      inputMode = UNICODE_MODE
      option1 = Int32(min(max(level, 1), 4))
    case .pdf417(let columns, let rows, let level, _, let high):
      option1 = level.map { Int32(min(max($0, 0), 8)) }
      option2 = (1...30).contains(columns) ? Int32(columns) : nil
      option3 = (3...90).contains(rows) ? Int32(rows) : nil
      rowHeight = min(max(high, 1), 16)
    case .maxiCode(let mode): option1 = Int32(min(max(mode, 2), 6))
    case .aztec(let isCompact, let layers, let percent):
      // Size 1 to 4 compact, then 1 to 32 layers; else the level of damage repair.
      if (1...(isCompact ? 4 : 32)).contains(layers) {
        option2 = Int32(layers + (isCompact ? 0 : 4))
      } else {
        option1 = percent <= 10 ? 1 : percent <= 23 ? 2 : percent <= 36 ? 3 : 4
      }
    case .dataMatrix(let isSquare, let columns, let rows):
      option2 = Self.dataMatrixSize(columns: columns, rows: rows)
      if option2 == nil && isSquare { option3 = DM_SQUARE }
    // ISO/IEC 24724, 5.3 and 7.2.8: rows of these heights at least.
    case .dataBarStacked: openRowHeight = 7
    case .dataBarStackedOmnidirectional: openRowHeight = 33
    case .dataBarExpandedStacked(let columns):
      inputMode = GS1_MODE
      openRowHeight = 34
      option2 = (1...11).contains(columns) ? Int32(columns) : nil
    case .composite(_, let primary, let linearHeight):
      inputMode = GS1_MODE
      self.primary = Array(primary.utf8)
      openRowHeight = min(max(linearHeight, 1), 200)
    }
    // Bytes that are no text are encoded as they are.
    if inputMode == UNICODE_MODE, String(validating: data, as: UTF8.self) == nil {
      inputMode = DATA_MODE
    }
  }

  /// libzint's number of a size: 1 to 24 are squares, 25 to 30 the rectangles.
  private static func dataMatrixSize(columns: Int, rows: Int) -> Int32? {
    let squares = [
      10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120,
      132, 144,
    ]
    let rectangles = [(8, 18), (8, 32), (12, 26), (12, 36), (16, 36), (16, 48)]
    if columns == rows, let index = squares.firstIndex(of: columns) { return Int32(index + 1) }
    let index = rectangles.firstIndex {
      $0.0 == min(rows, columns) && $0.1 == max(rows, columns)
    }
    return index.map { Int32($0 + 25) }
  }
}

extension SymbolBitmap.Symbology {
  fileprivate var zint: Int32 {
    switch self {
    case .ean13: BARCODE_EANX
    case .ean8: BARCODE_EANX_CHK
    case .upcA: BARCODE_UPCA
    case .upcE: BARCODE_UPCE
    case .code39: BARCODE_CODE39
    case .interleaved2of5: BARCODE_C25INTER
    case .codabar: BARCODE_CODABAR
    case .code93: BARCODE_CODE93
    case .code128: BARCODE_CODE128
    case .gs1Code128: BARCODE_GS1_128
    case .dataBar, .dataBarTruncated: BARCODE_DBAR_OMN
    case .dataBarLimited: BARCODE_DBAR_LTD
    case .dataBarExpanded: BARCODE_DBAR_EXP
    }
  }
}

extension SymbolBitmap.Matrix {
  fileprivate var zint: Int32 {
    switch self {
    case .qrCode: BARCODE_QRCODE
    case .microQRCode: BARCODE_MICROQR
    case .pdf417(_, _, _, let isTruncated, _): isTruncated ? BARCODE_PDF417COMP : BARCODE_PDF417
    case .maxiCode: BARCODE_MAXICODE
    case .aztec: BARCODE_AZTEC
    case .dataMatrix: BARCODE_DATAMATRIX
    case .dataBarStacked: BARCODE_DBAR_STK
    case .dataBarStackedOmnidirectional: BARCODE_DBAR_OMNSTK
    case .dataBarExpandedStacked: BARCODE_DBAR_EXPSTK
    case .composite(let linear, _, _):
      switch linear {
      case .ean: BARCODE_EANX_CC
      case .upcA: BARCODE_UPCA_CC
      case .upcE: BARCODE_UPCE_CC
      case .dataBar: BARCODE_DBAR_OMN_CC
      case .dataBarStacked: BARCODE_DBAR_STK_CC
      case .dataBarStackedOmnidirectional: BARCODE_DBAR_OMNSTK_CC
      case .dataBarLimited: BARCODE_DBAR_LTD_CC
      case .dataBarExpanded: BARCODE_DBAR_EXP_CC
      case .dataBarExpandedStacked: BARCODE_DBAR_EXPSTK_CC
      case .gs1Code128: BARCODE_GS1_128_CC
      }
    }
  }
}
