import Testing

@testable import Codecs

struct CSVTests {
  private func rows(_ text: String) throws -> [[String]] {
    try CSV.rows(of: Array(text.utf8)).map(\.fields)
  }

  @Test func `rows are read however their lines end and their fields are quoted`() throws {
    let expected = [["a", "b"], ["1", "two, \"2\"\r\nlines"], ["", ""]]
    for end in ["\r\n", "\n", "\r"] {
      let text = ["a,b", "1,\"two, \"\"2\"\"\r\nlines\"", ","].map { $0 + end }.joined()
      #expect(try rows(text) == expected)
      #expect(try rows("\u{FEFF}" + text) == expected)
    }
    #expect(try rows("a,b") == [["a", "b"]])
    #expect(try rows("") == [])
    #expect(try rows("\n\na\n\n") == [["a"]])
    #expect(try rows("\"\"") == [[""]])
  }

  @Test func `a row knows the line that it begins on`() throws {
    let rows = try CSV.rows(of: Array("a\n\"b\nc\"\n\nd\r\ne".utf8))
    #expect(rows.map(\.line) == [1, 2, 5, 6])
  }

  @Test func `what is no CSV is refused on its line`() {
    let refused: [([UInt8], CSV.Fault)] = [
      (Array("a\n\"b".utf8), .init(line: 2, kind: .openQuote)),
      (Array("a\n\"b\"c".utf8), .init(line: 2, kind: .textBehindQuote)),
      (Array("a\nb\"c".utf8), .init(line: 2, kind: .quoteInText)),
      (Array("a\n\u{1}".utf8), .init(line: 2, kind: .controlCharacter)),
      ([0x61, 0x0A, 0xCD, 0xF5, 0x0A], .init(line: 2, kind: .notUTF8)),
      (Array(repeating: 0x2C, count: 100), .init(line: 1, kind: .tooManyFields)),
      (Array(repeating: 0x61, count: 65_537), .init(line: 1, kind: .tooLongField)),
    ]
    for (bytes, fault) in refused {
      #expect(throws: fault) { try CSV.rows(of: bytes) }
    }
  }

  @Test func `what is written is read again, whatever it is`() throws {
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = ["a", ",", "\"", "\n", "\r\n", " ", "王", "", "é", "=1"]
    for _ in 0..<2_000 {
      let fields = (0...next(5)).map { _ in
        (0..<next(6)).map { _ in pieces[next(pieces.count)] }.joined()
      }
      guard fields != [""] else { continue }
      #expect(try rows(CSV.line(fields)) == [fields])
    }
  }
}
