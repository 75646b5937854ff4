import Codecs
import Testing

struct POSScannerTests {
  private let common = HID.POSReportFormat.common

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
      reports.flatMap { decoder.feed($0) }
        == [.success(HID.Scan(bytes: text, aimIdentifier: "]Q1"))])
  }

  @Test func `a symbol whose rest does not come is torn`() {
    let reports = common.encode([UInt8](repeating: 0x41, count: 100), aim: [])
    var decoder = HID.POSScanDecoder()
    #expect(decoder.feed(reports[0]).isEmpty)
    #expect(decoder.isMidScan)
    #expect(decoder.gapElapsed() == [.failure(.torn)])
    #expect(!decoder.isMidScan)
    #expect(decoder.gapElapsed().isEmpty)
  }

  @Test func `a symbol beyond the limit is refused once`() {
    var decoder = HID.POSScanDecoder(maximumByteCount: 100)
    let long = common.encode([UInt8](repeating: 0x41, count: 300), aim: [])
    let short = common.encode([0x42], aim: [])
    #expect(
      (long + short).flatMap { decoder.feed($0) }
        == [.failure(.tooLong), .success(HID.Scan(bytes: [0x42], aimIdentifier: nil))])
  }

  @Test func `a report that claims more than it has is refused`() {
    var decoder = HID.POSScanDecoder()
    #expect(decoder.feed([0x02, 0x39] + [UInt8](repeating: 0, count: 62)) == [.failure(.torn)])
    #expect(decoder.feed([0x02, 0x05, 0x5D, 0x45, 0x30, 0x31]) == [.failure(.torn)])
    #expect(decoder.feed([0x07, 0x05]).isEmpty)
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
      let data = random.bytes(count: 1 + random.below(200))
      let reports = common.encode(data, aim: Array("]d2".utf8))
      var decoder = HID.POSScanDecoder()
      #expect(
        reports.flatMap { decoder.feed($0) }
          == [.success(HID.Scan(bytes: data, aimIdentifier: "]d2"))])
      for report in reports { _ = decoder.feed(random.damaged(report)) }
      _ = decoder.gapElapsed()
      #expect(!decoder.isMidScan)
    }
  }
}
