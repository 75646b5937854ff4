import Codecs
import Testing

@testable import Simulators

/// The display on the printer's connector gets what is between ESC = 2 and ESC = 1, nothing else.
struct PrinterDisplayTests {
  private func model() -> PrinterModel {
    var model = PrinterModel()
    model.display = LineDisplayModel(dialect: .dmD, columns: 20, rows: 2, codePage: .cp437)
    model.powerOn()
    return model
  }

  private static let text =
    [0x1B, 0x40, 0x1F, 0x24, 1, 1] + Array("TOTAL".utf8) + [0x1F, 0x24, 16, 1] + Array("12.50".utf8)

  @Test func `bytes between the two choices are the display's, in any portions`() {
    let passage: [UInt8] = [0x1B, 0x3D, 2] + Self.text + [0x1B, 0x3D, 1]
    let bytes = Array("paper\n".utf8) + passage + Array("more\n".utf8)
    for size in 1...bytes.count {
      var model = model()
      for start in stride(from: 0, to: bytes.count, by: size) {
        model.send(bytes: Array(bytes[start..<min(start + size, bytes.count)]))
      }
      #expect(model.paperText == "paper\nmore\n")
      #expect(model.display?.lines == ["TOTAL          12.50", ""])
      #expect(model.display?.bytes == Self.text && model.unknownCommands.isEmpty)
    }
  }

  @Test func `an ESC that begins no choice is the display's own`() {
    var model = model()
    model.send(bytes: [0x1B, 0x3D, 2, 0x1B, 0x1B, 0x3E, 0x1B, 0x40, 0x1B, 0x1B, 0x3D, 1])
    #expect(model.display?.bytes == [0x1B, 0x1B, 0x3E, 0x1B, 0x40, 0x1B])
    model.send("paper\n")
    #expect(model.paperText == "paper\n")
  }

  @Test func `real-time commands are the printer's even while it is not chosen`() {
    var model = model()
    model.send(bytes: [0x1B, 0x3D, 2, 0x10, 0x04, 1])
    #expect(model.answers() == [.realTimeStatus(0x12)])
  }

  @Test func `power brings it back to the printer, and clears the display`() {
    var model = model()
    model.send(bytes: [0x1B, 0x3D, 2] + Self.text)
    #expect(model.display?.lines.first?.hasPrefix("TOTAL") == true)
    model.powerOn()
    #expect(model.display?.lines == ["", ""])
    model.send("paper\n")
    #expect(model.paperText == "paper\n")
  }

  @Test func `what waits behind an open cover reaches the display when it is closed`() {
    var model = model()
    model.setCover(isOpen: true)
    model.send(bytes: [0x1B, 0x3D, 2] + Self.text + [0x1B, 0x3D, 1])
    #expect(model.display?.lines == ["", ""])
    model.setCover(isOpen: false)
    #expect(model.display?.lines.first == "TOTAL          12.50")
  }
}
