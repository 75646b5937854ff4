import Codecs
import Testing

@testable import Simulators

/// What goes wrong with printers, and what the printer says about it.
struct PrinterFaultTests {
  private func picture(rows: UInt16 = 24) throws -> ESCPOS.Command {
    .raster(
      try #require(
        ESCPOS.RasterImage(
          bytesPerRow: 72, rows: rows, data: [UInt8](repeating: 0x41, count: 72 * Int(rows)))))
  }

  /// python-escpos #628, #325, #251; escpos-php #8, #58; zj-58 #5; flutter #22: a time-out in the
  /// middle of a picture, and what comes next is printed as its dots or its dots as letters.
  @Test func `a job cut off in a picture eats the next one, unless the picture is ended`() throws {
    let half = Array(ESCPOS.encode(try picture()).prefix(900))
    let next = Array("next receipt\n".utf8)
    var model = PrinterModel.running()
    model.send(bytes: half + ESCPOS.encode(.initialize) + next)
    #expect(model.paperText.isEmpty)
    var cured = PrinterModel.running()
    cured.send(bytes: half)
    cured.send(bytes: [UInt8](repeating: 0, count: 4_096))
    cured.send(bytes: ESCPOS.encode([.initialize, .automaticStatus(0xFF)]) + next)
    #expect(cured.paperText.hasSuffix("next receipt\n") && cured.unknownCommands.isEmpty)
  }

  /// DantSu #415; flutter_thermal_printer #8; escpos-php #251: garbage until a power cycle.
  @Test func `power lost in a picture makes letters of what still comes`() throws {
    let bytes = ESCPOS.encode(try picture())
    var model = PrinterModel.running()
    model.send(bytes: Array(bytes.prefix(300)))
    model.powerOn()
    model.send(bytes: Array(bytes.dropFirst(300)) + [0x0A])
    #expect(model.paperText.contains("AAAA"))
  }

  /// escpos-php #411; python-escpos #370; react-native-esc-pos-printer #95: stale jobs print when
  /// paper is reloaded.
  @Test func `paper out in mid job keeps the rest, and a recovery with clearing throws it away`() {
    var model = PrinterModel.running()
    model.linesLeft = 1
    model.send("one\ntwo\n")
    #expect(model.paperText == "one\n")
    var cleared = model
    model.setPaper(.ok)
    #expect(model.paperText == "one\ntwo\n")
    cleared.send([.realTimeRequest(2)])
    cleared.setPaper(.ok)
    #expect(cleared.paperText == "one\n")
  }

  @Test func `an open cover stops it and a jammed knife needs to be freed`() {
    var model = PrinterModel.running()
    model.send([.automaticStatus(0xFF)])
    model.setCover(isOpen: true)
    model.send("held\n")
    #expect(model.paperText.isEmpty)
    model.setCover(isOpen: false)
    #expect(model.paperText == "held\n")
    model.jamsAtNextCut = true
    model.send([.cut(.feedAndFull(0))])
    let statuses = model.answers().compactMap { response -> ESCPOS.AutomaticStatus? in
      if case .automaticStatus(let status) = response { status } else { nil }
    }
    #expect(statuses.map(\.isCoverOpen) == [false, true, false, false])
    #expect(statuses.map(\.hasCutterError) == [false, false, false, true])
    #expect(statuses.map(\.isOffline) == [false, true, false, true])
  }

  /// EscPosEncoder #90 = ReceiptPrinterEncoder #18: the knife cuts before the last line.
  @Test func `a cut without feeding leaves the last lines behind the knife`() {
    var model = PrinterModel.running()
    model.send("last\n")
    model.send([.cut(.full)])
    #expect(model.paper.items.last == .cut(isPartial: false, dotsBelow: 80))
    model.send("next\n")
    model.send([.cut(.feedFullAndReturn(0))])
    #expect(model.paper.items.last == .cut(isPartial: false, dotsBelow: 0))
  }

  // MARK: Real time

  /// Bytes of a picture that read as a real-time command are obeyed ("Notes of Real-time Commands";
  /// Epson's manuals tell of it with each of them).
  @Test func `a picture can open the drawer, and GS ( D forbids it`() throws {
    let pulse = ESCPOS.encode(.realTimePulse(connector: 0, time: 2))
    let image = try #require(
      ESCPOS.RasterImage(bytesPerRow: 5, rows: 1, data: pulse))
    #expect(ESCPOS.RealTimeScanner.isIntroducerPresent(in: ESCPOS.encode(.raster(image))))
    var model = PrinterModel.running()
    model.send([.raster(image)])
    #expect(model.drawerPulseCount == 1)
    // It is obeyed in its turn: a picture right behind it would be scanned before.
    model.send([.realTimeCommands([.init(function: 1, isEnabled: false)])])
    model.send([.raster(image)])
    #expect(model.drawerPulseCount == 1 && model.blocks.count == 2)
  }

  @Test func `it shuts down when it is told to and nothing forbids it`() {
    var model = PrinterModel.running()
    model.send([.realTimePowerOff])
    model.send("still on\n")
    #expect(model.paperText == "still on\n")
    model.send([.realTimeCommands([.init(function: 2, isEnabled: true)])])
    model.send([.realTimePowerOff])
    model.send("off\n")
    #expect(model.paperText == "still on\n" && model.answers() == [.powerOff])
    model.powerOn()
    model.send("on\n")
    #expect(model.paperText == "still on\non\n")
  }

  @Test func `drawer, buzzer and sensors are told`() {
    var model = PrinterModel.running()
    model.send([.pulse(connector: 0, on: 25, off: 250), .buzzer(function: 97, parameters: [1, 1])])
    model.send([.realTimeBuzzer([1, 0, 1, 1, 0])])
    #expect(model.drawerPulseCount == 1 && model.buzzerCount == 2)
    model.setDrawer(isOpen: true)
    model.send([.transmitStatus(2), .transmitDrawerStatus(0), .realTimeStatus(1)])
    model.setPaper(.nearEnd)
    model.send([.transmitPaperStatus, .transmitStatus(49), .realTimeStatus(4)])
    model.send([.realTimeExtendedStatus(7, 1), .realTimeTransmit(1)])
    var status = ESCPOS.AutomaticStatus()
    status.isDrawerPinHigh = true
    status.isPaperNearEnd = true
    #expect(
      model.answers() == [
        // The real-time answer overtakes those of the buffer.
        .realTimeStatus(0x16), .bufferedStatus(1), .bufferedStatus(1), .realTimeStatus(0x1E),
        .bufferedStatus(3), .bufferedStatus(3), .realTimeStatus(0x12), .automaticStatus(status),
      ])
  }

  @Test func `the near-end sensor stops it where ESC c 4 says so`() {
    var model = PrinterModel.running()
    model.send([.stopSensors(0x03)])
    model.setPaper(.nearEnd)
    model.send("held\n")
    #expect(model.paperText.isEmpty && model.status.isOffline)
    model.setPaper(.ok)
    #expect(model.paperText == "held\n")
  }

  @Test func `why it went offline is told with its cause, the newest only`() {
    var model = PrinterModel.running()
    model.send([.offlineResponse(2)])
    model.setPaper(.out)
    model.setCover(isOpen: true)
    #expect(model.answers() == [.offlineCauses([0x41])])
    model.setCover(isOpen: false)
    model.setPaper(.ok)
    model.send([.offlineResponse(1)])
    model.setCover(isOpen: true)
    #expect(model.answers() == [.offlineCauses([])])
  }

  @Test func `every question of GS I has its answer`() {
    var model = PrinterModel.running { $0.multibyte = .shiftJIS }
    model.send([1, 2, 3, 66, 67, 69, 200].map { .printerInformation($0) })
    #expect(
      model.answers() == [
        .bufferedStatus(0x20), .bufferedStatus(0x03), .bufferedStatus(0x00),
        .information(Array("EPSON".utf8)), .information(Array("TM-T20III".utf8)),
        .information(Array("KANJI JAPANESE".utf8)),
      ])
  }
}
