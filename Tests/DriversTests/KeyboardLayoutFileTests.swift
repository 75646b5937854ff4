import Codecs
import Drivers
import Foundation
import Profiles
import Testing

/// The layouts of drivers/layouts with the decoder of the keys.
struct KeyboardLayoutFileTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func layouts() throws -> [String: HID.KeyboardLayout] {
    let set = try ProfileSet.load(repository.path + "/drivers")
    return Dictionary(
      uniqueKeysWithValues: set.layouts.map { ($0.name, HID.KeyboardLayout($0)) })
  }

  @Test func `there are the six layouts, and the US one is that of the code`() throws {
    let layouts = try Self.layouts()
    #expect(layouts.keys.sorted() == ["de", "es", "fr", "jp", "uk", "us"])
    #expect(layouts["us"] == .us)
  }

  /// What is a layout's own: shifted digits, AltGr, accents, ISO keys, Japanese keys, GS by Ctrl.
  @Test(
    arguments: [
      ("fr", "]d2", [(0x2D, 0x40), (0x07, 0), (0x1F, 0x02)]),
      (
        "fr", "é~|\\@^µ§",
        [
          (0x1F, 0), (0x1F, 0x40), (0x2C, 0), (0x23, 0x40), (0x25, 0x40), (0x27, 0x40),
          (0x26, 0x40), (0x31, 0x02), (0x38, 0x02),
        ]
      ),
      (
        "fr", "aqwzmAê<>",
        [
          (0x14, 0), (0x04, 0), (0x1D, 0), (0x1A, 0), (0x33, 0), (0x14, 0x20), (0x2F, 0), (0x08, 0),
          (0x64, 0), (0x64, 0x02),
        ]
      ),
      (
        "de", "zyZ@ßÄ§{|",
        [
          (0x1C, 0), (0x1D, 0), (0x1C, 0x02), (0x14, 0x40), (0x2D, 0), (0x34, 0x02), (0x20, 0x02),
          (0x24, 0x40), (0x64, 0x40),
        ]
      ),
      ("de", "^é\u{1D}", [(0x35, 0), (0x2C, 0), (0x2E, 0), (0x08, 0), (0x30, 0x01)]),
      (
        "uk", "\"@£#~\\|Á€",
        [
          (0x1F, 0x02), (0x34, 0x02), (0x20, 0x02), (0x31, 0), (0x32, 0x02), (0x64, 0),
          (0x64, 0x02), (0x04, 0x42), (0x21, 0x40),
        ]
      ),
      (
        "es", "ñÑ[{ü~a\u{1D}",
        [
          (0x33, 0), (0x33, 0x02), (0x2F, 0x40), (0x34, 0x40), (0x34, 0x02), (0x18, 0),
          (0x21, 0x40), (0x04, 0), (0x30, 0x01),
        ]
      ),
      (
        "jp", "@[]\\_\\|'\u{1D}",
        [
          (0x2F, 0), (0x30, 0), (0x32, 0), (0x87, 0), (0x87, 0x02), (0x89, 0), (0x89, 0x02),
          (0x24, 0x02), (0x32, 0x01),
        ]
      ),
    ] as [(String, String, [(UInt8, UInt8)])])
  func `keys are read in their layout`(
    name: String, text: String, keys: [(UInt8, UInt8)]
  ) throws {
    let layout = try #require(try Self.layouts()[name])
    let reports: [[UInt8]] = (keys + [(0x28, 0)]).flatMap { usage, modifiers in
      [[modifiers, 0, usage, 0, 0, 0, 0, 0], [UInt8](repeating: 0, count: 8)]
    }
    #expect(try HID.text(of: reports, layout: layout, suffix: .enter) == text)
  }

  @Test func `Caps Lock turns the letters of a layout around`() throws {
    let layout = try #require(try Self.layouts()["de"])
    let keys: [UInt8] = [0x39, 0x33, 0x1E, 0x39, 0x33, 0x28]
    let reports = keys.flatMap { [[0, 0, $0, 0, 0, 0, 0, 0], [UInt8](repeating: 0, count: 8)] }
    #expect(try HID.text(of: reports, layout: layout, suffix: .enter) == "Ö1ö")
  }

  // The recorded scans of all styles, decoded by libxkbcommon before they were written down.
  @Test(.enabled(if: KeyboardCorpus.path != nil))
  func `every recorded scan gives its text`() throws {
    let layouts = try Self.layouts()
    let cases = try KeyboardCorpus.cases()
    #expect(cases.count >= 100)
    for example in cases {
      let layout = try #require(layouts[example.layout])
      let suffix = try #require(HID.RecordedSuffix(rawValue: example.suffix))
      let text = try HID.text(of: example.bytes, layout: layout, suffix: suffix)
      #expect(text == example.text, "\(example.layout) \(example.style)")
    }
  }
}

private struct KeyboardCorpus: Decodable {
  let text: String
  let layout: String
  let suffix: String
  let style: String
  let reports: [String]

  var bytes: [[UInt8]] {
    reports.map { hex in
      let digits = hex.compactMap(\.hexDigitValue)
      return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
      }
    }
  }

  /// `KIOSK_CORPORA`, else beside the repository; nil where there is none.
  static let path: String? = {
    let folder =
      ProcessInfo.processInfo.environment["KIOSK_CORPORA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "shared/corpora").path
    let file = folder + "/keyboards/reports.jsonl"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }()

  static func cases() throws -> [KeyboardCorpus] {
    let text = try String(contentsOfFile: try #require(path), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(KeyboardCorpus.self, from: Data($0.utf8))
    }
  }
}
