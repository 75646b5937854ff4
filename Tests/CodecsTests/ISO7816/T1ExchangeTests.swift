import Codecs
import Testing

private typealias Block = ISO7816.T1.Block

/// A card of T=1 by the book, its blocks spoilt or lost as the test says.
private struct BlockCard {
  enum Trouble { case none, damage, lose }

  var size = 32
  let detection: ISO7816.T1.ErrorDetection
  var waits = 0
  private var own: UInt8 = 0
  private var peer: UInt8 = 0
  private var command: [UInt8] = []
  private var response: [UInt8] = []
  private var sentCount = 0
  private var isOpen = false
  private var last = Block(.acknowledge(sequence: 0, error: .other))
  private(set) var commands: [[UInt8]] = []

  init(_ detection: ISO7816.T1.ErrorDetection = .lrc, waits: Int = 0) {
    self.detection = detection
    self.waits = waits
  }

  /// Answers with the command itself, twice, and a status word.
  mutating func answer(_ bytes: [UInt8]) -> [UInt8] {
    do throws(ISO7816.T1.Malformation) {
      last = reply(try Block(decoding: bytes, detection))
    } catch {
      last = Block(.acknowledge(sequence: peer, error: .code))
    }
    return last.bytes(detection)
  }

  private mutating func reply(_ block: Block) -> Block {
    switch block.kind {
    case .information(let sequence, let more):
      guard sequence == peer else { return Block(.acknowledge(sequence: peer, error: .other)) }
      // The reader's next I-block says that the last one came.
      if isOpen { own ^= 1 }
      isOpen = false
      peer ^= 1
      command += block.information
      if more { return Block(.acknowledge(sequence: peer, error: .none)) }
      commands.append(command)
      (response, command, sentCount) = (command + command + [0x90, 0x00], [], 0)
      return waits > 0 ? wait() : information()
    case .acknowledge(let sequence, _):
      guard sequence != own else { return last }
      response.removeFirst(sentCount)
      own ^= 1
      return information()
    case .request(.informationFieldSize):
      size = Int(block.information[0])
      return Block(.response(.informationFieldSize), information: block.information)
    case .request(let control):
      (own, peer, command, response, sentCount, isOpen) = (0, 0, [], [], 0, false)
      return Block(.response(control))
    case .response(.waitingTime): return waits > 0 ? wait() : information()
    case .response: return last
    }
  }

  private mutating func wait() -> Block {
    waits -= 1
    return Block(.request(.waitingTime), information: [3])
  }

  /// Keeps its number until the reader's next block says that it came.
  private mutating func information() -> Block {
    sentCount = min(size, response.count)
    let part = Array(response.prefix(sentCount))
    isOpen = true
    return Block(
      .information(sequence: own, more: sentCount < response.count), information: part)
  }
}

struct T1ExchangeTests {
  private typealias Exchange = ISO7816.T1.Exchange

  /// All blocks between both until the end.
  private func run(
    _ exchange: inout Exchange, _ card: inout BlockCard, _ command: [UInt8],
    trouble: (Int) -> BlockCard.Trouble = { _ in .none }
  ) -> (step: Exchange.Step, waits: [UInt8]) {
    var step = exchange.transmit(command)
    var waits: [UInt8] = []
    for turn in 0..<500 {
      guard case .send(let block, let times) = step else { return (step, waits) }
      waits.append(times)
      switch trouble(turn) {
      case .none: step = exchange.receive(card.answer(block))
      case .damage:
        var answer = card.answer(block)
        answer[answer.count - 1] ^= 0x55
        step = exchange.receive(answer)
      case .lose: step = exchange.noAnswer()
      }
    }
    return (step, waits)
  }

  @Test(arguments: [ISO7816.T1.ErrorDetection.lrc, .crc])
  func `commands of every length go over and come back whole`(
    detection: ISO7816.T1.ErrorDetection
  ) {
    var exchange = Exchange(detection: detection, cardSize: 32, announcing: 200)
    var card = BlockCard(detection)
    for count in [1, 5, 31, 32, 33, 64, 65, 261, 1_000] {
      let command = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let (step, _) = run(&exchange, &card, command)
      #expect(step == .response(command + command + [0x90, 0x00]), "\(count)")
    }
    #expect(card.size == 200 && card.commands.count == 9)
  }

  @Test func `the first blocks have the bytes of the standard`() {
    var exchange = Exchange(detection: .lrc, cardSize: 32, announcing: 254)
    #expect(
      exchange.transmit([0x00, 0xA4, 0x04, 0x00])
        == .send([0x00, 0xC1, 0x01, 0xFE, 0x3E], waitingTimes: 0))
    #expect(
      exchange.receive([0x00, 0xE1, 0x01, 0xFE, 0x1E])
        == .send([0x00, 0x00, 0x04, 0x00, 0xA4, 0x04, 0x00, 0xA4], waitingTimes: 0))
    #expect(
      exchange.receive([0x00, 0x00, 0x02, 0x90, 0x00, 0x92]) == .response([0x90, 0x00]))
    #expect(
      exchange.transmit([0x00, 0xB0, 0x00, 0x00, 0x01])
        == .send([0x00, 0x40, 0x05, 0x00, 0xB0, 0x00, 0x00, 0x01, 0xF4], waitingTimes: 0))
  }

  @Test func `a card that needs time gets it, and not for ever`() {
    var exchange = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    var card = BlockCard(waits: 3)
    let (step, waits) = run(&exchange, &card, [1, 2, 3])
    #expect(step == .response([1, 2, 3, 1, 2, 3, 0x90, 0x00]))
    #expect(waits == [0, 3, 3, 3])
    var slow = BlockCard(waits: 1_000)
    var patient = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    #expect(run(&patient, &slow, [1]).step == .failed(.endless))
  }

  @Test(arguments: 0..<8)
  func `one lost or damaged block is made good`(turn: Int) {
    for trouble in [BlockCard.Trouble.damage, .lose] {
      var exchange = Exchange(detection: .lrc, cardSize: 16, announcing: nil)
      var card = BlockCard()
      card.size = 16
      let command = (0..<40).map { UInt8($0) }
      let (step, _) = run(&exchange, &card, command) { $0 == turn ? trouble : .none }
      #expect(step == .response(command + command + [0x90, 0x00]), "\(turn) \(trouble)")
    }
  }

  @Test func `a card that went wrong is resynchronised, and given up in the end`() {
    var exchange = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    var card = BlockCard()
    let (step, _) = run(&exchange, &card, [7, 8]) { $0 < 5 ? .lose : .none }
    #expect(step == .response([7, 8, 7, 8, 0x90, 0x00]))
    var silent = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    var blocks = 0
    var next = silent.transmit([1])
    while case .send = next, blocks < 100 {
      blocks += 1
      next = silent.noAnswer()
    }
    #expect(next == .failed(.outOfStep))
    #expect(blocks == (Exchange.maximumErrors + 1) * (Exchange.maximumResynchronisations + 1))
  }

  @Test func `a chain that the card breaks off is a failure`() {
    var exchange = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    _ = exchange.transmit([1])
    #expect(exchange.receive(Block(.request(.abort)).bytes(.lrc)) == .failed(.aborted))
    #expect(exchange.transmit([]) == .failed(.emptyCommand))
  }

  @Test func `another size of the card's is used from then on`() {
    var exchange = Exchange(detection: .lrc, cardSize: 32, announcing: nil)
    _ = exchange.transmit([UInt8](repeating: 5, count: 40))
    let request = Block(.request(.informationFieldSize), information: [8]).bytes(.lrc)
    #expect(
      exchange.receive(request)
        == .send(
          Block(.response(.informationFieldSize), information: [8]).bytes(.lrc), waitingTimes: 0))
    let acknowledged = Block(.acknowledge(sequence: 1, error: .none)).bytes(.lrc)
    #expect(
      exchange.receive(acknowledged)
        == .send(
          Block(
            .information(sequence: 1, more: false), information: [UInt8](repeating: 5, count: 8)
          ).bytes(.lrc), waitingTimes: 0))
  }

  @Test func `blocks that are none are refused with the reason`() {
    func malformation(_ bytes: [UInt8]) -> ISO7816.T1.Malformation? {
      do throws(ISO7816.T1.Malformation) {
        _ = try Block(decoding: bytes, .lrc)
        return nil
      } catch {
        return error
      }
    }
    func checked(_ bytes: [UInt8]) -> [UInt8] { bytes + [bytes.reduce(0, ^)] }
    #expect(malformation([0, 0, 0]) == .truncated(at: 3))
    #expect(malformation([0, 0, 0, 1]) == .wrongCode)
    #expect(malformation(checked([0x21, 0, 0])) == .unknownNode(0x21))
    #expect(malformation(checked([0, 0, 2, 1])) == .wrongLength(at: 2))
    #expect(malformation(checked([0, 0x01, 0])) == .unknownControl(0x01))
    #expect(malformation(checked([0, 0x83, 0])) == .unknownControl(0x83))
    #expect(malformation(checked([0, 0xC7, 0])) == .unknownControl(0xC7))
  }

  /// Whatever the card sends: an end, within bounds.
  @Test(arguments: [UInt64(2), 55])
  func `random blocks never trap and always end`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let kinds: [ISO7816.T1.Kind] = [
      .information(sequence: 0, more: false), .information(sequence: 1, more: true),
      .acknowledge(sequence: 0, error: .none), .acknowledge(sequence: 1, error: .code),
      .request(.waitingTime), .request(.informationFieldSize), .request(.resynchronise),
      .response(.resynchronise), .response(.informationFieldSize),
    ]
    for _ in 0..<500 {
      var exchange = Exchange(detection: .lrc, cardSize: 8, announcing: 254)
      var step = exchange.transmit(random.bytes(count: 1 + random.below(40)))
      var blocks = 0
      while case .send(let sent, _) = step {
        blocks += 1
        #expect(sent.count <= 258)
        guard blocks < 20_000 else { break }
        let block = Block(
          kinds[random.below(kinds.count)], information: random.bytes(count: random.below(3)))
        step = exchange.receive(
          random.below(3) == 0 ? random.damaged(block.bytes(.lrc)) : block.bytes(.lrc))
      }
      #expect(blocks < 20_000)
    }
  }
}
