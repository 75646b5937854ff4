import Codecs
import Testing

struct POSScannerTests {
  private let common = HID.POSReportFormat.common

  private func scan(_ bytes: [UInt8], aim: String?) -> Scanning.ScanResult {
    .success(Scanning.Scan(bytes: bytes, aimIdentifier: aim, terminator: .report))
  }

  @Test func `a report says length, AIM identifier, data and symbology`() {
    var report = hexBytes("020d5d453034303036333831333333393331")
    report += [UInt8](repeating: 0, count: 61 - report.count) + [0x64, 0x00, 0x00]
    #expect(
      common.read(report)
        == .scanned(
          HID.POSReport(
            aimIdentifier: "]E0", data: Array("4006381333931".utf8), continues: false,
            vendorSymbology: 0x64)))
  }

  @Test func `a symbol of several reports is joined`() {
    let text = Array(String(repeating: "M1GATHERGOOD/", count: 10).utf8)
    let reports = common.encode(text, aim: Array("]Q1".utf8))
    #expect(reports.count == 3)
    #expect(reports.map { $0[63] } == [1, 1, 0])
    var decoder = HID.POSScanDecoder()
    #expect(
      reports.flatMap { decoder.feed($0, at: 0) }
        == [scan(text, aim: "]Q1")])
  }

  @Test func `a symbol whose rest does not come is torn, and so is what comes too late`() {
    let reports = common.encode([UInt8](repeating: 0x41, count: 100), aim: [])
    var decoder = HID.POSScanDecoder()
    #expect(decoder.feed(reports[0], at: 1_000).isEmpty)
    #expect(decoder.silenceMilliseconds == 500)
    #expect(decoder.fallSilent(at: 1_500) == [.failure(.torn)])
    #expect(decoder.feed(reports[1], at: 1_600) == [.failure(.torn)])
    #expect(decoder.silenceMilliseconds == nil)
    #expect(decoder.fallSilent(at: 9_000).isEmpty)
    // Without a rest, the quiet ends by itself.
    #expect(decoder.feed(reports[0], at: 10_000).isEmpty)
    #expect(decoder.fallSilent(at: 10_500) == [.failure(.torn)])
    #expect(decoder.fallSilent(at: 11_000).isEmpty)
    #expect(decoder.silenceMilliseconds == nil)
  }

  @Test func `the next symbol in place of a rest is told from it by its identifier`() {
    let torn = common.encode([UInt8](repeating: 0x41, count: 100), aim: Array("]Q1".utf8))[0]
    let next = common.encode(Array("4006381333931".utf8), aim: Array("]E0".utf8))
    var decoder = HID.POSScanDecoder()
    #expect(
      ([torn] + next).flatMap { decoder.feed($0, at: 0) }
        == [.failure(.torn), scan(Array("4006381333931".utf8), aim: "]E0")])
  }

  @Test func `the line end that a keyboard's set-up left on is no data`() {
    for end in ["\r", "\n", "\r\n"] {
      var decoder = HID.POSScanDecoder()
      #expect(
        common.encode(Array("42\(end)".utf8), aim: []).flatMap { decoder.feed($0, at: 0) }
          == [scan([0x34, 0x32], aim: nil)])
    }
  }

  @Test func `the maker's symbology stands in for an identifier only where it is said to`() {
    let report = common.encode(Array("4006381333931".utf8), aim: [], vendorSymbology: 0x64)
    var deaf = HID.POSScanDecoder()
    #expect(deaf.feed(report[0], at: 0) == [scan(Array("4006381333931".utf8), aim: nil)])
    var honeywell = HID.POSScanDecoder(symbologies: .honeywell)
    #expect(
      honeywell.feed(report[0], at: 0) == [scan(Array("4006381333931".utf8), aim: "]E0")])
  }

  @Test func `reports without an identifier are read by their own places`() throws {
    // Newland: length, 56 bytes of data, four reserved ones, symbology, and the bit.
    let format = HID.POSReportFormat.withoutIdentifier
    let text = Array("https://example.com/a-rather-long-address-that-takes-two-reports".utf8)
    let reports = format.encode(text, aim: Array("]Q1".utf8))
    #expect(reports.count == 2 && reports[0][2] == text[0])
    var decoder = HID.POSScanDecoder(format: format)
    #expect(reports.flatMap { decoder.feed($0, at: 0) } == [scan(text, aim: nil)])
    let descriptor = try HID.ReportDescriptor(
      decoding: hexBytes(
        """
        058c0902a10185021500 26ff0075089501 0501093b8102 058c953809fe8102
        95040600ff09008102 950109fd8102 058c250175019501 09ff8102 95078103 c0
        """))
    let told = try #require(HID.POSReportFormat(descriptor))
    #expect(told.read(reports[0]) == format.read(reports[0]))
    #expect(told.aimOffset == nil && told.dataOffset == 2 && told.continuedBitOffset == 504)
  }

  @Test func `a symbol beyond the limit is refused once`() {
    var decoder = HID.POSScanDecoder(maximumByteCount: 100)
    let long = common.encode([UInt8](repeating: 0x41, count: 300), aim: [])
    let short = common.encode([0x42], aim: [])
    #expect(
      (long + short).flatMap { decoder.feed($0, at: 0) }
        == [.failure(.tooLong), scan([0x42], aim: nil)])
  }

  @Test func `a report that claims more than it has is refused`() {
    var decoder = HID.POSScanDecoder()
    #expect(
      decoder.feed([0x02, 0x39] + [UInt8](repeating: 0, count: 62), at: 0) == [.failure(.torn)])
    #expect(decoder.feed([0x02, 0x05, 0x5D, 0x45, 0x30, 0x31], at: 0) == [.failure(.torn)])
    #expect(decoder.feed([0x07, 0x05], at: 0).isEmpty)
  }

  @Test func `the places of the parts are taken from the descriptor`() throws {
    // Length without a usage, AIM, 56 bytes of data and a symbology byte; nothing continues.
    let descriptor = try HID.ReportDescriptor(
      decoding: hexBytes(
        """
        058c0902a1018502150026ff0075089501090181029503 09fb8102953809fe8102950109fd8102c0
        """))
    let format = try #require(HID.POSReportFormat(descriptor))
    #expect(format.byteCount == 62)
    #expect(format.dataOffset == 5)
    #expect(format.continuedBitOffset == nil)
    #expect(format.vendorSymbologyOffset == 61)
    let report = format.encode(Array("42".utf8), aim: Array("]E4".utf8), vendorSymbology: 0x0B)
    #expect(
      format.read(report[0])
        == .scanned(
          HID.POSReport(
            aimIdentifier: "]E4", data: Array("42".utf8), continues: false,
            vendorSymbology: 0x0B)))
  }

  @Test(arguments: [UInt64(3), 13, 555])
  func `what is encoded is decoded, and damage never traps`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let data = random.bytes(count: random.below(200)) + [0x41]
      let reports = common.encode(data, aim: Array("]d2".utf8))
      var decoder = HID.POSScanDecoder()
      #expect(
        reports.flatMap { decoder.feed($0, at: 0) }
          == [scan(data, aim: "]d2")])
      for report in reports { _ = decoder.feed(random.damaged(report), at: 0) }
      while decoder.silenceMilliseconds != nil { _ = decoder.fallSilent(at: 0) }
      #expect(decoder.silenceMilliseconds == nil)
    }
  }
}
