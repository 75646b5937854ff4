extension CCID {
  /// One slot: whether a card is there, whether it has to be read, and which edges are told. The
  /// same for a slot that PC/SC watches.
  public struct SlotWatch<Card: Equatable & Sendable>: Sendable {
    public enum Change: Equatable, Sendable {
      case inserted(Card)
      case refused(ReadFault)
      case removed
    }

    /// What a look at the slot leads to.
    public enum Look: Equatable, Sendable {
      case nothing
      case changes([Change])
      /// Power the card and read it.
      case read
      /// Ask whether the card that was read is still the one that lies there.
      case check
    }

    /// Looks without a card in a row before a card counts as removed: one is the edge of the field.
    public static var absencesBeforeRemoval: Int { 2 }
    /// Readings of a card that is there before it counts as torn or unreadable.
    public static var readingAttempts: Int { 3 }
    /// Further readings of a torn card that goes on lying there, which nothing is told of until
    /// one succeeds.
    public static var silentAttempts: Int { 20 }

    /// What was told last.
    public enum Told: Equatable, Sendable {
      case nothing
      case card(Card)
      case refused(ReadFault)
    }

    private enum Phase: Equatable {
      /// The slot is as was told.
      case settled
      /// A card is there and has to be read; so many readings failed.
      case identifying(failures: Int)
      /// No card was seen so many times, which may be the edge of the field.
      case missing(times: Int, failures: Int)
      /// What lies there does not answer, or the reader only says that something does. Nothing more
      /// is told of it until it is read or gone.
      case silent(attempts: Int)
    }

    public private(set) var told = Told.nothing
    private var phase = Phase.settled

    public init() {}

    /// A card comes or goes: look again soon.
    public var isUnsettled: Bool {
      switch phase {
      case .settled, .silent: false
      case .identifying, .missing: true
      }
    }

    /// The reader says "changed, present": it may be another card than the one that was read.
    public mutating func noteChange() {
      switch (phase, told) {
      case (.settled, .card), (.settled, .refused), (.silent, _):
        phase = .identifying(failures: 0)
      case (.settled, .nothing), (.identifying, _), (.missing, _): break
      }
    }

    /// The UID of the card is another one than before.
    mutating func noteExchange() -> Look {
      phase = .identifying(failures: 0)
      return .read
    }

    /// `inactive` means that the card which was read has lost its power since: it was away.
    public mutating func saw(_ status: ICCStatus) -> Look {
      switch status {
      case .absent: return absenceSeen()
      case .active, .inactive, .reserved: break
      }
      switch (phase, told) {
      case (.silent(let attempts), _):
        guard attempts < Self.silentAttempts else { return .nothing }
        phase = .silent(attempts: attempts + 1)
      case (.settled, .refused): return .nothing
      case (.settled, .card) where status != .inactive: return .check
      case (.settled, .card), (.settled, .nothing): phase = .identifying(failures: 0)
      case (.missing(_, let failures), _): phase = .identifying(failures: failures)
      case (.identifying, _): break
      }
      return .read
    }

    private mutating func absenceSeen() -> Look {
      let (times, failures): (Int, Int) =
        switch (phase, told) {
        case (.settled, .nothing), (.silent, .nothing): (0, 0)
        case (.settled, .card), (.settled, .refused), (.silent, .card), (.silent, .refused): (1, 0)
        case (.identifying(let failures), _): (1, failures)
        case (.missing(let times, let failures), _): (times + 1, failures)
        }
      guard times > 0 else {
        phase = .settled
        return .nothing
      }
      guard times >= Self.absencesBeforeRemoval else {
        phase = .missing(times: times, failures: failures)
        return .nothing
      }
      let changes: [Change] =
        switch told {
        // It was seen and nothing was told of it: taken away while it was read.
        case .nothing: [.refused(.torn), .removed]
        case .card, .refused: [.removed]
        }
      (phase, told) = (.settled, .nothing)
      return .changes(changes)
    }

    /// The end of a reading; `status` is the slot's after it.
    public mutating func read(
      _ result: Result<Card, ReadFault>, _ status: ICCStatus,
      _ isSame: (Card, Card) -> Bool = { $0 == $1 }
    ) -> [Change] {
      switch result {
      case .success(let card): identified(card, isSame)
      case .failure(.severalCards): settle(.severalCards)
      case .failure(let fault): readingFailed(fault, status)
      }
    }

    private mutating func identified(_ card: Card, _ isSame: (Card, Card) -> Bool) -> [Change] {
      let changes: [Change] =
        switch told {
        case .nothing: [.inserted(card)]
        case .card(let before): isSame(before, card) ? [] : [.removed, .inserted(card)]
        case .refused: [.removed, .inserted(card)]
        }
      (phase, told) = (.settled, .card(card))
      return changes
    }

    private mutating func readingFailed(_ fault: ReadFault, _ status: ICCStatus) -> [Change] {
      let failures: Int
      switch phase {
      case .settled: failures = 1
      case .identifying(let before), .missing(_, let before): failures = before + 1
      case .silent: return []  // The next look tells whether it is gone.
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
      return settle(fault)
    }

    private mutating func settle(_ fault: ReadFault) -> [Change] {
      if case .card = told, fault == .torn {
        // Gone, and the reader still says that it is there: nobody has laid anything new.
        (phase, told) = (.silent(attempts: 0), .nothing)
        return [.removed]
      }
      let changes: [Change] =
        switch told {
        case .nothing: [.refused(fault)]
        case .card: [.removed, .refused(fault)]
        case .refused(let before): before == fault ? [] : [.removed, .refused(fault)]
        }
      (phase, told) = (fault == .torn ? .silent(attempts: 0) : .settled, .refused(fault))
      return changes
    }
  }
}
