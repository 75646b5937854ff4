extension CCID {
  /// Watches the slots of a reader: finds cards, leads the conversation with each and tells the
  /// edges.
  ///
  /// Without task and clock. Who carries it polls at least every `nextPollMilliseconds` and on
  /// every notification, does the actions in order and answers each `send`, `receive` and `abort`
  /// with one event. Only one command is in flight at a time, over all slots.
  public struct ReaderMachine<Card: Equatable & Sendable>: Sendable {
    public enum Event: Equatable, Sendable {
      /// The poll interval is over.
      case pollDue
      /// A message from the interrupt endpoint.
      case notified([UInt8])
      /// A whole message from the bulk-IN endpoint.
      case received([UInt8])
      /// No message came within the time of the last `send`, `receive` or `abort`.
      case timedOut
    }

    public enum Action: Equatable, Sendable {
      /// Write to bulk-OUT, then read one message.
      case send([UInt8])
      /// Read one message more.
      case receive
      /// Ask for ABORT of this command on endpoint 0 (5.3.1), write the message, then read one.
      case abort(slot: UInt8, sequence: UInt8, message: [UInt8])
      case deliver(Change)
      /// The reader is of no more use until it is reset.
      case fail(Failure)
    }

    public enum Change: Equatable, Sendable {
      case inserted(Card)
      /// A card is there, or was taken away too soon, and is not taken for one.
      case refused(ReadFault)
      case removed
    }

    private enum Activity {
      case settingUp(ArraySlice<Command>)
      case looking(Int)
      case reading(Int, CardSession<Card>)
      case checking(Int)
    }

    /// Quick looks at a card that stays where it is.
    public static var maximumCloseLooks: Int { 100 }
    /// Looks at empty slots in a row, after which a reader that notifies is trusted to do so: every
    /// look wakes the whole daemon a dozen times.
    public static var looksBeforeRest: Int { 40 }
    /// Between looks from then on, should it have missed a card all the same.
    public static var restingPollMilliseconds: Int { 5_000 }

    private let configuration: ReaderConfiguration
    private let conversations: CardConversations<Card>
    private let isSame: @Sendable (Card, Card) -> Bool
    private var watches: [SlotWatch<Card>]
    /// What the card said when it was asked for its UID the first time, by slot.
    private var checks: [[UInt8]?]
    private var arbiter: SlotArbiter<Card>
    private var channel = CommandChannel()
    private var activity: Activity?
    private var isSetUp = false
    /// The slots that this round has still to look at.
    private var round: ArraySlice<Int> = []
    private var closeLooks = 0
    private var emptyLooks = 0

    /// `conversations` makes the talk with each card; `isSame` tells whether two readings are of
    /// one card. A configuration without slots watches none.
    public init(
      _ configuration: ReaderConfiguration, conversations: @escaping CardConversations<Card>,
      isSame: @escaping @Sendable (Card, Card) -> Bool = { $0 == $1 }
    ) {
      self.configuration = configuration
      self.conversations = conversations
      self.isSame = isSame
      let count = min(configuration.slots.count, CCID.maximumSlots)
      watches = Array(repeating: SlotWatch(), count: count)
      checks = Array(repeating: nil, count: count)
      arbiter = SlotArbiter()
    }

    /// How long to wait for a notification before the next look at the slots.
    public var nextPollMilliseconds: Int {
      if watches.contains(where: \.isUnsettled) { return configuration.debounceMilliseconds }
      let isOccupied = watches.contains { $0.told != .nothing }
      if configuration.notifies, !isOccupied, emptyLooks > Self.looksBeforeRest {
        return max(Self.restingPollMilliseconds, configuration.pollMilliseconds)
      }
      return isOccupied && closeLooks < Self.maximumCloseLooks
        ? min(configuration.closePollMilliseconds, configuration.pollMilliseconds)
        : configuration.pollMilliseconds
    }

    public mutating func handle(_ event: Event) -> [Action] {
      switch event {
      case .pollDue: return beginRound()
      case .notified(let bytes):
        note(bytes)
        return beginRound()
      case .received(let bytes): return take(channel.receive(bytes))
      case .timedOut: return take(channel.timedOut())
      }
    }

    // MARK: Rounds

    private mutating func beginRound() -> [Action] {
      guard channel.isIdle else { return [] }
      round = ArraySlice(watches.indices)
      let isOccupied = watches.contains { $0.told != .nothing }
      closeLooks = isOccupied ? closeLooks + 1 : 0
      emptyLooks = isOccupied ? 0 : min(emptyLooks + 1, Self.looksBeforeRest + 1)
      if !isSetUp {
        isSetUp = true
        return setUp(configuration.setup[...])
      }
      return lookAtNext()
    }

    private mutating func setUp(_ commands: ArraySlice<Command>) -> [Action] {
      guard let command = commands.first, let slot = configuration.slots.first else {
        return lookAtNext()
      }
      activity = .settingUp(commands.dropFirst())
      return [.send(channel.send(command, slot: slot))]
    }

    private mutating func lookAtNext() -> [Action] {
      guard let index = round.popFirst() else {
        activity = nil
        return []
      }
      activity = .looking(index)
      return [send(.getSlotStatus, index)]
    }

    private mutating func send(_ command: Command, _ index: Int) -> Action {
      .send(channel.send(command, slot: configuration.slots[index]))
    }

    /// A notification that cannot be read still says that it is worth looking.
    private mutating func note(_ bytes: [UInt8]) {
      do throws(DecodeError) {
        let notification = try Notification(decoding: bytes)
        for index in watches.indices {
          guard let change = notification.change(ofSlot: Int(configuration.slots[index])),
            change.hasChanged
          else { continue }
          closeLooks = 0
          if change.isPresent { watches[index].noteChange() }
        }
      } catch {
        return
      }
    }

    // MARK: Answers

    private mutating func take(_ outcome: CommandChannel.Outcome?) -> [Action] {
      switch outcome {
      case nil: return []
      case .waiting: return [.receive]
      case .failed(let failure): return [.fail(failure)]
      case .abort(let slot, let sequence, let message):
        return [.abort(slot: slot, sequence: sequence, message: message)]
      case .answered(let message): return answered(message)
      case .givenUp: return givenUp()
      }
    }

    private mutating func answered(_ message: ResponseMessage) -> [Action] {
      switch activity {
      case nil: return []
      case .settingUp(let rest): return setUp(rest)
      case .looking(let index): return follow(watches[index].saw(message.iccStatus), index)
      case .reading(let index, var session):
        let step = session.receive(message)
        return follow(step, session, index, message.iccStatus)
      case .checking(let index): return checked(message, index)
      }
    }

    private mutating func givenUp() -> [Action] {
      switch activity {
      case nil: return []
      // One that does not answer its maker's commands is looked at without them.
      case .settingUp, .looking, .checking: return lookAtNext()
      case .reading(let index, var session):
        let step = session.noAnswer()
        return follow(step, session, index, .active)
      }
    }

    private mutating func follow(_ look: SlotWatch<Card>.Look, _ index: Int) -> [Action] {
      switch look {
      case .nothing: return lookAtNext()
      case .changes(let changes): return deliver(changes, index) + lookAtNext()
      case .read:
        var session = CardSession(configuration, conversations)
        let step = session.start()
        return follow(step, session, index, .active)
      case .check:
        guard configuration.presence == .uid else { return lookAtNext() }
        activity = .checking(index)
        return [send(.transferBlock(ISO7816.CommandAPDU.getUID.bytes), index)]
      }
    }

    private mutating func follow(
      _ step: CardSession<Card>.Step, _ session: CardSession<Card>, _ index: Int,
      _ status: ICCStatus
    ) -> [Action] {
      switch step {
      case .command(let command):
        activity = .reading(index, session)
        return [send(command, index)]
      case .failed(let failure): return [.fail(failure)]
      case .finished(let result):
        checks[index] = nil
        closeLooks = 0
        return deliver(watches[index].read(result, status, isSame), index) + lookAtNext()
      }
    }

    /// The UID again: none means that the card is gone, another one that it was changed.
    private mutating func checked(_ message: ResponseMessage, _ index: Int) -> [Action] {
      guard case .processed = message.commandStatus,
        case .dataBlock(let block, _) = message.response, block.suffix(2) == [0x90, 0x00]
      else { return follow(watches[index].saw(.absent), index) }
      switch checks[index] {
      case nil: checks[index] = block
      case block?: break
      case .some: return follow(watches[index].noteExchange(), index)
      }
      return lookAtNext()
    }

    private mutating func deliver(
      _ changes: [SlotWatch<Card>.Change], _ index: Int
    ) -> [Action] {
      changes.compactMap { arbiter.take($0, ofSlot: index).map(Action.deliver) }
    }
  }

  /// Makes one reader of several slots: a card beside another is refused, and nothing new is told
  /// until all of them are gone.
  public struct SlotArbiter<Card: Equatable & Sendable>: Sendable {
    private var occupied: Set<Int> = []
    private var isAmbiguous = false

    public init() {}

    /// What is told of the change; nil for nothing.
    public mutating func take(
      _ change: SlotWatch<Card>.Change, ofSlot index: Int
    ) -> ReaderMachine<Card>.Change? {
      switch change {
      case .inserted, .refused:
        let isAlone = occupied.subtracting([index]).isEmpty
        occupied.insert(index)
        guard isAlone, !isAmbiguous else {
          defer { isAmbiguous = true }
          return isAmbiguous ? nil : .refused(.severalCards)
        }
        switch change {
        case .inserted(let card): return .inserted(card)
        case .refused(let fault): return .refused(fault)
        case .removed: return nil
        }
      case .removed:
        occupied.remove(index)
        guard occupied.isEmpty else { return nil }
        isAmbiguous = false
        return .removed
      }
    }
  }
}
