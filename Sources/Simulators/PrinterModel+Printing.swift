import Codecs

extension PrinterModel {
  /// Works on what is buffered until it is empty, the printer stops, or so many lines are printed.
  mutating func run(lines: Int? = nil) {
    var left = lines ?? (printsAtOnce ? .max : 0)
    while left > 0, canPrint, let byte = buffer.popFirst() {
      if !peripheral.isPrinter {
        for byte in peripheral.feed(byte) { display?.receive([byte]) }
        continue
      }
      var tokens: [ESCPOS.Token] = []
      tokenizer.feed(byte, into: &tokens)
      let before = paper.items.count
      for token in tokens { execute(token) }
      left -= max(0, paper.items.count - before)
    }
  }

  mutating func execute(_ token: ESCPOS.Token) {
    macro.gainBudget()
    switch token {
    case .command(let command, _):
      if case .selectPeripheral(let n) = command {
        peripheral = PeripheralChoice(n)
      } else if isSelected {
        executeOrRecord(command)
      }
    case .unknown(let bytes, _):
      // NUL is nothing: it ends half commands.
      guard isSelected, bytes != [0x00] else { return }
      unknown(bytes)
    }
  }

  /// Whether commands are for this printer (ESC =).
  var isSelected: Bool { peripheral.isPrinter }

  mutating func unknown(_ bytes: [UInt8]) {
    unknownCommands.append(bytes)
    if unknownCommands.count > Self.unknownCommandLimit { unknownCommands.removeFirst() }
  }

  private mutating func executeOrRecord(_ command: ESCPOS.Command) {
    switch command {
    case .macroDefinition: macro.toggleDefinition()
    case .runMacro(let count, _, _):
      for command in macro.commandsToRun(times: Int(count)) { execute(command) }
    default:
      // What is recorded is printed, too (GS :).
      macro.record(command)
      execute(command)
    }
  }

  private mutating func execute(_ command: ESCPOS.Command) {
    switch command {
    case .text(let bytes): printText(bytes)
    case .horizontalTab, .tabPositions, .absolutePosition, .relativePosition, .leftMargin,
      .printAreaWidth, .lineStart, .carriageReturn, .returnHome:
      place(command)
    case .lineFeed: feed(dots: state.lineSpacing)
    case .feedLines(let n): feed(dots: state.lineSpacing * Int(n))
    case .feedDots(let n): feed(dots: state.dots(y: Int(n)))
    case .reverseFeedLines(let n): feedBack(dots: state.lineSpacing * Int(n))
    case .reverseFeedDots(let n): feedBack(dots: state.dots(y: Int(n)))
    case .cut(let cut): execute(cut)
    case .barcode(let system, let data): printBarcode(system: system, data: data)
    case .symbol(let kind, let function): execute(kind, function)
    case .raster, .columnImage, .graphics, .defineDownloadedImage, .printDownloadedImage,
      .defineStoredImages, .printStoredImage:
      executePicture(command)
    case .pageMode, .standardMode, .pageArea, .pageDirection, .pageVerticalPosition,
      .pageRelativeVerticalPosition, .printPage, .cancelPage, .formFeed:
      executePage(command)
    case .pulse: drawerPulseCount += 1
    case .buzzer: buzzerCount += 1
    case .initialize:
      // The line that is not printed yet is lost, and so is the wish for the status (GS a).
      state = PrintState()
    case .codeTable(let n): state.codeTable = codeTable(n)
    case .automaticStatus, .transmitStatus, .transmitPaperStatus, .transmitDrawerStatus,
      .printerInformation, .requestProcessID:
      answer(command)
    default: state.set(command)
    }
  }

  /// The table that ESC t has under `n`, kept since the last time; without one for `n`, all places
  /// are blank boxes.
  private mutating func codeTable(_ n: UInt8) -> ESCPOS.CodeTable? {
    if let known = codeTables[n] { return known }
    let table =
      profile.codeTables[n].flatMap { ESCPOS.CodeTable(name: $0) } ?? ESCPOS.CodeTable(n)
    codeTables[n] = .some(table)
    return table
  }

  // MARK: Position

  /// Dots of the line from its left margin.
  var areaWidth: Int {
    state.page?.lineWidth
      ?? min(state.areaWidth ?? .max, max(Paper.Font.a.width, paper.widthDots - state.leftMargin))
  }

  private mutating func place(_ command: ESCPOS.Command) {
    let isAtStart = state.line.cells.isEmpty && state.cursor == 0
    switch command {
    case .horizontalTab: moveToTab()
    case .tabPositions(let columns):
      let width = (state.style.font.width + state.rightSpacing) * state.style.widthScale
      state.tabs = columns.map { Int($0) * width }
    case .absolutePosition(let units): moveCursor(to: state.dots(x: Int(units)))
    case .relativePosition(let units):
      moveCursor(to: cursor + state.dots(x: Int(units)))
    case .leftMargin(let units) where isAtStart:
      state.leftMargin = min(state.dots(x: Int(units)), paper.widthDots - 24)
    case .printAreaWidth(let units) where isAtStart:
      state.areaWidth = max(24, state.dots(x: Int(units)))
    case .lineStart(let n):
      if n & 1 == 0 { state.clearLine() } else { printLineIfAny() }
    case .carriageReturn: if state.page != nil { moveCursor(to: 0) }
    default: return
    }
  }

  var cursor: Int {
    get { state.page?.x ?? state.cursor }
    set {
      if state.page == nil { state.cursor = newValue } else { state.page?.x = newValue }
    }
  }

  /// A place outside the area is ignored (ESC $).
  private mutating func moveCursor(to dots: Int) {
    state.pending = []
    if (0...areaWidth).contains(dots) { cursor = dots }
  }

  /// Without a tab to the right nothing happens, and one beyond the area leads to its end.
  private mutating func moveToTab() {
    let next =
      state.tabs.map { tabs in tabs.first { $0 > cursor } } ?? (cursor / 96 + 1) * 96
    if let next { moveCursor(to: min(next, areaWidth)) }
  }

  // MARK: Paper

  /// Prints the line, empty or not, and moves the paper.
  mutating func feed(dots: Int) {
    let dots = min(dots, Self.maximumFeedDots)
    if state.page != nil {
      state.pending = []
      state.page?.newLine(dots: dots)
      return
    }
    flushPending()
    var line = state.line
    // What is printed in one pass cannot move by less than its height.
    line.feedDots = max(min(dots, state.lineSpacing), line.cells.map(\.height).max() ?? 0)
    state.clearLine()
    if line.cells.isEmpty {
      if dots > 0 { paper.append(.feed(dots: dots)) }
    } else {
      paper.append(.line(line))
      if dots > line.feedDots { paper.append(.feed(dots: dots - line.feedDots)) }
    }
    useLine()
  }

  private mutating func feedBack(dots: Int) {
    if state.page != nil {
      state.page?.newLine(dots: -dots)
      return
    }
    printLineIfAny()
    let dots = min(dots, Self.maximumReverseFeedDots)
    if dots > 0 { paper.append(.feed(dots: -dots)) }
  }

  mutating func printLineIfAny() {
    flushPending()
    if state.page == nil, !state.line.cells.isEmpty { feed(dots: state.lineSpacing) }
  }

  private mutating func execute(_ cut: ESCPOS.Cut) {
    printLineIfAny()
    if jamsAtNextCut {
      jamsAtNextCut = false
      hasCutterError = true
      return statusChanged()
    }
    switch cut {
    // The knife is behind the head: what was printed last is not there yet.
    case .full, .oldFull:
      paper.append(.cut(isPartial: false, dotsBelow: profile.cutterDistanceDots))
    case .partial, .oldPartial:
      paper.append(.cut(isPartial: true, dotsBelow: profile.cutterDistanceDots))
    case .feedAndFull(let n), .reserveFull(let n): feedAndCut(isPartial: false, dots: Int(n))
    case .feedAndPartial(let n), .reservePartial(let n): feedAndCut(isPartial: true, dots: Int(n))
    case .feedFullAndReturn(let n):
      feedAndCut(isPartial: false, dots: Int(n), takesBack: true)
    case .feedPartialAndReturn(let n):
      feedAndCut(isPartial: true, dots: Int(n), takesBack: true)
    }
  }

  /// The paper between head and knife is the blank beginning of the next piece.
  private mutating func feedAndCut(isPartial: Bool, dots: Int, takesBack: Bool = false) {
    let dots = state.dots(y: dots)
    if dots > 0 { paper.append(.feed(dots: dots)) }
    paper.append(.cut(isPartial: isPartial, dotsBelow: 0))
    if !takesBack { paper.append(.feed(dots: profile.cutterDistanceDots)) }
  }
}
