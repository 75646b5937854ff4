import Codecs
import Testing

/// What depends on the layout, on one made for it; the real ones are data, tested in DriversTests.
struct KeyboardLayoutTests {
  /// Digits shifted as in France, letters as in the US, accents, and AltGr.
  private static let other = HID.KeyboardLayout(
    name: "xx",
    keys: HID.KeyboardLayout.us.keys.merging(
      zip(UInt8(0x1E)...0x27, "&é\"'(-è_çà".unicodeScalars.map { $0 }).map { usage, scalar in
        let digit = HID.KeyboardLayout.us.keys[usage]?.plain
        return (
          usage,
          HID.KeyboardLayout.Key(
            .character(scalar), digit, alternate: usage == 0x1F ? .dead("~") : nil)
        )
      } + [
        (0x2F, .init(.dead("^"), .dead("¨"), alternate: .character("["))),
        (0x08, .init(.character("e"), .character("E"), alternate: .character("€"))),
      ]
    ) { $1 },
    compositions: ["^": ["e": "ê"], "¨": ["e": "ë"]], controls: [0x30: 0x1D])

  private static let released = [UInt8](repeating: 0, count: 8)

  private func press(_ usage: UInt8, _ modifiers: UInt8 = 0) -> [[UInt8]] {
    [[modifiers, 0, usage, 0, 0, 0, 0, 0], Self.released]
  }

  private func text(_ reports: [[UInt8]]) throws(Scanning.Fault) -> String {
    try HID.text(of: reports + press(0x28), layout: Self.other, suffix: .enter)
  }

  @Test func `an accent waits for the letter, the blank or another key`() throws {
    let accent = press(0x2F)
    #expect(try text(accent + press(0x08)) == "ê")
    #expect(try text(press(0x2F, 0x02) + press(0x08)) == "ë")
    #expect(try text(accent + press(0x2C)) == "^")
    #expect(try text(accent + press(0x1B)) == "^x")
    #expect(try text(accent + accent + press(0x08)) == "^ê")
    #expect(try text(accent) == "^")
    // Nothing is composed with this one: a system that has it as a plain character agrees.
    #expect(try text(press(0x1F, 0x40) + press(0x2C)) == "~")
    #expect(try text(press(0x1F, 0x40) + press(0x08)) == "~e")
  }

  @Test func `AltGr is right Alt, or Ctrl and left Alt`() throws {
    #expect(try text(press(0x08, 0x40)) == "€")
    #expect(try text(press(0x08, 0x05)) == "€")
    #expect(throws: Scanning.Fault.unknownKey) { try text(press(0x1B, 0x40)) }
  }

  @Test func `Ctrl types the codes of the layout and of letters`() throws {
    #expect(try text(press(0x30, 0x01) + press(0x04, 0x10)) == "\u{1D}\u{01}")
    #expect(throws: Scanning.Fault.unknownKey) { try text(press(0x1E, 0x01)) }
  }

  @Test func `Caps Lock does not touch a digit that has a letter in front`() throws {
    #expect(try text(press(0x39) + press(0x08) + press(0x1F) + press(0x1F, 0x02)) == "Eé2")
  }

  // barcode-to-pc-server #166, InvenTree #10589: HA112 came as HA&&é. With a check digit it shows.
  @Test func `a GTIN in another layout is refused, with the layout that it looks like`() {
    let digits: [UInt8] = [
      0x21, 0x27, 0x27, 0x23, 0x20, 0x25, 0x1E, 0x20, 0x20, 0x20, 0x26, 0x20, 0x1E,
    ]
    let frenchScanner = digits.flatMap { press($0, 0x02) } + press(0x28)
    let usScanner = digits.flatMap { press($0) } + press(0x28)
    var us = HID.KeyboardDecoder(settings: .init(otherLayouts: [.us, Self.other]))
    #expect(
      frenchScanner.flatMap { us.feed($0, at: 0) } == [.failure(.otherLayout(["xx"]))])
    var french = HID.KeyboardDecoder(
      settings: .init(layout: Self.other, otherLayouts: [.us, Self.other]))
    #expect(usScanner.flatMap { french.feed($0, at: 0) } == [.failure(.otherLayout(["us"]))])
    // In its own layout it is read, and nothing is said of others.
    #expect(
      usScanner.flatMap { us.feed($0, at: 0) }
        == [
          .success(
            Scanning.Scan(
              bytes: Array("4006381333931".utf8), aimIdentifier: nil, terminator: .enter))
        ])
  }

  @Test func `text that begins with an identifier in another layout is told, not refused`() {
    // ] Q 1 h: in this layout the bracket is another key.
    let layout = HID.KeyboardLayout(
      name: "yy",
      keys: HID.KeyboardLayout.us.keys.merging([0x30: .init(.character("+"), .character("*"))]) {
        $1
      })
    var decoder = HID.KeyboardDecoder(settings: .init(layout: layout, otherLayouts: [.us]))
    let keys = press(0x30) + press(0x14, 0x02) + press(0x1E) + press(0x0B) + press(0x28)
    #expect(
      keys.flatMap { decoder.feed($0, at: 0) }
        == [
          .success(
            Scanning.Scan(
              bytes: Array("+Q1h".utf8), aimIdentifier: nil, terminator: .enter,
              otherLayouts: ["us"]))
        ])
  }
}
