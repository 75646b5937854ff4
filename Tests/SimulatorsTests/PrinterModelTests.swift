import Codecs
import Devices
import Raster
import Testing

@testable import Simulators

struct PrinterModelTests {
  private func printer(_ profile: PrinterModel.Profile = .init()) -> PrinterModel {
    var model = PrinterModel(profile: profile)
    model.powerOn()
    return model
  }

  private func answers(_ model: inout PrinterModel) -> [ESCPOS.Response] {
    var parser = ESCPOS.ResponseParser()
    var responses: [ESCPOS.Response] = []
    while let packet = model.read(endpoint: PrinterModel.inEndpoint, maximumByteCount: 64) {
      responses += parser.feed(packet)
    }
    return responses
  }

  @discardableResult
  private func send(_ model: inout PrinterModel, _ commands: [ESCPOS.Command]) -> USBAnswer {
    model.write(endpoint: PrinterModel.outEndpoint, bytes: ESCPOS.encode(commands))
  }

  private func line(_ text: String) -> [ESCPOS.Command] {
    [.text(CodePage.gb18030.encode(text).bytes), .lineFeed]
  }

  @Test func `it is a printer of class 07 01 02 and tells its name`() {
    var model = printer()
    let description = USBDeviceDescription(model.descriptors, topology: "1-1", address: "001/002")
    #expect(description.vendorID == 0x04B8 && description.productID == 0x0E28)
    let interface = description.interfaces[0]
    #expect([interface.classCode, interface.subclassCode, interface.protocolCode] == [7, 1, 2])
    #expect(interface.endpoints.map(\.address) == [0x01, 0x82])
    let setup = USBControlSetup(requestType: 0xA1, request: 0, value: 0, index: 0, length: 255)
    guard case .data(let id) = model.control(setup, data: []) else {
      Issue.record("no device id")
      return
    }
    #expect(Int(id[0]) << 8 | Int(id[1]) == id.count)
    #expect(String(decoding: id.dropFirst(2), as: UTF8.self).hasPrefix("MFG:EPSON;CMD:ESC/POS;"))
    model.setPaper(.out)
    let status = USBControlSetup(requestType: 0xA1, request: 1, value: 0, index: 0, length: 1)
    #expect(model.control(status, data: []) == .data([0x30]))
  }

  @Test func `text is where the settings put it`() {
    var model = printer()
    send(&model, [.kanjiMode(true), .align(.center)] + line("合计"))
    send(
      &model, [.align(.left), .characterSize(width: 2, height: 2), .emphasize(true)] + line("A国"))
    guard case .line(let first) = model.paper.items[0],
      case .line(let second) = model.paper.items[1]
    else {
      Issue.record("no lines")
      return
    }
    #expect(first.alignment == .center && first.width == 48 && first.feedDots == 30)
    #expect(second.cells.map(\.width) == [24, 48] && second.height == 48)
    #expect(second.cells.allSatisfy { $0.style.isEmphasized })
    #expect(model.paperText == String(repeating: " ", count: 22) + "合计\nA国\n")
  }

  @Test func `a line that is too long goes on in the next`() {
    var model = printer()
    send(&model, line(String(repeating: "x", count: 50)))
    #expect(model.paperText == String(repeating: "x", count: 48) + "\nxx\n")
  }

  @Test func `four-byte GB 18030 prints as digits, which is why it must not be sent`() {
    var model = printer()
    send(&model, [.kanjiMode(true), .text([0x81, 0x30, 0x84, 0x36]), .lineFeed])
    #expect(model.paperText == " 0 6\n")
  }

  @Test func `symbols are read as a scanner would read them`() throws {
    var model = printer()
    for symbology in ESCPOS.Barcode.Symbology.allCases {
      let text: String =
        switch symbology {
        case .ean13: "4006381333931"
        case .ean8: "96385074"
        case .upcA: "042100005264"
        case .code128: "K{7-1"
        case .interleaved2of5: "0123456789"
        case .itf14: "14006381333938"
        case .code39: "KC 7-1"
        }
      send(&model, try ESCPOS.Barcode(symbology, text).commands(dotsPerLine: 576))
    }
    send(&model, try ESCPOS.Barcode(.code128, "123456").commands(dotsPerLine: 576))
    send(&model, try ESCPOS.QRCode("KC1:7Q2M").commands)
    send(&model, [.barcode(system: 67, data: Array("4006381333932".utf8))])
    let lines = model.paperText.split(separator: "\n")
    #expect(
      lines.prefix(9) == [
        "[UPC-A 042100005264]", "[EAN-13 4006381333931]", "[EAN-8 96385074]", "[Code 128 K{7-1]",
        "[ITF 0123456789]", "[ITF 14006381333938]", "[Code 39 KC 7-1]", "[Code 128 123456]",
        "[QR KC1:7Q2M]",
      ])
    #expect(lines.last?.hasPrefix("[refused: EAN-13 4006381333932") == true)
  }

  @Test func `real-time status is answered even when nothing more is taken`() {
    var model = printer()
    model.setPaper(.out)
    let text = [UInt8](repeating: 0x41, count: 5_000)
    #expect(model.write(endpoint: 1, bytes: text) == .accepted(4_096))
    #expect(model.write(endpoint: 1, bytes: text) == .notReady)
    #expect(send(&model, [.realTimeStatus(1), .realTimeStatus(4)]) == .accepted(6))
    #expect(answers(&model) == [.realTimeStatus(0x1A), .realTimeStatus(0x7E)])
    #expect(model.receivedBytes.count == 4_102)
  }

  @Test func `paper that is back lets the rest of the job out`() {
    var model = printer()
    model.linesLeft = 2
    send(&model, [.automaticStatus(0xFF)] + line("one") + line("two") + line("three"))
    #expect(model.paperText == "one\ntwo\n")
    var out = ESCPOS.AutomaticStatus()
    out.isPaperOut = true
    out.isPaperNearEnd = true
    out.isOffline = true
    #expect(answers(&model) == [.automaticStatus(.init()), .automaticStatus(out)])
    model.setPaper(.ok)
    #expect(model.paperText == "one\ntwo\nthree\n")
    #expect(answers(&model) == [.automaticStatus(.init())])
  }

  @Test func `a process id is told when what is before it is printed, the newest only`() {
    var model = printer()
    model.setCover(isOpen: true)
    let (first, second) = (ESCPOS.ProcessID(counter: 1), ESCPOS.ProcessID(counter: 2))
    send(
      &model, line("a") + [.requestProcessID(first)] + line("b") + [.requestProcessID(second)])
    #expect(answers(&model).isEmpty)
    model.setCover(isOpen: false)
    #expect(answers(&model) == [.printed(second)])
  }

  @Test func `power takes buffer and settings away and leaves the paper`() {
    var model = printer()
    model.printsAtOnce = false
    send(&model, [.align(.right)] + line("one") + line("two"))
    model.advance(lines: 1)
    model.powerOn()
    model.printsAtOnce = true
    send(&model, line("three"))
    #expect(model.paperText == String(repeating: " ", count: 45) + "one\nthree\n")
  }

  @Test func `clearing the buffers is answered and nothing of them is printed`() {
    var model = printer()
    model.setPaper(.out)
    send(&model, line("stale"))
    send(&model, [.clearBuffers])
    #expect(answers(&model) == [.buffersCleared])
    model.setPaper(.ok)
    #expect(model.paperText.isEmpty)
  }

  @Test func `the knife leaves what is between it and the print head`() {
    var model = printer()
    send(&model, line("a") + [.cut(.full)])
    #expect(model.paper.items.last == .cut(isPartial: false, dotsBelow: 80))
    send(&model, line("b") + [.cut(.feedAndPartial(24))])
    #expect(
      model.paper.items.suffix(3) == [
        .feed(dots: 24), .cut(isPartial: true, dotsBelow: 0), .feed(dots: 80),
      ])
  }

  @Test func `a jammed knife stops the printer until it is freed`() {
    var model = printer()
    model.jamsAtNextCut = true
    send(&model, [.cut(.feedAndPartial(0))] + line("after"))
    #expect(model.status.hasCutterError && model.paperText.isEmpty)
    send(&model, [.realTimeRequest(1)])
    #expect(model.paperText == "after\n")
  }

  @Test func `the picture is as wide as the paper and as long as what is on it`() throws {
    var model = printer()
    let empty = try model.paperPNG()
    send(&model, [.kanjiMode(true)] + line("合计") + [.cut(.feedAndPartial(0))])
    let png = try model.paperPNG()
    #expect(png[16..<20] == [0, 0, 2, 128])
    #expect(png.count > empty.count)
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `random bytes never trap, on paper or in the picture`(seed: UInt64) throws {
    var state = seed
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 35)
    }
    let likely: [UInt8] = [0x1B, 0x1C, 0x1D, 0x10, 0x28, 0x6B, 0x76, 0x30, 0x0A, 0x21, 0x24, 0x41]
    var model = printer()
    for _ in 0..<400 {
      let bytes = (0..<64).map { _ in next() & 1 == 0 ? next() : likely[Int(next()) % likely.count]
      }
      _ = model.write(endpoint: 1, bytes: bytes)
      model.setPaper(.ok)
      _ = model.read(endpoint: PrinterModel.inEndpoint, maximumByteCount: 3)
    }
    #expect(model.receivedBytes.count > 1_000)
    #expect(try !model.paperPNG().isEmpty)
  }
}
