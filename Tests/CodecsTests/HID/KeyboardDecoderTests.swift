import Codecs
import Testing

struct KeyboardDecoderTests {
  private static let released = [UInt8](repeating: 0, count: 8)

  private func press(_ usage: UInt8, modifiers: UInt8 = 0) -> [[UInt8]] {
    [[modifiers, 0, usage, 0, 0, 0, 0, 0], Self.released]
  }

  private func feed(
    _ reports: [[UInt8]], _ settings: HID.KeyboardSettings = .init()
  ) -> [Scanning.ScanResult] {
    var decoder = HID.KeyboardDecoder(settings: settings)
    return reports.flatMap { decoder.feed($0, at: 0) }
  }

  private func scan(
    _ text: String, aim: String? = nil, _ terminator: Scanning.Terminator = .enter
  ) -> Scanning.ScanResult {
    .success(
      Scanning.Scan(bytes: Array(text.utf8), aimIdentifier: aim, terminator: terminator))
  }

  @Test func `recorded scans of the US layout give their text in every style of typing`() throws {
    let cases = try KeyboardCase.all()
    #expect(cases.count == 18)
    for example in cases {
      let suffix = try #require(HID.RecordedSuffix(rawValue: example.suffix))
      #expect(
        try HID.text(of: example.reports, layout: .us, suffix: suffix)
          == String(decoding: example.text, as: UTF8.self), "\(example.style) \(suffix)")
    }
  }

  @Test func `an AIM identifier in front is split off the text`() {
    // ] E 0 4 2, Enter
    let reports =
      press(0x30) + press(0x08, modifiers: 0x02) + press(0x27) + press(0x21) + press(0x1F)
      + press(0x28)
    #expect(feed(reports) == [scan("42", aim: "]E0")])
    let plain = HID.KeyboardSettings(framing: .init(splitsAIMIdentifier: false))
    #expect(feed(reports, plain) == [scan("]E042")])
  }

  @Test func `a scan longer than the limit is refused once and thrown away to its end`() {
    let settings = HID.KeyboardSettings(framing: .init(maximumByteCount: 3))
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
    #expect(feed(reports) == [scan("1", .tab), scan("2", .keypadEnter)])
    #expect(
      feed(reports, .init(terminators: [.keypadEnter])) == [scan("1\t2", .keypadEnter)])
  }

  @Test func `CR and LF together end one scan`() {
    #expect(feed(press(0x1E) + press(0x28) + press(0x0D, modifiers: 0x01)) == [scan("1")])
  }

  @Test func `a key that is sent again is pressed once, and an overflow says nothing`() {
    let one = press(0x1E)[0]
    let overflow: [UInt8] = [0, 0, 1, 1, 1, 1, 1, 1]
    #expect(
      feed([one, one, overflow, one, Self.released] + press(0x28)) == [scan("1")])
  }

  @Test func `keys that go down in one report are typed in its order`() {
    #expect(feed([[0, 0, 0x20, 0x1F, 0x1E, 0, 0, 0]] + press(0x28)) == [scan("321")])
  }

  // opensourcepos #849: digits were missing where the scanner let no key go in between.
  @Test func `no digit is lost when keys overlap`() {
    let overlapping: [[UInt8]] = [
      [0, 0, 0x1E, 0, 0, 0, 0, 0], [0, 0, 0x1E, 0x1F, 0, 0, 0, 0], [0, 0, 0x1F, 0, 0, 0, 0, 0],
      [0, 0, 0x1F, 0x1E, 0, 0, 0, 0], Self.released,
    ]
    #expect(feed(overlapping + press(0x28)) == [scan("121")])
  }

  // barcode-server #73: keypad keys and Shift+4 were dropped.
  @Test func `the keypad and Shift with a digit type their characters`() {
    let keypad =
      (UInt8(0x54)...0x57).flatMap { press($0) } + (UInt8(0x59)...0x63).flatMap { press($0) }
    #expect(
      feed(keypad + press(0x21, modifiers: 0x02) + press(0x58))
        == [scan("/*-+1234567890.$", .keypadEnter)])
    // Num Lock is the state of a computer, not of the scanner.
    #expect(feed(press(0x53) + press(0x59) + press(0x53) + press(0x28)) == [scan("1")])
  }

  @Test func `a number above 7Fh typed with Alt is refused, for each system means another by it`() {
    let byAlt: [[UInt8]] = [0x62, 0x5A, 0x5D, 0x62].flatMap { usage -> [[UInt8]] in
      [[0x04, 0, usage, 0, 0, 0, 0, 0], [0x04, 0, 0, 0, 0, 0, 0, 0]]
    }
    #expect(
      feed(press(0x1E) + byAlt + [Self.released] + press(0x28)) == [.failure(.unknownKey)])
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
    #expect(reports.flatMap { decoder.feed($0, at: 0) } == [scan("A1")])
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `random and damaged reports never trap and stay within the limit`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var decoder = HID.KeyboardDecoder(
      settings: .init(
        otherLayouts: [HID.KeyboardLayout(name: "none", keys: [:])],
        framing: .init(maximumByteCount: 16)))
    var now = Int64.max - 3_000_000
    for _ in 0..<5_000 {
      now += Int64(random.below(300))
      let report = random.bytes(count: random.below(10))
      let results =
        random.below(20) == 0 ? decoder.fallSilent(at: now) : decoder.feed(report, at: now)
      for case .success(let scan) in results { #expect(scan.bytes.count <= 16) }
    }
    while decoder.silenceMilliseconds != nil { _ = decoder.fallSilent(at: 0) }
    #expect(decoder.silenceMilliseconds == nil)
  }
}
