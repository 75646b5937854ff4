import Codecs
import Devices
import Drivers
import Foundation
import Profiles
import Simulators
import Testing

/// Simulated scanners in every layout of drivers/, and those that are no scanners at all.
@Suite(.timeLimit(.minutes(1))) struct KeyboardScannerLayoutTests {
  private static let drivers =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/drivers"
  private let id = DeviceID("scanner@1-1")

  private func layouts() throws -> [ScannerLayout] { try ProfileSet.load(Self.drivers).layouts }

  /// What a scanner of one layout sends is read by a driver that is set to another, or the same.
  private func outputs(
    of typist: ScannerTypist, reporting: KeyboardScannerModel.Reporting = .boot,
    readAs layout: String, framing: ScanFraming = .init(),
    _ scans: [(text: String, aim: String?)]
  ) async throws -> [ScannerOutput] {
    let device = SimulatedDevice(
      "scanner", KeyboardScannerModel(typist: typist, reporting: reporting))
    let scanner = KeyboardScanner(
      interface: SimulatedInterface(device: device), device: id,
      settings: KeyboardScannerSettings(layout: layout, framing: framing),
      layouts: try layouts(), clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    var outputs: [ScannerOutput] = []
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      for scan in scans { device.withModel { $0.scan(scan.text, aim: scan.aim) } }
      outputs = await collector.first(scans.count)
    }
    return outputs
  }

  private func scan(
    _ text: String, aim: String?, _ terminator: ScanTerminator = .enter
  ) -> ScannerOutput {
    .scan(
      ScanData(
        bytes: Array(text.utf8), aimIdentifier: aim, device: id, terminator: terminator))
  }

  /// All of ASCII that prints, GS, and every way to send it.
  @Test(
    arguments: ["us", "uk", "de", "fr", "es", "jp"],
    [ScannerTypist.GroupSeparator.control, .f8, .altCode, .character("~")])
  func `a scanner of every layout is read to the character`(
    name: String, separator: ScannerTypist.GroupSeparator
  ) async throws {
    let file = try #require(try layouts().first { $0.name == name })
    let typist = ScannerTypist(layout: HID.KeyboardLayout(file), groupSeparator: separator)
    let isSubstitute = separator == .character("~")
    // inventree-app #542, zxing #295, #1919, BarcodeScanner.Mobile #114: GS was lost.
    let text =
      String(String.UnicodeScalarView((0x20...0x7E).compactMap { Unicode.Scalar($0) }))
      .filter { !isSubstitute || $0 != "~" } + "\u{1D}21X"
    let framing = ScanFraming(groupSeparator: isSubstitute ? 0x7E : nil)
    for reporting in [KeyboardScannerModel.Reporting.boot, .bitmap] {
      let outputs = try await outputs(
        of: typist, reporting: reporting, readAs: name, framing: framing,
        [(text, "]C1"), ("4006381333931", "]E0")])
      #expect(outputs == [scan(text, aim: "]C1"), scan("4006381333931", aim: "]E0")])
    }
  }

  // barcode-to-pc-server #166, InvenTree #10589, odoo PR 3673: a scanner that is set to another
  // country.
  @Test(arguments: [
    ("us", "fr", ["us", "uk"]), ("fr", "us", ["fr"]), ("fr", "de", ["fr"]),
  ])
  func `a scanner that is set to another layout is refused, and the layout is named`(
    scanner: String, driver: String, looksLike: [String]
  ) async throws {
    let file = try #require(try layouts().first { $0.name == scanner })
    let outputs = try await outputs(
      of: ScannerTypist(layout: HID.KeyboardLayout(file)), readAs: driver,
      [("4006381333931", nil), ("4006381333931", "]E0")])
    for output in outputs {
      guard case .refused(.otherLayout(let names)) = output else {
        Issue.record("\(output)")
        continue
      }
      #expect(names.contains(scanner) && !names.contains(driver))
    }
    #expect(Set(looksLike).isSubset(of: Self.names(outputs.last)))
  }

  private static func names(_ output: ScannerOutput?) -> Set<String> {
    guard case .refused(.otherLayout(let names)) = output else { return [] }
    return Set(names)
  }

  @Test(arguments: ScannerTypist.Ending.allCases)
  func `a scanner ends its scans in every way that it can be set to`(
    ending: ScannerTypist.Ending
  ) async throws {
    let device = SimulatedDevice(
      "scanner", KeyboardScannerModel(typist: .init(usesKeypad: true, ending: ending)))
    let terminators: Set<KeyboardScannerSettings.Terminator> =
      ending == .none ? [.gap] : [.enter, .keypadEnter, .tab]
    let scanner = KeyboardScanner(
      interface: SimulatedInterface(device: device), device: id,
      settings: KeyboardScannerSettings(
        terminators: terminators, framing: .init(gapMilliseconds: 20)), clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("96385074") }
      let expected: ScanTerminator =
        switch ending {
        case .enter: .enter
        case .tab: .tab
        case .keypadEnter: .keypadEnter
        case .none: .gap
        }
      #expect(await collector.first(1) == [scan("96385074", aim: nil, expected)])
    }
  }

  // opensourcepos #849: digits were missing. A release that is lost swallows the second of two same
  // digits; what is left is no GTIN, and is never taken for one.
  @Test func `a lost release makes a number that its check digit refuses`() async throws {
    let device = SimulatedDevice("scanner", KeyboardScannerModel())
    let scanner = KeyboardScanner(
      interface: SimulatedInterface(device: device), device: id, clock: .still)
    let collector = OutputCollector<ScannerOutput>()
    _ = try await whileRunning({ () async throws(DeviceError) in
      try await scanner.run { collector.deliver($0) }
    }) {
      device.withModel { model in
        model.loseRelease()
        model.scan("7701234567897")
      }
      let short = "701234567897"
      #expect(await collector.first(1) == [scan(short, aim: nil)])
      #expect(throws: GS1.Refusal.self) { try GS1.GTIN(ascii: short.utf8) }
      // The next scan is whole.
      device.withModel { $0.scan("4006381333931") }
      #expect(await collector.first(2).last == scan("4006381333931", aim: nil))
    }
  }
}
