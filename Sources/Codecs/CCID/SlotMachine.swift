extension CCID {
  /// What was read of a card.
  public struct Card: Equatable, Sendable {
    /// 4, 7 or 10 bytes (ISO/IEC 14443-3, 6.5.4).
    public let uid: [UInt8]
    public let answerToReset: [UInt8]

    public init(uid: [UInt8], answerToReset: [UInt8]) {
      self.uid = uid
      self.answerToReset = answerToReset
    }
  }

  /// Watches slot 0 of a reader: finds cards, reads their UID and tells the edges.
  ///
  /// Without task and clock. Who carries it polls at least every `nextPollMilliseconds` and on
  /// every notification, does the actions in order and answers each `send` and `receive` with one
  /// event. Only one command is in flight at a time.
  public struct SlotMachine: Sendable {
    public enum Event: Equatable, Sendable {
      /// The poll interval is over.
      case pollDue
      /// A message from the interrupt endpoint.
      case notified([UInt8])
      /// A whole message from the bulk-IN endpoint.
      case received([UInt8])
      /// No message came within the time of the last `send` or `receive`.
      case timedOut
    }

    public enum Action: Equatable, Sendable {
      /// Write to bulk-OUT, then read one message.
      case send([UInt8])
      /// Read one message more.
      case receive
      case deliver(Change)
      /// The reader is of no more use until it is reset.
      case fail(Failure)
    }

    public enum Change: Equatable, Sendable {
      case inserted(Card)
      /// A card is there, or was taken away too soon, and could not be read.
      case unreadable
      case removed
    }

    public enum Failure: Error, Equatable, Sendable {
      case malformed(DecodeError)
      /// An answer to another command, or of a kind that does not belong to the command.
      case unexpectedMessage(UInt8)
      case noAnswer
    }

    /// Looks without a card in a row before a card counts as removed: one is the edge of the field.
    public static let absencesBeforeRemoval = 2
    /// Readings of a card that is there before it counts as unreadable.
    public static let readingAttempts = 3
    /// Time extensions for one command.
    public static let maximumTimeExtensions = 20
    /// Answers to commands that were given up, thrown away before the right one.
    public static let maximumStaleMessages = 4
    /// Commands in a row without an answer.
    public static let maximumTimeouts = 3

    /// What was told last.
    private enum Told: Equatable {
      case nothing
      case card(Card)
      case unreadable
    }

    private enum Phase: Equatable {
      /// The slot is as was told.
      case settled
      /// A card is there and has to be read; so many readings failed.
      case identifying(failures: Int)
      /// No card was seen so many times, which may be the edge of the field.
      case missing(times: Int, failures: Int)
    }

    private enum Request: Equatable {
      case status
      case powerOn
      case uid(answerToReset: [UInt8])
    }

    private struct InFlight: Equatable {
      let request: Request
      let sequence: UInt8
      var extensions = 0
      var staleMessages = 0
    }

    private let powerSelect: PowerSelect
    private let pollMilliseconds: Int
    private let debounceMilliseconds: Int
    private var told = Told.nothing
    private var phase = Phase.settled
    private var inFlight: InFlight?
    private var nextSequence: UInt8 = 0
    private var timeouts = 0

    public init(
      powerSelect: PowerSelect = .automatic, pollMilliseconds: Int, debounceMilliseconds: Int
    ) {
      self.powerSelect = powerSelect
      self.pollMilliseconds = pollMilliseconds
      self.debounceMilliseconds = debounceMilliseconds
    }

    /// How long to wait for a notification before the next look at the slot.
    public var nextPollMilliseconds: Int {
      switch phase {
      case .settled: pollMilliseconds
      case .identifying, .missing: debounceMilliseconds
      }
    }

    public mutating func handle(_ event: Event) -> [Action] {
      switch event {
      case .pollDue: return ask()
      case .notified(let bytes):
        note(bytes)
        return ask()
      case .received(let bytes): return receive(bytes)
      case .timedOut: return timedOut()
      }
    }

    // MARK: Commands

    private mutating func ask() -> [Action] {
      inFlight == nil ? [send(.status)] : []
    }

    /// A reader that says "changed, present" may have another card than the one that was read.
    private mutating func note(_ bytes: [UInt8]) {
      // A notification that cannot be read still says that it is worth looking.
      guard case .success(let notification) = Self.notification(bytes),
        let change = notification.change(ofSlot: 0), change.hasChanged, change.isPresent
      else { return }
      switch (phase, told) {
      case (.settled, .card), (.settled, .unreadable): phase = .identifying(failures: 0)
      case (.settled, .nothing), (.identifying, _), (.missing, _): break
      }
    }

    private static func notification(_ bytes: [UInt8]) -> Result<Notification, DecodeError> {
      Result { () throws(DecodeError) in try Notification(decoding: bytes) }
    }

    private mutating func send(_ request: Request) -> Action {
      let command: Command =
        switch request {
        case .status: .getSlotStatus
        case .powerOn: .iccPowerOn(powerSelect)
        case .uid: .transferBlock(ISO7816.CommandAPDU.getUID.bytes)
        }
      let sequence = nextSequence
      nextSequence &+= 1
      inFlight = InFlight(request: request, sequence: sequence)
      return .send(CommandMessage(slot: 0, sequence: sequence, command: command).bytes)
    }

    private mutating func timedOut() -> [Action] {
      guard let request = inFlight?.request else { return [] }
      inFlight = nil
      timeouts += 1
      guard timeouts < Self.maximumTimeouts else { return [.fail(.noAnswer)] }
      switch request {
      case .status: return []
      case .powerOn, .uid: return readingFailed(.active)
      }
    }

    // MARK: Answers

    private mutating func receive(_ bytes: [UInt8]) -> [Action] {
      guard var current = inFlight else { return [] }
      let message: ResponseMessage
      do {
        message = try ResponseMessage(decoding: bytes)
      } catch {
        return [.fail(.malformed(error))]
      }
      guard message.slot == 0, message.sequence == current.sequence else {
        current.staleMessages += 1
        inFlight = current
        return current.staleMessages <= Self.maximumStaleMessages
          ? [.receive] : [.fail(.unexpectedMessage(bytes[0]))]
      }
      timeouts = 0
      if case .timeExtension = message.commandStatus {
        current.extensions += 1
        inFlight = current
        return current.extensions <= Self.maximumTimeExtensions ? [.receive] : [.fail(.noAnswer)]
      }
      inFlight = nil
      switch current.request {
      case .status: return statusKnown(message.iccStatus)
      case .powerOn: return poweredOn(message, type: bytes[0])
      case .uid(let answerToReset): return uidRead(message, answerToReset, type: bytes[0])
      }
    }

    private mutating func statusKnown(_ status: ICCStatus) -> [Action] {
      switch status {
      case .absent: return absenceSeen()
      case .active, .inactive, .reserved: break
      }
      switch (phase, told) {
      case (.settled, .unreadable): return []
      case (.settled, .card) where status != .inactive: return []
      case (.settled, .card), (.settled, .nothing): phase = .identifying(failures: 0)
      case (.missing(_, let failures), _): phase = .identifying(failures: failures)
      case (.identifying, _): break
      }
      return [send(.powerOn)]
    }

    private mutating func absenceSeen() -> [Action] {
      let (times, failures): (Int, Int) =
        switch (phase, told) {
        case (.settled, .nothing): (0, 0)
        case (.settled, .card), (.settled, .unreadable): (1, 0)
        case (.identifying(let failures), _): (1, failures)
        case (.missing(let times, let failures), _): (times + 1, failures)
        }
      guard times > 0 else { return [] }
      guard times >= Self.absencesBeforeRemoval else {
        phase = .missing(times: times, failures: failures)
        return []
      }
      let changes: [Change] =
        switch told {
        // It was seen and nothing was told of it: taken away while it was read.
        case .nothing: [.unreadable, .removed]
        case .card, .unreadable: [.removed]
        }
      (phase, told) = (.settled, .nothing)
      return changes.map(Action.deliver)
    }

    private mutating func poweredOn(_ message: ResponseMessage, type: UInt8) -> [Action] {
      guard case .processed = message.commandStatus else {
        return readingFailed(message.iccStatus)
      }
      guard case .dataBlock(let answer, chainParameter: 0) = message.response,
        (1...ISO7816.AnswerToReset.maximumByteCount).contains(answer.count)
      else { return [.fail(.unexpectedMessage(type))] }
      return [send(.uid(answerToReset: answer))]
    }

    private mutating func uidRead(
      _ message: ResponseMessage, _ answerToReset: [UInt8], type: UInt8
    ) -> [Action] {
      guard case .processed = message.commandStatus else {
        return readingFailed(message.iccStatus)
      }
      guard case .dataBlock(let block, _) = message.response else {
        return [.fail(.unexpectedMessage(type))]
      }
      guard let uid = Self.uid(in: block) else { return readingFailed(message.iccStatus) }
      return identified(Card(uid: uid, answerToReset: answerToReset))
    }

    private static func uid(in block: [UInt8]) -> [UInt8]? {
      do throws(ISO7816.ResponseAPDU.Malformation) {
        let answer = try ISO7816.ResponseAPDU(decoding: block)
        let isUID = answer.statusWord == .success && [4, 7, 10].contains(answer.data.count)
        return isUID ? answer.data : nil
      } catch {
        return nil  // Not even a status word: read again like any other refusal.
      }
    }

    private mutating func identified(_ card: Card) -> [Action] {
      let changes: [Change] =
        switch told {
        case .nothing: [.inserted(card)]
        case .card(let before): before == card ? [] : [.removed, .inserted(card)]
        case .unreadable: [.removed, .inserted(card)]
        }
      (phase, told) = (.settled, .card(card))
      return changes.map(Action.deliver)
    }

    private mutating func readingFailed(_ status: ICCStatus) -> [Action] {
      let failures: Int =
        switch phase {
        case .settled: 1
        case .identifying(let failures), .missing(_, let failures): failures + 1
        }
      switch status {
      case .absent:
        phase = .missing(times: 1, failures: failures)
        return []
      case .active, .inactive, .reserved: break
      }
      guard failures >= Self.readingAttempts else {
        phase = .identifying(failures: failures)
        return []
      }
      let changes: [Change] =
        switch told {
        case .nothing: [.unreadable]
        case .card: [.removed, .unreadable]
        case .unreadable: []
        }
      (phase, told) = (.settled, .unreadable)
      return changes.map(Action.deliver)
    }
  }
}
