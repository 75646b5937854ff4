import Codecs
import Devices
import Profiles
import Raster
import Simulators
import Testing

@testable import Drivers

/// Nothing that is sent for paper is obeyed as a real-time command, whatever is printed
/// (DEVICES 1.6).
struct RealTimeHazardTests {
  private struct Chance {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
  }

  /// Bytes of a real-time command, and others, as text and as ink: a picture's bits are the bytes
  /// of the sequence itself as often as not.
  private func picture(_ chance: inout Chance) -> PrintPicture? {
    let (width, height) = (8 * (1 + chance.next(below: 72)), 1 + chance.next(below: 64))
    let risky: [UInt8] = [0x10, 0x04, 0x05, 0x14, 0x01, 0x02, 0x08, 0x00]
    var ink: [UInt8] = []
    for _ in 0..<width * height / 8 {
      let byte = risky[chance.next(below: risky.count)]
      for bit in 0..<8 { ink.append(byte & (0x80 >> UInt8(bit)) == 0 ? 0 : 255) }
    }
    return PrintPicture(width: width, height: height, ink: ink)
  }

  private func elements(_ chance: inout Chance) -> [PrintElement] {
    let texts = [
      "a\u{10}\u{4}\u{1}b", "\u{10}\u{14}\u{8}\u{1}\u{3}\u{14}\u{1}\u{6}\u{2}\u{8}",
      "茶\u{10}\u{5}\u{2}",
      "tea ¥12.50", "Ελλάς Київ 한국",
    ]
    return (0..<6).flatMap { _ -> [PrintElement] in
      let text = texts[chance.next(below: texts.count)]
      switch chance.next(below: 6) {
      case 0: return [.text(text, TextStyle(isDoubleWidth: chance.next(below: 2) == 0))]
      case 1: return [.columns(left: text, right: text, .plain)]
      case 2: return [.qrCode(text)]
      case 3: return [.barcode(.code128, text)]
      case 4: return picture(&chance).map { [.picture($0)] } ?? []
      default: return [.feed(lines: [4, 5, 16, 20][chance.next(below: 4)])]
      }
    } + [.drawerPulse(connector: .first), .cut]
  }

  @Test(arguments: ESCPOSSettings.Pictures.allCases)
  func `no byte of a job begins a live command`(pictures: ESCPOSSettings.Pictures) throws {
    let font = try CellFont()
    var chance = Chance(state: 20_261_130)
    for round in 0..<60 {
      var settings = PrinterBench.settings
      settings.pictures = pictures
      settings.maximumRasterRows = 24 + chance.next(below: 300)
      settings.dotsPerLine = [384, 512, 576][chance.next(below: 3)]
      settings.drawerCount = 1
      if round % 2 == 0 { (settings.multibyte, settings.nativeSymbols) = (.none, []) }
      let layout = ESCPOSPrinterLayout(elements(&chance), settings: settings, font: font)
      let bytes = ESCPOS.encode(layout.commands)
      let live = ESCPOS.RealTimeScanner.commands(in: bytes)
      #expect(live.isEmpty, "round \(round): \(live.map(\.command))")
    }
  }
}
