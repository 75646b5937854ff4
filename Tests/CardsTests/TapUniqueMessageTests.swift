import Testing

@testable import Cards

struct TapUniqueMessageTests {
  private static let zeroKey = [UInt8](repeating: 0, count: 16)

  private func keys(
    _ metaReadKey: [UInt8] = zeroKey, file: [UInt8] = zeroKey, covered: String? = nil
  ) throws -> CardKeys.TapMessage {
    let chipKey = try #require(
      CardKeys.ChipKey(number: 0, master: file, diversification: nil))
    return try #require(
      CardKeys.TapMessage(
        metaReadKey: metaReadKey, fileReadKey: chipKey, coveredParameter: covered))
  }

  private func failure(
    _ uri: String, _ keys: CardKeys.TapMessage
  ) -> TapUniqueMessage.Failure? {
    do throws(TapUniqueMessage.Failure) {
      _ = try TapUniqueMessage(uri: uri, keys: keys)
      return nil
    } catch {
      return error
    }
  }

  /// NXP AN12196 (2.0), table 1.
  @Test func `session keys are those of the application note`() throws {
    let key = hexBytes("5ace7e50ab65d5d51fd5bf5a16b8205b")
    let uid = hexBytes("04c767f2066180")
    #expect(
      try TapUniqueMessage.sessionKey([0x3C, 0xC3], key, uid, [1, 0, 0])
        == hexBytes("3a3e8110e05311f7a3fcf0d969bf2b48"))
    #expect(
      try TapUniqueMessage.sessionKey([0xC3, 0x3C], key, uid, [1, 0, 0])
        == hexBytes("66da61797e23deca5d8eca13bbadf7a9"))
  }

  /// AN12196, tables 2, 4 and 5, as the URIs of NXP's demonstration server.
  @Test func `the messages of the application note are read`() throws {
    let first = try TapUniqueMessage(
      uri: "https://sdm.nfcdeveloper.com/tag?picc_data=EF963FF7828658A599F3041510671E88"
        + "&cmac=94EED9EE65337086", keys: keys())
    #expect(first.uid == hexBytes("04de5f1eacc040"))
    #expect(first.readCounter == 61)
    let second = try TapUniqueMessage(
      uri: "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40"
        + "&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6",
      keys: keys(covered: "enc"))
    #expect(second.uid == hexBytes("04958caa5c5e80"))
    #expect(second.readCounter == 8)
  }

  @Test func `a message that was changed, or made with another key, is refused by name`() throws {
    let uri = "https://a.example/t?picc_data=EF963FF7828658A599F3041510671E88&cmac="
    let zero = try keys()
    #expect(failure(uri + "94EED9EE65337086", zero) == nil)
    #expect(failure(uri + "94EED9EE65337087", zero) == .codeWrong)
    #expect(failure(uri + "94EED9EE653370", zero) == .malformed)
    #expect(failure(uri, zero) == .malformed)
    #expect(failure("https://a.example/t?uid=04DE5F1EACC040", zero) == .absent)
    #expect(failure("", zero) == .absent)
    let other = [UInt8](repeating: 1, count: 16)
    #expect(failure(uri + "94EED9EE65337086", try keys(other)) == .malformed)
    #expect(failure(uri + "94EED9EE65337086", try keys(file: other)) == .codeWrong)
    #expect(failure(uri + "94EED9EE65337086", try keys(covered: "enc")) == .malformed)
    // What the code covers stands before it.
    #expect(
      failure(uri + "94EED9EE65337086&enc=00", try keys(covered: "enc")) == .malformed)
  }

  @Test func `keys of a wrong length make no key, and no key is shown`() throws {
    #expect(CardKeys.ChipKey(number: 0, master: [1], diversification: nil) == nil)
    #expect(CardKeys.ChipKey(number: 14, master: Self.zeroKey, diversification: nil) == nil)
    #expect(
      CardKeys.ChipKey(
        number: 0, master: Self.zeroKey, diversification: [UInt8](repeating: 0, count: 22)) == nil)
    let key = try #require(
      CardKeys.ChipKey(
        number: 3, master: [UInt8](repeating: 0xAB, count: 16), diversification: [1, 2]))
    #expect(CardKeys.TapMessage(metaReadKey: [], fileReadKey: key) == nil)
    #expect(CardKeys.DESFireApplication(application: 1 << 24, key: key, file: nil) == nil)
    #expect(CardKeys.DESFireApplication(application: 1, key: key, file: 32) == nil)
    let keys = CardKeys(ntag424: key)
    var dumped = ""
    dump(keys, to: &dumped)
    dump(key, to: &dumped)
    #expect(!("\(keys) \(key) " + dumped).contains("171"))
    // A UID that changes with every tap gives no key of its own.
    #expect(key.key(uid: [8, 1, 2, 3], isRandom: true) == nil)
    #expect(key.key(uid: [4, 1, 2, 3, 4, 5, 6], isRandom: false)?.count == 16)
  }
}
