import Codecs
import Simulators
import Testing

/// Every exchange level and protocol, the machine against a simulated reader that has them.
struct ReaderLevelTests {
  private let content = (0..<200).map { UInt8($0) }

  private func read(
    _ design: CCIDReaderModel.Design, _ answerToReset: [UInt8], content: [UInt8],
    _ conversation: ReadingConversation = .init()
  ) -> ReaderTalk {
    var talk = ReaderTalk(design, conversations: { _ in conversation })
    talk.model.setCard(ChipCard(answerToReset: answerToReset, content: content))
    talk.look()
    return talk
  }

  private func inserted(
    _ content: [UInt8], _ answerToReset: [UInt8]
  ) -> [ReaderTalk.Machine.Change] {
    [.inserted(CCID.Card(uid: content, answerToReset: answerToReset))]
  }

  @Test(arguments: [ChipCard.t0, ChipCard.fastT0, ChipCard.t1, ChipCard.both])
  func `a contact card is read at TPDU level`(answerToReset: [UInt8]) {
    let talk = read(.contact(.tpdu), answerToReset, content: content)
    #expect(talk.told == inserted(content, answerToReset))
    #expect(talk.failure == nil)
  }

  @Test(arguments: [CCID.ClassDescriptor.ExchangeLevel.shortAPDU, .extendedAPDU])
  func `a contact card is read at APDU level`(level: CCID.ClassDescriptor.ExchangeLevel) {
    let talk = read(.contact(level), ChipCard.t1, content: content)
    #expect(talk.told == inserted(content, ChipCard.t1))
    // The reader agrees the parameters with the card itself.
    #expect(talk.commands.allSatisfy { if case .setParameters = $0 { false } else { true } })
  }

  @Test func `PPS and parameters are the host's business where the reader says so`() {
    let fast = read(.contact(.tpdu), ChipCard.fastT0, content: content).commands
    // dwMaxDataRate allows TA1 = 13; the first voltage is the highest.
    #expect(
      Array(fast.prefix(4)) == [
        .getSlotStatus, .iccPowerOn(.volts5), .transferBlock([0xFF, 0x10, 0x13, 0xFC]),
        .setParameters(protocolNumber: 0, [0x13, 0x00, 0x00, 0x0A, 0x00]),
      ])
    let slow = read(.contact(.tpdu), ChipCard.t1, content: content).commands
    #expect(slow[2] == .setParameters(protocolNumber: 1, [0x11, 0x10, 0, 0x45, 0, 0x40, 0]))
    // IFSD: 254 was told by the host, as the reader does not.
    #expect(slow[3] == .transferBlock([0x00, 0xC1, 0x01, 0xFE, 0x3E]))
    // Bit 6 of dwFeatures: the reader says what it agreed.
    var design = CCIDReaderModel.Design.contact(.tpdu)
    design.descriptor.features |= 0x440
    let asked = read(design, ChipCard.t1, content: content)
    #expect(asked.commands[2] == .getParameters)
    #expect(asked.told == inserted(content, ChipCard.t1))
  }

  @Test func `long commands and answers go over in parts`() {
    let long = [UInt8](repeating: 0x5A, count: 600)
    let data = [0x00, 0x02, 0x58] + [UInt8](repeating: 7, count: 600)
    let conversation = ReadingConversation(
      select: hex("00D60000") + data, read: hex("00B00000000000"))
    // In chained messages, by an extended APDU reader of small messages.
    let chained = read(
      .contact(.extendedAPDU, maximumMessageByteCount: 128), ChipCard.t1, content: long,
      conversation)
    #expect(chained.told == inserted(long, ChipCard.t1))
    // In chained blocks.
    let blocks = read(.contact(.tpdu), ChipCard.t1, content: long, conversation)
    #expect(blocks.told == inserted(long, ChipCard.t1))
    // By GET RESPONSE.
    let pieces = read(.contact(.tpdu), ChipCard.t0, content: content)
    #expect(pieces.commands.contains(.transferBlock(hex("00B00000C8"))))
    // A short APDU reader has no way for it.
    let refused = read(.contact(.shortAPDU), ChipCard.t1, content: long, conversation)
    #expect(refused.told.isEmpty && refused.failure == nil)
  }

  @Test func `a reader that does not choose the voltage is given one after the other`() {
    var talk = ReaderTalk(.contact(.tpdu))
    talk.model.setCard(ChipCard(answerToReset: ChipCard.t0), isMute: true)
    talk.look()
    #expect(
      talk.commands == [
        .getSlotStatus, .iccPowerOn(.volts5), .iccPowerOff, .iccPowerOn(.volts3), .iccPowerOff,
        .iccPowerOn(.volts1point8),
      ])
  }

  @Test func `an answer to reset that is none is refused at TPDU level`() {
    var talk = ReaderTalk(.contact(.tpdu))
    talk.model.setCard(ChipCard(answerToReset: [0x3B, 0x8F, 0x80]))
    #expect(talk.looks(4) == [.refused(.unreadable)])
  }

  @Test func `time extensions do not lose the card`() {
    var talk = ReaderTalk(.contact(.tpdu), conversations: { _ in ReadingConversation() })
    talk.model.setCard(
      ChipCard(answerToReset: ChipCard.t1, content: content), timeExtensions: 5)
    #expect(talk.look() == inserted(content, ChipCard.t1))
  }

  // MARK: The maker's commands

  @Test func `an ACR122U is set up with the frames of the trace`() {
    let setup = [
      ACR122U.getFirmware, ACR122U.setOperatingParameter(0x7F),
      ACR122U.signal(
        state: 0x0E, firstDuration: 0, secondDuration: 0, repetitions: 0, buzzer: 0),
      ACR122U.directTransmit([0x02]), ACR122U.setBuzzer(onDetection: false),
    ]
    // vectors: the debug log of nfcpy, as in CodecsTests/Golden/ccid-acr122u.hex.
    #expect(
      setup.prefix(4).map { $0 } == [
        hex("ff00480000"), hex("ff00517f00"), hex("ff00400e0400000000"), hex("ff00000002d402"),
      ])
    var talk = ReaderTalk { $0.setup = setup.map { .transferBlock($0) } }
    talk.model.setCard(uid: [4, 1, 2, 3, 4, 5, 6])
    #expect(talk.look().count == 1)
    #expect(Array(talk.commands.prefix(5)) == setup.map { .transferBlock($0) })
    #expect(talk.model.operatingParameter == 0x7F && !talk.model.beepsOnDetection)
    talk.look()
    #expect(talk.commands.filter { $0 == .transferBlock(ACR122U.getFirmware) }.count == 1)
  }

  @Test func `what the PN532 answers is taken out of its frame`() {
    #expect(
      ACR122U.answer(in: hex("d503320106079000"), to: 0x02) == hex("32010607"))
    #expect(ACR122U.answer(in: hex("d505320106079000"), to: 0x02) == nil)
    #expect(ACR122U.answer(in: hex("6300"), to: 0x02) == nil)
    #expect(ACR122U.directTransmit([UInt8](repeating: 0, count: 900)).count == 260)
  }
}
