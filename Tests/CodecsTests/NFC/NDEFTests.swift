import Codecs
import Testing

struct NDEFTests {
  private func malformation(_ hex: String) -> NFC.Malformation? {
    do throws(NFC.Malformation) {
      _ = try NFC.Message(decoding: hexBytes(hex))
      return nil
    } catch {
      return error
    }
  }

  @Test func `a URI is put together from its prefix`() throws {
    // As phones write https://example.com.
    let message = try NFC.Message(decoding: hexBytes("d1010c55046578616d706c652e636f6d"))
    #expect(message.records.map(\.meaning) == [.uri("https://example.com")])
    #expect(NFC.Message([.uri("https://example.com")]) == message)
    #expect(NFC.Message([.uri("https://www.x.y")]).records[0].payload.first == 0x02)
    // A code that is not in the table stands for nothing.
    let strange = try NFC.Message(decoding: hexBytes("d1010255f061"))
    #expect(strange.records[0].meaning == .uri("a"))
  }

  @Test func `a text is read in UTF-8 and in UTF-16 with its language`() throws {
    let eight = try NFC.Message(decoding: hexBytes("d101075402656e746578 74"))
    #expect(eight.records[0].meaning == .text(.init(text: "text", language: "en")))
    // 中文, big-endian, and little-endian behind a byte order mark.
    for payload in ["827a684e2d6587", "827a68feff4e2d6587", "827a68fffe2d4e8765"] {
      let bytes = hexBytes(payload)
      let record = NFC.Record(format: .wellKnown, type: Array("T".utf8), payload: bytes)
      #expect(record.meaning == .text(.init(text: "中文", language: "zh")))
    }
    for payload in ["", "3f61", "02656eff", "82656e4e"] {
      let record = NFC.Record(
        format: .wellKnown, type: Array("T".utf8), payload: hexBytes(payload))
      #expect(record.meaning == .malformed)
    }
  }

  @Test func `media, external and unknown types keep their payload`() throws {
    let message = NFC.Message([
      NFC.Record(
        format: .media, type: Array("text/vcard".utf8), id: [0x31],
        payload: [UInt8](repeating: 7, count: 300)),
      .external("Kioskd:Card", payload: [1, 2, 3]), NFC.Record(format: .unknown, payload: [9]),
      NFC.Record(format: .wellKnown, type: Array("Hs".utf8)), NFC.Record(format: .empty),
    ])
    let read = try NFC.Message(decoding: message.bytes)
    #expect(read == message)
    #expect(
      read.records.map(\.meaning) == [
        .media("text/vcard"), .external("kioskd:card"), .other, .other, .empty,
      ])
    #expect(read.records[1].isExternal("KIOSKD:CARD"))
    #expect(!read.records[0].isExternal("text/vcard"))
    // 300 bytes need the long form.
    #expect(read.bytes[0] & 0x10 == 0)
  }

  @Test func `a smart poster is its URI and its titles`() throws {
    let inner = NFC.Message([
      .uri("tel:+8610"), .text(.init(text: "Shop", language: "en")),
      NFC.Record(format: .wellKnown, type: Array("act".utf8), payload: [0]),
    ])
    let poster = NFC.Record(format: .wellKnown, type: Array("Sp".utf8), payload: inner.bytes)
    #expect(
      poster.meaning
        == .smartPoster(uri: "tel:+8610", titles: [.init(text: "Shop", language: "en")]))
    let twice = NFC.Message([.uri("a:b"), .uri("a:c")])
    #expect(
      NFC.Record(format: .wellKnown, type: Array("Sp".utf8), payload: twice.bytes).meaning
        == .malformed)
  }

  @Test func `the chunks of a record are put together`() throws {
    // "T" begun with 3 bytes, gone on with 1, ended with 2.
    let message = try NFC.Message(
      decoding: hexBytes("b1010354 02656e" + "36000161" + "56000262 63"))
    #expect(message.records.map(\.meaning) == [.text(.init(text: "abc", language: "en"))])
    // One that follows nothing, one with a type, one that never ends, one of another format.
    #expect(malformation("d6000161") == .misplacedChunk(at: 0))
    #expect(malformation("b1010054 5601015461") == .misplacedChunk(at: 4))
    #expect(malformation("f1010054") == .misplacedChunk(at: 0))
    #expect(malformation("b1010054 51010054") == .misplacedChunk(at: 4))
  }

  @Test func `what is no message is refused with the reason`() {
    #expect(malformation("") == .truncated(at: 0))
    #expect(malformation("d1010c5504") == .truncated(at: 5))
    #expect(malformation("c101ffffffff54") == .truncated(at: 7))
    #expect(malformation("51010054") == .misplacedBegin(at: 0))
    #expect(malformation("91010054 d1010054") == .misplacedBegin(at: 4))
    #expect(malformation("d1010054 00") == .bytesAfterEnd(at: 4))
    #expect(malformation("d0010054") == .contentWithoutType(at: 0))
    #expect(malformation("d5010054") == .contentWithoutType(at: 0))
    #expect(malformation("d7000161") == .reservedFormat(at: 0))
    let many = [UInt8]([0x90, 0, 0]) + (1...64).flatMap { _ in [UInt8(0x10), 0, 0] }
    #expect(throws: NFC.Malformation.tooManyRecords(at: 192)) {
      try NFC.Message(decoding: many)
    }
    #expect(throws: NFC.Malformation.tooLong(8_193)) {
      try NFC.Message(decoding: [UInt8](repeating: 0, count: 8_193))
    }
  }

  @Test(arguments: [UInt64(3), 77, 2_026])
  func `random and damaged bytes are read or refused, and never trap`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let whole = NFC.Message([
      .uri("https://example.com/a"), .external("kioskd:card", payload: [1, 2, 3, 4]),
    ]).bytes
    for round in 0..<4_000 {
      var bytes =
        round.isMultiple(of: 2)
        ? whole : (0..<Int(random.next() % 48)).map { _ in UInt8(random.next() & 0xFF) }
      if !bytes.isEmpty {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xFF)
      }
      do throws(NFC.Malformation) {
        let message = try NFC.Message(decoding: bytes)
        // What is read can be written and reads the same.
        #expect(try NFC.Message(decoding: message.bytes) == message)
        _ = message.records.map(\.meaning)
      } catch {
        #expect(bytes != whole)
      }
    }
  }
}
