import Foundation
import Testing

@testable import kioskctl

struct JSONLinesTests {
  private struct Request: Decodable {
    let bytes: HexBytes
  }

  private struct Reply: Encodable {
    let count: Int
  }

  private func answers(_ input: some Sequence<UInt8>, chunk: Int) throws -> [String] {
    var lines = JSONLines()
    let answer: (Request) throws -> Reply = { Reply(count: $0.bytes.bytes.count) }
    var output = Data()
    let bytes = Array(input)
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      let part = Array(bytes[start..<min(start + chunk, bytes.count)])
      output += try lines.feed(part, answer)
    }
    output += try lines.end(answer)
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [1, 2, 7, 4_096])
  func `every line has its answer, however the input is chunked`(chunk: Int) throws {
    let input = """
      {"bytes":"0A0b"}\r
      {"bytes":"00 01 02"}
      {"bytes":""}
      """
    #expect(
      try answers(input.utf8, chunk: chunk)
        == [#"{"count":2}"#, #"{"count":3}"#, #"{"count":0}"#])
  }

  @Test func `a line that is no request is told with its number, and the next one is answered`()
    throws
  {
    let input =
      Array("{\"bytes\":\"00\"}\nnonsense\n\n{\"bytes\":\"0\"}\n{\"bites\":1}\n".utf8)
      + [0xFF, 0xFE, 0x0A] + Array("[]\n{\"bytes\":\"11\"}\n".utf8)

    let answers = try answers(input, chunk: 5)

    #expect(answers.count == 8)
    #expect(answers.first == #"{"count":1}"#)
    #expect(answers.last == #"{"count":1}"#)
    for (offset, line) in answers.dropFirst().dropLast().enumerated() {
      #expect(line.hasPrefix(#"{"error":""#) && line.hasSuffix(#","line":\#(offset + 2)}"#))
    }
    #expect(answers[4].contains(#"\"bytes\" is missing"#))
  }

  @Test func `a line without end is dropped and told`() throws {
    let input =
      Array(repeating: UInt8(ascii: "x"), count: LineSplitter.byteLimit + 10)
      + Array("\n{\"bytes\":\"11\"}".utf8)

    let answers = try answers(input, chunk: 65_536)

    #expect(answers.count == 2)
    #expect(answers[0].contains("longer than"))
    #expect(answers[1] == #"{"count":1}"#)
  }
}
