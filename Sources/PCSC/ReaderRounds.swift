import Codecs
import Devices

/// The readers of pcscd watched as one: what each state leads to, without a call of PC/SC.
struct ReaderRounds: Sendable {
  /// Readers at once; more are not looked at.
  static let readerLimit = 8

  private struct Watched {
    /// The same as long as the reader is there, whichever others come and go.
    let number: Int
    var state: ReaderState
    var slot = CCID.SlotWatch<CardIdentity>()
    /// The count of changes at the last reading: another one means that the card was away.
    var changesRead: UInt32?
  }

  private var watched: [Watched] = []
  private var nextNumber = 0
  private var arbiter = CCID.SlotArbiter<CardIdentity>()

  var states: [ReaderState] { watched.map(\.state) }

  /// A card comes or goes: look again soon.
  var isUnsettled: Bool { watched.contains { $0.slot.isUnsettled } }

  /// The readers that there are now. One that went took its card with it.
  mutating func update(readers: [String]) -> [CardEvent] {
    var events: [CardEvent] = []
    for index in watched.indices where !readers.contains(watched[index].state.name) {
      events += gone(index)
    }
    watched.removeAll { !readers.contains($0.state.name) }
    for name in readers
    where watched.count < Self.readerLimit && !watched.contains(where: { $0.state.name == name }) {
      watched.append(Watched(number: nextNumber, state: ReaderState(name)))
      nextNumber += 1
    }
    return events
  }

  private mutating func gone(_ index: Int) -> [CardEvent] {
    var events: [CardEvent] = []
    for _ in 0..<CCID.SlotWatch<CardIdentity>.absencesBeforeRemoval {
      if case .changes(let changes) = watched[index].slot.saw(.absent) {
        events += deliver(changes, index)
      }
    }
    return events
  }

  enum Look: Equatable {
    case events([CardEvent])
    /// Connect and read the card in this reader, then call `read`.
    case read(reader: String, index: Int)
  }

  /// What the reader's state says since the last wait.
  mutating func look(at index: Int, _ state: ReaderState) -> Look {
    watched[index].state = state
    let isAsRead = watched[index].changesRead == state.changes
    let status: CCID.ICCStatus = !state.isPresent ? .absent : isAsRead ? .active : .inactive
    switch watched[index].slot.saw(status) {
    case .nothing, .check: return .events([])
    case .changes(let changes): return .events(deliver(changes, index))
    case .read: return .read(reader: state.name, index: index)
    }
  }

  /// The end of a reading that `look` asked for.
  mutating func read(_ result: Result<CardIdentity, CCID.ReadFault>, index: Int) -> [CardEvent] {
    watched[index].changesRead = watched[index].state.changes
    let changes = watched[index].slot.read(result, .active) { $0.isSameCard(as: $1) }
    return deliver(changes, index)
  }

  private mutating func deliver(
    _ changes: [CCID.SlotWatch<CardIdentity>.Change], _ index: Int
  ) -> [CardEvent] {
    changes.compactMap { arbiter.take($0, ofSlot: watched[index].number) }.map { change in
      switch change {
      case .inserted(let card): .inserted(card)
      case .refused(.torn): .refused(.torn)
      case .refused(.unreadable): .refused(.unreadable)
      case .refused(.severalCards): .refused(.severalCards)
      case .removed: .removed
      }
    }
  }
}
