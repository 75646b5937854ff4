import Codecs
import Devices
import Foundation
import Profiles
import Raster
import Simulators
import Testing

@testable import Drivers

/// What users of other systems complain about, where no other suite names it.
struct PrinterComplaintTests {
  private func layout(
    _ elements: [PrintElement], _ change: (inout ESCPOSSettings) -> Void = { _ in }
  ) -> ESCPOSPrinterLayout {
    var settings = PrinterBench.settings
    change(&settings)
    return ESCPOSPrinterLayout(elements, settings: settings, font: nil)
  }

  // xml-escpos-helper PR 45; node-thermal-printer #149: an ESC @ at the end ate the beginning of
  // the next job.
  @Test func `a job is initialised at its start and nowhere else`() {
    let job = layout([.text("a", .plain), .qrCode("b"), .cut, .text("c", .plain), .cut])
    let starts = job.commands.indices.filter { job.commands[$0] == .initialize }
    #expect(starts == [0])
  }

  // EscPosEncoder #90, ReceiptPrinterEncoder #18: the knife cut above the last lines.
  @Test func `the paper is fed to the knife, by the printer or by the profile's distance`() {
    #expect(layout([.cut]).commands.last == .cut(.feedAndPartial(24)))
    let plain = layout([.cut]) {
      $0.cutCommand = .cut
      $0.cutterDistanceDots = 300
    }
    #expect(plain.commands.suffix(3) == [.feedDots(255), .feedDots(69), .cut(.partial)])
    let old = layout([.cut]) {
      $0.cutCommand = .old
      $0.cutterDistanceDots = 80
    }
    #expect(old.commands.suffix(2) == [.feedDots(104), .cut(.oldPartial)])
  }

  // python-escpos sends a wrong EAN-13, and the printer prints nothing.
  @Test func `a symbol with a wrong check digit is never sent, drawn or native`() throws {
    for native in [true, false] {
      let job = layout([
        .barcode(.ean13, "4006381333932"), .barcode(.ean8, "96385075"),
        .barcode(.upcA, "042100005265"), .barcode(.itf14, "14006381333937"),
        .barcode(.ean13, "4006381333931"),
      ]) { if !native { $0.nativeSymbols = [] } }
      let symbols = job.commands.filter { command in
        switch command {
        case .barcode, .raster: true
        default: false
        }
      }
      #expect(symbols.count == 1)
      #expect(
        job.losses == [
          .symbolAsText("4006381333932"), .symbolAsText("96385075"),
          .symbolAsText("042100005265"), .symbolAsText("14006381333937"),
        ])
    }
  }

  @Test func `a QR code is as large as the paper, or its content is told as text`() {
    let content = String(repeating: "x", count: 600)
    #expect(layout([.qrCode(content)]).losses.isEmpty)
    let narrow = layout([.qrCode(content)]) { $0.dotsPerLine = 384 }
    #expect(narrow.losses.isEmpty)
    let size = narrow.commands.compactMap { command -> UInt8? in
      if case .symbol(.qrCode, .moduleSize(let size)) = command { size } else { nil }
    }
    #expect(size == [3])
    let tiny = layout([.qrCode(content)]) { $0.dotsPerLine = 256 }
    #expect(tiny.losses == [.symbolAsText(content)])
  }

  // python-escpos #251: a QR code as a picture took seconds.
  @Test func `symbols are the printer's own where it has them and drawn where not`() {
    let own = layout([.qrCode("x"), .barcode(.code128, "A-1")]).commands
    #expect(own.contains(.symbol(.qrCode, .print)))
    #expect(!own.contains { if case .raster = $0 { true } else { false } })
    let drawn = layout([.qrCode("x"), .barcode(.code128, "A-1")]) { $0.nativeSymbols = [] }.commands
    #expect(drawn.count { if case .raster = $0 { true } else { false } } == 2)
    // What is read by eye stands beneath the bars.
    #expect(drawn.contains(.text(Array("A-1".utf8))))
  }

  private static let contents: [Devices.BarcodeSymbology: String] = [
    .ean13: "4006381333931", .ean8: "96385074", .upcA: "042100005264", .code128: "K7-1",
    .interleaved2of5: "0123456789", .itf14: "14006381333938", .code39: "KC 7-1",
  ]

  @Test(arguments: Devices.BarcodeSymbology.allCases)
  func `every barcode is the printer's own where it has it, and drawn as wide where not`(
    symbology: Devices.BarcodeSymbology
  ) throws {
    let content = try #require(Self.contents[symbology])
    let own = layout([.barcode(symbology, content)])
    #expect(own.losses.isEmpty)
    #expect(own.commands.contains { if case .barcode = $0 { true } else { false } })
    let drawn = layout([.barcode(symbology, content)]) { $0.nativeSymbols = [] }
    #expect(drawn.losses.isEmpty)
    #expect(drawn.commands.contains { if case .raster = $0 { true } else { false } })
    #expect(drawn.commands.contains(.text(Array(content.utf8))))
  }

  @Test func `bars that are wider than the paper are told as text`() {
    let content = String(repeating: "0", count: 28)
    #expect(layout([.barcode(.interleaved2of5, content)]).losses.isEmpty)
    let narrow = layout([.barcode(.interleaved2of5, content)]) { $0.dotsPerLine = 384 }
    #expect(narrow.losses == [.symbolAsText(content)])
  }

  @Test func `a drawer is opened where there is a connector for it`() {
    let both: [PrintElement] = [
      .drawerPulse(connector: .first), .drawerPulse(connector: .second),
    ]
    func pulses(_ count: Int) -> [ESCPOS.Command] {
      layout(both) { $0.drawerCount = count }.commands.filter {
        if case .pulse = $0 { true } else { false }
      }
    }
    #expect(pulses(0).isEmpty)
    #expect(pulses(1) == [.pulse(connector: 0, on: 50, off: 250)])
    #expect(pulses(2).count == 2)
  }

  @Test func `a picture survives the print journal`() throws {
    let picture = try #require(
      PrintPicture(width: 3, height: 2, ink: [0, 1, 15, 16, 254, 255]))
    #expect(PrintPicture(width: 3, height: 2, ink: [0]) == nil)
    #expect(PrintPicture(width: 0, height: 2, ink: []) == nil)
    #expect(PrintPicture(width: 1 << 40, height: 1 << 40, ink: []) == nil)
    let element = PrintElement.picture(picture)
    let journal = try JSONEncoder().encode(element)
    #expect(try JSONDecoder().decode(PrintElement.self, from: journal) == element)
    for wrong in ["00010ff", "zz", "0001020304"] {
      let data = Data(#"{"width": 3, "ink": "\#(wrong)"}"#.utf8)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(PrintPicture.self, from: data)
      }
    }
  }

  // odoo PR 258841: a long receipt is asked about part by part.
  @Test func `a long job is in parts that end between its elements`() {
    let lines = (1...120).map { PrintElement.text("line \($0)", .plain) }
    let job = layout(lines + [.cut])
    #expect(job.segments.count == 5)
    for segment in job.segments.dropLast() {
      #expect((800..<900).contains(segment.paperDots))
      #expect(segment.commands.last == .lineFeed)
    }
    #expect(job.paperDots == 120 * 30 + 104)
  }

  @Test func `a printer of which only the class is known is asked what it is`() async throws {
    var facts = PrinterBench.settings
    facts.columns = 44
    facts.multibyte = .ask
    let model = DeviceProfile(
      key: "t20iii", match: .model(USBID(vendorID: 1, productID: 1), product: nil),
      identities: [PrinterIdentity("EPSON TM-T20III")].compactMap { $0 },
      settings: .escpos(facts), source: "a test", verified: .simulated)
    var generic = PrinterBench.settings
    generic.completion = .none
    generic.multibyte = .none
    let simulated = SimulatedDevice("printer", PrinterModel())
    let printer = ESCPOSPrinter(
      interface: SimulatedInterface(device: simulated), device: DeviceID("printer@1-1"),
      settings: generic, models: [model], limits: PrinterBench.limits)
    let running = Task { try await printer.run { _ in } }
    defer { running.cancel() }
    let job = PrintJob(number: 1, elements: [.text("绿茶", .plain), .cut])
    let completion = try await printer.print(job)
    #expect(completion == .printed)
    let capabilities = await printer.capabilities
    #expect(capabilities.model == "EPSON TM-T20III")
    #expect(capabilities.columns == 44)
    // The type of its characters is what this printer says, not what its model has at most.
    #expect(simulated.withModel { $0.paperText }.hasPrefix("绿茶\n"))
    #expect(simulated.withModel { $0.unknownCommands }.isEmpty)
  }
}
