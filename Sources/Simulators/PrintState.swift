import Codecs

/// The settings and the unprinted line, which power or ESC @ take away.
struct PrintState: Sendable {
  var style = Paper.Style()
  var isEmphasized = false
  var isDoubleStruck = false
  var isUpsideDown = false
  var codeTable = ESCPOS.CodeTable(0)
  var internationalSet: UInt8 = 0
  var isUTF8 = false
  var kanji = KanjiState()
  var characters = DefinedCharacterState()
  var alignment = ESCPOS.Alignment.left
  /// 3.75 mm.
  var lineSpacing = 30
  var leftMargin = 0
  var areaWidth: Int?
  var rightSpacing = 0
  /// Places of the tabs in dots; nil for one every eight characters of font A.
  var tabs: [Int]?
  /// Parts of an inch; 0 is a dot.
  var unitX = 0
  var unitY = 0
  var line = Paper.Line()
  var cursor = 0
  /// The beginning of a character of several bytes.
  var pending: [UInt8] = []
  var barcode = BarcodeState()
  var symbols: [ESCPOS.SymbolKind: (settings: SymbolSettings, data: [UInt8])] = [:]
  var graphics: (dots: Paper.Dots, scaleX: Int, scaleY: Int)?
  var downloadedImage: Paper.Dots?
  var downloadedGraphics: [ESCPOS.GraphicsKey: Paper.Dots] = [:]
  var page: PageState?
  var pageArea: ESCPOS.PageArea?
  var pageDirection = ESCPOS.PageDirection.leftToRight
  var automaticStatus: UInt8 = 0
  var offlineResponse: UInt8 = 0
  var stopSensors: UInt8 = 0
  var obeysRealTimePulse = true
  var obeysRealTimePowerOff = false

  struct KanjiState: Sendable {
    var isOn = false
    /// n of FS C.
    var codeSystem: UInt8 = 0
    var widthScale = 1
    var heightScale = 1
    var isQuadruple = false
    var underlineDots = 0
    var leftSpacing = 0
    var rightSpacing = 0
    var font = Paper.Font.a
    var defined: [UInt16: Paper.Dots] = [:]
  }

  struct DefinedCharacterState: Sendable {
    var isOn = false
    /// By font and code.
    var dots: [Paper.Font: [UInt8: Paper.Dots]] = [:]
  }

  struct BarcodeState: Sendable {
    var height = 162
    var moduleWidth = 3
    var text = ESCPOS.BarcodeText.none
    var font = Paper.Font.a
  }

  mutating func clearLine() {
    line = Paper.Line()
    cursor = 0
    pending = []
  }

  /// How characters look now.
  var textStyle: Paper.Style {
    var style = style
    style.isEmphasized = isEmphasized || isDoubleStruck
    return style
  }

  func dots(x units: Int) -> Int { Self.dots(units, perInch: unitX) }
  func dots(y units: Int) -> Int { Self.dots(units, perInch: unitY) }

  /// 203 dots an inch.
  private static func dots(_ units: Int, perInch: Int) -> Int {
    perInch == 0 ? units : units * 203 / perInch
  }
}

extension PrintState {
  /// Commands that only change how the next ones print. Others change nothing.
  mutating func set(_ command: ESCPOS.Command) {
    switch command {
    case .printMode(let mode):
      style.font = mode.contains(.fontB) ? .b : .a
      isEmphasized = mode.contains(.emphasized)
      style.heightScale = mode.contains(.doubleHeight) ? 2 : 1
      style.widthScale = mode.contains(.doubleWidth) ? 2 : 1
      style.underlineDots = mode.contains(.underlined) ? 1 : 0
    case .emphasize(let on): isEmphasized = on
    case .doubleStrike(let on): isDoubleStruck = on
    case .underline(let dots): style.underlineDots = Self.underline(dots)
    case .characterSize(let width, let height):
      style.widthScale = width
      style.heightScale = height
    case .reverse(let on): style.isReversed = on
    case .rotate(let n): style.isRotated = n & 3 != 0
    case .upsideDown(let on): if line.cells.isEmpty { isUpsideDown = on }
    case .font(let n): if let font = Paper.Font(n: n) { style.font = font }
    case .rightSpacing(let n): rightSpacing = dots(x: Int(n))
    case .internationalSet(let n): internationalSet = n
    case .characterEncoding(let encoding): isUTF8 = encoding == .utf8
    case .userCharacters(let on): characters.isOn = on
    case .align(let new): if line.cells.isEmpty { alignment = new }
    case .defaultLineSpacing: lineSpacing = 30
    case .lineSpacing(let n): lineSpacing = dots(y: Int(n))
    case .motionUnits(let x, let y): (unitX, unitY) = (Int(x), Int(y))
    case .barcodeHeight(let n): barcode.height = max(1, Int(n))
    case .barcodeModuleWidth(let n): barcode.moduleWidth = min(max(2, Int(n)), 6)
    case .barcodeText(let position): barcode.text = position
    case .barcodeFont(let n): if let font = Paper.Font(n: n) { barcode.font = font }
    case .offlineResponse(let n): offlineResponse = n & 3
    case .stopSensors(let n): stopSensors = n
    case .realTimeCommands(let permissions): permissions.forEach { permit($0) }
    default: setKanji(command)
    }
  }

  private mutating func setKanji(_ command: ESCPOS.Command) {
    switch command {
    case .kanjiMode(let on): kanji.isOn = on
    case .kanjiCodeSystem(let n): kanji.codeSystem = n & 3
    case .kanjiPrintMode(let mode):
      kanji.widthScale = mode.contains(.kanjiDoubleWidth) ? 2 : 1
      kanji.heightScale = mode.contains(.kanjiDoubleHeight) ? 2 : 1
      kanji.underlineDots = mode.contains(.underlined) ? 1 : 0
    case .kanjiUnderline(let dots): kanji.underlineDots = Self.underline(dots)
    case .kanjiSpacing(let left, let right):
      kanji.leftSpacing = dots(x: Int(left))
      kanji.rightSpacing = dots(x: Int(right))
    case .kanjiQuadruple(let on): kanji.isQuadruple = on
    case .kanjiFont(let n): if let font = Paper.Font(n: n) { kanji.font = font }
    case .defineKanji(let code, let data):
      kanji.defined[code] = Paper.Dots(columns: data, bytesPerColumn: 3)
      if kanji.defined.count > PrinterModel.definedKanjiLimit { kanji.defined = [:] }
    case .cancelKanji(let code): kanji.defined[code] = nil
    case .defineCharacters(let defined):
      for (index, picture) in defined.pictures.enumerated() {
        let code = defined.firstCode + UInt8(truncatingIfNeeded: index)
        characters.dots[style.font, default: [:]][code] = Paper.Dots(
          columns: picture, bytesPerColumn: Int(defined.bytesPerColumn))
      }
      // One memory holds the one or the other (ESC &).
      downloadedImage = nil
    case .cancelCharacter(let code): characters.dots[style.font]?[code] = nil
    default: return
    }
  }

  private mutating func permit(_ permission: ESCPOS.RealTimePermission) {
    switch permission.function {
    case 1: obeysRealTimePulse = permission.isEnabled
    case 2: obeysRealTimePowerOff = permission.isEnabled
    default: return
    }
  }

  private static func underline(_ n: UInt8) -> Int { min(Int(n >= 48 ? n - 48 : n) & 3, 2) }
}
