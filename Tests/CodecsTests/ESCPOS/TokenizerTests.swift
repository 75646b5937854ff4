import Testing

@testable import Codecs

struct TokenizerTests {
  /// What stays the same however the bytes are chunked: all tokens and their offsets.
  private func tokens(_ bytes: [UInt8], chunks: [Int]) -> [ESCPOS.Token] {
    var tokenizer = ESCPOS.Tokenizer()
    var tokens: [ESCPOS.Token] = []
    var start = 0
    var index = 0
    while start < bytes.count {
      let end = min(bytes.count, start + max(1, chunks[index % chunks.count]))
      tokens += tokenizer.feed(bytes[start..<end])
      start = end
      index += 1
    }
    return tokens + tokenizer.finish()
  }

  @Test(arguments: ["escpos-text", "escpos-symbols", "escpos-status"])
  func `the same bytes give the same tokens in any chunks`(name: String) throws {
    let bytes = try escposGolden(name)
    let whole = ESCPOS.tokens(of: bytes)
    for size in 1...9 { #expect(tokens(bytes, chunks: [size]) == whole) }
    #expect(tokens(bytes, chunks: [1, 7, 2, 13]) == whole)
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `random bytes are cut without loss and never trap`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    for _ in 0..<300 {
      let bytes = random.commandLikeBytes(count: 1 + random.below(400))
      let whole = ESCPOS.tokens(of: bytes)
      #expect(tokens(bytes, chunks: [1]) == whole)
      #expect(tokens(bytes, chunks: [3, 1, 5]) == whole)
      var expected = 0
      for token in whole {
        guard case .unknown(let frame, let offset) = token else { continue }
        #expect(Array(bytes.dropFirst(offset).prefix(frame.count)) == frame)
        #expect(offset >= expected)
        expected = offset + frame.count
      }
    }
  }

  @Test func `an unknown command of a known form is passed over with its parameters`() {
    let bytes: [UInt8] = [0x1D, 0x28, 0x7A, 0x02, 0x00, 0x30, 0x30, 0x41]  // GS ( z
    #expect(
      ESCPOS.tokens(of: bytes) == [
        .unknown(Array(bytes.dropLast()), offset: 0), .command(.text([0x41]), offset: 7),
      ])
  }

  @Test func `a picture that is too large is skipped and what follows is read`() {
    let head: [UInt8] = [0x1D, 0x76, 0x30, 0x00, 0xFF, 0xFF, 0x20, 0x00]
    let payload = [UInt8](repeating: 0x1B, count: 0xFFFF * 0x20)
    var tokenizer = ESCPOS.Tokenizer()
    let tokens = tokenizer.feed(head + payload + [0x0A])
    #expect(
      tokens == [
        .unknown(head, offset: 0), .command(.lineFeed, offset: head.count + payload.count),
      ])
  }

  @Test func `a lone introducer does not eat the next command`() {
    #expect(
      ESCPOS.tokens(of: [0x1B, 0x1B, 0x40]) == [
        .unknown([0x1B], offset: 0), .command(.initialize, offset: 1),
      ])
  }

  @Test func `zeros end a half command and the initialisation after them is seen`() {
    let image: [UInt8] = [0x1D, 0x76, 0x30, 0x00, 0x48, 0x00, 0x18, 0x00, 0xAA]
    let recovery = [UInt8](repeating: 0, count: 4_096) + [0x1B, 0x40]
    for begun in 1...image.count {
      let tokens = ESCPOS.tokens(of: Array(image.prefix(begun)) + recovery)
      #expect(tokens.last == .command(.initialize, offset: begun + 4_096))
    }
  }

  @Test func `a real-time command is found wherever it stands`() {
    var scanner = ESCPOS.RealTimeScanner()
    let bytes: [UInt8] =
      [0x1D, 0x76, 0x30, 0, 1, 0, 4, 0, 0x10, 0x10, 0x04, 0x01] + [0x10, 0x14, 8, 1, 3, 20, 1]
      + [0x10, 0x04, 0x02]
    #expect(
      bytes.compactMap { scanner.feed($0) } == [.realTimeStatus(1), .realTimeStatus(2)])
  }
}
