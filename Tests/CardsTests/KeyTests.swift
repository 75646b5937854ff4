import Testing

@testable import Cards

/// Keys and codes against published numbers.
struct KeyTests {
  /// RFC 4493, 4.
  private static let key = hexBytes("2b7e151628aed2a6abf7158809cf4f3c")
  private static let message = hexBytes(
    """
    6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710
    """)

  @Test(arguments: [
    (0, "bb1d6929e95937287fa37d129b756746"), (16, "070a16b46b4d4144f79bdd9dd04a287c"),
    (40, "dfa66747de9ae63030ca32611497c827"), (64, "51f0bebf7e3b9d92fc49741779363cfe"),
  ])
  func `both ways to a CMAC give the codes of RFC 4493`(count: Int, code: String) throws {
    let message = Array(Self.message.prefix(count))
    #expect(try AESCipher.cmac(message, key: Self.key) == hexBytes(code))
    #expect(try AESCipher.chainedCMAC(message, key: Self.key) == hexBytes(code))
  }

  @Test func `a code that goes on is the code of a longer message`() throws {
    let whole = try AESCipher.cmac(Self.message, key: Self.key)
    let iv = Array(
      try AESCipher.encrypt(Array(Self.message.prefix(32)), key: Self.key).suffix(16))
    #expect(
      try AESCipher.chainedCMAC(Array(Self.message.suffix(32)), key: Self.key, iv: iv) == whole)
  }

  @Test func `what does not fit is refused`() {
    #expect(throws: AESCipher.Refusal.keyByteCount(15)) {
      try AESCipher.encrypt(AESCipher.zeroBlock, key: Array(Self.key.dropLast()))
    }
    #expect(throws: AESCipher.Refusal.notWholeBlocks(17)) {
      try AESCipher.decrypt([UInt8](repeating: 0, count: 17), key: Self.key)
    }
    #expect(throws: AESCipher.Refusal.notWholeBlocks(0)) {
      try AESCipher.encrypt([], key: Self.key)
    }
  }

  @Test func `padding is taken off only where it is`() {
    for count in 0...33 {
      let message = [UInt8](repeating: 0xA5, count: count)
      let padded = AESCipher.padded(message)
      #expect(padded.count.isMultiple(of: 16) && padded.count > count)
      #expect(AESCipher.unpadded(padded) == message)
    }
    #expect(AESCipher.unpadded([0, 0, 0]) == nil)
    #expect(AESCipher.unpadded([1, 0, 0]) == nil)
  }

  /// NXP AN10922, 2.2.1 (also in libfreefare's tests); the second, with an input so short that one
  /// block would do, from NXP AN10957 (also in the tests of hacksburg's desfireutil).
  @Test func `a card's key is the one of NXP's application notes`() {
    #expect(
      KeyDiversification.aes128Key(
        master: hexBytes("00112233445566778899aabbccddeeff"),
        input: hexBytes("04782e21801d80 3042f5 4e585020416275"))
        == hexBytes("a8dd63a3b89d54b37ca802473fda9175"))
    #expect(
      KeyDiversification.aes128Key(
        master: hexBytes("f3f9377698707b688eaf84abe39e3791"), input: hexBytes("04deadbeeffeed"))
        == hexBytes("0bb408baff98b6ee9f2e1585777f6a51"))
    #expect(KeyDiversification.aes128Key(master: [], input: [1]) == nil)
    #expect(KeyDiversification.aes128Key(master: Self.key, input: []) == nil)
    let long = [UInt8](repeating: 1, count: 31)
    #expect(KeyDiversification.aes128Key(master: Self.key, input: long)?.count == 16)
    #expect(KeyDiversification.aes128Key(master: Self.key, input: long + [1]) == nil)
  }
}
