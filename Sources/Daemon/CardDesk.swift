import Codecs
import Devices
import Retail
import Synchronization

/// Lends the card reader to staff: while somebody issues or checks cards, a card on the reader is
/// nobody's tap, and is asked or written what staff want.
///
/// It stands in two places: between the reader's driver and the conversation with each card, and
/// between the reader's events and the checkout.
public final class CardDesk: Sendable {
  /// How long a card that lies there after the work is still staff's.
  public static let closingSeconds = 30
  /// Words that wait for staff; beyond it the oldest are left out.
  static let wordLimit = 16

  public enum Work: Codable, Equatable, Sendable {
    case read
    case write(replacing: Bool)
  }

  /// What staff are told.
  public enum Word: Codable, Equatable, Sendable {
    /// A card lies there, and `provide` is waited for.
    case wantsMessage(uid: [UInt8])
    /// It was read, and written before if that was the work; nothing follows.
    case read(CardReport)
    /// The next try is waited for.
    case notRead(CardReadFault)
    /// Nothing follows.
    case notWritten(CardWriteFault)
  }

  private struct Job {
    let id: Int
    let work: Work
    let outlet: AsyncStream<Word>.Continuation
    /// A card lies there, or was begun with.
    var isOccupied = false
    /// Whose message was asked for, and the message.
    var uid: [UInt8]?
    var message: [UInt8]?
    var isWritten = false
    var isFinished = false
  }

  private enum State {
    case idle
    case open(Job)
    case closing(until: ContinuousClock.Instant)
  }

  public typealias MakeWriter =
    @Sendable (CardWriting, any CardConversation<CardReading<CardIdentity>>)
    -> any CardConversation<CardReading<CardIdentity>>

  private let today: @Sendable () -> CalendarDate
  private let makeWriter: MakeWriter
  private let state = Mutex((state: State.idle, nextID: 0))

  /// `makeWriter` is asked for each card that is to be written, with how it is read afterwards.
  public init(
    today: @escaping @Sendable () -> CalendarDate, makeWriter: @escaping MakeWriter
  ) {
    self.today = today
    self.makeWriter = makeWriter
  }

  // MARK: Staff

  /// Begins; nil while somebody else is at it. Ends when nobody listens to the words any more.
  public func begin(_ work: Work) -> AsyncStream<Word>? {
    let (words, outlet) = AsyncStream.makeStream(
      of: Word.self, bufferingPolicy: .bufferingNewest(Self.wordLimit))
    let id = state.withLock { stored -> Int? in
      if case .open = stored.state { return nil }
      stored.nextID += 1
      stored.state = .open(Job(id: stored.nextID, work: work, outlet: outlet))
      return stored.nextID
    }
    guard let id else { return nil }
    outlet.onTermination = { [weak self] _ in self?.end(id) }
    return words
  }

  /// Whether nobody is at it, and no card of theirs lies there any more.
  public var isFree: Bool {
    state.withLock { stored in
      switch stored.state {
      case .idle: true
      case .open: false
      case .closing(let end): ContinuousClock.now >= end
      }
    }
  }

  /// The bytes of the NDEF message for the chip that was named.
  public func provide(_ message: [UInt8], for uid: [UInt8]) {
    change { job in
      if job.uid == uid { job.message = message }
    }
  }

  private func end(_ id: Int) {
    state.withLock { stored in
      guard case .open(let job) = stored.state, job.id == id else { return }
      stored.state =
        job.isOccupied ? .closing(until: .now + .seconds(Self.closingSeconds)) : .idle
    }
  }

  private func change(_ body: (inout Job) -> Void) {
    state.withLock { stored in
      guard case .open(var job) = stored.state else { return }
      body(&job)
      stored.state = .open(job)
    }
  }

  // MARK: The reader

  /// What each card is asked: `otherwise`, unless it is to be written.
  public func conversations(
    _ otherwise: @escaping CardConversations<CardIdentity>
  ) -> CardConversations<CardIdentity> {
    { [self] abilities in
      let reading = otherwise(abilities)
      guard let writing = self.writing() else { return reading }
      return makeWriter(writing, reading)
    }
  }

  private func writing() -> CardWriting? {
    var replacing: Bool?
    change { job in
      job.isOccupied = true
      if case .write(let replaces) = job.work, !job.isWritten, !job.isFinished {
        replacing = replaces
      }
    }
    guard let replacing else { return nil }
    return CardWriting(
      replaces: replacing, message: { self.message(for: $0) },
      onWritten: { self.change { $0.isWritten = true } }, onFault: { self.refuse($0) })
  }

  /// Asks for it the first time that this chip lies there.
  private func message(for uid: [UInt8]) -> [UInt8]? {
    var message: [UInt8]?
    change { job in
      if job.uid != uid {
        (job.uid, job.message) = (uid, nil)
        job.outlet.yield(.wantsMessage(uid: uid))
      }
      message = job.message
    }
    return message
  }

  private func refuse(_ fault: CardWriteFault) {
    change { job in
      guard !job.isFinished else { return }
      job.isFinished = true
      job.outlet.yield(.notWritten(fault))
    }
  }

  /// Whether an event is staff's and not for the checkout.
  public func holds(_ event: DeviceEvent) -> Bool {
    guard case .card(let card) = event else { return false }
    return state.withLock { stored in
      switch stored.state {
      case .idle: return false
      case .open(var job):
        take(card, &job)
        stored.state = .open(job)
        return true
      case .closing(let end):
        guard ContinuousClock.now < end else {
          stored.state = .idle
          return false
        }
        if card == .removed { stored.state = .idle }
        return true
      }
    }
  }

  private func take(_ card: CardEvent, _ job: inout Job) {
    let isWaitingForMessage = job.work != .read && job.uid != nil && !job.isWritten
    job.isOccupied = card != .removed
    guard !job.isFinished else { return }
    switch card {
    case .inserted(let identity):
      job.isFinished = true
      // A reader that types numbers has no conversation that could have written anything.
      let isDone = job.work == .read || job.isWritten
      job.outlet.yield(
        isDone ? .read(CardReport(identity, today: today())) : .notWritten(.notWritable))
    // It is asked again until the message is there.
    case .refused(.torn) where isWaitingForMessage: break
    case .refused(let fault): job.outlet.yield(.notRead(fault))
    case .removed where isWaitingForMessage:
      (job.uid, job.message) = (nil, nil)
      job.outlet.yield(.notRead(.torn))
    case .removed: break
    }
  }
}
