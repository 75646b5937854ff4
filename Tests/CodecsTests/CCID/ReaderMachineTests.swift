import Codecs
import Testing

private typealias Machine = CCID.ReaderMachine<CCID.Card>

extension CCID.ReaderMachine<CCID.Card> {
  /// A reader of short APDU level that does all by itself, its cards asked for their UID.
  fileprivate static func ofUID(
    _ change: (inout CCID.ReaderConfiguration) -> Void = { _ in }
  ) -> Self {
    var configuration = CCID.ReaderConfiguration(
      descriptor: CCID.ClassDescriptor(features: 0x0002_04BA))
    change(&configuration)
    return Self(configuration, conversations: { _ in UIDConversation() })
  }
}

/// A reader for the machine to talk to: answers by what lies on it.
private struct SlotScript {
  var machine = Machine.ofUID()
  var uid: [UInt8]?
  /// Answers the next commands in the card's place.
  var overrides: [(CCID.CommandMessage) -> [UInt8]] = []
  static let atr = ISO7816.AnswerToReset(storageCard: .mifareUltralight).bytes

  /// One event and all the talk that follows; the changes and failures that came of it.
  mutating func run(_ event: Machine.Event = .pollDue) throws -> [Machine.Action] {
    var told: [Machine.Action] = []
    var actions = machine.handle(event)[...]
    var last: CCID.CommandMessage?
    while let action = actions.popFirst() {
      switch action {
      case .deliver, .fail: told.append(action)
      case .abort:
        actions += machine.handle(.timedOut)
      case .send(let bytes):
        let command = try CCID.CommandMessage(decoding: bytes)
        last = command
        actions += machine.handle(.received(answer(command)))
      case .receive:
        let command = try #require(last)
        actions += machine.handle(.received(answer(command)))
      }
    }
    return told
  }

  mutating func answer(_ command: CCID.CommandMessage) -> [UInt8] {
    if !overrides.isEmpty { return overrides.removeFirst()(command) }
    let response: CCID.Response
    switch command.command {
    case .iccPowerOn where uid != nil: response = .dataBlock(Self.atr)
    case .transferBlock where uid != nil: response = .dataBlock((uid ?? []) + [0x90, 0x00])
    case .iccPowerOn, .transferBlock: return Self.mute(command, .absent)
    default: response = .slotStatus()
    }
    return CCID.ResponseMessage(
      slot: 0, sequence: command.sequence, iccStatus: uid == nil ? .absent : .active,
      response: response
    ).bytes
  }

  static func mute(_ command: CCID.CommandMessage, _ status: CCID.ICCStatus) -> [UInt8] {
    CCID.ResponseMessage(
      slot: 0, sequence: command.sequence, iccStatus: status,
      commandStatus: .failed(error: CCID.ErrorCode.mute), response: .dataBlock([])
    ).bytes
  }

  static func timeExtension(_ command: CCID.CommandMessage) -> [UInt8] {
    CCID.ResponseMessage(
      slot: 0, sequence: command.sequence, iccStatus: .active,
      commandStatus: .timeExtension(multiplier: 1), response: .dataBlock([])
    ).bytes
  }
}

struct ReaderMachineTests {
  private let first: [UInt8] = [0x04, 0xD3, 0xC2, 0xA2, 0x99, 0x3C, 0x80]
  private let second: [UInt8] = [0x08, 0x11, 0x22, 0x33]

  private func inserted(_ uid: [UInt8]) -> Machine.Action {
    .deliver(.inserted(CCID.Card(uid: uid, answerToReset: SlotScript.atr)))
  }

  @Test func `a card is told once when it comes and once when it goes`() throws {
    var slot = SlotScript()
    #expect(try slot.run().isEmpty)
    slot.uid = first
    #expect(try slot.run(.notified([0x50, 0x03])) == [inserted(first)])
    #expect(try slot.run().isEmpty)
    slot.uid = nil
    #expect(try slot.run(.notified([0x50, 0x02])).isEmpty)
    #expect(slot.machine.nextPollMilliseconds == 80)
    #expect(try slot.run() == [.deliver(.removed)])
    #expect(slot.machine.nextPollMilliseconds == 250)
  }

  @Test func `an empty reader that notifies is looked at seldom, until something comes`() throws {
    var slot = SlotScript()
    slot.machine = Machine.ofUID { $0.notifies = true }
    for _ in 0..<Machine.looksBeforeRest {
      #expect(try slot.run().isEmpty)
      #expect(slot.machine.nextPollMilliseconds == 250)
    }
    #expect(try slot.run().isEmpty)
    #expect(slot.machine.nextPollMilliseconds == Machine.restingPollMilliseconds)
    // A card that was not notified is found all the same.
    slot.uid = first
    #expect(try slot.run() == [inserted(first)])
    #expect(slot.machine.nextPollMilliseconds == 100)
    slot.uid = nil
    _ = try slot.run(.notified([0x50, 0x02]))
    #expect(try slot.run() == [.deliver(.removed)])
    #expect(slot.machine.nextPollMilliseconds == 250)
  }

  @Test func `a reader without notifications is never left alone for long`() throws {
    var slot = SlotScript()
    for _ in 0..<(2 * Machine.looksBeforeRest) { _ = try slot.run() }
    #expect(slot.machine.nextPollMilliseconds == 250)
  }

  @Test func `a card at the edge of the field is one card`() throws {
    var slot = SlotScript()
    slot.uid = first
    #expect(try slot.run() == [inserted(first)])
    for _ in 0..<5 {
      slot.uid = nil
      #expect(try slot.run().isEmpty)
      slot.uid = first
      #expect(try slot.run().isEmpty)
    }
  }

  @Test func `another card in the place of the first is told as removed and inserted`() throws {
    var slot = SlotScript()
    slot.uid = first
    _ = try slot.run()
    slot.uid = second
    #expect(
      try slot.run(.notified([0x50, 0x03])) == [.deliver(.removed), inserted(second)])
  }

  @Test func `a mute card is tried three times and told once`() throws {
    var slot = SlotScript()
    slot.uid = first
    let attempts = 3
    for attempt in 1...attempts {
      slot.overrides = [
        { message in
          CCID.ResponseMessage(
            slot: 0, sequence: message.sequence, iccStatus: .inactive, response: .slotStatus()
          ).bytes
        }, { SlotScript.mute($0, .inactive) },
      ]
      let isLast = attempt == attempts
      #expect(try slot.run() == (isLast ? [.deliver(.refused(.torn))] : []))
    }
    slot.uid = nil
    _ = try slot.run()
    #expect(try slot.run() == [.deliver(.removed)])
  }

  @Test func `a card taken away while it is read is unreadable, and the next one is read`() throws {
    var slot = SlotScript()
    slot.uid = first
    slot.overrides = [
      { message in
        CCID.ResponseMessage(
          slot: 0, sequence: message.sequence, iccStatus: .inactive, response: .slotStatus()
        ).bytes
      },
      { message in
        CCID.ResponseMessage(
          slot: 0, sequence: message.sequence, iccStatus: .active,
          response: .dataBlock(SlotScript.atr)
        ).bytes
      }, { SlotScript.mute($0, .absent) },
    ]
    #expect(try slot.run().isEmpty)
    slot.uid = nil
    #expect(try slot.run() == [.deliver(.refused(.torn)), .deliver(.removed)])
    slot.uid = second
    #expect(try slot.run() == [inserted(second)])
  }

  @Test func `a reader that asks for time gets it up to the limit`() throws {
    var slot = SlotScript()
    slot.uid = first
    slot.overrides = Array(repeating: SlotScript.timeExtension, count: 20)
    #expect(try slot.run() == [inserted(first)])
    var slow = SlotScript()
    slow.uid = first
    slow.overrides = Array(repeating: SlotScript.timeExtension, count: 21)
    #expect(try slow.run() == [.fail(.noAnswer)])
  }

  @Test func `answers to older commands are passed over up to the limit`() throws {
    func stale(_ message: CCID.CommandMessage) -> [UInt8] {
      CCID.ResponseMessage(
        slot: 0, sequence: message.sequence &- 1, iccStatus: .active, response: .slotStatus()
      ).bytes
    }
    var slot = SlotScript()
    slot.uid = first
    slot.overrides = Array(repeating: stale, count: 4)
    #expect(try slot.run() == [inserted(first)])
    slot.overrides = Array(repeating: stale, count: 5)
    #expect(try slot.run() == [.fail(.unexpectedMessage(0x81))])
  }

  // pyscard #220, CCID #155: a command without answer is taken back, and a reader that stays silent
  // is a fault after a bounded time.
  @Test func `a command without answer is taken back, three in a row are a fault`() {
    var machine = Machine.ofUID()
    for sequence in UInt8(0)..<2 {
      #expect(machine.handle(.pollDue).count == 1)
      #expect(
        machine.handle(.timedOut) == [
          .abort(
            slot: 0, sequence: sequence,
            message: CCID.CommandMessage(slot: 0, sequence: sequence, command: .abort).bytes)
        ])
      #expect(machine.handle(.timedOut).isEmpty)
    }
    _ = machine.handle(.pollDue)
    #expect(machine.handle(.timedOut) == [.fail(.noAnswer)])
  }

  @Test func `an answer that breaks the protocol is a fault`() throws {
    var slot = SlotScript()
    slot.overrides = [{ _ in [0x80, 0x00] }]
    #expect(try slot.run() == [.fail(.malformed(.truncated(at: 2, expected: 10)))])
    var wrong = SlotScript()
    wrong.uid = first
    wrong.overrides = [
      { [wrong] in
        var copy = wrong
        copy.overrides = []
        return copy.answer($0)
      },
      { message in
        CCID.ResponseMessage(
          slot: 0, sequence: message.sequence, iccStatus: .active, response: .slotStatus()
        ).bytes
      },
    ]
    #expect(try wrong.run() == [.fail(.unexpectedMessage(0x81))])
  }

  /// Whatever the reader answers: no trap, at most one command in flight, and the edges alternate.
  @Test(arguments: [UInt64(1), 7, 4_021])
  func `edges alternate whatever the reader says`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var machine = Machine.ofUID()
    var isThere = false
    var sequence: UInt8 = 0
    for _ in 0..<20_000 {
      let event: Machine.Event
      switch random.below(8) {
      case 0: event = .pollDue
      case 1: event = .timedOut
      case 2: event = .notified(random.bytes(count: random.below(4)))
      default:
        let data = [[], SlotScript.atr, first + [0x90, 0x00], second + [0x90, 0x00]]
        let statuses: [CCID.CommandStatus] = [.processed(error: 0), .failed(error: 0xFE)]
        let message = CCID.ResponseMessage(
          slot: 0, sequence: random.below(10) == 0 ? sequence &- 1 : sequence,
          iccStatus: [.active, .inactive, .absent][random.below(3)],
          commandStatus: statuses[random.below(10) == 0 ? 1 : 0],
          response: random.below(3) == 0 ? .slotStatus() : .dataBlock(data[random.below(4)]))
        event = .received(
          random.below(50) == 0 ? random.damaged(message.bytes) : message.bytes)
      }
      let actions = machine.handle(event)
      var exchanges = 0
      for action in actions {
        switch action {
        case .send(let bytes):
          exchanges += 1
          sequence = bytes[6]
        case .receive, .abort: exchanges += 1
        case .deliver(.inserted):
          #expect(!isThere)
          isThere = true
        case .deliver(.refused): isThere = true
        case .deliver(.removed):
          #expect(isThere)
          isThere = false
        case .fail:
          machine = Machine.ofUID()
          isThere = false
        }
      }
      #expect(exchanges <= 1)
    }
  }
}
