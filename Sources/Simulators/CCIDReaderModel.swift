import Codecs
import Devices

/// A card reader of the CCID class and the cards that lie on it.
public struct CCIDReaderModel: USBDeviceModel {
  public static let bulkOut: UInt8 = 0x01
  public static let bulkIn: UInt8 = 0x82
  public static let interruptIn: UInt8 = 0x83
  /// Answers that nobody has read; the slot is busy beyond it.
  public static let maximumQueuedMessages = 16
  /// Faults that wait for an answer to spoil.
  public static let maximumFaults = 64
  /// Tags that are remembered, the oldest are forgotten.
  public static let maximumTags = 32

  /// A slot and what lies in it.
  struct Slot: Sendable {
    var card: (any SimulatedCard)?
    /// The card is there and answers nothing.
    var isMute = false
    /// Times the reader asks for more time before each of its answers.
    var timeExtensions = 0
    var isPowered = false
    /// Only the reader says so.
    var seemsThere = false
    /// Agreed by PPS or told by SetParameters.
    var protocolNumber: UInt8 = 0
    var side = CardSide()
  }

  public let design: Design
  public let descriptors: USBDescriptors
  var slots: [Slot]
  /// Whether there is a second card beside that of slot 0, in the same field.
  public var hasSecondCard = false
  /// The status of a slot goes on saying that the card which was powered is there, and no
  /// notification says otherwise, until another one comes (acsccid issue 29).
  public var tellsRemovalLate = false
  /// Set by the maker's commands: the reader beeps by itself when it finds a card.
  public private(set) var beepsOnDetection = true
  public private(set) var operatingParameter: UInt8 = 0xFF
  private var transparentSession = TransparentSession()
  /// Tags that were taken away, with what is written on them.
  private var tags: [CardType2Model] = []
  private var faults: [Fault] = []
  private var changed: Set<Int> = []
  private var incoming: [UInt8] = []
  private var answers: [[UInt8]] = []

  public init(_ design: Design = .acr122u, serialNumber: String = "CR01") {
    self.design = design
    descriptors = design.descriptors(serialNumber: serialNumber)
    slots = Array(repeating: Slot(), count: design.descriptor.slotCount)
  }

  public mutating func powerOn() {
    (incoming, answers) = ([], [])
    for index in slots.indices { slots[index].isPowered = false }
    changed = Set(slots.indices.filter { slots[$0].card != nil })
  }

  // MARK: Cards

  /// The card in slot 0.
  public var card: (any SimulatedCard)? { slots[0].card }

  /// Puts a card of an ordinary kind into slot 0, or takes away what is there. The one that lies
  /// there already stays.
  public mutating func setCard(uid: [UInt8]?) {
    guard uid != card?.uid else { return }
    setCard(uid.map { UIDCard(uid: $0) })
  }

  /// Puts an NTAG 213 into slot 0: the one of this UID that lay there before, or an empty one.
  public mutating func setTag(uid: [UInt8]) {
    guard uid != card?.uid else { return }
    let known = tags.first { $0.uid == uid }
    setCard(known ?? CardType2Model(chip: .ntag213, uid: uid))
  }

  /// Puts a card into a slot, in place of one that is there, or takes it away.
  public mutating func setCard(
    _ card: (any SimulatedCard)?, slot: Int = 0, isMute: Bool = false, timeExtensions: Int = 0
  ) {
    guard slots.indices.contains(slot), card != nil || slots[slot].card != nil else { return }
    if let tag = slots[slot].card as? CardType2Model {
      tags.removeAll { $0.uid == tag.uid }
      tags = tags.suffix(Self.maximumTags - 1) + [tag]
    }
    let seemsThere = card == nil && tellsRemovalLate && slots[slot].isPowered
    slots[slot] = Slot(card: card, isMute: isMute, timeExtensions: timeExtensions)
    slots[slot].seemsThere = seemsThere
    if !seemsThere { changed.insert(slot) }
  }

  /// Spoils the next answers, in order.
  public mutating func inject(_ faults: Fault...) {
    self.faults += faults.prefix(Self.maximumFaults - self.faults.count)
  }

  // MARK: Transfers

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    // ABORT of a command (CCID Rev 1.1, 5.3.1).
    setup.requestType == 0x21 && setup.request == 0x01 ? .data([]) : .stall
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    guard endpoint == Self.bulkOut else { return .stall }
    guard answers.count < Self.maximumQueuedMessages else { return .notReady }
    incoming += bytes
    guard let count = CCID.messageByteCount(opening: incoming) else {
      return .accepted(bytes.count)
    }
    guard count <= Int(design.descriptor.maximumMessageByteCount) else {
      incoming = []
      return .stall
    }
    guard incoming.count >= count else { return .accepted(bytes.count) }
    let message = incoming
    incoming = []
    do throws(CCID.DecodeError) {
      answer(try CCID.CommandMessage(decoding: message))
    } catch {
      // Any other command fails with a slot status (6.2.2).
      reply(
        Asked(slot: 0, sequence: message[6]), .slotStatus(),
        .failed(error: CCID.ErrorCode.unsupportedCommand))
    }
    return .accepted(bytes.count)
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    switch endpoint {
    case Self.interruptIn where !changed.isEmpty && design.hasInterruptEndpoint:
      var states = [UInt8](repeating: 0, count: (slots.count + 3) / 4)
      for index in slots.indices {
        let bits: UInt8 = (slots[index].card == nil ? 0 : 1) | (changed.contains(index) ? 2 : 0)
        states[index / 4] |= bits << (2 * (index % 4))
      }
      changed = []
      return Array(CCID.Notification.slotChange(states).bytes.prefix(maximumByteCount))
    case Self.bulkIn where !answers.isEmpty:
      let answer = answers.removeFirst()
      guard answer.count > maximumByteCount else { return answer }
      answers.insert(Array(answer.dropFirst(maximumByteCount)), at: 0)
      return Array(answer.prefix(maximumByteCount))
    default: return nil
    }
  }

  // MARK: Commands

  /// The two bytes that an answer repeats.
  struct Asked {
    let slot: Int
    let sequence: UInt8
  }

  private mutating func answer(_ message: CCID.CommandMessage) {
    let asked = Asked(slot: Int(message.slot), sequence: message.sequence)
    guard slots.indices.contains(asked.slot) else {
      // The slot does not exist: bError is the offset of bSlot (6.2.6).
      reply(asked, .slotStatus(), .failed(error: 5))
      return
    }
    let mute = CCID.CommandStatus.failed(error: CCID.ErrorCode.mute)
    switch message.command {
    case .iccPowerOn:
      guard var card = slots[asked.slot].card, !slots[asked.slot].isMute else {
        reply(asked, .dataBlock([]), mute)
        return
      }
      card.activate()
      slots[asked.slot].card = card
      slots[asked.slot].isPowered = true
      slots[asked.slot].protocolNumber = firstProtocol(of: card)
      slots[asked.slot].side = Slot.CardSide()
      extendTime(asked)
      reply(asked, .dataBlock(card.answerToReset))
    case .transferBlock(let block, _, let level): transfer(block, level, asked, mute)
    case .iccPowerOff:
      slots[asked.slot].isPowered = false
      reply(asked, .slotStatus(clockStatus: 1))
    case .getSlotStatus:
      // A card that is not powered has its clock stopped (6.2.2, bClockStatus).
      reply(asked, .slotStatus(clockStatus: slots[asked.slot].isPowered ? 0 : 1))
    case .abort: reply(asked, .slotStatus())
    case .getParameters: reply(asked, parameters(ofSlot: asked.slot))
    case .setParameters(let number, _):
      slots[asked.slot].protocolNumber = number
      reply(asked, parameters(ofSlot: asked.slot))
    case .escape(let command): reply(asked, .escape(answerReader(command) ?? []))
    }
  }

  private func parameters(ofSlot index: Int) -> CCID.Response {
    // The values of a card that asks for none (6.1.7).
    slots[index].protocolNumber == 1
      ? .parameters(protocolNumber: 1, [0x11, 0x10, 0x00, 0x4D, 0x00, 0x20, 0x00])
      : .parameters(protocolNumber: 0, [0x11, 0x00, 0x00, 0x0A, 0x00])
  }

  private func firstProtocol(of card: any SimulatedCard) -> UInt8 {
    do throws(ISO7816.AnswerToReset.Malformation) {
      let answer = try ISO7816.AnswerToReset(decoding: card.answerToReset)
      return answer.isContactless ? 1 : answer.protocols[0]
    } catch {
      return 0
    }
  }

  private mutating func transfer(
    _ block: [UInt8], _ level: UInt16, _ asked: Asked, _ mute: CCID.CommandStatus
  ) {
    if let answer = answerReader(block) {
      reply(asked, .dataBlock(answer))
      return
    }
    guard slots[asked.slot].isPowered, !slots[asked.slot].isMute,
      let answer = slots[asked.slot].exchange(block, level, design.descriptor)
    else {
      reply(asked, .dataBlock([]), mute)
      // Only now does the reader notice.
      if slots[asked.slot].seemsThere {
        slots[asked.slot].seemsThere = false
        changed.insert(asked.slot)
      }
      return
    }
    extendTime(asked)
    reply(asked, .dataBlock(answer.block, chainParameter: answer.chain))
  }

  /// The maker's commands, which need no card; nil for every other.
  private mutating func answerReader(_ command: [UInt8]) -> [UInt8]? {
    if design.hasTransparentSession, command.starts(with: [0xFF, 0xC2, 0x00]) {
      return transparentSession.answer(command, &slots[0].card)
    }
    guard design.hasPN532, command.count >= 5, command[0] == 0xFF, command[1] == 0x00 else {
      return nil
    }
    switch command[2] {
    case 0x48: return Array("ACR122U214".utf8)
    case 0x51:
      operatingParameter = command[3]
      return [0x90, command[3]]
    case 0x52:
      beepsOnDetection = command[3] != 0
      return [0x90, 0x00]
    case 0x40: return [0x90, 0x02]
    case 0x00 where command.count >= 7 && command[5] == 0xD4:
      return answerPN532(Array(command[6...])) + [0x90, 0x00]
    default: return [0x63, 0x00]
    }
  }

  private mutating func answerPN532(_ command: [UInt8]) -> [UInt8] {
    switch command[0] {
    case 0x02: return [0xD5, 0x03, 0x32, 0x01, 0x06, 0x07]  // as the trace of a real one
    case 0x4A:
      let count = slots[0].card == nil ? 0 : hasSecondCard ? 2 : 1
      return [0xD5, 0x4B, UInt8(count)]
    case 0x40 where command.count >= 2, 0x42:
      let tag = Array(command.dropFirst(command[0] == 0x40 ? 2 : 1))
      // 01: the target does not answer (PN532 User Manual, 7.1).
      guard slots[0].isPowered, let answer = slots[0].card?.respondNatively(to: tag) else {
        return [0xD5, command[0] + 1, 0x01]
      }
      return [0xD5, command[0] + 1, 0x00] + answer
    default: return [0xD5, 0x7F]
    }
  }

  // MARK: Answers

  private mutating func extendTime(_ asked: Asked) {
    for _ in 0..<min(slots[asked.slot].timeExtensions, Self.maximumQueuedMessages) {
      queue(asked, .dataBlock([]), .timeExtension(multiplier: 1))
    }
  }

  private mutating func reply(
    _ asked: Asked, _ response: CCID.Response,
    _ status: CCID.CommandStatus = .processed(error: 0)
  ) {
    guard !faults.isEmpty else {
      queue(asked, response, status)
      return
    }
    switch faults.removeFirst() {
    case .none: queue(asked, response, status)
    case .silent: break
    case .wrongSequence:
      queue(
        Asked(slot: asked.slot, sequence: asked.sequence &- 1), .slotStatus(),
        .processed(error: 0))
      queue(asked, response, status)
    case .garbage(let bytes): answers.append(bytes)
    case .failed(let error): queue(asked, .slotStatus(), .failed(error: error))
    case .pulledSilently: setCard(nil, slot: asked.slot)
    case .pulled:
      setCard(nil, slot: asked.slot)
      queue(asked, .dataBlock([]), .failed(error: CCID.ErrorCode.mute))
    }
  }

  private mutating func queue(
    _ asked: Asked, _ response: CCID.Response, _ status: CCID.CommandStatus
  ) {
    let slot = slots.indices.contains(asked.slot) ? slots[asked.slot] : Slot()
    answers.append(
      CCID.ResponseMessage(
        slot: UInt8(truncatingIfNeeded: asked.slot), sequence: asked.sequence,
        iccStatus: slot.seemsThere || slot.isPowered
          ? .active : slot.card == nil ? .absent : .inactive,
        commandStatus: status, response: response
      ).bytes)
  }
}
