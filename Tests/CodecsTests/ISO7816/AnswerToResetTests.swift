import Codecs
import Testing

struct AnswerToResetTests {
  private func answer(_ hex: String) throws -> ISO7816.AnswerToReset {
    try ISO7816.AnswerToReset(decoding: hexBytes(hex))
  }

  private func malformation(_ hex: String) -> ISO7816.AnswerToReset.Malformation? {
    do throws(ISO7816.AnswerToReset.Malformation) {
      _ = try ISO7816.AnswerToReset(decoding: hexBytes(hex))
      return nil
    } catch {
      return error
    }
  }

  /// A tachograph card: T=1 and nothing else, with IFSC and waiting times.
  @Test func `interface bytes of T=1 are told by their group`() throws {
    let atr = try answer("3B9711C0FFB1FE351F83A505010102A3015F")
    #expect(atr.convention == .direct)
    #expect(atr.protocols == [0, 1])
    #expect(atr.interfaceBytes.map(\.index) == [1, 2, 3, 4])
    #expect(atr.interfaceBytes[2].type == 1)
    #expect(atr.informationFieldSize == 0xFE)
    #expect(atr.blockWaitingInteger == 3 && atr.characterWaitingInteger == 5)
    #expect(!atr.usesRedundancyCode)
    #expect(atr.waitingInteger == 0xFF)
    #expect(atr.historicalBytes == hexBytes("A505010102A301"))
    #expect(atr.checkCharacter == 0x5F)
    #expect(atr.clockRateConversion == 372 && atr.baudRateAdjustment == 1)
  }

  /// The Belgian identity card: T=0 with a rate, and no check character.
  @Test func `a card of T=0 alone has no check character and says its rate`() throws {
    let atr = try answer("3B9813400AA503010101AD1311")
    #expect(atr.protocols == [0])
    #expect(atr.frequencyAndRate == 0x13)
    #expect(atr.clockRateConversion == 372 && atr.baudRateAdjustment == 4)
    #expect(atr.maximumClockKilohertz == 5_000)
    #expect(atr.waitingInteger == 0x0A)
    #expect(atr.checkCharacter == nil && atr.specificMode == nil)
  }

  /// A USIM: T=0, and T=15 with its global bytes, so that there is a check character.
  @Test func `global bytes say clock stop and voltages`() throws {
    let atr = try answer("3B9E95801FC78031E073FE211B66D00007001E001A")
    #expect(atr.protocols == [0])
    #expect(atr.clockStop == .noPreference)
    #expect(atr.operatingClasses == 0x07)
    #expect(atr.clockRateConversion == 512 && atr.baudRateAdjustment == 16)
  }

  @Test func `a specific mode is told, with its protocol`() throws {
    // TA2 = 81: T=1, and the mode cannot be changed; TCK over all.
    let atr = try answer("3B9094918131467505".replacingLastWithCheck())
    #expect(atr.specificMode?.protocolNumber == 1)
    #expect(atr.specificMode?.canChange == false)
    #expect(atr.specificMode?.usesImplicitParameters == false)
  }

  @Test func `an inverse convention is told`() throws {
    #expect(try answer("3F6500000102030405").convention == .inverse)
  }

  @Test(arguments: [
    // Standard, name: as the list of PC/SC part 3 has them.
    ("3B8F8001804F0CA000000306030001000000006A", "ISO 14443 A, part 3", "MIFARE Classic 1K"),
    ("3B8F8001804F0CA0000003060300020000000069", "ISO 14443 A, part 3", "MIFARE Classic 4K"),
    ("3B8F8001804F0CA0000003060300030000000068", "ISO 14443 A, part 3", "MIFARE Ultralight"),
    ("3B8F8001804F0CA0000003060B00140000000077", "ISO 15693, part 3", "ICODESLI"),
    ("3B8F8001804F0CA0000003060A001C000000007E", "ISO 15693, part 2", "PicoPass 16KS(8x2)"),
    ("3B8F8001804F0CA00000030603F004000000009F", "ISO 14443 A, part 3", "Topaz or Jewel"),
    ("3B8F8001804F0CA00000030603F011000000008A", "ISO 14443 A, part 3", "FeliCa 212K"),
    ("3B8F8001804F0CA00000030603FF88000000001C", "ISO 14443 A, part 3", "unknown card, SAK 88"),
  ])
  func `a storage card is named`(hex: String, standard: String, name: String) throws {
    let atr = try answer(hex)
    #expect(atr.isContactless && !atr.isISODEP)
    #expect(atr.storageCard?.standardName == standard)
    #expect(atr.storageCard?.name.title == name)
  }

  @Test func `a contactless card with a protocol is told from storage cards`() throws {
    let gemalto = try answer("3B8F80018091E1318065B0831100AC83009000B7")
    #expect(gemalto.isISODEP && gemalto.storageCard == nil)
    let desfire = try answer("3B8180018080")
    #expect(desfire.isISODEP && desfire.historicalBytes == [0x80])
    #expect(
      ISO7816.AnswerToReset(contactlessWithHistoricalBytes: [0x80]).bytes == desfire.bytes)
    #expect(try !answer("3B6500000102030405").isContactless)
  }

  @Test(arguments: [
    ("", 0), ("3B", 1), ("3C00", 0), ("3B6500", 3), ("3B8F8001804F0CA0", 8),
    ("3B8F8001804F0CA0000003060300030000000067", 19),
    ("3B8F8001804F0CA000000306030003000000006800", 20), ("3B6500000102030405FF", 9),
    ("3B8F8001804F0CA00000030603000300000000", 19),
  ])
  func `what is no answer to reset is refused with its place`(hex: String, offset: Int) {
    #expect(malformation(hex)?.offset == offset)
  }

  @Test func `too many bytes are refused whatever they are`() {
    #expect(
      malformation("3B" + String(repeating: "FF", count: 40))
        == .tooLong(41))
  }

  @Test(arguments: [UInt64(3), 88])
  func `random bytes never trap and what is read keeps its bytes`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var read = 0
    for _ in 0..<20_000 {
      let bytes = [0x3B] + random.bytes(count: random.below(34))
      do {
        let atr = try ISO7816.AnswerToReset(decoding: bytes)
        #expect(atr.bytes == bytes)
        #expect(!atr.protocols.isEmpty && (1...254).contains(atr.informationFieldSize))
        read += 1
      } catch {
        #expect(error.offset <= max(bytes.count, ISO7816.AnswerToReset.maximumByteCount))
      }
    }
    #expect(read > 10)
  }
}

extension String {
  /// The hex digits with the last byte made the exclusive or of all but the first (TCK).
  fileprivate func replacingLastWithCheck() -> String {
    let bytes = hexBytes(self)
    let check = bytes.dropFirst().dropLast().reduce(0, ^)
    return String(dropLast(2)) + (check < 16 ? "0" : "") + String(check, radix: 16)
  }
}
