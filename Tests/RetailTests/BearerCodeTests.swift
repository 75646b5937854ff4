import Retail
import Testing

struct BearerCodeTests {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  private static func code(_ seed: UInt8) throws -> BearerCode {
    try #require(BearerCode(random: (0..<10).map { UInt8($0) &* 37 &+ seed &* 101 }))
  }

  // Setono/SyliusGiftCardPlugin#297: codes could be guessed.
  @Test func `ten random bytes make sixteen characters and two of check`() throws {
    let zero = try #require(BearerCode(random: [UInt8](repeating: 0, count: 10)))
    #expect(zero.characters == "000000000000000000")
    let ones = try #require(BearerCode(random: [UInt8](repeating: 255, count: 10)))
    #expect(ones.characters.hasPrefix("ZZZZZZZZZZZZZZZZ"))
    let mixed = try #require(BearerCode(random: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    #expect(mixed.characters == "000G40R40M30E209" + mixed.characters.suffix(2))
    #expect(BearerCode(random: [1, 2, 3]) == nil)
  }

  @Test func `what is printed is read back`() throws {
    for seed in UInt8(0)...40 {
      let code = try Self.code(seed)
      #expect(BearerCode(code.characters) == code)
      #expect(BearerCode(code.text) == code)
      #expect(code.text.count == 20)
    }
  }

  @Test func `case, blanks, dashes and letters that look like digits do not matter`() throws {
    let code = try #require(BearerCode(random: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    let sloppy = code.characters.lowercased()
      .map { $0 == "0" ? "o" : $0 == "1" ? "l" : String($0) }.joined(separator: " -")
    #expect(BearerCode(sloppy) == code)
    let ones = try #require(BearerCode(random: [0x08, 0x42, 0x10, 0x84, 0x21, 0, 0, 0, 0, 0]))
    #expect(ones.characters.hasPrefix("11111111"))
    #expect(BearerCode(ones.text.replacing("1", with: "I")) == ones)
    #expect(BearerCode(ones.text.replacing("1", with: "L")) == ones)
  }

  @Test func `every change of one character is seen`() throws {
    for seed in UInt8(0)..<8 {
      let good = Array(try Self.code(seed).characters)
      for index in good.indices {
        for other in Self.alphabet where other != good[index] {
          var bad = good
          bad[index] = other
          #expect(BearerCode(String(bad)) == nil)
        }
      }
    }
  }

  @Test func `every exchange of two characters is seen`() throws {
    for seed in UInt8(0)..<40 {
      let good = Array(try Self.code(seed).characters)
      for first in good.indices {
        for second in good.indices where good[first] != good[second] {
          var bad = good
          bad.swapAt(first, second)
          #expect(BearerCode(String(bad)) == nil)
        }
      }
    }
  }

  /// All pairs of neighbours there can be, at all places: the code is linear, so that a change is
  /// seen in every code or in none.
  @Test func `every exchange of neighbours is seen, whatever they are`() throws {
    let zero = [UInt8](repeating: 0, count: 10)
    let base = Array(try #require(BearerCode(random: zero)).characters)
    for place in 0..<17 {
      for first in Self.alphabet {
        for second in Self.alphabet where first != second {
          // The difference between the two orders, laid over the zero code.
          let (left, right) = (Self.value(first), Self.value(second))
          var bad = base
          bad[place] = Self.alphabet[left ^ right]
          bad[place + 1] = Self.alphabet[left ^ right]
          #expect(BearerCode(String(bad)) == nil)
        }
      }
    }
  }

  @Test(arguments: [
    "", "0", "00000000000000000", "0000000000000000000", "00000000000000000U",
    "00000000000000000券", "00000000000000000\u{0}", "000000000000000001",
  ])
  func `what is no code is refused`(text: String) {
    #expect(BearerCode(text) == nil)
  }

  @Test func `a text that is too long is not looked at`() throws {
    let code = try Self.code(1)
    #expect(BearerCode(code.characters + String(repeating: " ", count: 46)) == code)
    #expect(BearerCode(code.characters + String(repeating: " ", count: 47)) == nil)
  }

  @Test func `printing a value shows its mask only`() throws {
    struct Holder { let code: BearerCode }
    let code = try Self.code(3)
    let last = String(code.characters.suffix(4))
    #expect(code.mask == "******-******-**" + last)
    for text in ["\(code)", String(reflecting: code), "\(Holder(code: code))"] {
      #expect(text.contains(last))
      #expect(!text.contains(code.characters.prefix(6)))
    }
    var dumped = ""
    dump(Holder(code: code), to: &dumped)
    #expect(!dumped.contains("digits"))
  }

  private static func value(_ character: Character) -> Int {
    alphabet.firstIndex(of: character) ?? 0
  }
}
