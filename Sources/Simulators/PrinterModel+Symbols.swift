import Codecs
import Raster

extension PrinterModel {
  // MARK: Bars

  /// Prints what the symbology allows; a real printer ignores the rest in silence.
  mutating func printBarcode(system: UInt8, data: [UInt8]) {
    guard let symbology = BarcodeSymbology(system: system) else {
      return paper.append(.refused("barcode system \(system)"))
    }
    guard let text = symbology.content(data) else {
      let sent = String(decoding: data, as: UTF8.self)
      return paper.append(.refused("\(symbology.name) \(sent)"))
    }
    printBlock(
      .barcode(
        Paper.Barcode(
          symbology: symbology, text: text, moduleWidth: state.barcode.moduleWidth,
          height: state.barcode.height, textPosition: state.barcode.text,
          textFont: state.barcode.font)))
  }

  // MARK: Two dimensions

  mutating func execute(_ kind: ESCPOS.SymbolKind, _ function: ESCPOS.SymbolFunction) {
    var (settings, data) = state.symbols[kind] ?? (SymbolSettings(), [])
    settings.set(function)
    switch function {
    case .store(let new), .storeDataBar(_, let new): data = new
    case .storeComposite(let part, _, let new): if part == 48 { data = new }
    case .print: return printSymbol(kind, settings, data)
    case .columns, .rows, .model, .mode, .layers, .shape, .moduleSize, .rowHeight,
      .errorCorrection, .errorCorrectionBy, .isTruncated, .maximumWidth, .textFont,
      .transmitSize:
      break
    }
    state.symbols[kind] = (settings, data)
  }

  private mutating func printSymbol(
    _ kind: ESCPOS.SymbolKind, _ settings: SymbolSettings, _ data: [UInt8]
  ) {
    guard !data.isEmpty else { return paper.append(.refused("\(kind.name) without data")) }
    var symbol = Paper.Symbol(kind: kind, data: data, settings: settings)
    // PDF417 that chooses its columns by itself stays within the area.
    if kind == .pdf417, settings.columns == 0, case .tooWide = fit(.symbol(symbol)) {
      var narrower = settings
      // Start, stop and row indicators are 69 modules, a column 17.
      narrower.columns = max(1, (areaWidth / settings.moduleSize - 69) / 17)
      symbol = Paper.Symbol(kind: kind, data: data, settings: narrower)
    }
    printBlock(.symbol(symbol))
  }

  // MARK: Blocks

  enum Fit: Equatable, Sendable {
    case fits(width: Int, height: Int)
    case tooWide
    case refused(String)
  }

  /// What stands alone between lines, or in its place on a page. What does not fit is not printed.
  mutating func printBlock(_ block: Paper.Block) {
    printLineIfAny()
    switch fit(block) {
    case .refused(let reason): paper.append(.refused("\(block.name): \(reason)"))
    case .tooWide:
      paper.append(.refused("\(block.text) is wider than the print area", block))
    case .fits(let width, _):
      if state.page != nil {
        let x = cursor
        state.page?.put(.block(block), x: x)
        cursor = min(cursor + width, areaWidth)
        return
      }
      paper.append(
        .block(
          block,
          Paper.Placement(
            alignment: state.alignment, left: state.leftMargin, areaWidth: areaWidth,
            isUpsideDown: state.isUpsideDown)))
      useLine()
    }
  }

  /// Draws the block once to learn its size; the answer for the last one is kept.
  private mutating func fit(_ block: Paper.Block) -> Fit {
    if let lastFit, lastFit.block == block, lastFit.areaWidth == areaWidth { return lastFit.fit }
    let fit: Fit
    do throws(RasterError) {
      let size = try PaperBlockPicture.size(of: block)
      // A picture is cut off at the edge; a symbol that is cut off is none.
      let isPicture = if case .picture = block { true } else { false }
      fit =
        size.width > areaWidth && !isPicture
        ? .tooWide : .fits(width: size.width, height: size.height)
    } catch {
      fit = .refused("\(error)")
    }
    lastFit = LastFit(block: block, areaWidth: areaWidth, fit: fit)
    return fit
  }

  struct LastFit: Sendable {
    let block: Paper.Block
    let areaWidth: Int
    let fit: Fit
  }
}

extension Paper.Block {
  fileprivate var name: String {
    switch self {
    case .barcode(let barcode): "\(barcode.symbology.name) \(barcode.text)"
    case .symbol(let symbol): symbol.kind.name
    case .picture: "picture"
    }
  }
}
