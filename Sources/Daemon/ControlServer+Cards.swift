import Foundation
import Synchronization

extension ControlServer {
  /// Lends the card reader, and hands on what comes of it until the work is done, the client goes,
  /// the daemon stops or the time is up.
  func lend(for work: CardDesk.Work, to connection: ControlConnection) {
    guard let desk, let words = desk.begin(work) else {
      send(.refused("somebody is at the card reader already; end that first"), to: connection)
      return
    }
    let queue = ThreadQueue<CardDesk.Word>(limit: CardDesk.wordLimit)
    let task = Task {
      for await word in words { queue.push(word) }
      queue.push(nil)
    }
    defer { task.cancel() }
    guard send(.cardAwaited, to: connection) else { return }
    let end = ContinuousClock.now + .seconds(ControlSocket.cardSeconds)
    while !isStopping, ContinuousClock.now < end, !connection.isClosedByPeer {
      switch queue.next(withinMilliseconds: ControlLines.lookMilliseconds) {
      case .element(let word):
        guard hand(word, to: connection, desk) else { return }
      case .nothing: continue
      case .end: return
      }
    }
  }

  /// False when nothing follows.
  private func hand(
    _ word: CardDesk.Word, to connection: ControlConnection, _ desk: CardDesk
  ) -> Bool {
    guard send(.cardWord(word), to: connection) else { return false }
    switch word {
    case .read, .notWritten: return false
    case .notRead: return true
    case .wantsMessage(let uid):
      do {
        let line = try connection.receiveLine()
        desk.provide(try JSONDecoder().decode(CardMessage.self, from: line).bytes, for: uid)
        return true
      } catch {
        // The client refused the card, or is gone.
        return false
      }
    }
  }
}

/// From the daemon's tasks to a thread. One that does not read misses the oldest.
final class ThreadQueue<Element: Sendable>: Sendable {
  enum Next {
    case element(Element)
    case nothing
    case end
  }

  private struct State {
    var elements: [Element] = []
    var isOver = false
  }

  private let limit: Int
  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  init(limit: Int) { self.limit = limit }

  /// Nil ends it.
  func push(_ element: Element?) {
    state.withLock { state in
      guard let element else {
        state.isOver = true
        return
      }
      if state.elements.count == limit { state.elements.removeFirst() }
      state.elements.append(element)
    }
    arrived.signal()
  }

  func next(withinMilliseconds limit: Int) -> Next {
    _ = arrived.wait(timeout: .now() + .milliseconds(limit))
    return state.withLock { state in
      if !state.elements.isEmpty { return .element(state.elements.removeFirst()) }
      return state.isOver ? .end : .nothing
    }
  }
}
