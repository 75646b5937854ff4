import Testing

@testable import Codecs

struct CommandRoundTripTests {
  private func commands(_ tokens: [ESCPOS.Token]) -> [ESCPOS.Command?] {
    tokens.map { token in
      guard case .command(let command, _) = token else { return nil }
      return command
    }
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `every kind of command is read back as it was written`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    for kind in 0..<ESCPOSRandom.commandKindCount {
      for _ in 0..<20 {
        guard let command = random.command(kind: kind) else { continue }
        let bytes = ESCPOS.encode(command)
        #expect(!bytes.isEmpty)
        #expect(commands(ESCPOS.tokens(of: bytes)) == [command], "kind \(kind)")
      }
    }
  }

  /// Whatever stands before and after, and however the bytes are cut.
  @Test(arguments: [UInt64(3), 99])
  func `a stream of commands is read back in any chunks`(seed: UInt64) {
    var random = ESCPOSRandom(seed: seed)
    for _ in 0..<40 {
      var sent: [ESCPOS.Command] = []
      while sent.count < 60 {
        guard let next = random.command(kind: random.below(ESCPOSRandom.commandKindCount))
        else { continue }
        // Two texts in a row are one.
        if case .text = next, case .text? = sent.last { continue }
        sent.append(next)
      }
      let bytes = ESCPOS.encode(sent)
      var tokenizer = ESCPOS.Tokenizer()
      var tokens: [ESCPOS.Token] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + 1 + random.below(40))
        tokens += tokenizer.feed(bytes[start..<end])
        start = end
      }
      #expect(commands(tokens + tokenizer.finish()) == sent)
    }
  }

  @Test func `digits mean the same as the numbers where the manual says so`() {
    let pairs: [([UInt8], ESCPOS.Command)] = [
      ([0x1B, 0x61, 0x31], .align(.center)), ([0x1D, 0x48, 0x32], .barcodeText(.below)),
      ([0x1D, 0x56, 0x30], .cut(.full)), ([0x1D, 0x56, 0x31], .cut(.partial)),
      ([0x1B, 0x54, 0x33], .pageDirection(.topToBottom)),
      ([0x1C, 0x28, 0x43, 2, 0, 0x30, 2], .characterEncoding(.utf8)),
      ([0x1D, 0x28, 0x4C, 2, 0, 0x30, 2], .graphics(.printBuffer)),
      (
        [0x1D, 0x28, 0x44, 3, 0, 20, 1, 0x31],
        .realTimeCommands([.init(function: 1, isEnabled: true)])
      ),
    ]
    for (bytes, command) in pairs { #expect(commands(ESCPOS.tokens(of: bytes)) == [command]) }
  }

  @Test func `a picture of more than 65,535 bytes is sent with a count of four bytes`() throws {
    let image = try #require(
      ESCPOS.GraphicsImage(
        width: 576, height: 1_000, planes: [.init(data: [UInt8](repeating: 7, count: 72_000))]))
    let command = ESCPOS.Command.graphics(.store(image, scaleX: 1, scaleY: 1))
    let bytes = ESCPOS.encode(command)
    // 72,010 is 01194Ah.
    #expect(Array(bytes.prefix(9)) == [0x1D, 0x38, 0x4C, 0x4A, 0x19, 0x01, 0x00, 0x30, 0x70])
    #expect(commands(ESCPOS.tokens(of: bytes)) == [command])
  }

  @Test func `what is no command of the table is unknown and its length is known`() {
    let forms: [[UInt8]] = [
      [0x1D, 0x28, 0x7A, 2, 0, 0x30, 0x30],  // GS ( z
      [0x1C, 0x28, 0x45, 3, 0, 0x3D, 2, 0x30],  // FS ( E
      [0x1C, 0x67, 0x32, 0, 0, 0, 0, 0, 4, 0],  // FS g 2
      [0x1D, 0x43, 0x31, 1, 0, 9, 0, 1, 1],  // GS C 1
      [0x1D, 0x43, 0x3B] + Array("1;2;3;4;5;".utf8),  // GS C ;
      [0x1B, 0x66, 1, 2], [0x1B, 0x71], [0x1C, 0x61, 0x30, 1], [0x1D, 0x26, 1, 0],
      [0x1D, 0x6A, 1], [0x1D, 0x7A, 0x30, 1, 1], [0x1D, 0x67, 0x32, 0, 20, 0],
    ]
    for form in forms {
      #expect(
        ESCPOS.tokens(of: form + [0x0A]) == [
          .unknown(form, offset: 0), .command(.lineFeed, offset: form.count),
        ])
    }
  }

  /// A defect of one byte in a head must not make the reader wait for megabytes.
  @Test func `no head asks for more than the limit`() {
    let heads: [[UInt8]] = [
      [0x1B, 0x26, 0xFF, 0x20, 0x7E], [0x1C, 0x71, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
      [0x1D, 0x38, 0x4C, 0xFF, 0xFF, 0xFF, 0xFF], [0x1D, 0x2A, 0xFF, 0xFF],
      [0x1D, 0x51, 0x30, 0, 0xFF, 0xFF, 0xFF, 0xFF],
    ]
    for head in heads {
      switch ESCPOS.Framing.extent(of: head) {
      case .atLeast(let count), .exactly(let count):
        #expect(count <= ESCPOS.Framing.maximumByteCount)
      case .oversized(let head, _): #expect(head <= 16)
      }
    }
  }
}
