import Codecs
import Raster

/// What GS ( k set for one kind of symbol, from the values at power-on.
public struct SymbolSettings: Equatable, Sendable {
  public var moduleSize = 3
  /// PDF417: 0 by itself.
  public var columns = 0
  public var rows = 0
  public var rowHeight = 3
  public var isTruncated = false
  /// n of fn 69 for QR and Aztec; for PDF417 with its mode.
  public var errorCorrection: UInt8?
  public var errorCorrectionMode: UInt8 = 49
  /// n1 of fn 65: the model of a QR code, the mode of a MaxiCode.
  public var variant: UInt8 = 50
  /// Aztec and Data Matrix: m of fn 66, 1 compact or rectangular.
  public var form: UInt8 = 0
  public var layers = 0
  /// DataBar and Composite: type of fn 80, and the component of the composite symbol.
  public var type: UInt8 = 0
  public var component: [UInt8] = []
  public var maximumWidth = 0

  init() {}

  mutating func set(_ function: ESCPOS.SymbolFunction) {
    switch function {
    case .columns(let n): columns = Int(n)
    case .rows(let n): rows = Int(n)
    case .model(let n), .mode(let n): variant = n
    case .layers(let mode, let n):
      form = mode & 0x0F
      layers = Int(n)
    case .shape(let m, let columns, let rows):
      form = m & 0x0F
      self.columns = Int(columns)
      self.rows = Int(rows)
    case .moduleSize(let n): moduleSize = min(max(1, Int(n)), SymbolBitmap.maximumModuleSize)
    case .rowHeight(let n): rowHeight = min(max(2, Int(n)), 8)
    case .errorCorrection(let n): errorCorrection = n
    case .errorCorrectionBy(let mode, let n):
      errorCorrectionMode = mode
      errorCorrection = n
    case .isTruncated(let on): isTruncated = on
    case .maximumWidth(let dots): maximumWidth = Int(dots)
    case .storeDataBar(let type, _): self.type = type
    case .storeComposite(let part, let type, let data):
      if part == 49 { component = data } else { self.type = type }
    case .textFont, .store, .print, .transmitSize: return
    }
  }
}

extension Paper.Symbol {
  /// How libzint draws it; nil for a type that there is not.
  var matrix: SymbolBitmap.Matrix? {
    switch kind {
    case .qrCode:
      let level = min(max(Int(settings.errorCorrection ?? 48) - 47, 1), 4)
      return settings.variant == 51 ? .microQRCode(level: level) : .qrCode(level: level)
    case .pdf417:
      return .pdf417(
        columns: settings.columns, rows: settings.rows, level: pdf417Level,
        isTruncated: settings.isTruncated, rowHeight: settings.rowHeight)
    case .maxiCode: return .maxiCode(mode: Int(settings.variant) - 48)
    case .aztec:
      return .aztec(
        isCompact: settings.form == 1, layers: settings.layers,
        errorPercent: Int(settings.errorCorrection ?? 23))
    case .dataMatrix:
      return .dataMatrix(
        isSquare: settings.form == 0, columns: settings.columns, rows: settings.rows)
    case .dataBar:
      switch settings.type {
      case 72: return .dataBarStacked
      case 73: return .dataBarStackedOmnidirectional
      case 76: return .dataBarExpandedStacked(columns: 0)
      default: return nil
      }
    case .composite: return composite
    }
  }

  /// What libzint encodes.
  var content: [UInt8] {
    switch kind {
    case .dataBar where settings.type == 76: ElementStrings.text(data).map { Array($0.utf8) } ?? []
    case .composite: ElementStrings.text(settings.component).map { Array($0.utf8) } ?? []
    case .pdf417, .qrCode, .maxiCode, .dataBar, .aztec, .dataMatrix: data
    }
  }

  /// A level, or by the ratio of words that repair to words that carry ("GS ( k", fn 069).
  private var pdf417Level: Int {
    let n = Int(settings.errorCorrection ?? 1)
    if settings.errorCorrectionMode == 48 { return min(max(n - 48, 0), 8) }
    // A word carries about 1.2 bytes.
    let words = (data.count * 5 / 6 + 1) * n / 10
    switch words {
    case ...3: return 1
    case ...10: return 2
    case ...20: return 3
    case ...45: return 4
    case ...100: return 5
    case ...200: return 6
    case ...400: return 7
    default: return 8
    }
  }

  /// b of fn 80, a = 48, for the linear part.
  private var composite: SymbolBitmap.Matrix? {
    let digits = String(decoding: data, as: UTF8.self)
    let elements = ElementStrings.text(data) ?? ""
    let (kind, primary): (SymbolBitmap.Composite, String)
    switch settings.type {
    case 65, 66: (kind, primary) = (.ean, digits)
    case 67: (kind, primary) = (.upcA, digits)
    case 68: (kind, primary) = (.upcE, digits)
    case 69: (kind, primary) = (.upcE, BarcodeSymbology.upcE.content(data) ?? "")
    case 70, 71: (kind, primary) = (.dataBar, digits)
    case 72: (kind, primary) = (.dataBarStacked, digits)
    case 73: (kind, primary) = (.dataBarStackedOmnidirectional, digits)
    case 74: (kind, primary) = (.dataBarLimited, digits)
    case 75: (kind, primary) = (.dataBarExpanded, elements)
    case 76: (kind, primary) = (.dataBarExpandedStacked, elements)
    case 77: (kind, primary) = (.gs1Code128, elements)
    default: return nil
    }
    return .composite(kind, primary: primary, linearHeight: 40)
  }
}
