import Codecs
import Testing

/// The published syntax, in the file that comes with the product and beyond it.
struct SyntaxDictionaryTests {
  private func problem(_ text: String) -> String? {
    do throws(GS1.SyntaxDictionary.ParseError) {
      _ = try GS1.SyntaxDictionary(parsing: text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `the repository's dictionary is whole and every check in it is known`() throws {
    let dictionary = try ScanCorpora.dictionary()
    #expect(dictionary.count == 541)
    #expect(dictionary.unknownLinters == [])
    let lists = try GS1.CodeLists(parsing: ScanCorpora.text("config/gs1/code-lists.txt"))
    #expect(lists.missing == [])
  }

  @Test(.enabled(if: ScanCorpora.areThere, "no corpora on this machine"))
  func `the release as it is published says the same`() throws {
    let published = try ScanCorpora.corpusText("gs1/gs1-syntax-dictionary.txt")
    let lists = try GS1.CodeLists(parsing: ScanCorpora.text("config/gs1/code-lists.txt"))
    #expect(
      try GS1.SyntaxDictionary(parsing: published, lists: lists) == ScanCorpora.dictionary())
  }

  @Test func `titles, comments, blanks and what a later release adds are passed over`() throws {
    let text = """
      # GS1 Barcode Syntax Dictionary
      #
      01\t*?!  N14,csum,aftersales  ex=37  dlpkey=22,10|235 colour=red solo  # GTIN # twice

      3100-3105   *?  N6 # NET WEIGHT (kg)\r
      """
    let dictionary = try GS1.SyntaxDictionary(parsing: text)
    #expect(dictionary.count == 7)
    #expect(dictionary.unknownLinters == ["aftersales"])
    let elements = try dictionary.elements(of: Array("01040063813339313102001250".utf8))
    #expect(elements.map(\.value) == ["04006381333931", "001250"])
  }

  @Test func `a wrong line is told with its number and what was expected`() {
    let format = "expected 1 to 16 formats such as N6 or X..20"
    let one = "expected a format such as N6 or X..20"
    let cases = [
      ("", "line 1: expected at least one application identifier"),
      ("# only a comment\n", "line 2: expected at least one application identifier"),
      ("1 N6", "line 1: expected an application identifier such as 01 or 3100-3105, found \"1\""),
      ("01-0200 N6", "found \"01-0200\""), ("02-01 N6", "found \"02-01\""),
      ("01-02-03 N6", "found \"01-02-03\""), ("0000-9999 N6", "found \"0000-9999\""),
      ("01 N6\n02", "line 2: \(format)"), ("01 *", "line 1: \(format)"),
      ("01 abc N6", "line 1: expected flags or a format such as N6 or X..20, found \"abc\""),
      ("01 N0", "\(one), found \"N0\""), ("01 X..", "\(one), found \"X..\""),
      ("01 N100", "\(one), found \"N100\""), ("01 N99999999999999999999", one),
      ("01 [N6", "expected a closing bracket in \"[N6\""),
      ("01 X..3 N2", "expected a variable length in the last place only, before \"N2\""),
      ("01 N3 [N3] N3", "expected nothing mandatory behind what is optional, found \"N3\""),
      ("01 [N3]", "expected a mandatory format"),
      ("01 N6,", "expected the name of a check, found \"\""),
      ("01 N6,C-S", "expected the name of a check, found \"C-S\""),
      ("01 N6 req=", "expected application identifiers behind \"req=\""),
      ("01 N6 req=0x", "expected an application identifier such as 01 or 310n, found \"0x\""),
      ("01 N6 ex=1n1", "found \"1n1\""), ("01 N6 dlpkey=2n", "found \"2n\""),
      ("01 N6 =1", "expected an attribute such as req=01, found \"=1\""),
      ("01 N6\n01 N6", "line 2: 01 is there already"),
      ("310 N6\n3101 N6", "line 2: 3101 has another length than those before that begin like it"),
      (String(repeating: "\n", count: 5_001), "line 5001: expected at most 5000 lines"),
      (String(repeating: "x", count: 1_001), "line 1: expected at most 1000 bytes in a line"),
    ]
    for (text, expected) in cases {
      let found = problem(text)
      #expect(found?.contains(expected) == true, "\(text.prefix(30)): \(found ?? "read")")
    }
  }

  @Test func `a code list names its wrong line`() {
    func problem(_ text: String) -> String? {
      do throws(GS1.CodeLists.ParseError) {
        _ = try GS1.CodeLists(parsing: text)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(problem("# nothing\niso4217 156 840 # yuan, dollar\n") == nil)
    #expect(problem("iso4217 156\niso9999 1")?.hasPrefix("line 2: expected the name") == true)
    #expect(problem("iso4217 CNYUAN")?.hasPrefix("line 1: expected codes of 1 to 4") == true)
    #expect(problem("iso4217 c") != nil)
    #expect(problem(String(repeating: "\n", count: 2_001))?.hasPrefix("line 2001") == true)
    #expect(problem(String(repeating: "1", count: 1_001))?.hasPrefix("line 1") == true)
  }

  @Test(arguments: [UInt64(3), 29])
  func `any text is read or refused`(seed: UInt64) throws {
    let good = Array(try ScanCorpora.text("config/gs1/syntax-dictionary.txt").utf8)
    var random = SeededRandom(seed: seed)
    for _ in 0..<150 {
      let start = random.below(good.count)
      let bytes = random.damaged(Array(good[start...].prefix(400)))
      _ = problem(String(decoding: bytes, as: UTF8.self))
      _ = problem(String(decoding: random.bytes(count: 60), as: UTF8.self))
    }
    #expect(problem(String(decoding: good, as: UTF8.self)) == nil)
  }
}
