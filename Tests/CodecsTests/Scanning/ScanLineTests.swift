import Codecs
import Testing

/// A scanner on a serial line: the framing without the keys.
struct ScanLineTests {
  private func decoder(
    _ terminators: Set<Scanning.Terminator> = [.carriageReturn, .lineFeed],
    _ framing: Scanning.Framing = .init()
  ) -> Scanning.SerialDecoder {
    Scanning.SerialDecoder(terminators: terminators, framing: framing)
  }

  private func scan(
    _ text: String, aim: String? = nil, first: Int64 = 0, last: Int64 = 0,
    _ terminator: Scanning.Terminator = .carriageReturn
  ) -> Scanning.ScanResult {
    .success(
      Scanning.Scan(
        bytes: Array(text.utf8), aimIdentifier: aim, firstMilliseconds: first,
        lastMilliseconds: last, terminator: terminator))
  }

  private func feed(
    _ text: String, _ framing: Scanning.Framing = .init()
  ) -> [Scanning.ScanResult] {
    var decoder = decoder([.carriageReturn, .lineFeed], framing)
    return decoder.feed(Array(text.utf8), at: 0)
  }

  @Test func `symbols are the same however their bytes are cut into transfers`() {
    let stream = Array("]E04006381333931\r\n]Q1https://example.com/01\r\n96385074\n".utf8)
    let expected = [
      scan("4006381333931", aim: "]E0"), scan("https://example.com/01", aim: "]Q1"),
      scan("96385074", .lineFeed),
    ]
    for size in 1...stream.count {
      var decoder = decoder()
      let results = stride(from: 0, to: stream.count, by: size).flatMap {
        decoder.feed(Array(stream[$0..<min($0 + size, stream.count)]), at: 0)
      }
      #expect(results == expected, "\(size)")
    }
  }

  @Test func `a scan tells when it came and what ended it`() {
    var decoder = decoder([.endOfText], .init(prefix: [0x02]))
    #expect(decoder.feed([0x02, 0x34], at: 5_000).isEmpty)
    #expect(decoder.silenceMilliseconds == 100)
    #expect(
      decoder.feed([0x32, 0x03], at: 5_040)
        == [scan("42", first: 5_000, last: 5_040, .endOfText)])
    #expect(decoder.silenceMilliseconds == nil)
  }

  @Test func `the rest of a torn scan is no scan of its own, and the next scan is whole`() {
    var decoder = decoder()
    #expect(decoder.feed(Array("400638".utf8), at: 0).isEmpty)
    #expect(decoder.fallSilent(at: 100) == [.failure(.torn)])
    // 1333931 alone would be a number to look up.
    #expect(decoder.feed(Array("1333931\r\n".utf8), at: 250) == [.failure(.torn)])
    #expect(decoder.silenceMilliseconds == nil)
    #expect(
      decoder.feed(Array("96385074\r".utf8), at: 300) == [scan("96385074", first: 300, last: 300)])
  }

  @Test func `after the quiet a number is a scan again`() {
    var decoder = decoder()
    _ = decoder.feed(Array("400638".utf8), at: 0)
    #expect(decoder.fallSilent(at: 100) == [.failure(.torn)])
    #expect(decoder.silenceMilliseconds == 300)
    #expect(decoder.fallSilent(at: 400).isEmpty)
    #expect(decoder.feed(Array("42\r".utf8), at: 401) == [scan("42", first: 401, last: 401)])
  }

  @Test func `a whole scan right after a torn one is known by its front`() {
    var decoder = decoder()
    _ = decoder.feed(Array("]E0400638".utf8), at: 0)
    #expect(decoder.fallSilent(at: 100) == [.failure(.torn)])
    #expect(
      decoder.feed(Array("]E096385074\r".utf8), at: 150)
        == [scan("96385074", aim: "]E0", first: 150, last: 150)])
  }

  @Test func `a machine that is late tears nothing`() {
    var decoder = decoder()
    _ = decoder.feed(Array("4006".utf8), at: 0)
    // Nobody waited for silence; the bytes were there all the time.
    #expect(
      decoder.feed(Array("381333931\r".utf8), at: 90_000)
        == [scan("4006381333931", first: 0, last: 90_000)])
  }

  @Test func `two symbols whose border was lost are refused`() {
    #expect(feed("]E04006381333931]E096385074\r") == [.failure(.glued)])
    #expect(feed("40063813339314006381333931\r") == [.failure(.glued)])
    #expect(feed("9638507496385074\r") == [.failure(.glued)])
    #expect(feed("4006381333931036000291452\r") == [.failure(.glued)])
    #expect(feed("400638133393196385074\r") == [.failure(.glued)])
    #expect(feed("036000291452036000291452\r") == [.failure(.glued)])
    #expect(feed("400638133393140063813339314006381333931\r") == [.failure(.glued)])
    // By its form a payment code: who knows whether one is expected tells (`ScanReader`).
    guard case .success? = feed("301762042200396385074\r").first else {
      Issue.record("taken for two numbers")
      return
    }
    #expect(feed("]E0400638133393140063813339\r") == [.failure(.glued)])
    let marked = Scanning.Framing(prefix: [0x02], suffix: [0x23])
    #expect(feed("\u{02}42\u{02}43#\r", marked) == [.failure(.glued)])
    #expect(feed("\u{02}42#\u{02}43#\r", marked) == [.failure(.glued)])
  }

  @Test func `what only looks like two symbols is one`() {
    // Payment codes are any digits, up to 24; an add-on has an identifier of its own.
    #expect(feed("282413948407578837\r") == [scan("282413948407578837")])
    #expect(
      feed("]E0012345678905]E112\r") == [scan("012345678905]E112", aim: "]E0")])
    #expect(feed("]E39771234567003]E212345\r") == [scan("9771234567003]E212345", aim: "]E3")])
    #expect(
      feed("]Q1[1]A[2]\r") == [scan("[1]A[2]", aim: "]Q1")], "no identifier: ]A[")
  }

  @Test func `a set prefix or suffix that is missing was lost with a part of the scan`() {
    let framing = Scanning.Framing(prefix: Array("a".utf8), suffix: Array("z".utf8))
    #expect(feed("a1z\r", framing) == [scan("1")])
    #expect(feed("1z\r", framing) == [.failure(.torn)])
    #expect(feed("a1\r", framing) == [.failure(.torn)])
    #expect(feed("az\r", framing).isEmpty)
    #expect(feed("aaz\r", framing) == [scan("a")], "letters may be data")
  }

  // inventree-app #542, zxing #295, zxing #1919, BarcodeScanner.Mobile #114: the separator of GS1
  // element strings was lost on the way.
  @Test func `the separator survives as itself and as the character set for it`() {
    #expect(
      feed("]C110ABC\u{1D}21X\r") == [scan("10ABC\u{1D}21X", aim: "]C1")])
    #expect(
      feed("]C110ABC~21X\r", .init(groupSeparatorSubstitute: 0x7E))
        == [scan("10ABC\u{1D}21X", aim: "]C1")])
  }

  @Test func `silence ends a scan where nothing else does`() {
    var decoder = decoder([], .init(gapMilliseconds: 30, endsWithGap: true))
    _ = decoder.feed(Array("42".utf8), at: 10)
    #expect(decoder.silenceMilliseconds == 30)
    #expect(decoder.fallSilent(at: 40) == [scan("42", first: 10, last: 10, .gap)])
    #expect(decoder.silenceMilliseconds == nil)
  }

  @Test func `a scan that does not end is told once and thrown away`() {
    var decoder = decoder([.carriageReturn], .init(maximumByteCount: 8))
    var results: [Scanning.ScanResult] = []
    for _ in 0..<100 { results += decoder.feed(Array("12345".utf8), at: 0) }
    #expect(results == [.failure(.tooLong)])
    #expect(decoder.feed(Array("\r42\r".utf8), at: 0) == [scan("42")])
  }

  @Test(arguments: [UInt64(5), 17, 2_033])
  func `random bytes and times never trap and stay within the limit`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var decoder = decoder(
      [.carriageReturn, .tab],
      .init(prefix: [0x02], maximumByteCount: 32, groupSeparatorSubstitute: 0x7E))
    var now = Int64.max - 3_000_000
    for _ in 0..<5_000 {
      now += Int64(random.below(400))
      let results =
        random.below(8) == 0
        ? decoder.fallSilent(at: now) : decoder.feed(random.bytes(count: random.below(40)), at: now)
      for case .success(let scan) in results { #expect(scan.bytes.count <= 32) }
    }
  }
}
