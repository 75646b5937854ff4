import Codecs
import Testing

struct KeyboardDecoderTests {
  private static let released = [UInt8](repeating: 0, count: 8)

  private func press(_ usage: UInt8, modifiers: UInt8 = 0) -> [[UInt8]] {
    [[modifiers, 0, usage, 0, 0, 0, 0, 0], Self.released]
  }

  private func feed(
    _ reports: [[UInt8]], _ settings: HID.KeyboardSettings = .init()
  ) -> [HID.ScanResult] {
    var decoder = HID.KeyboardDecoder(settings: settings)
    return reports.flatMap { decoder.feed($0) }
  }

  private func scan(_ text: String, aim: String? = nil) -> HID.ScanResult {
    .success(HID.Scan(bytes: Array(text.utf8), aimIdentifier: aim))
  }

  @Test func `recorded scans of the US layout give their text in every style of typing`() throws {
    let cases = try KeyboardCase.all()
    #expect(cases.count == 18)
    for example in cases {
      let settings = HID.KeyboardSettings(
        terminators: example.suffix == "none" ? [.gap] : [.enter, .keypadEnter, .tab])
      var decoder = HID.KeyboardDecoder(settings: settings)
      var results = example.reports.flatMap { decoder.feed($0) }
      if example.suffix == "none" { results += decoder.gapElapsed() }
      #expect(
        results == [.success(HID.Scan(bytes: example.text, aimIdentifier: nil))],
        "\(example.style) \(example.suffix)")
      #expect(!decoder.isMidScan)
    }
  }

  @Test func `an AIM identifier in front is split off the text`() {
    // ] E 0 4 2, Enter
    let reports =
      press(0x30) + press(0x08, modifiers: 0x02) + press(0x27) + press(0x21) + press(0x1F)
      + press(0x28)
    #expect(feed(reports) == [scan("42", aim: "]E0")])
    #expect(feed(reports, .init(splitsAIMIdentifier: false)) == [scan("]E042")])
  }

  @Test func `a scan whose end does not come is torn and the next one is whole`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    for report in press(0x1E) + press(0x1F) { #expect(decoder.feed(report).isEmpty) }
    #expect(decoder.isMidScan)
    #expect(decoder.gapElapsed() == [.failure(.torn)])
    #expect(!decoder.isMidScan)
    let next = (press(0x20) + press(0x28)).flatMap { decoder.feed($0) }
    #expect(next == [scan("3")])
  }

  @Test func `a scan longer than the limit is refused once and thrown away to its end`() {
    let settings = HID.KeyboardSettings(maximumByteCount: 3)
    let four = (0..<6).flatMap { _ in press(0x1E) }
    #expect(
      feed(four + press(0x28) + press(0x1F) + press(0x28), settings)
        == [.failure(.tooLong), scan("2")])
  }

  @Test func `a key without a character refuses the scan`() {
    #expect(
      feed(press(0x1E) + press(0x4A) + press(0x1F) + press(0x28)) == [.failure(.unknownKey)])
  }

  @Test func `Caps Lock turns letters around and nothing else`() {
    let reports =
      press(0x39) + press(0x04) + press(0x04, modifiers: 0x02) + press(0x1E) + press(0x39)
      + press(0x04) + press(0x28)
    #expect(feed(reports) == [scan("Aa1a")])
  }

  @Test func `AltGr changes nothing in the US layout`() {
    #expect(feed(press(0x1F, modifiers: 0x40) + press(0x28)) == [scan("2")])
  }

  @Test func `GS comes by Ctrl and bracket, by F8 and by Alt and its number`() {
    let byAlt: [[UInt8]] = [
      [0x04, 0, 0x62, 0, 0, 0, 0, 0], [0x04, 0, 0, 0, 0, 0, 0, 0],
      [0x04, 0, 0x5A, 0, 0, 0, 0, 0], [0x04, 0, 0, 0, 0, 0, 0, 0],
      [0x04, 0, 0x61, 0, 0, 0, 0, 0], Self.released,
    ]
    let reports = press(0x30, modifiers: 0x01) + press(0x41) + byAlt + press(0x28)
    #expect(feed(reports) == [scan("\u{1D}\u{1D}\u{1D}")])
  }

  @Test func `only the configured keys end a scan`() {
    let reports = press(0x1E) + press(0x2B) + press(0x1F) + press(0x58)
    #expect(feed(reports) == [scan("1"), scan("2")])
    #expect(feed(reports, .init(terminators: [.keypadEnter])) == [scan("1\t2")])
  }

  @Test func `prefix and suffix are taken off where they are there`() {
    let settings = HID.KeyboardSettings(prefix: [0x61], suffix: [0x7A])  // a, z
    let whole = press(0x04) + press(0x1E) + press(0x1D) + press(0x28)
    #expect(feed(whole, settings) == [scan("1")])
    #expect(feed(press(0x1E) + press(0x28), settings) == [scan("1")])
    #expect(feed(press(0x04) + press(0x1D) + press(0x28), settings).isEmpty)
  }

  @Test func `CR and LF together end one scan`() {
    #expect(feed(press(0x1E) + press(0x28) + press(0x0D, modifiers: 0x01)) == [scan("1")])
  }

  @Test func `a bitmap of keys with a report id reads like the boot report`() throws {
    // Report 3: eight modifiers, then a bit for each of usages 00h to 67h.
    let descriptor = try HID.ReportDescriptor(
      decoding: hexBytes(
        """
        05010906a1018503050719e029e71500250175019508810205071900296715002501750195688102c0
        """))
    let format = try #require(HID.KeyboardReportFormat(descriptor))
    #expect(format.byteCount == 15)
    var decoder = HID.KeyboardDecoder(settings: .init(), format: format)
    func report(_ usages: [Int], modifiers: UInt8 = 0) -> [UInt8] {
      var bytes = [0x03, modifiers] + [UInt8](repeating: 0, count: 13)
      for usage in usages { bytes[2 + usage / 8] |= 1 << (usage % 8) }
      return bytes
    }
    let reports = [
      report([0x04], modifiers: 0x02), report([0x04, 0x1E]), report([]), [0x01, 0xFF],
      report([0x28]),
    ]
    #expect(reports.flatMap { decoder.feed($0) } == [scan("A1")])
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `random and damaged reports never trap and stay within the limit`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var decoder = HID.KeyboardDecoder(settings: .init(maximumByteCount: 16))
    for _ in 0..<5_000 {
      let report = random.bytes(count: random.below(10))
      let results = random.below(20) == 0 ? decoder.gapElapsed() : decoder.feed(report)
      for case .success(let scan) in results { #expect(scan.bytes.count <= 16) }
    }
  }
}
