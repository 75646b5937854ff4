import Codecs
import Testing

struct CardTests {
  /// What an ACR122U tells of an NTAG (trace of a real reader, nfcpy's debug log).
  private static let ultralight = hexBytes("3b8f8001804f0ca0000003060300030000000068")

  @Test func `the ATR of a storage card names the card`() throws {
    let answer = try ISO7816.AnswerToReset(decoding: Self.ultralight)
    #expect(answer.storageCardName == .mifareUltralight)
    #expect(answer.protocols == [0, 1])
    #expect(answer.historicalBytes.count == 15)
  }

  @Test(arguments: [ISO7816.StorageCardName.mifareClassic1K, .mifareMini, .mifareUltralightC])
  func `a made ATR is read as it was made`(name: ISO7816.StorageCardName) throws {
    let made = ISO7816.AnswerToReset(storageCard: name)
    #expect(try ISO7816.AnswerToReset(decoding: made.bytes) == made)
    #expect(made.storageCardName == name)
  }

  @Test func `a made ATR is byte for byte the one of a real reader`() {
    #expect(ISO7816.AnswerToReset(storageCard: .mifareUltralight).bytes == Self.ultralight)
  }

  @Test func `a contact card with T=0 alone has no check character`() throws {
    let answer = try ISO7816.AnswerToReset(decoding: hexBytes("3b6500000102030405"))
    #expect(answer.protocols == [0])
    #expect(answer.historicalBytes == [1, 2, 3, 4, 5])
    #expect(answer.storageCardName == nil)
  }

  @Test func `a damaged ATR is refused with the reason`() {
    func malformation(_ bytes: [UInt8]) -> ISO7816.AnswerToReset.Malformation? {
      do throws(ISO7816.AnswerToReset.Malformation) {
        _ = try ISO7816.AnswerToReset(decoding: bytes)
        return nil
      } catch {
        return error
      }
    }
    let wrong = Self.ultralight.dropLast() + [0x69]
    #expect(malformation(Array(wrong)) == .wrongCheckCharacter(expected: 0x68, found: 0x69, at: 19))
    #expect(malformation([0x3C, 0x00]) == .unknownConvention(0x3C))
    #expect(malformation(Array(Self.ultralight.dropLast())) == .truncated(at: 19))
    #expect(malformation([]) == .truncated(at: 0))
    #expect(malformation([0x3B] + [UInt8](repeating: 0, count: 33)) == .tooLong(34))
  }

  @Test func `the UID is asked for with the bytes of PC/SC part 3`() throws {
    #expect(ISO7816.CommandAPDU.getUID.bytes == hexBytes("ffca000000"))
    #expect(try ISO7816.CommandAPDU(decoding: hexBytes("ffca000000")) == .getUID)
  }

  @Test func `commands of all four cases are read as they were written`() throws {
    for (data, expected): ([UInt8], Int?) in [
      ([], nil), ([], 1), ([], 256), ([1, 2, 3], nil), ([1, 2, 3], 16),
      ([UInt8](repeating: 7, count: 255), 256),
    ] {
      let command = ISO7816.CommandAPDU(
        classByte: 0x00, instruction: 0xA4, parameter1: 4, parameter2: 0, data: data,
        expectedByteCount: expected)
      #expect(try ISO7816.CommandAPDU(decoding: command.bytes) == command)
    }
    #expect(throws: ISO7816.CommandAPDU.Malformation.lengthMismatch(at: 4)) {
      try ISO7816.CommandAPDU(decoding: hexBytes("00a404000501"))
    }
  }

  @Test func `an answer is data and a status word`() throws {
    let answer = try ISO7816.ResponseAPDU(decoding: hexBytes("04d3c2a2993c809000"))
    #expect(answer.data == hexBytes("04d3c2a2993c80"))
    #expect(answer.statusWord == .success)
    #expect(try ISO7816.ResponseAPDU(decoding: answer.bytes) == answer)
    #expect(ISO7816.StatusWord(0x6A81).description == "6A81")
    #expect(ISO7816.StatusWord(0x0063).description == "0063")
    #expect(throws: ISO7816.ResponseAPDU.Malformation.truncated(at: 1)) {
      try ISO7816.ResponseAPDU(decoding: [0x90])
    }
  }

  @Test(arguments: [UInt64(6), 19])
  func `damaged bytes never trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var read = 0
    for _ in 0..<3_000 {
      let bytes = random.damaged(Self.ultralight)
      do {
        read += try ISO7816.AnswerToReset(decoding: bytes).bytes.count
        read += try ISO7816.CommandAPDU(decoding: bytes).bytes.count
      } catch {
        continue
      }
    }
    #expect(read > 0)
  }
}
