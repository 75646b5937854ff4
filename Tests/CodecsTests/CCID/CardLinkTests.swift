import Codecs
import Testing

struct CardLinkTests {
  private func descriptor(
    _ level: CCID.ClassDescriptor.ExchangeLevel, _ count: UInt32 = 271
  ) -> CCID.ClassDescriptor {
    var descriptor = CCID.ClassDescriptor(features: 0, maximumMessageByteCount: count)
    descriptor.exchangeLevel = level
    return descriptor
  }

  @Test func `a short APDU is one message and may not be longer`() {
    var link = CCID.CardLink(descriptor(.shortAPDU))
    #expect(link.transmit([0, 1, 2, 3]) == .transfer([0, 1, 2, 3]))
    #expect(link.receive([0x90, 0x00], chain: 0) == .response([0x90, 0x00]))
    #expect(link.transmit([UInt8](repeating: 1, count: 262)) == .failed(.unsendable))
    #expect(link.maximumCommandByteCount == 261)
    #expect(link.exchangeFailed() == .failed(.exchangeFailed))
  }

  // CCID Rev 1.1, 6.1.4 and 6.2.1: the parameters of chained messages.
  @Test func `an extended APDU goes and comes in parts`() {
    var link = CCID.CardLink(descriptor(.extendedAPDU, 20))
    let command = (0..<25).map { UInt8($0) }
    #expect(link.transmit(command) == .transfer(Array(command[..<10]), level: 0x0001))
    #expect(link.receive([], chain: 0x10) == .transfer(Array(command[10..<20]), level: 0x0003))
    #expect(link.receive([], chain: 0x10) == .transfer(Array(command[20...]), level: 0x0002))
    #expect(link.receive([1, 2, 3], chain: 0x01) == .transfer([], level: 0x0010))
    #expect(link.receive([4], chain: 0x03) == .transfer([], level: 0x0010))
    #expect(link.receive([0x90, 0x00], chain: 0x02) == .response([1, 2, 3, 4, 0x90, 0x00]))
    // And the next, in one.
    #expect(link.transmit([0, 0xB0, 0, 0, 0]) == .transfer([0, 0xB0, 0, 0, 0]))
    #expect(link.receive([0x90, 0x00], chain: 0) == .response([0x90, 0x00]))
  }

  @Test func `parts out of order are refused`() {
    for chain: UInt8 in [0x02, 0x03, 0x10, 0x77] {
      var link = CCID.CardLink(descriptor(.extendedAPDU))
      _ = link.transmit([0, 0xB0, 0, 0, 0])
      #expect(link.receive([1], chain: chain) == .failed(.malformedResponse))
    }
    var endless = CCID.CardLink(descriptor(.extendedAPDU))
    _ = endless.transmit([0, 0xB0, 0, 0, 0])
    var parts = 0
    var step = endless.receive([1], chain: 1)
    while case .transfer = step, parts < 5_000 {
      parts += 1
      step = endless.receive([1], chain: 3)
    }
    #expect(step == .failed(.malformedResponse) && parts <= CCID.CardLink.maximumParts)
  }

  private func parameters(
    _ hex: String, supported: UInt32 = 3, usesCardRate: Bool = false
  ) throws -> ISO7816.ProtocolParameters? {
    ISO7816.ProtocolParameters(
      try ISO7816.AnswerToReset(decoding: hexBytes(hex)), supported: supported,
      usesCardRate: usesCardRate)
  }

  // The Belgian identity card, a tachograph card, a storage card, the card of a specific mode.
  private let belgian = "3B9813400AA503010101AD1311"
  private let tachograph = "3B9711C0FFB1FE351F83A505010102A3015F"
  private let storage = "3B8F8001804F0CA0000003060300030000000068"

  @Test func `the protocol is the card's first, or T=1 without contacts`() throws {
    #expect(try parameters(belgian)?.protocolNumber == 0)
    #expect(try parameters(tachograph)?.protocolNumber == 0)
    #expect(try parameters(tachograph, supported: 2)?.protocolNumber == 1)
    #expect(try parameters(storage)?.protocolNumber == 1)
    #expect(try parameters(belgian, supported: 2) == nil)
  }

  @Test func `PPS asks for what the card does not do by itself`() throws {
    // First protocol at the ordinary rate: nothing to agree.
    #expect(try #require(try parameters(belgian)).request == nil)
    // TA1 = 13.
    let fast = try #require(try parameters(belgian, usesCardRate: true))
    #expect(fast.request == [0xFF, 0x10, 0x13, 0xFC])
    #expect(fast.agreed(by: [0xFF, 0x10, 0x13, 0xFC]) == fast)
    #expect(fast.agreed(by: [0xFF, 0x00, 0xFF])?.frequencyAndRate == 0x11)
    #expect(fast.agreed(by: [0xFF, 0x10, 0x14, 0xFB]) == nil)
    #expect(fast.agreed(by: [0xFF, 0x01, 0xFE]) == nil)
    #expect(fast.agreed(by: []) == nil)
    // The second protocol, at the ordinary rate.
    #expect(try #require(try parameters(tachograph, supported: 2)).request == [0xFF, 0x01, 0xFE])
  }

  // CCID Rev 1.1, 6.1.7: abProtocolDataStructure.
  @Test func `the reader is told the card's parameters`() throws {
    #expect(
      try #require(try parameters(belgian, usesCardRate: true)).dataStructure
        == [0x13, 0x00, 0x00, 0x0A, 0x00])
    #expect(
      try #require(try parameters(tachograph, supported: 2)).dataStructure
        == [0x11, 0x10, 0x00, 0x35, 0x02, 0xFE, 0x00])
  }

  @Test func `at TPDU level blocks or headers go over`() throws {
    var blocks = CCID.CardLink(
      descriptor(.tpdu), try #require(try parameters(tachograph, supported: 2)))
    // IFSD first: 254, or what a message takes.
    #expect(blocks.transmit([0, 0xB0, 0, 0, 1]) == .transfer([0x00, 0xC1, 0x01, 0xFE, 0x3E]))
    #expect(
      blocks.receive([0x00, 0xE1, 0x01, 0xFE, 0x1E], chain: 0)
        == .transfer([0x00, 0x00, 0x05, 0x00, 0xB0, 0x00, 0x00, 0x01, 0xB4]))
    #expect(
      blocks.receive([0x00, 0xC3, 0x01, 0x05, 0xC7], chain: 0)
        == .transfer([0x00, 0xE3, 0x01, 0x05, 0xE7], waitingTimeExtension: 5))
    #expect(
      blocks.exchangeFailed() == .transfer([0x00, 0x82, 0x00, 0x82]))
    var small = CCID.CardLink(
      descriptor(.tpdu, 64), try #require(try parameters(tachograph, supported: 2)))
    #expect(small.transmit([0, 0xB0, 0, 0, 1]) == .transfer([0x00, 0xC1, 0x01, 0x31, 0xF1]))
    var headers = CCID.CardLink(descriptor(.tpdu), try #require(try parameters(belgian)))
    #expect(headers.transmit(hexBytes("00a4040002a0b100")) == .transfer(hexBytes("00a4040002a0b1")))
  }
}
