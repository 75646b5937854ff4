import Codecs
import Testing

struct ResponseCollectorTests {
  private typealias Collector = ISO7816.ResponseCollector

  @Test func `an answer in one piece passes through`() {
    var collector = Collector()
    #expect(collector.transmit(hexBytes("00b0000010")) == .transmit(hexBytes("00b0000010")))
    #expect(collector.receive(hexBytes("01029000")) == .response(hexBytes("01029000")))
    #expect(collector.receive([0x90]) == .failed(.malformedResponse))
    #expect(collector.transmit([0, 1]) == .failed(.unsendable))
  }

  @Test func `what waits is fetched, piece by piece`() {
    var collector = Collector(overT0: true)
    // Case 4: Le does not go with the data.
    #expect(
      collector.transmit(hexBytes("00a4040002a0b100")) == .transmit(hexBytes("00a4040002a0b1")))
    #expect(collector.receive(hexBytes("6104")) == .transmit(hexBytes("00c0000004")))
    #expect(collector.receive(hexBytes("010203046102")) == .transmit(hexBytes("00c0000002")))
    #expect(collector.receive(hexBytes("05069000")) == .response(hexBytes("0102030405069000")))
  }

  @Test func `GET RESPONSE keeps the channel and drops chaining and secure messaging`() {
    for (classByte, expected): (UInt8, UInt8) in [
      (0x00, 0x00), (0x0C, 0x00), (0x13, 0x03), (0x01, 0x01), (0x80, 0x80), (0xA0, 0xA0),
      (0x71, 0x41),
    ] {
      var collector = Collector()
      _ = collector.transmit([classByte, 0xA4, 0, 0])
      #expect(collector.receive([0x61, 0x10]) == .transmit([expected, 0xC0, 0, 0, 0x10]))
    }
  }

  @Test func `a wrong length is corrected once`() {
    var collector = Collector(overT0: true)
    #expect(collector.transmit(hexBytes("00b0000000")) == .transmit(hexBytes("00b0000000")))
    #expect(collector.receive(hexBytes("6c03")) == .transmit(hexBytes("00b0000003")))
    #expect(collector.receive(hexBytes("6c02")) == .response(hexBytes("6c02")))
    // A case 3 command has no length to correct.
    _ = collector.transmit(hexBytes("00d60000010a"))
    #expect(collector.receive(hexBytes("6c02")) == .response(hexBytes("6c02")))
  }

  @Test func `a case 4 command that was taken without an answer is asked for one`() {
    var collector = Collector(overT0: true)
    _ = collector.transmit(hexBytes("00a4040002a0b110"))
    #expect(collector.receive(hexBytes("9000")) == .transmit(hexBytes("00c0000010")))
    #expect(collector.receive(hexBytes("6d00")) == .response(hexBytes("9000")))
    _ = collector.transmit(hexBytes("00a4040002a0b1"))
    #expect(collector.receive(hexBytes("9000")) == .response(hexBytes("9000")))
  }

  @Test func `a case 1 command goes over T=0 with an empty length`() {
    var collector = Collector(overT0: true)
    #expect(collector.transmit(hexBytes("80f00000")) == .transmit(hexBytes("80f0000000")))
    #expect(collector.transmit(hexBytes("00a404000000051234567890")) == .failed(.unsendable))
  }

  @Test func `a card that never comes to an end is given up`() {
    var collector = Collector()
    _ = collector.transmit([0, 0xA4, 0, 0])
    var pieces = 0
    while case .transmit = collector.receive([1, 0x61, 0x01]), pieces < 10_000 { pieces += 1 }
    #expect(pieces == CardLimits.maximumResponsePieces)
  }
}
