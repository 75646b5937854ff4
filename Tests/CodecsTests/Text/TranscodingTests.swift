import Foundation
import Testing

@testable import Codecs

/// The codec of `kioskctl encode text`: the whole text or nothing, control characters among it.
struct TranscodingTests {
  private func hex(_ bytes: [UInt8]?) -> String? {
    bytes?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test func `a text is whole or nil, and what is missing is told once and in order`() {
    #expect(hex(CodePage.cp936.transcode("满100减20").bytes) == "c2fa313030bcf53230")
    let (bytes, missing) = CodePage.cp950.transcode("减满100减20")
    #expect(bytes == nil)
    #expect(missing == ["减", "满"])
  }

  @Test func `control characters pass, which the driver of a printer takes out`() {
    #expect(hex(CodePage.cp936.transcode("会\u{1B}@员").bytes) == "bbe11b40d4b1")
    #expect(hex(CodePage.cp936.encode("会\u{1B}@员").bytes) == "bbe140d4b1")
  }

  @Test func `GB 18030 has every scalar, in one, two or four bytes`() {
    #expect(hex(CodePage.gb18030.transcode("㐀a茶🧋").bytes) == "8139ee3961b2e89530df37")
    // A printer has no forms of four bytes.
    #expect(CodePage.gb18030.encode("㐀a茶🧋").missing == ["㐀", "🧋"])
  }

  /// node-escpos #332: ¥ came out as "0 6", the tail of its form of four bytes.
  @Test func `the yen sign is what each page has for it`() {
    #expect(hex(CodePage.gb18030.transcode("¥").bytes) == "81308436")
    #expect(hex(CodePage.gb18030.encode("¥").bytes) == "a3a4")
    #expect(hex(CodePage.cp936.encode("¥").bytes) == "a3a4")
    #expect(hex(CodePage.cp950.transcode("¥").bytes) == "a244")
    #expect(CodePage.cp932.transcode("¥").missing == ["¥"])
    #expect(hex(CodePage.cp932.encode("¥").bytes) == "818f")
    #expect(hex(CodePage.cp949.encode("¥").bytes) == "a1cd")
    #expect(CodePage.cp866.encode("¥").missing == ["¥"])
  }

  @Test func `nothing beyond ASCII becomes an ASCII byte, and cp936 has no euro`() {
    #expect(CodePage.cp936.transcode("€").missing == ["€"])
    for page in CodePage.allCases {
      for scalar in (UInt32(0x80)...0x3100).compactMap({ Unicode.Scalar($0) }) {
        guard let bytes = page.transcode(String(scalar)).bytes else { continue }
        #expect(bytes[0] >= 0x80, "\(page) U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test func `an older Chinese printer has no traditional characters`() {
    #expect(CodePage.gb2312.encode("合计合計").missing == ["計"])
    #expect(CodePage.cp936.encode("合计合計").missing.isEmpty)
  }

  // MARK: The corpus

  private struct Row: Decodable {
    let text: String
    let bytes: [String: String?]
    let bad: [String: [String]]
  }

  private static let corpus: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["KIOSK_CORPORA"]
      ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpora").path
    let path = folder + "/cjk/matrix.jsonl"
    return FileManager.default.isReadableFile(atPath: path) ? path : nil
  }()

  @Test func `kana of Big5 are those of its first Unicode table, for a codec only`() {
    // Unicode 1.1, BIG5.TXT: A8 follows A5; AD 74 and the next row are reached by counting on.
    for (text, code) in [("い", "c6a8"), ("ン", "c7ad"), ("я", "c7e8"), ("⑽", "c7fc")] {
      #expect(hex(CodePage.cp950.transcode(text).bytes) == code, "\(text)")
      #expect(CodePage.cp950.encode(text).missing == Array(text), "\(text)")
    }
    #expect(CodePage.cp950.transcode("ラーメ").missing == ["ー"])
  }

  @Test(.enabled(if: corpus != nil, "the corpora are not here"))
  func `every row of the corpus agrees`() throws {
    let path = try #require(Self.corpus)
    var count = 0
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
      for (name, bytes) in row.bytes {
        let page = try #require(CodePage(rawValue: name), "\(name)")
        let (coded, missing) = page.transcode(row.text)
        #expect(hex(coded) == bytes, "\(name) \(row.text)")
        #expect(missing.map { String($0) } == row.bad[name, default: []], "\(name) \(row.text)")
        count += 1
      }
    }
    #expect(count >= 390)
  }
}
