import Testing

@testable import Cards

/// Secure messaging against published and recorded sessions.
struct SessionTests {
  private static let zeroKey = [UInt8](repeating: 0, count: 16)

  /// NXP AN12196 (2.0), tables 14 and 19 (in the tests of nfc-ev2-crypto too).
  @Test func `an NTAG 424 DNA session opens with the bytes of the application note`() throws {
    var first = EV2Authentication(
      key: Self.zeroKey, randomA: hexBytes("13c5db8a5930439fc3def9a4c675360f"))
    #expect(
      first.answer(hexBytes("a04c124213c186f22399d33ac2a30215"))
        == hexBytes("35c3e05a752e0144bac0de51c1f22c56b34408a23d8aea266cab947ea8e0118d"))
    let session = try #require(
      first.session(
        hexBytes("3fa64db5446d1f34cd6ea311167f5e4985b89690c04a05f17fa7ab2f08120663")))
    #expect(session.encryptionKey == hexBytes("1309c877509e5a215007ff0ed19ca564"))
    #expect(session.codeKey == hexBytes("4c6626f5e72ea694202139295c7a7fc7"))
    #expect(session.transaction == hexBytes("9d00c4df"))

    var second = EV2Authentication(
      key: Self.zeroKey, randomA: hexBytes("b98f4c50cf1c2e084fd150e33992b048"))
    #expect(
      second.answer(hexBytes("b875ceb0e66a6c5cd00898dc371f92d1"))
        == hexBytes("ff0306e47dfbc50087c4d8a78e88e62de1e8be457aa477c707e2f0874916a8b1"))
    let other = try #require(
      second.session(
        hexBytes("0cc9a8094a8eea683ecaac5c7bf20584206d0608d477110fc6b3d5d3f65c3a6a")))
    #expect(other.encryptionKey == hexBytes("7a93d6571e4b180fca6ac90c9a7488d4"))
    #expect(other.codeKey == hexBytes("fc4af159b62e549b5812394cab1918cc"))
  }

  /// AN12196, tables 28 and 7.
  @Test func `the answers of an NTAG 424 DNA are opened, and nothing that was changed`() throws {
    var session = EV2Session(
      encryptionKey: hexBytes("2b4d963c014dc36f24f69a50a394f875"),
      codeKey: hexBytes("379d32130ce61705dd5fd8c36b95d764"), transaction: hexBytes("df055522"))
    #expect(try session.data(0x51) == hexBytes("8e2c155adda99be3"))
    let answer = hexBytes("70756055688505b52a5e26e59e329cd6595f672298ea41b7")
    let before = session
    #expect(session.open(answer, isEncrypted: true) == hexBytes("04958caa5c5e80"))
    // The same answer again belongs to a command before.
    #expect(session.open(answer, isEncrypted: true) == nil)
    for index in answer.indices {
      var changed = answer
      changed[index] ^= 1
      var fresh = before
      #expect(fresh.open(changed, isEncrypted: true) == nil, "byte \(index)")
    }
    var plain = EV2Session(
      encryptionKey: Self.zeroKey, codeKey: hexBytes("8248134a386e86eb7faf54a52e536cb6"),
      transaction: hexBytes("7a21085e"))
    #expect(try plain.data(0xF5, header: [0x02]) == hexBytes("026597a457c8cd442c"))
    let settings = hexBytes("0040eeee000100d1fe001f00004400004400002000006a0000")
    #expect(plain.open(settings + hexBytes("2a474282e7a47986"), isEncrypted: false) == settings)
  }

  @Test func `a card that does not hold the key opens no session`() {
    var authentication = EV2Authentication(
      key: Self.zeroKey, randomA: [UInt8](repeating: 1, count: 16))
    #expect(authentication.answer([1, 2, 3]) == nil)
    #expect(authentication.answer([UInt8](repeating: 9, count: 16)) != nil)
    #expect(authentication.session([UInt8](repeating: 5, count: 32)) == nil)
    #expect(authentication.session([]) == nil)
    var older = EV1Authentication(key: Self.zeroKey, randomA: [UInt8](repeating: 1, count: 16))
    #expect(older.answer([]) == nil)
    #expect(older.answer([UInt8](repeating: 9, count: 16)) != nil)
    #expect(older.session([UInt8](repeating: 5, count: 16)) == nil)
    #expect(older.session([]) == nil)
  }

  /// "Desfire EV1 Communication Examples" (sotechcllc/RFDoorLock), recorded from a real card; key 0
  /// and key 1 of an AES application.
  @Test(arguments: [
    (
      "00000000000000000000000000000000", "f44b26f5686f3a391cd38ebd10772281",
      "b969fdfe56fd91fc9de6f6f213b8fd1e",
      "36aad7df6e436ba08d18613830a70d5ad43e3d3f4a8d47541eee623a934e4774",
      "800db680bc146bd121d6578f2d2e2059", "f44b26f5c05ddd7110772281c4d066e8"
    ),
    (
      "10182028303840485058606870788088", "40e7d27174cba675e8efbab99c530e3d",
      "b351cb2465d4f33ac627fd6e87a168f2",
      "044b6cac343a086589514964 9ca8dde1f5ac4ec67bd208900af02f049e05f0b0",
      "a2ee144b1012fbeb7b2f11132d95a454", "40e7d271626ffbd49c530e3d304f5b17"
    ),
  ])
  func `a DESFire session opens with the bytes of a real card`(
    key: String, random: String, challenge: String, answer: String, proof: String, session: String
  ) {
    var authentication = EV1Authentication(key: hexBytes(key), randomA: hexBytes(random))
    #expect(authentication.answer(hexBytes(challenge)) == hexBytes(answer))
    #expect(authentication.session(hexBytes(proof)) == EV1Session(key: hexBytes(session)))
  }

  /// The rest of the same recording: every code hangs on all before it.
  @Test func `the codes of a whole DESFire session are those of a real card`() throws {
    var session = EV1Session(key: hexBytes("40e7d271626ffbd49c530e3d304f5b17"))
    func exchange(_ command: String, _ answer: String) throws -> [UInt8]? {
      let bytes = hexBytes(command)
      try session.send(bytes[0], Array(bytes.dropFirst()))
      return session.open(hexBytes(answer))
    }
    let content = (0x00...0x4F).map { UInt8($0) }
    #expect(try exchange("cd050011 00500000", "a75316ad1596b953") == [])
    #expect(try exchange("6f", "05 2d5ff67ffec9d2d3") == [0x05])
    #expect(
      try exchange("f505", "00001100500000 2aac7517024e09dc") == hexBytes("00001100500000"))
    func hex(_ bytes: some Sequence<UInt8>) -> String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    #expect(
      try exchange("3d05000000340000" + hex(content[..<0x34]), "765c9daa50ecb62f") == [])
    #expect(
      try exchange("3d053400001c0000" + hex(content[0x34...]), "3e0aed986b8b0f37") == [])
    #expect(
      try exchange("bd05000000300000", hex(content[..<0x30]) + "4c65f1f842262bac")
        == Array(content[..<0x30]))
    #expect(
      try exchange("bd05300000200000", hex(content[0x30...]) + "f02205cf913c03c9")
        == Array(content[0x30...]))
    #expect(try exchange("df05", "1bef0d32b6d1d7f9") == [])
  }

  /// The same recording, another session.
  @Test func `the codes of two DESFire messages are those of a real card`() throws {
    var session = EV1Session(key: hexBytes("90f7a20191036845ec63decd544b9931"))
    try session.send(0x64, [0x00])
    #expect(session.open(hexBytes("10 8a8fa36f55cd210d")) == [0x10])
  }

  /// CRCs from RevK's DESFire notes and from the recording's "CRC New Key" and "CRC Crypto".
  @Test func `a DESFire check is the one of real cards`() {
    #expect(
      EV1Session.check(hexBytes("00102030405060708090a0b0b0a09080")) == hexBytes("bfe37919"))
    #expect(
      EV1Session.check(
        hexBytes("c400 00102030405060708090a0b0b0a09080 10")) == hexBytes("d2c6e66b"))
  }

  @Test(arguments: [0, 1, 7, 12, 13, 28, 59, 120])
  func `what a card seals is opened, encrypted or with a code`(byteCount: Int) throws {
    var random = SeededRandom(seed: UInt64(byteCount))
    let data = random.bytes(byteCount)
    let key = random.bytes(16)
    var (card, reader) = (EV1Session(key: key), EV1Session(key: key))
    for _ in 0..<3 {
      try card.send(0xBD, data)
      try reader.send(0xBD, data)
      #expect(reader.open(try card.seal(data)) == data)
      #expect(reader.open(encrypted: try card.seal(encrypted: data), byteCount: byteCount) == data)
    }
    #expect(card == reader)
    var sealed = try card.seal(encrypted: data)
    sealed[random.below(sealed.count)] ^= 0x40
    #expect(reader.open(encrypted: sealed, byteCount: byteCount) == nil)
    #expect(reader.open(encrypted: [], byteCount: 0) == nil)
    #expect(reader.open([1, 2, 3]) == nil)
    var chip = EV2Session(encryptionKey: key, codeKey: key, transaction: [1, 2, 3, 4])
    var other = chip
    for isEncrypted in [true, false] {
      let answer = try chip.seal(data, isEncrypted: isEncrypted)
      #expect(other.open(answer, isEncrypted: isEncrypted) == data)
    }
  }
}
