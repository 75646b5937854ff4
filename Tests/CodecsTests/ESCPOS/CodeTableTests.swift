import Testing

@testable import Codecs

struct CodeTableTests {
  @Test func `every table has 128 places`() {
    var count = 0
    for n in UInt8(0)...255 {
      guard let table = ESCPOS.CodeTable(n) else { continue }
      count += 1
      #expect(table.characters.count == 128, "table \(n)")
      #expect(table[0x41] == "A")
      // A table that is all boxes would be one that the C library has not.
      #expect(table.characters.filter { $0 != "\u{FFFD}" }.count > 60, "table \(n)")
    }
    #expect(count == 38)
  }

  /// One character each that no other page has at that place.
  @Test func `tables are those of the TM series`() {
    let facts: [(UInt8, UInt8, Character)] = [
      (0, 0x9D, "¥"), (1, 0xB1, "ｱ"), (1, 0xF2, "年"), (2, 0x9B, "ø"), (13, 0xA7, "ğ"),
      (14, 0x80, "Α"), (15, 0xE1, "α"), (16, 0x80, "€"), (17, 0x80, "А"), (18, 0x88, "ł"),
      (19, 0xD5, "€"), (21, 0xA1, "ก"), (30, 0xAE, "đ"), (31, 0xD0, "É"), (32, 0x9F, "ا"),
      (33, 0xD0, "ą"), (36, 0x80, "א"), (40, 0xA4, "€"), (44, 0xF2, "Ґ"), (46, 0xC0, "А"),
      (49, 0xE0, "א"), (50, 0xC7, "ا"), (52, 0xC0, "À"), (52, 0xD5, "Ơ"), (53, 0xA3, "Ә"),
    ]
    for (n, byte, character) in facts {
      #expect(ESCPOS.CodeTable(n)?[byte] == character, "table \(n), \(byte)")
    }
    #expect(ESCPOS.CodeTable(255) == nil)
    #expect(ESCPOS.CodeTable(name: "no such page") == nil)
  }

  @Test func `an international set changes twelve characters and no other`() {
    #expect(ESCPOS.InternationalSet.character(for: "{", in: 2) == "ä")
    #expect(ESCPOS.InternationalSet.character(for: "\\", in: 8) == "¥")
    #expect(ESCPOS.InternationalSet.character(for: "#", in: 3) == "£")
    #expect(ESCPOS.InternationalSet.character(for: "$", in: 15) == "¥")
    #expect(ESCPOS.InternationalSet.character(for: "A", in: 2) == "A")
    #expect(ESCPOS.InternationalSet.character(for: "#", in: 200) == "#")
  }

  /// [python-escpos #628, flutter #22]: a picture that reads as a command is obeyed as one.
  @Test func `real-time commands are found with their places`() {
    let bytes: [UInt8] = [0x00, 0x10, 0x04, 0x01, 0x10, 0x10, 0x14, 0x01, 0x00, 0x02, 0x10, 0x05]
    let found = ESCPOS.RealTimeScanner.commands(in: bytes)
    #expect(found.map(\.offset) == [1, 5])
    #expect(
      found.map(\.command) == [
        .realTimeStatus(1), .realTimePulse(connector: 0, time: 2),
      ])
    #expect(ESCPOS.RealTimeScanner.isIntroducerPresent(in: bytes))
    #expect(!ESCPOS.RealTimeScanner.isIntroducerPresent(in: [0x10, 0x10, 0x11, 0x04]))
  }
}
