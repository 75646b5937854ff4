/// The command language of receipt printers ("ESC/POS Command Reference", Seiko Epson): commands to
/// the printer, and what it sends back.
public enum ESCPOS {
  static let NUL: UInt8 = 0x00
  static let EOT: UInt8 = 0x04
  static let ENQ: UInt8 = 0x05
  static let DLE: UInt8 = 0x10
  static let DC4: UInt8 = 0x14
  static let ESC: UInt8 = 0x1B
  static let FS: UInt8 = 0x1C
  static let GS: UInt8 = 0x1D

  /// Dots per line of the print head of an 80 mm printer at 203 dpi, and bytes of one such row.
  public static let dotsPerLine80 = 576

  static func littleEndian(_ value: UInt16) -> [UInt8] {
    [UInt8(value & 0xFF), UInt8(value >> 8)]
  }

  static func littleEndian(_ low: UInt8, _ high: UInt8) -> UInt16 {
    UInt16(low) | UInt16(high) << 8
  }
}
