import Testing

@testable import Codecs

struct ResponseParserTests {
  private let mixed: [UInt8] =
    [0x18, 0x00, 0x0C, 0x0F]  // automatic status: offline, paper out
    + [0x12]  // DLE EOT 1
    + [0x37, 0x22, 0x20, 0x20, 0x20, 0x2A, 0x00]  // process id
    + [0x00]  // GS r
    + [0x37, 0x25, 0x00]  // buffers cleared
    + [0x5F, 0x54, 0x4D, 0x00]  // GS I
    + [0x37, 0x23, 0x41, 0x00]  // offline cause

  private var expected: [ESCPOS.Response] {
    var status = ESCPOS.AutomaticStatus()
    status.isOffline = true
    status.isPaperOut = true
    return [
      .automaticStatus(status), .realTimeStatus(0x12), .printed(ESCPOS.ProcessID(counter: 10)),
      .bufferedStatus(0), .buffersCleared, .information([0x54, 0x4D]), .offlineCauses([0x41]),
    ]
  }

  @Test func `answers of all kinds are sorted in any chunks`() {
    for size in 1...mixed.count {
      var parser = ESCPOS.ResponseParser()
      var responses: [ESCPOS.Response] = []
      for start in stride(from: 0, to: mixed.count, by: size) {
        responses += parser.feed(mixed[start..<min(mixed.count, start + size)])
      }
      #expect(responses == expected)
    }
  }

  @Test func `a broken automatic status does not eat the answer behind it`() {
    var parser = ESCPOS.ResponseParser()
    #expect(
      parser.feed([0x10, 0x00, 0x12]) == [.noise([0x10, 0x00]), .realTimeStatus(0x12)])
  }

  @Test func `a block without end is given up at its limit`() {
    var parser = ESCPOS.ResponseParser()
    let endless = [UInt8](repeating: 0x37, count: ESCPOS.ResponseParser.maximumBlockByteCount)
    #expect(parser.feed(endless) == [.noise(endless)])
    #expect(parser.feed([0x12]) == [.realTimeStatus(0x12)])
  }

  @Test(arguments: [UInt64(3), 99])
  func `random bytes never trap and mean the same in any chunks`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    let bytes = (0..<20_000).map { _ in random.byte() }
    var whole = ESCPOS.ResponseParser()
    var single = ESCPOS.ResponseParser()
    #expect(whole.feed(bytes) == bytes.flatMap { single.feed([$0]) })
  }

  @Test func `a status survives the way over the wire`() {
    for bits in 0..<512 {
      var status = ESCPOS.AutomaticStatus()
      status.isDrawerPinHigh = bits & 1 != 0
      status.isOffline = bits & 2 != 0
      status.isCoverOpen = bits & 4 != 0
      status.isFeedingByButton = bits & 8 != 0
      status.hasCutterError = bits & 16 != 0
      status.hasUnrecoverableError = bits & 32 != 0
      status.hasSelfRecoveringError = bits & 64 != 0
      status.isPaperNearEnd = bits & 128 != 0
      status.isPaperOut = bits & 256 != 0
      #expect(ESCPOS.AutomaticStatus(bytes: status.bytes) == status)
      var polled = ESCPOS.AutomaticStatus()
      for request in ESCPOS.RealTimeRequest.allCases {
        polled.update(status.realTimeByte(for: request), answering: request)
      }
      #expect(polled == status)
    }
  }

  @Test func `process ids count in base 95 and a later one confirms an earlier`() {
    #expect(ESCPOS.ProcessID(counter: 0).bytes == [0x20, 0x20, 0x20, 0x20])
    #expect(ESCPOS.ProcessID(counter: 94).bytes == [0x20, 0x20, 0x20, 0x7E])
    #expect(ESCPOS.ProcessID(counter: 95).bytes == [0x20, 0x20, 0x21, 0x20])
    let last = ESCPOS.ProcessID(counter: ESCPOS.ProcessID.period - 1)
    let first = ESCPOS.ProcessID(counter: ESCPOS.ProcessID.period)
    #expect(last.bytes == [0x7E, 0x7E, 0x7E, 0x7E])
    #expect(first.bytes == [0x20, 0x20, 0x20, 0x20])
    #expect(first.confirms(last) && !last.confirms(first) && last.confirms(last))
    #expect(ESCPOS.ProcessID(bytes: [0x20, 0x20, 0x20, 0x7F]) == nil)
  }
}
