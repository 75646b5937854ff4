import Codecs

/// The settings and the unprinted line, which power or ESC @ take away.
struct PrintState: Sendable {
  var style = Paper.Style()
  var kanjiWidthScale = 1
  var kanjiHeightScale = 1
  var kanjiUnderlineDots = 0
  var isKanjiMode = false
  var codePage = CodePage.cp437
  var alignment = ESCPOS.Alignment.left
  /// 3.75 mm.
  var lineSpacing = 30
  var leftMargin = 0
  var areaWidth: Int?
  var rightSpacing = 0
  var line = Paper.Line()
  var cursor = 0
  /// The first byte of a character of two.
  var leadByte: UInt8?
  var barcodeHeight = 162
  var barcodeModuleWidth = 3
  var barcodeText = ESCPOS.BarcodeText.none
  var qrModuleSize = 3
  var qrLevel = 1
  var qrData: [UInt8] = []
  var automaticStatus: UInt8 = 0
  var isSelected = true

  mutating func clearLine() {
    line = Paper.Line()
    cursor = 0
    leadByte = nil
  }
}

extension PrinterModel {
  /// Works on what is buffered until it is empty, the printer stops, or so many lines are printed.
  mutating func run(lines: Int? = nil) {
    var left = lines ?? (printsAtOnce ? .max : 0)
    while left > 0, canPrint, let byte = buffer.popFirst() {
      var tokens: [ESCPOS.Token] = []
      tokenizer.feed(byte, into: &tokens)
      let before = paper.items.count
      for token in tokens { execute(token) }
      left -= max(0, paper.items.count - before)
    }
  }

  private mutating func execute(_ token: ESCPOS.Token) {
    switch token {
    case .command(let command, _):
      if case .selectPeripheral(let n) = command { state.isSelected = n & 1 == 1 }
      if state.isSelected { execute(command) }
    case .unknown(let bytes, _):
      // NUL is nothing: it ends half commands.
      guard state.isSelected, bytes != [0x00] else { return }
      unknownCommands.append(bytes)
      if unknownCommands.count > Self.unknownCommandLimit { unknownCommands.removeFirst() }
    }
  }

  private mutating func execute(_ command: ESCPOS.Command) {
    switch command {
    case .text(let bytes): print(bytes)
    case .horizontalTab: moveCursor(to: (state.cursor / 96 + 1) * 96)
    case .lineFeed: feed(dots: state.lineSpacing)
    case .feedLines(let n): feed(dots: state.lineSpacing * Int(n))
    case .feedDots(let n): feed(dots: Int(n))
    case .absolutePosition(let dots): moveCursor(to: Int(dots))
    case .relativePosition(let dots): moveCursor(to: state.cursor + Int(dots))
    case .cut(let cut): execute(cut)
    case .barcode(let system, let data): printBarcode(system: system, data: data)
    case .symbol(.qrCode, .print): printQRCode()
    case .raster(let image):
      printLineIfAny()
      paper.append(.picture(image, state.alignment))
      useLine()
    case .pulse: drawerPulseCount += 1
    case .initialize:
      // The line that is not printed yet is lost, and so is the wish for the status (GS a).
      state = PrintState()
    case .automaticStatus(let n):
      guard profile.supportsAutomaticStatus else { return }
      state.automaticStatus = n
      if n != 0 { sendAutomaticStatus() }
    case .transmitStatus(let n):
      respond([n == 1 || n == 49 ? (status.isPaperNearEnd ? 0x03 : 0x00) : 0x00])
    case .printerInformation(let n): respond(information(n))
    case .requestProcessID(let id):
      printLineIfAny()
      if profile.supportsProcessID {
        respond(processID: id)
      } else {
        unknownCommands.append(ESCPOS.encode(command))
      }
    case .carriageReturn, .selectPeripheral, .offlineResponse, .realTimeStatus, .realTimeRequest,
      .realTimePulse, .clearBuffers:
      return  // obeyed at arrival, or without effect on paper
    default: state.set(command)
    }
  }

  private mutating func print(_ bytes: [UInt8]) {
    var pending: [UInt8] = []  // characters of one width, decoded together
    var isWide = false
    func areWide(_ byte: UInt8) -> Bool { state.isKanjiMode && byte >= 0x81 && byte != 0xFF }
    for byte in bytes {
      if let lead = state.leadByte {
        state.leadByte = nil
        if byte >= 0x40 && byte != 0x7F {
          if !isWide { place(&pending, isWide: false) }
          isWide = true
          pending += [lead, byte]
          continue
        }
        // The second byte of a form of four: this printer shows a blank and the byte itself.
        place(&pending, isWide: isWide)
        isWide = false
        pending.append(0x20)
      }
      if areWide(byte) {
        state.leadByte = byte
      } else {
        if isWide { place(&pending, isWide: true) }
        isWide = false
        pending.append(byte)
      }
    }
    place(&pending, isWide: isWide)
  }

  private mutating func place(_ bytes: inout [UInt8], isWide: Bool) {
    let page: CodePage = isWide ? .gb18030 : state.codePage
    for scalar in page.decode(bytes).unicodeScalars {
      var style = state.style
      if isWide {
        style.widthScale = max(style.widthScale, state.kanjiWidthScale)
        style.heightScale = max(style.heightScale, state.kanjiHeightScale)
        style.underlineDots = state.kanjiUnderlineDots
      }
      let width = Paper.Cell(character: " ", isWide: isWide, style: style, x: 0).width
      if state.cursor + width > areaWidth { feed(dots: state.lineSpacing) }
      if state.line.cells.isEmpty { state.line.alignment = state.alignment }
      state.line.cells.append(
        Paper.Cell(
          character: Character(scalar), isWide: isWide, style: style,
          x: state.leftMargin + state.cursor))
      state.cursor += width + state.rightSpacing * style.widthScale
    }
    bytes = []
  }

  private var areaWidth: Int {
    min(state.areaWidth ?? .max, max(12, paper.widthDots - state.leftMargin))
  }

  private mutating func moveCursor(to dots: Int) { state.cursor = min(max(0, dots), areaWidth) }

  /// Prints the line, empty or not, and moves the paper.
  private mutating func feed(dots: Int) {
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

  private mutating func printLineIfAny() {
    if !state.line.cells.isEmpty { feed(dots: state.lineSpacing) }
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
    case .feedAndFull(let n), .reserveFull(let n), .feedFullAndReturn(let n):
      feedAndCut(isPartial: false, dots: Int(n))
    case .feedAndPartial(let n), .reservePartial(let n), .feedPartialAndReturn(let n):
      feedAndCut(isPartial: true, dots: Int(n))
    }
  }

  /// The paper between head and knife is the blank beginning of the next piece.
  private mutating func feedAndCut(isPartial: Bool, dots: Int) {
    if dots > 0 { paper.append(.feed(dots: dots)) }
    paper.append(.cut(isPartial: isPartial, dotsBelow: 0))
    paper.append(.feed(dots: profile.cutterDistanceDots))
  }

  private func information(_ n: UInt8) -> [UInt8] {
    let text: String
    switch n {
    case 1, 49: return [0x20]  // model
    case 2, 50: return [0x03]  // multi-byte characters, knife
    case 3, 51: return [0x00]
    case 65: text = "1.00 ESC/POS"
    case 66: text = "EPSON"
    case 67: text = "TM-T20III"
    case 68: text = descriptors.strings.last ?? ""
    case 69: text = "CHINA GB18030"
    default: return []
    }
    return [0x5F] + Array(text.utf8) + [0x00]
  }
}
