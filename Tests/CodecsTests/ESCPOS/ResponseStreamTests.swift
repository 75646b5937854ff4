import Testing

@testable import Codecs

extension ESCPOSRandom {
  /// 20h to 7Eh.
  fileprivate mutating func letters(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(0x20 + below(0x5F)) }
  }
}

/// Answers of all kinds on one pipe.
struct ResponseStreamTests {
  private func parse(_ bytes: [UInt8], chunks: (() -> Int)) -> [ESCPOS.Response] {
    var parser = ESCPOS.ResponseParser()
    var responses: [ESCPOS.Response] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + max(1, chunks()))
      responses += parser.feed(bytes[start..<end])
      start = end
    }
    return responses
  }

  private func response(_ random: inout ESCPOSRandom) -> (bytes: [UInt8], ESCPOS.Response) {
    switch random.below(10) {
    case 0:
      let bytes: [UInt8] = [
        0x10 | random.byte() & 0x6C, random.byte() & 0x6F, random.byte() & 0x6F,
        random.byte() & 0x6F,
      ]
      return (bytes, .automaticStatus(.init(bytes: bytes) ?? .init()))
    case 1:
      let byte = 0x12 | random.byte() & 0x6C
      return ([byte], .realTimeStatus(byte))
    case 2:
      let byte = random.byte() & 0x0F
      return ([byte], .bufferedStatus(byte))
    case 3:
      let id = ESCPOS.ProcessID(counter: UInt32(truncatingIfNeeded: random.next()))
      return ([0x37, 0x22] + id.bytes + [0], .printed(id))
    case 4:
      let causes = (0..<random.below(11)).map { _ in UInt8(0x40 + random.below(0x40)) }
      return ([0x37, 0x23] + causes + [0], .offlineCauses(causes))
    case 5: return ([0x37, 0x25, 0], .buffersCleared)
    case 6:
      let text = random.letters(random.below(80))
      return ([0x5F] + text + [0], .information(text))
    case 7: return ([0x3B, 0x30, 0], .powerOff)
    case 8:
      let isReady = random.bool()
      return ([isReady ? 0x11 : 0x13], .flowControl(isReady: isReady))
    default:
      let block = [0x37, 0x72, 0x40] + random.letters(random.below(81))
      return (block + [0], .block(block))
    }
  }

  // python-escpos #143, escpos-php #43, escpos-rs #18, node-thermal-printer #211 and #256,
  // node-escpos/driver #28: the status was always 0, or that of the request before.
  @Test(arguments: [UInt64(1), 7, 4_021])
  func `any answers in any order and any chunks are told apart`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    for _ in 0..<200 {
      var bytes: [UInt8] = []
      var expected: [ESCPOS.Response] = []
      for _ in 0..<30 {
        let next = response(&random)
        bytes += next.bytes
        expected.append(next.1)
      }
      #expect(parse(bytes) { 1 + random.below(20) } == expected)
    }
  }

  @Test(arguments: [UInt64(5), 99])
  func `no byte is lost, whatever comes`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    let bytes = random.bytes(50_000)
    var (whole, single) = (ESCPOS.ResponseParser(), ESCPOS.ResponseParser())
    let responses = whole.feed(bytes)
    #expect(responses == bytes.flatMap { single.feed([$0]) })
    let count = responses.reduce(0) { sum, response in
      switch response {
      case .automaticStatus: sum + 4
      case .realTimeStatus, .bufferedStatus, .flowControl: sum + 1
      case .printed: sum + 7
      case .offlineCauses(let causes): sum + 3 + causes.count
      case .buffersCleared, .powerOff: sum + 3
      case .information(let text): sum + 2 + text.count
      case .block(let block): sum + 1 + block.count
      case .starStatus(let bytes), .noise(let bytes): sum + bytes.count
      }
    }
    // What is still being collected is less than the largest block.
    #expect((bytes.count - 84...bytes.count).contains(count))
  }

  @Test func `a list of forty keys is the longest block there is`() {
    // TM-T90 specification, GS ( L fn 64: 80 bytes of data in a block.
    let block = [0x37, 0x72, 0x41] + [UInt8](repeating: 0x30, count: 80)
    var parser = ESCPOS.ResponseParser()
    #expect(parser.feed(block + [0x00, 0x12]) == [.block(block), .realTimeStatus(0x12)])
  }

  @Test func `the status of a Star is taken as a whole`() {
    let short: [UInt8] = [0x23, 0x06, 0x20, 0, 0, 0x08, 0, 0, 0]
    let long: [UInt8] = [0x23, 0x86, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    var parser = ESCPOS.ResponseParser()
    #expect(
      parser.feed(short + long + [0x12]) == [
        .starStatus(short), .starStatus(long), .realTimeStatus(0x12),
      ])
  }

  @Test func `an answer that only looks like a Star's status is told with the next byte`() {
    var parser = ESCPOS.ResponseParser()
    #expect(parser.feed([0x23]).isEmpty)
    #expect(parser.feed([0x12]) == [.bufferedStatus(0x23), .realTimeStatus(0x12)])
    #expect(
      parser.feed([0x23, 0x06, 0x37, 0x25, 0x00]) == [
        .bufferedStatus(0x23), .bufferedStatus(0x06), .buffersCleared,
      ])
  }

  @Test func `errors that go away when their cause does are told`() {
    var status = ESCPOS.AutomaticStatus()
    status.hasRecoverableError = true
    #expect(status.bytes == [0x10, 0x04, 0x00, 0x0F])
    #expect(ESCPOS.AutomaticStatus(bytes: status.bytes) == status)
    #expect(status.realTimeByte(for: .errorCause) == 0x16)
    #expect(status.realTimeByte(for: .offlineCause) == 0x52)
  }
}
