extension ESCPOS {
  /// cn of GS ( k.
  public enum SymbolKind: UInt8, Sendable, CaseIterable {
    case pdf417 = 48, qrCode, maxiCode, dataBar, composite, aztec, dataMatrix
  }

  /// fn of GS ( k. Which kinds have a function, its comment tells; `encode` does not check.
  public enum SymbolFunction: Equatable, Sendable {
    // Looks
    case columns(UInt8)  // PDF417 fn 65, 0 by itself
    case rows(UInt8)  // PDF417 fn 66, 0 by itself
    case model(UInt8)  // QR fn 65: 49 model 1, 50 model 2, 51 Micro QR
    case mode(UInt8)  // MaxiCode fn 65: 50 to 54 are modes 2 to 6
    case layers(mode: UInt8, UInt8)  // Aztec fn 66: 48 full, 49 compact; 0 by itself
    /// Data Matrix fn 66: 48 square, 49 rectangular, and columns and rows, 0 by itself.
    case shape(UInt8, columns: UInt8, rows: UInt8)
    case moduleSize(UInt8)  // fn 67, dots; all but MaxiCode
    case rowHeight(UInt8)  // PDF417 fn 68, times the module's width
    /// QR fn 69: 48 to 51 are L to H. Aztec fn 69: percent.
    case errorCorrection(UInt8)
    /// PDF417 fn 69: 48 a level of 48 to 56, 49 a ratio of 1 to 40 tenths.
    case errorCorrectionBy(mode: UInt8, UInt8)
    case isTruncated(Bool)  // PDF417 fn 70
    case maximumWidth(UInt16)  // DataBar and Composite fn 71, dots
    case textFont(UInt8)  // Composite fn 72
    // Data
    case store([UInt8])  // fn 80; not for DataBar and Composite
    /// DataBar fn 80: 72 stacked, 73 stacked omnidirectional, 76 expanded stacked.
    case storeDataBar(type: UInt8, [UInt8])
    /// Composite fn 80: 48 the linear part and its type, 49 the component beside it.
    case storeComposite(part: UInt8, type: UInt8, [UInt8])
    case print  // fn 81
    case transmitSize  // fn 82
  }

  /// Recovery capacity 7, 15, 25 and 30 % (ISO/IEC 18004); raw values are fn 69's n.
  public enum QRErrorCorrection: UInt8, Sendable, CaseIterable {
    case low = 48, medium, quartile, high
  }
}
