import Codecs
import Devices
import Profiles
import Raster
import Simulators
import Testing

@testable import Drivers

/// Names, notes and codes that hold commands: on paper they are text or nothing.
struct HostileFieldTests {
  private static let pieces = [
    "\u{1B}@", "\u{1B}p\u{0}\u{19}\u{FA}", "\u{1D}V\u{0}", "\u{10}\u{14}\u{1}\u{0}\u{1}",
    "\u{10}\u{4}\u{1}", "\u{10}\u{5}\u{2}", "\u{10}\u{14}\u{8}\u{1}\u{3}\u{14}\u{1}\u{6}\u{2}\u{8}",
    "\u{1D}(A\u{2}\u{0}\u{0}\u{2}", "\u{1C}.", "\u{1B}=\u{2}", "\u{9B}", "\u{90}", "\u{85}",
    "\u{0}", "\u{18}", "\u{C}", "\u{7F}", "\u{2028}", "\r\n", "\t", "{B", "{C\u{10}\u{14}", "茶",
    "é", "¥", "16", "1620", "<b>", "'; --", "$(x)", "\u{202E}", "🧋", "A",
  ]

  /// What the settings of printers differ in, as far as a text is concerned.
  private static let printers: [ESCPOSSettings] = {
    var none = PrinterBench.settings
    (none.multibyte, none.codePages, none.nativeSymbols) = (.none, ["cp437": 0], [])
    var big5 = PrinterBench.settings
    big5.multibyte = .big5
    var utf8 = PrinterBench.settings
    utf8.utf8Fonts = [.eucKR]
    var column = PrinterBench.settings
    (column.pictures, column.nativeSymbols) = (.column, [])
    return [PrinterBench.settings, none, big5, utf8, column]
  }()

  @Test(arguments: [UInt64(2), 71, 4_021])
  func `whatever a shop prints, no command comes out of a field`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let font = try CellFont()
    for round in 0..<60 {
      func field() -> String {
        (0..<(1 + Int(random.next() % 8)))
          .map { _ in Self.pieces[Int(random.next() % UInt64(Self.pieces.count))] }.joined()
      }
      let elements: [PrintElement] = [
        .text(field(), .plain), .columns(left: field(), right: field(), .plain),
        .barcode(.code128, field()), .barcode(.ean13, field()), .qrCode(field()),
        .text("the end", .plain), .cut,
      ]
      let settings = Self.printers[round % Self.printers.count]
      let layout = ESCPOSPrinterLayout(elements, settings: settings, font: font)
      let bytes = ESCPOS.encode(layout.commands)
      #expect(!ESCPOS.RealTimeScanner.isIntroducerPresent(in: bytes), "\(elements)")
      var profile = PrinterModel.Profile()
      profile.bufferByteCount = bytes.count + 1
      var model = PrinterModel(profile: profile)
      model.powerOn()
      _ = model.write(endpoint: PrinterModel.outEndpoint, bytes: bytes)
      #expect(model.unknownCommands.isEmpty, "\(elements)")
      #expect(model.drawerPulseCount == 0 && model.buzzerCount == 0, "\(elements)")
      #expect(model.paperText.hasSuffix("the end\n--- cut ---\n"), "\(elements)")
      #expect(model.paperText.ranges(of: "--- cut ---").count == 1, "\(elements)")
    }
  }
}
