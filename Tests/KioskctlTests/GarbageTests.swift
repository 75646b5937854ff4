import Foundation
import Testing

/// What a technician pipes into a command by mistake.
@Suite(.timeLimit(.minutes(2))) struct GarbageTests {
  /// LudovicRousseau/CCID, readers/ACR122U.txt.
  private static let acr122u =
    "36210001000703000000a00f0000a00f000000002a000090d0030000f7000000000000000000000030000100"
    + "0f01000000000000000001"
  /// A request of each command, and what its answer holds.
  static let commands: [(line: String, good: String, answer: String)] = [
    ("decode scan", #"{"in": "]E04006381333931"}"#, #""gtin14":"04006381333931""#),
    (
      "decode keyboard",
      #"{"layout": "us", "suffix": "enter", "reports": ["0000040000000000", "#
        + #""0000000000000000", "0000280000000000"]}"#, #"{"text":"a"}"#
    ),
    ("decode ccid", #"{"descriptor": "\#(acr122u)"}"#, #""exchangeLevel":"tpdu""#),
    (
      "decode atr", #"{"atr": "3B8F8001804F0CA0000003060300030000000068"}"#,
      #""storageCard":"MIFARE Ultralight""#
    ),
    ("decode ndef", #"{"message": "d101015500"}"#, #""records":"#),
    ("encode text", #"{"text": "é", "codepage": "cp437"}"#, #""bytes":"82""#),
  ]

  /// Lines that are no requests, none of them with a line feed in it.
  private static let garbage: [[UInt8]] =
    [
      "", "nonsense", "{", "[]", "null", "1e999", "{\"in\": ", "{\"in\": \"\\ud800\"}",
      "{\"in\": 1}", "{\"in\": null}", "{\"reports\": [\"zz\"]}", "{\"descriptor\": \"36\"}",
      "{\"atr\": \"\"}", "{\"atr\": \"3\"}", "{\"message\": \"ff\"}", "{\"text\": 7}",
      "{\"text\": \"x\", \"codepage\": \"../../etc/passwd\"}",
      "{\"layout\": \"xx\", \"suffix\": \"enter\", \"reports\": []}",
      "{\"in\": \"" + String(repeating: "9", count: 5_000), "\u{FEFF}{}",
      String(repeating: "[", count: 300_000),
      String(repeating: "{\"in\":", count: 100_000),
      "{\"in\": " + String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000)
        + "}",
    ].map { Array($0.utf8) } + [
      [0], [0, 0, 0x7B, 0x7D, 0], [0xFF, 0xFE], [0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x31, 0x7D],
      [UInt8](repeating: 0x78, count: 3 << 20), [UInt8](repeating: 0, count: 2 << 20),
      [0x1B, 0x5B, 0x32, 0x4A],
    ]

  @Test(arguments: commands)
  func `garbage is answered line by line, and what is behind it is read`(
    command: (line: String, good: String, answer: String)
  ) async throws {
    let lines = Self.garbage + [Array(command.good.utf8)]
    let run = try await KioskctlRun(
      command.line, input: Array(lines.joined(separator: [0x0A])))
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let answers = run.output.split(separator: "\n")
    #expect(answers.count == lines.count)
    for (index, answer) in answers.enumerated() {
      let value = try JSONSerialization.jsonObject(with: Data(answer.utf8))
      let members = try #require(value as? [String: Any], "\(answer)")
      if let line = members["line"] as? Int {
        #expect(line == index + 1)
        #expect((members["error"] as? String)?.isEmpty == false)
      }
    }
    #expect(answers.last?.contains(command.answer) == true, "\(String(describing: answers.last))")
    #expect(!run.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func `twenty thousand lines of garbage are answered, each of them`() async throws {
    var random: UInt64 = 7
    var input: [UInt8] = []
    for _ in 0..<20_000 {
      for _ in 0..<40 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let byte = UInt8(truncatingIfNeeded: random >> 33)
        input.append(byte == 0x0A ? 0x0B : byte)
      }
      input.append(0x0A)
    }
    for command in Self.commands {
      let run = try await KioskctlRun(command.line, input: input)
      #expect(run.status == 0, "\(command.line): \(run.errors)")
      #expect(run.output.split(separator: "\n").count == 20_000, "\(command.line)")
    }
  }

  @Test func `bytes that are no receipt are told and drawn`() async throws {
    for bytes in [[], [0], [UInt8](repeating: 0x1D, count: 100_000), Array("plain".utf8)] {
      let run = try await KioskctlRun("decode escpos", input: bytes)
      #expect(run.status == 0, "\(run.errors)")
      let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
      #expect((value as? [String: Any])?["lines"] is [String])
    }
  }
}
