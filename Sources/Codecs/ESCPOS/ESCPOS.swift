/// The command language of receipt printers ("ESC/POS Command Reference", Seiko Epson): commands to
/// the printer, and what it sends back.
public enum ESCPOS {
  static let nul: UInt8 = 0x00
  static let eot: UInt8 = 0x04
  static let enq: UInt8 = 0x05
  static let dle: UInt8 = 0x10
  static let dc4: UInt8 = 0x14
  static let esc: UInt8 = 0x1B
  static let fs: UInt8 = 0x1C
  static let gs: UInt8 = 0x1D

  /// Dots per line of the print head of an 80 mm printer at 203 dpi, and bytes of one such row.
  public static let dotsPerLine80 = 576

  static func low(_ value: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: value) }

  static func high(_ value: UInt16) -> UInt8 { UInt8(value >> 8) }

  static func littleEndian(_ low: UInt8, _ high: UInt8) -> UInt16 {
    UInt16(low) | UInt16(high) << 8
  }
}
