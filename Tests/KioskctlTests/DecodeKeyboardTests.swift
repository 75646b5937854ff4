import Foundation
import Profiles
import Testing

@testable import kioskctl

struct DecodeKeyboardTests {
  @Test func `what was typed is read in its layout, and what is no scan is told`() throws {
    let typed = TypedScans(try ProfileSet.load(KioskctlRun.repository + "/drivers").layouts)
    // Shift and the digit row: 96 in France, ( and & in the US; Enter.
    let keys = ["0200260000000000", "0200230000000000", "0000280000000000"]
    func line(_ layout: String, _ suffix: String, _ reports: [String]) -> String {
      let list = reports.map { "\"\($0)\"" }.joined(separator: ",")
      return "{\"layout\":\"\(layout)\",\"suffix\":\"\(suffix)\",\"reports\":[\(list)]}\n"
    }
    var lines = JSONLines()
    let input =
      line("fr", "enter", keys) + line("us", "enter", keys) + line("fr", "none", [keys[0]])
      + line("fr", "enter", [keys[0]]) + line("xx", "enter", keys) + line("fr", "x", keys)
      + line("us", "enter", ["00004a0000000000", keys[2]]) + line("us", "tab", ["zz"])
    let output = try lines.feed(Array(input.utf8), typed.text)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        {"text":"96"}
        {"text":"(^"}
        {"text":"9"}
        {"error":"torn: its beginning or its end is missing, or a part of it is damaged","line":4}
        {"error":"no layout is called xx; take one of de, es, fr, jp, uk, us","line":5}
        {"error":"the suffix is enter, tab or none","line":6}
        {"error":"a key without a character in this layout, or keys that mean another one \
        elsewhere","line":7}
        {"error":"\\"reports\\"[0]: pairs of hexadecimal digits are expected","line":8}

        """)
  }
}
