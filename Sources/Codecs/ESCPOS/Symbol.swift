extension ESCPOS {
  /// Why a symbol cannot be printed.
  public enum SymbolError: Error, Equatable, Sendable {
    /// Not the digits or characters that the symbology has.
    case unsupportedCharacter(at: Int)
    case wrongLength(Int, expected: Int)
    case tooLong(Int, limit: Int)
    case wrongCheckDigit(expected: UInt8)
    case empty
  }

  /// A linear barcode whose content was checked before any printer sees it.
  public struct Barcode: Equatable, Sendable {
    public enum Symbology: Sendable, CaseIterable {
      case upcA, ean13, ean8, code128
      /// Digits in pairs, without a check digit; and the fourteen of a GTIN, the last of them one.
      case interleaved2of5, itf14
      /// Capitals, digits and seven marks, without a check character.
      case code39

      /// m of GS k, form B.
      public var system: UInt8 {
        switch self {
        case .upcA: 65
        case .ean13: 67
        case .ean8: 68
        case .code39: 69
        case .interleaved2of5, .itf14: 70
        case .code128: 73
        }
      }
    }

    /// Characters that fit on 80 mm at two dots a module.
    public static let maximumCode128Count = 20
    public static let maximumInterleavedCount = 28
    public static let maximumCode39Count = 14
    /// In modules, on each side (ISO/IEC 15417, 4.4).
    private static let quietZone = 10

    public let symbology: Symbology
    /// What GS k takes: digits, or the code sets and characters of Code 128.
    public let data: [UInt8]
    /// Width in modules without the quiet zones.
    public let moduleCount: Int

    /// EAN and UPC with all digits, the check digit among them; it is compared, not replaced.
    public init(_ symbology: Symbology, _ text: String) throws(SymbolError) {
      let characters = Array(text.utf8)
      guard !characters.isEmpty else { throw .empty }
      self.symbology = symbology
      switch symbology {
      case .upcA: (data, moduleCount) = (try Self.digits(characters, count: 12), 95)
      case .ean13: (data, moduleCount) = (try Self.digits(characters, count: 13), 95)
      case .ean8: (data, moduleCount) = (try Self.digits(characters, count: 8), 67)
      case .code128: (data, moduleCount) = try Self.code128(characters)
      case .interleaved2of5:
        (data, moduleCount) = (
          try Self.pairs(characters), Self.interleavedModules(characters.count)
        )
      case .itf14:
        (data, moduleCount) = (
          try Self.digits(characters, count: 14), Self.interleavedModules(characters.count)
        )
      case .code39: (data, moduleCount) = try Self.code39(characters)
      }
    }

    /// Dots of a module, 2 or 3; nil when the bars are wider than the line at 2.
    public func moduleWidth(dotsPerLine: Int) -> UInt8? {
      if (moduleCount + 2 * Self.quietZone) * 3 <= dotsPerLine { return 3 }
      return moduleCount * 2 <= dotsPerLine ? 2 : nil
    }

    /// Height 80 dots, text below, modules as wide as `dotsPerLine` allows.
    public func commands(dotsPerLine: Int, height: UInt8 = 80) -> [Command] {
      [
        .barcodeHeight(height), .barcodeModuleWidth(moduleWidth(dotsPerLine: dotsPerLine) ?? 2),
        .barcodeText(.below), .barcodeFont(0), .barcode(system: symbology.system, data: data),
      ]
    }

    private static func requireDigits(_ characters: [UInt8]) throws(SymbolError) {
      if let wrong = characters.firstIndex(where: { !(0x30...0x39).contains($0) }) {
        throw .unsupportedCharacter(at: wrong)
      }
    }

    private static func digits(_ characters: [UInt8], count: Int) throws(SymbolError) -> [UInt8] {
      try requireDigits(characters)
      guard characters.count == count else {
        throw .wrongLength(characters.count, expected: count)
      }
      let expected = GS1.checkDigit(of: characters.dropLast().map { $0 - 0x30 })
      guard characters[count - 1] - 0x30 == expected else {
        throw .wrongCheckDigit(expected: expected)
      }
      return characters
    }

    private static func pairs(_ characters: [UInt8]) throws(SymbolError) -> [UInt8] {
      try requireDigits(characters)
      guard characters.count.isMultiple(of: 2) else {
        throw .wrongLength(characters.count, expected: characters.count + 1)
      }
      guard characters.count <= maximumInterleavedCount else {
        throw .tooLong(characters.count, limit: maximumInterleavedCount)
      }
      return characters
    }

    /// Start and stop take 9 modules and a pair 18 where a wide bar is three narrow ones, the most
    /// that ISO/IEC 16390, 4.4 allows.
    private static func interleavedModules(_ digitCount: Int) -> Int { 9 + digitCount * 9 }

    /// Start, data and stop: nine elements each, three of them wide, and a gap between.
    private static func code39(
      _ characters: [UInt8]
    ) throws(SymbolError) -> (data: [UInt8], moduleCount: Int) {
      if let wrong = characters.firstIndex(where: { !code39Characters.contains($0) }) {
        throw .unsupportedCharacter(at: wrong)
      }
      guard characters.count <= maximumCode39Count else {
        throw .tooLong(characters.count, limit: maximumCode39Count)
      }
      return (characters, (characters.count + 2) * 16 - 1)
    }

    /// ISO/IEC 16388, table 1, without the asterisk of start and stop.
    private static let code39Characters = Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -.$/+%".utf8)

    /// Start, data, check character and stop: 11 modules each, and 2 more of the stop.
    private static func code128(
      _ characters: [UInt8]
    ) throws(SymbolError) -> (data: [UInt8], moduleCount: Int) {
      if let wrong = characters.firstIndex(where: { !(0x20...0x7E).contains($0) }) {
        throw .unsupportedCharacter(at: wrong)
      }
      // Code set C has two digits in one character.
      let isNumeric = characters.allSatisfy { (0x30...0x39).contains($0) }
      if isNumeric && characters.count.isMultiple(of: 2) {
        let pairs = stride(from: 0, to: characters.count, by: 2).map { index -> UInt8 in
          let tens: UInt8 = characters[index] - 0x30
          return tens * 10 + (characters[index + 1] - 0x30)
        }
        // The pairs are bytes 0 to 99: one that reads as a real-time command must not be sent.
        if pairs.count <= maximumCode128Count && !RealTimeScanner.isIntroducerPresent(in: pairs) {
          return ([0x7B, 0x43] + pairs, (pairs.count + 3) * 11 + 2)
        }
      }
      guard characters.count <= maximumCode128Count else {
        throw .tooLong(characters.count, limit: maximumCode128Count)
      }
      let escaped = characters.flatMap { $0 == 0x7B ? [0x7B, 0x7B] : [$0] }
      return ([0x7B, 0x42] + escaped, (characters.count + 3) * 11 + 2)
    }
  }

  /// A QR code, model 2, recovery capacity 15 %.
  public struct QRCode: Equatable, Sendable {
    /// Bytes of version 20 at level M (ISO/IEC 18004, table 7): 97 modules, the most that a phone
    /// reads well from a receipt.
    public static let maximumByteCount = 666

    public let data: [UInt8]

    /// Refuses control characters: a printer would take some of them as real-time commands.
    public init(_ text: String) throws(SymbolError) {
      data = Array(text.utf8)
      guard !data.isEmpty else { throw .empty }
      if let wrong = data.firstIndex(where: { $0 < 0x20 || $0 == 0x7F }) {
        throw .unsupportedCharacter(at: wrong)
      }
      guard data.count <= Self.maximumByteCount else {
        throw .tooLong(data.count, limit: Self.maximumByteCount)
      }
    }

    /// Modules are the larger the less there is, about 20 to 30 mm in all.
    public var commands: [Command] {
      let moduleSize: UInt8 =
        switch data.count {
        case ...62: 6  // up to version 4, 33 modules
        case ...152: 5  // up to version 8, 49 modules
        default: 4
        }
      return [
        .symbol(.qrCode, .model(50)), .symbol(.qrCode, .moduleSize(moduleSize)),
        .symbol(.qrCode, .errorCorrection(QRErrorCorrection.medium.rawValue)),
        .symbol(.qrCode, .store(data)), .symbol(.qrCode, .print),
      ]
    }
  }
}
