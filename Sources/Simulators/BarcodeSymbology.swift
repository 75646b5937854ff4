import Codecs
import Raster

/// A symbology of GS k, by its system number in form B.
public enum BarcodeSymbology: UInt8, Sendable, CaseIterable {
  case upcA = 65
  case upcE, ean13, ean8, code39, interleaved2of5, codabar, code93, code128, gs1Code128
  case dataBar, dataBarTruncated, dataBarLimited, dataBarExpanded
  /// Code 128 whose code sets the printer chooses.
  case code128Automatic

  /// By m of GS k, form A (0 to 6) or B (65 to 79).
  public init?(system: UInt8) { self.init(rawValue: system <= 6 ? system + 65 : system) }

  /// The field's name.
  public var name: String {
    switch self {
    case .upcA: "UPC-A"
    case .upcE: "UPC-E"
    case .ean13: "EAN-13"
    case .ean8: "EAN-8"
    case .code39: "Code 39"
    case .interleaved2of5: "ITF"
    case .codabar: "Codabar"
    case .code93: "Code 93"
    case .code128, .code128Automatic: "Code 128"
    case .gs1Code128: "GS1-128"
    case .dataBar: "GS1 DataBar"
    case .dataBarTruncated: "GS1 DataBar Truncated"
    case .dataBarLimited: "GS1 DataBar Limited"
    case .dataBarExpanded: "GS1 DataBar Expanded"
    }
  }

  var bitmap: SymbolBitmap.Symbology {
    switch self {
    case .upcA: .upcA
    case .upcE: .upcE
    case .ean13: .ean13
    case .ean8: .ean8
    case .code39: .code39
    case .interleaved2of5: .interleaved2of5
    case .codabar: .codabar
    case .code93: .code93
    case .code128, .code128Automatic: .code128
    case .gs1Code128: .gs1Code128
    case .dataBar: .dataBar
    case .dataBarTruncated: .dataBarTruncated
    case .dataBarLimited: .dataBarLimited
    case .dataBarExpanded: .dataBarExpanded
    }
  }

  /// What a scanner would read, or nil when the printer could make no symbol of `data`: digits
  /// where it takes digits, the check digit right, or made where it is left out.
  func content(_ data: [UInt8]) -> String? {
    switch self {
    case .upcA: Self.checked(data, count: 12)
    case .ean13: Self.checked(data, count: 13)
    case .ean8: Self.checked(data, count: 8)
    case .upcE: Self.upcE(data)
    case .dataBar, .dataBarTruncated, .dataBarLimited: Self.checked(data, count: 14)
    case .interleaved2of5:
      data.allSatisfy(Self.isDigit) && data.count.isMultiple(of: 2) ? Self.text(data) : nil
    case .code39: Self.code39(data)
    case .codabar: Self.codabar(data)
    case .code93, .code128Automatic:
      data.allSatisfy { $0 < 0x80 } ? Self.text(data) : nil
    case .code128: Code128Data.text(data)
    case .gs1Code128, .dataBarExpanded: ElementStrings.text(data)
    }
  }

  private static func text(_ data: [UInt8]) -> String? {
    data.isEmpty ? nil : String(decoding: data, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func checked(_ data: [UInt8], count: Int) -> String? {
    guard data.allSatisfy(isDigit), data.count == count || data.count == count - 1 else {
      return nil
    }
    let digits = data.map { $0 - 0x30 }
    let body = Array(digits.prefix(count - 1))
    let expected = GS1.checkDigit(of: body)
    guard digits.count < count || digits[count - 1] == expected else { return nil }
    return (body + [expected]).map { String($0) }.joined()
  }

  /// Six to eight digits as they are printed, or a number of UPC-A that can be shortened.
  private static func upcE(_ data: [UInt8]) -> String? {
    guard data.allSatisfy(isDigit) else { return nil }
    let digits = data.map { $0 - 0x30 }
    switch digits.count {
    case 6: return full(upcE: [0] + digits)
    case 7: return full(upcE: digits)
    case 8: return full(upcE: Array(digits.prefix(7))).flatMap { $0 == text(data) ? $0 : nil }
    case 11, 12:
      guard let whole = checked(data, count: 12) else { return nil }
      // Of the ten ways to end it, the first that stands for the same number.
      for last in UInt8(0)...9 {
        let number = Array(digits.prefix(11))
        let middle: [UInt8] =
          switch last {
          case 0...2: Array(number[1...2] + number[8...10])
          case 3: Array(number[1...3] + number[9...10])
          case 4: Array(number[1...4] + number[10...10])
          default: Array(number[1...5])
          }
        let short = [number[0]] + middle + [last]
        do throws(GS1.Refusal) {
          let long = try GS1.expandUPCE(short).map { String($0) }.joined()
          if long == whole { return full(upcE: short) }
        } catch {
          continue
        }
      }
      return nil
    default: return nil
    }
  }

  private static func full(upcE short: [UInt8]) -> String? {
    do throws(GS1.Refusal) {
      let long = try GS1.expandUPCE(short)
      return (short + [long[11]]).map { String($0) }.joined()
    } catch {
      return nil
    }
  }

  /// The start and stop characters are the printer's; the host may send them.
  private static func code39(_ data: [UInt8]) -> String? {
    var data = data
    let star = UInt8(ascii: "*")
    if data.count > 2, data.first == star, data.last == star {
      data = Array(data.dropFirst().dropLast())
    }
    let allowed = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%+-./".utf8)
    return data.allSatisfy(allowed.contains) ? text(data) : nil
  }

  private static func codabar(_ data: [UInt8]) -> String? {
    let ends = Array("ABCDabcd".utf8)
    guard data.count >= 2, let first = data.first, let last = data.last, ends.contains(first),
      ends.contains(last)
    else { return nil }
    let allowed = Array("0123456789$+-./:".utf8)
    guard data.dropFirst().dropLast().allSatisfy(allowed.contains) else { return nil }
    return text(data)?.uppercased()
  }
}
