import Codecs
import Testing

struct TagMemoryTests {
  @Test func `the capability container tells the size of the data area`() throws {
    // Page 3 of NTAG 213, 215 and 216 as they are delivered (NXP NTAG213_215_216, 8.5.6).
    for (hex, byteCount) in [("e1101200", 144), ("e1103e00", 496), ("e1106d00", 872)] {
      let container = try #require(NFC.Type2Tag.CapabilityContainer(hexBytes(hex)))
      #expect(container.dataByteCount == byteCount)
      #expect(container.isReadable && container.isWritable)
      #expect(NFC.Type2Tag.CapabilityContainer.bytes(dataByteCount: byteCount) == hexBytes(hex))
    }
    let locked = try #require(NFC.Type2Tag.CapabilityContainer(hexBytes("e111120f")))
    #expect(locked.isReadable && !locked.isWritable)
    for hex in ["00000000", "e1201200", "e110"] {
      #expect(NFC.Type2Tag.CapabilityContainer(hexBytes(hex)) == nil)
    }
  }

  @Test func `static lock bytes name the pages that stay as they are`() {
    #expect(NFC.Type2Tag.lockedPages((0x00, 0x00)).isEmpty)
    #expect(NFC.Type2Tag.lockedPages((0xF8, 0xFF)) == Array(3...15))
    #expect(NFC.Type2Tag.lockedPages((0x08, 0x80)) == [3, 15])
  }

  @Test func `the message is found behind other blocks, wherever it is cut off`() throws {
    let message = NFC.Message([.uri("https://example.com")]).bytes
    // Lock control as an NTAG 213 has it, two nulls, then the message.
    let data = hexBytes("0103a00c34 0000") + NFC.Type2Tag.data(holding: message)
    #expect(try NFC.Type2Tag.content(of: data, byteCount: 144) == .message(message))
    for count in 0..<(data.count - 1) {
      let part = Array(data.prefix(count))
      guard case .needs(let needed) = try NFC.Type2Tag.content(of: part, byteCount: 144) else {
        Issue.record("cut off at \(count)")
        continue
      }
      #expect(needed > count && needed <= data.count - 1)
    }
    let long = [UInt8](repeating: 0x41, count: 300)
    let big = NFC.Type2Tag.data(holding: long)
    #expect(big.prefix(4) == [0x03, 0xFF, 0x01, 0x2C])
    #expect(try NFC.Type2Tag.content(of: big, byteCount: 496) == .message(long))
    #expect(try NFC.Type2Tag.content(of: hexBytes("0300fe"), byteCount: 144) == .message([]))
    #expect(try NFC.Type2Tag.content(of: hexBytes("fe"), byteCount: 144) == .nothing)
    #expect(try NFC.Type2Tag.content(of: [0, 0, 0, 0], byteCount: 4) == .nothing)
    // A block that says it is longer than the tag.
    #expect(throws: NFC.Malformation.truncated(at: 0)) {
      try NFC.Type2Tag.content(of: hexBytes("03ff0200"), byteCount: 144)
    }
    #expect(throws: NFC.Malformation.truncated(at: 7)) {
      try NFC.Type2Tag.content(of: hexBytes("0000000000000003"), byteCount: 8)
    }
  }

  @Test func `any memory is walked to an end`() {
    var random = SeededRandom(seed: 9)
    for _ in 0..<4_000 {
      let data = (0..<Int(random.next() % 40)).map { _ in UInt8(random.next() & 0xFF) }
      do throws(NFC.Malformation) {
        if case .needs(let count) = try NFC.Type2Tag.content(of: data, byteCount: 144) {
          #expect(count > data.count && count <= 144)
        }
      } catch {
        guard case .truncated = error else { Issue.record("\(error)"); return }
      }
    }
  }

  @Test func `the capability file of a Type 4 Tag tells where the message is`() throws {
    // Delivered with an NTAG 424 DNA (NXP NT4H2421Gx, 8.2.3.1), and our own.
    let delivered = try NFC.Type4Tag.CapabilityContainer(
      decoding: hexBytes("001720010000ff0406e1040100000005 06e10500808283"))
    #expect(delivered.messageFile == 0xE104)
    #expect(delivered.messageFileByteCount == 256)
    #expect(delivered.maximumReadByteCount == 256)
    #expect(delivered.isReadable)
    let made = try NFC.Type4Tag.CapabilityContainer(
      decoding: NFC.Type4Tag.CapabilityContainer.bytes(messageFile: 0xE104, byteCount: 512))
    #expect(made.messageFileByteCount == 512 && made.maximumReadByteCount == 128)
    #expect(throws: NFC.Malformation.truncated(at: 14)) {
      try NFC.Type4Tag.CapabilityContainer(decoding: [UInt8](repeating: 0, count: 14))
    }
    #expect(throws: NFC.Malformation.reservedFormat(at: 2)) {
      try NFC.Type4Tag.CapabilityContainer(decoding: [UInt8](repeating: 0, count: 15))
    }
  }

  @Test func `blocks and sectors of both MIFARE Classic sizes`() {
    for card in [NFC.MIFAREClassic.mini, .oneKilobyte, .fourKilobytes] {
      let all = (0..<card.sectorCount).flatMap { Array(card.blocks(ofSector: $0) ?? 0..<0) }
      #expect(all == Array(0..<card.blockCount))
      for block in 0..<card.blockCount {
        let sector = card.sector(ofBlock: block)
        #expect(sector.flatMap { card.blocks(ofSector: $0)?.contains(block) } == true)
      }
      #expect(card.blocks(ofSector: card.sectorCount) == nil && card.blocks(ofSector: -1) == nil)
      #expect(card.sector(ofBlock: card.blockCount) == nil)
    }
    #expect(NFC.MIFAREClassic.oneKilobyte.dataBlocks(ofSector: 0) == [1, 2])
    #expect(NFC.MIFAREClassic.fourKilobytes.blocks(ofSector: 39) == 240..<256)
  }

  @Test func `the application directory names the sectors that hold a message`() {
    // A directory as cards in the field have it, and the check byte of an empty one
    // (libfreefare's tests of MAD versions 1 and 2 have CEh and 16h).
    let all = hexBytes("140103e103e103e103e103e103e103e1" + "03e103e103e103e103e103e103e103e1")
    #expect(NFC.MIFAREClassic.messageSectors(directory: all) == Array(1...15))
    #expect(NFC.MIFAREClassic.directory(messageSectors: 15) == all)
    let empty = [0xCE] + [UInt8](repeating: 0, count: 31)
    #expect(NFC.MIFAREClassic.messageSectors(directory: empty) == [])
    #expect(NFC.MIFAREClassic.messageSectors(directory: [0xCF] + empty.dropFirst()) == nil)
    #expect(NFC.MIFAREClassic.messageSectors(directory: []) == nil)
    let two = NFC.MIFAREClassic.directory(messageSectors: 2)
    #expect(NFC.MIFAREClassic.messageSectors(directory: two) == [1, 2])
  }

  @Test func `a typed card number becomes the bytes of the UID in the declared format`() {
    let uid: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3]
    #expect(NFC.cardBytes(typed: "04A1B2C3", as: .hexadecimal) == uid)
    #expect(NFC.cardBytes(typed: "c3b2a104", as: .hexadecimalReversed) == uid)
    #expect(NFC.cardBytes(typed: "0077705923", as: .decimal) == uid)
    #expect(NFC.cardBytes(typed: "3283263748", as: .decimalReversed) == uid)
    #expect(NFC.cardBytes(typed: "161,45763", as: .facilityAndNumber) == [0xA1, 0xB2, 0xC3])
    #expect(NFC.cardBytes(typed: "16145763", as: .facilityAndNumber) == [0xA1, 0xB2, 0xC3])
    #expect(NFC.cardBytes(typed: "04A1B2C3D4E5F6", as: .hexadecimal)?.count == 7)
    let refused: [(String, NFC.CardNumberFormat)] = [
      ("04A1B2C", .hexadecimal), ("04A1B2CG", .hexadecimal), ("77705923", .decimal),
      ("4294967296", .decimal), ("99999,6553", .facilityAndNumber),
      ("256,00001", .facilityAndNumber), ("001,65536", .facilityAndNumber), ("", .decimal),
      ("00A7705923", .decimal),
    ]
    for (text, format) in refused { #expect(NFC.cardBytes(typed: text, as: format) == nil) }
  }
}
