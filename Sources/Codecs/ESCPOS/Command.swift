extension ESCPOS {
  /// One command, named as in the manual.
  ///
  /// Functions that come in families (`GS ( L`, `GS ( k`, `GS ( K` …) have an enum of their own.
  /// Bytes that are no command of this table are `Token.unknown`.
  public enum Command: Equatable, Sendable {
    // Print and feed
    /// Bytes of the selected code page or multi-byte code; none below 20h.
    case text([UInt8])
    case horizontalTab  // HT
    case lineFeed  // LF
    case carriageReturn  // CR
    case formFeed  // FF: in page mode print and leave it, else to the next label
    case feedLines(UInt8)  // ESC d n
    case feedDots(UInt8)  // ESC J n, vertical motion units
    case reverseFeedLines(UInt8)  // ESC e n
    case reverseFeedDots(UInt8)  // ESC K n
    case returnHome  // ESC <
    /// Columns of the present character width, rising; none clears all (ESC D … NUL).
    case tabPositions([UInt8])
    // Character
    case printMode(PrintMode)  // ESC ! n
    case emphasize(Bool)  // ESC E n
    case doubleStrike(Bool)  // ESC G n
    case underline(dots: UInt8)  // ESC - n
    case characterSize(width: Int, height: Int)  // GS ! n, 1 to 8 times
    case reverse(Bool)  // GS B n
    case smoothing(Bool)  // GS b n
    case upsideDown(Bool)  // ESC { n
    case rotate(UInt8)  // ESC V n: 0 no, 1 clockwise, 2 clockwise with wider spacing
    case font(UInt8)  // ESC M n: 0 A, 1 B, 2 C …
    case rightSpacing(UInt8)  // ESC SP n, horizontal motion units
    case internationalSet(UInt8)  // ESC R n
    case codeTable(UInt8)  // ESC t n
    case color(UInt8)  // ESC r n: 0 black, 1 the other
    case userCharacters(Bool)  // ESC % n
    case defineCharacters(DefinedCharacters)  // ESC &
    case cancelCharacter(UInt8)  // ESC ? n
    // Multi-byte character
    case kanjiMode(Bool)  // FS & and FS .
    case kanjiPrintMode(PrintMode)  // FS ! n
    case kanjiUnderline(dots: UInt8)  // FS - n
    case kanjiCodeSystem(UInt8)  // FS C n: 0 JIS, 1 Shift JIS, 2 Shift JIS 2004
    case kanjiSpacing(left: UInt8, right: UInt8)  // FS S n1 n2
    case kanjiQuadruple(Bool)  // FS W n
    case kanjiFont(UInt8)  // FS ( A, fn 48
    case defineKanji(code: UInt16, data: [UInt8])  // FS 2, 72 bytes
    case cancelKanji(code: UInt16)  // FS ?
    case characterEncoding(CharacterEncoding)  // FS ( C, fn 48
    case fontPriority(rank: UInt8, font: UInt8)  // FS ( C, fn 60
    // Line and position
    case align(Alignment)  // ESC a n
    case defaultLineSpacing  // ESC 2
    case lineSpacing(UInt8)  // ESC 3 n, vertical motion units
    case absolutePosition(UInt16)  // ESC $
    case relativePosition(Int16)  // ESC \
    case leftMargin(UInt16)  // GS L
    case printAreaWidth(UInt16)  // GS W
    /// To the beginning of the line: 0 forgets what is not printed yet, 1 prints it (GS T n).
    case lineStart(UInt8)
    /// Motion units of 1/x and 1/y inch; 0 is the model's own (GS P).
    case motionUnits(x: UInt8, y: UInt8)
    // Page mode
    case pageMode  // ESC L
    case standardMode  // ESC S
    case pageArea(PageArea)  // ESC W
    case pageDirection(PageDirection)  // ESC T n
    case pageVerticalPosition(UInt16)  // GS $
    case pageRelativeVerticalPosition(Int16)  // GS \
    case printPage  // ESC FF
    case cancelPage  // CAN
    // Symbols
    case barcodeHeight(UInt8)  // GS h n, dots
    case barcodeModuleWidth(UInt8)  // GS w n, dots
    case barcodeText(BarcodeText)  // GS H n
    case barcodeFont(UInt8)  // GS f n
    case barcode(system: UInt8, data: [UInt8])  // GS k m, form A (0 to 6) or B (65 to 79)
    case symbol(SymbolKind, SymbolFunction)  // GS ( k
    // Pictures
    case raster(RasterImage)  // GS v 0
    case columnImage(ColumnImage)  // ESC *
    case graphics(GraphicsFunction)  // GS ( L, GS 8 L
    case defineDownloadedImage(StoredImage)  // GS *
    case printDownloadedImage(mode: UInt8)  // GS / m
    case defineStoredImages([StoredImage])  // FS q
    case printStoredImage(number: UInt8, mode: UInt8)  // FS p n m
    // Mechanism
    case cut(Cut)  // GS V, ESC i, ESC m
    case pulse(connector: UInt8, on: UInt8, off: UInt8)  // ESC p, 2 ms units
    case buzzer(function: UInt8, parameters: [UInt8])  // ESC ( A
    case unidirectional(Bool)  // ESC U n
    case headControl(UInt8)  // GS E n
    case printControl(function: UInt8, value: UInt8)  // GS ( K: 48 mode, 49 density, 50 speed
    case paperEndSensors(UInt8)  // ESC c 3 n
    case stopSensors(UInt8)  // ESC c 4 n
    case panelButtonsDisabled(Bool)  // ESC c 5 n
    case testPrint(paper: UInt8, pattern: UInt8)  // GS ( A
    // Status
    case automaticStatus(UInt8)  // GS a n
    case transmitStatus(UInt8)  // GS r n
    case transmitPaperStatus  // ESC v
    case transmitDrawerStatus(UInt8)  // ESC u n
    case printerInformation(UInt8)  // GS I n
    case requestProcessID(ProcessID)  // GS ( H, fn 48
    case offlineResponse(UInt8)  // GS ( H, fn 49
    // Real-time
    case realTimeStatus(UInt8)  // DLE EOT n
    case realTimeExtendedStatus(UInt8, UInt8)  // DLE EOT n a, n = 7, 8, 18
    case realTimeRequest(UInt8)  // DLE ENQ n
    case realTimePulse(connector: UInt8, time: UInt8)  // DLE DC4, fn 1, 100 ms units
    case realTimePowerOff  // DLE DC4, fn 2
    case realTimeBuzzer([UInt8])  // DLE DC4, fn 3, five parameters
    case realTimeTransmit(UInt8)  // DLE DC4, fn 7
    case clearBuffers  // DLE DC4, fn 8
    /// Which real-time commands are obeyed: only the pulse and the power-off can be refused
    /// (GS ( D, m = 20).
    case realTimeCommands([RealTimePermission])
    // Miscellaneous
    case initialize  // ESC @
    case selectPeripheral(UInt8)  // ESC = n: b0 printer, b1 display
    case macroDefinition  // GS :, begin and end
    case runMacro(count: UInt8, wait: UInt8, mode: UInt8)  // GS ^
    case userSetting(function: UInt8, parameters: [UInt8])  // GS ( E
  }
}
