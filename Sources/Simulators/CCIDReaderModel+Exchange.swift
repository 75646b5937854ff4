import Codecs

extension CCIDReaderModel.Slot {
  /// What the card's side keeps between two blocks.
  struct CardSide: Sendable {
    /// A long APDU that comes in parts, and an answer that goes out in parts.
    var command: [UInt8] = []
    var response: [UInt8] = []
    var t0 = SimulatedT0()
    var t1 = SimulatedT1()
  }

  typealias Answer = (block: [UInt8], chain: UInt8)

  /// One block to the card by the reader's exchange level; nil when the card is mute.
  mutating func exchange(
    _ block: [UInt8], _ level: UInt16, _ descriptor: CCID.ClassDescriptor
  ) -> Answer? {
    switch descriptor.exchangeLevel {
    case .character: return nil
    case .shortAPDU: return respond(to: block).map { ($0, 0) }
    case .extendedAPDU: return exchangePart(block, level, descriptor)
    case .tpdu:
      // PPS (ISO/IEC 7816-3, 9): the card agrees to all that it is asked.
      if block.first == 0xFF, (3...6).contains(block.count), block.reduce(0, ^) == 0 {
        protocolNumber = block[1] & 0x0F
        return (block, 0)
      }
      var side = self.side
      defer { self.side = side }
      return protocolNumber == 1
        ? side.t1.answer(block) { respond(to: $0) }.map { ($0, 0) }
        : side.t0.answer(block) { respond(to: $0) }.map { ($0, 0) }
    }
  }

  /// A long APDU in parts (CCID Rev 1.1, 6.1.4 and 6.2.1).
  private mutating func exchangePart(
    _ block: [UInt8], _ level: UInt16, _ descriptor: CCID.ClassDescriptor
  ) -> Answer? {
    let payload = Int(descriptor.maximumMessageByteCount) - CCID.headerByteCount
    switch level {
    case 0x0001:
      side.command = block
      return ([], 0x10)
    case 0x0003:
      side.command += block
      return ([], 0x10)
    case 0x0000, 0x0002:
      let command = level == 0 ? block : side.command + block
      guard let response = respond(to: command) else { return nil }
      side.response = Array(response.dropFirst(payload))
      return (Array(response.prefix(payload)), side.response.isEmpty ? 0x00 : 0x01)
    case 0x0010:
      let part = Array(side.response.prefix(payload))
      side.response.removeFirst(part.count)
      return (part, side.response.isEmpty ? 0x02 : 0x03)
    default: return nil
    }
  }

  /// The card, or the reader in its place (PC/SC part 3, 3.2.2.1).
  private mutating func respond(to command: [UInt8]) -> [UInt8]? {
    guard var card else { return nil }
    defer { self.card = card }
    guard !card.uid.isEmpty, command.count == 5, command[0] == 0xFF, command[1] == 0xCA,
      command[3] == 0
    else { return card.respond(to: command) }
    switch command[2] {
    case 0x00: return card.uid + ISO7816.StatusWord.success.bytes
    case 0x01:
      do throws(ISO7816.AnswerToReset.Malformation) {
        let answer = try ISO7816.AnswerToReset(decoding: card.answerToReset)
        if answer.isISODEP { return answer.historicalBytes + ISO7816.StatusWord.success.bytes }
      } catch {
        return ISO7816.StatusWord.failed.bytes
      }
      return ISO7816.StatusWord.functionNotSupported.bytes
    default: return ISO7816.StatusWord.functionNotSupported.bytes
    }
  }
}

/// A card of T=0 as its reader sees it (ISO/IEC 7816-3, 12.2): it takes data or gives data, never
/// both at once.
struct SimulatedT0: Sendable {
  private var waiting: [UInt8] = []
  private var status: [UInt8] = [0x90, 0x00]

  mutating func answer(_ block: [UInt8], _ card: ([UInt8]) -> [UInt8]?) -> [UInt8]? {
    guard block.count >= 5 else { return [0x67, 0x00] }
    let length = block[4] == 0 ? 256 : Int(block[4])
    if block[1] == 0xC0, block.count == 5, !waiting.isEmpty { return give(length) }
    waiting = []
    guard block.count > 5 else {
      guard let answer = card(block), answer.count >= 2 else { return nil }
      let count = answer.count - 2
      // The wrong length is told, and nothing else (12.2.2).
      return count == 0 || count == length
        ? answer : [0x6C, UInt8(truncatingIfNeeded: min(count, 256))]
    }
    guard block.count == 5 + Int(block[4]) else { return [0x67, 0x00] }
    guard let answer = card(block + [0x00]), answer.count >= 2 else { return nil }
    (waiting, status) = (Array(answer.dropLast(2)), Array(answer.suffix(2)))
    return waiting.isEmpty ? status : [0x61, UInt8(truncatingIfNeeded: min(waiting.count, 256))]
  }

  private mutating func give(_ length: Int) -> [UInt8] {
    let part = Array(waiting.prefix(length))
    waiting.removeFirst(part.count)
    return part
      + (waiting.isEmpty ? status : [0x61, UInt8(truncatingIfNeeded: min(waiting.count, 256))])
  }
}

/// A card of T=1 (ISO/IEC 7816-3, 11), with the LRC.
struct SimulatedT1: Sendable {
  /// The most that the card sends in a block until it is told another size (11.4.2).
  private var readerSize = 32
  private var ownSequence: UInt8 = 0
  private var readerSequence: UInt8 = 0
  private var command: [UInt8] = []
  private var response: ArraySlice<UInt8> = []
  private var last: [UInt8] = []

  mutating func answer(_ bytes: [UInt8], _ card: ([UInt8]) -> [UInt8]?) -> [UInt8]? {
    let block: ISO7816.T1.Block
    do throws(ISO7816.T1.Malformation) {
      block = try ISO7816.T1.Block(decoding: bytes, .lrc)
    } catch {
      return send(.init(.acknowledge(sequence: readerSequence, error: .code)))
    }
    switch block.kind {
    case .information(let sequence, let more):
      guard sequence == readerSequence else {
        return send(.init(.acknowledge(sequence: readerSequence, error: .other)))
      }
      readerSequence ^= 1
      command += block.information
      if more { return send(.init(.acknowledge(sequence: readerSequence, error: .none))) }
      guard let answer = card(command) else { return nil }
      (command, response) = ([], answer[...])
      return sendInformation()
    case .acknowledge(let sequence, _):
      return sequence == ownSequence && !response.isEmpty ? sendInformation() : last
    case .request(.informationFieldSize):
      readerSize = Int(block.information.first ?? 32)
      return send(.init(.response(.informationFieldSize), information: block.information))
    case .request(.resynchronise):
      self = SimulatedT1()
      return send(.init(.response(.resynchronise)))
    case .request(let control): return send(.init(.response(control)))
    case .response: return last
    }
  }

  private mutating func sendInformation() -> [UInt8] {
    let part = Array(response.prefix(readerSize))
    response = response.dropFirst(part.count)
    let sequence = ownSequence
    ownSequence ^= 1
    return send(
      .init(.information(sequence: sequence, more: !response.isEmpty), information: part))
  }

  private mutating func send(_ block: ISO7816.T1.Block) -> [UInt8] {
    last = block.bytes(.lrc)
    return last
  }
}
