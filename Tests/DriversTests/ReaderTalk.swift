import Codecs
import Simulators

/// The machine of a reader and a simulated one, talking without task and clock.
struct ReaderTalk {
  typealias Machine = CCID.ReaderMachine<CCID.Card>

  /// Far more commands than any look at a card takes.
  static let commandLimit = 2_000

  var machine: Machine
  var model: CCIDReaderModel
  /// What was told, oldest first.
  private(set) var told: [Machine.Change] = []
  private(set) var failure: CCID.Failure?
  /// Every command that was sent, in order.
  private(set) var commands: [CCID.Command] = []
  private(set) var aborts = 0

  init(
    _ design: CCIDReaderModel.Design = .acr122u,
    _ change: (inout CCID.ReaderConfiguration) -> Void = { _ in },
    conversations: @escaping CardConversations<CCID.Card> = { _ in UIDConversation() }
  ) {
    model = CCIDReaderModel(design)
    var configuration = CCID.ReaderConfiguration(
      descriptor: design.descriptor, passThrough: design.hasPN532 ? .pn532 : .none,
      countsTargets: design.hasPN532)
    change(&configuration)
    machine = Machine(configuration, conversations: conversations)
  }

  /// One look, or one notification if there is one, and all the talk that follows; what was told.
  @discardableResult mutating func look() -> [Machine.Change] {
    let before = told.count
    let notification = model.read(endpoint: CCIDReaderModel.interruptIn, maximumByteCount: 8)
    perform(machine.handle(notification.map { .notified($0) } ?? .pollDue))
    return Array(told[before...])
  }

  /// So many looks.
  mutating func looks(_ count: Int) -> [Machine.Change] {
    (0..<count).flatMap { _ in look() }
  }

  private mutating func perform(_ actions: [Machine.Action]) {
    var actions = actions[...]
    while let action = actions.popFirst(), commands.count < Self.commandLimit {
      switch action {
      case .deliver(let change): told.append(change)
      case .fail(let failure): self.failure = failure
      case .receive: actions += machine.handle(answer())
      case .abort(_, _, let message):
        aborts += 1
        actions += send(message)
      case .send(let message): actions += send(message)
      }
    }
  }

  private mutating func send(_ message: [UInt8]) -> [Machine.Action] {
    do throws(CCID.DecodeError) {
      commands.append(try CCID.CommandMessage(decoding: message).command)
    } catch {
      failure = .malformed(error)
      return []
    }
    _ = model.write(endpoint: CCIDReaderModel.bulkOut, bytes: message)
    return machine.handle(answer())
  }

  private mutating func answer() -> Machine.Event {
    model.read(endpoint: CCIDReaderModel.bulkIn, maximumByteCount: 70_000)
      .map { .received($0) } ?? .timedOut
  }
}

/// A card with contacts that gives as many bytes as it is asked for, and takes any.
struct ChipCard: SimulatedCard {
  let answerToReset: [UInt8]
  var uid: [UInt8] { [] }
  /// Bytes of its answer to a reading command.
  var content: [UInt8] = []

  func respond(to command: [UInt8]) -> [UInt8]? {
    command.count > 1 && command[1] == 0xB0 ? content + [0x90, 0x00] : [0x90, 0x00]
  }

  /// T=0 alone, T=0 at another rate, T=1 alone with blocks of 64, both.
  static let t0 = hex("3B6500000102030405")
  static let fastT0 = hex("3B9813400AA503010101AD1311")
  static let t1 = hex("3B808131404535")
  static let both = hex("3B9011800100")
}

/// Selects, then reads all that there is: proof that long commands and answers go over.
struct ReadingConversation: CardConversation {
  private let select: [UInt8]
  private let read: [UInt8]
  private var answerToReset: [UInt8] = []
  private var didSelect = false

  init(select: [UInt8] = hex("00A4040002A0B1"), read: [UInt8] = hex("00B0000000")) {
    self.select = select
    self.read = read
  }

  mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CCID.Card>> {
    self.answerToReset = answerToReset
    return .transmit(select)
  }

  mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CCID.Card>> {
    guard let response else { return .finished(.torn) }
    guard response.suffix(2) == [0x90, 0x00] else { return .finished(.unreadable) }
    guard didSelect else {
      didSelect = true
      return .transmit(read)
    }
    return .finished(
      .card(CCID.Card(uid: Array(response.dropLast(2)), answerToReset: answerToReset)))
  }
}

/// Bytes of hexadecimal digits.
func hex(_ text: some StringProtocol) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}
