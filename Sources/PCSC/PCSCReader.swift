import Codecs
import Devices
import Foundation
import Synchronization

/// The card readers that pcscd drives, as one reader. For a shop where other programs use cards as
/// well; who has the reader alone needs no pcscd (`CCIDReader`).
///
/// PC/SC blocks its caller, so all of it happens on one thread of its own. It waits at most
/// `maximumWaitMilliseconds` at a time and is called back from it when `run` is cancelled; an
/// exchange with a card ends when pcscd ends it, and `run` does not wait for that.
public struct PCSCReader: SmartCardReader {
  /// Between looks while nothing happens; pcscd wakes the thread when something does.
  public static let maximumWaitMilliseconds = 2_000
  /// Between looks while a card comes or goes.
  public static let debounceMilliseconds = 80
  /// Events that wait for `run` to hand them on.
  public static let eventLimit = 64
  /// The longest answer of a card: extended lengths and a status word.
  static let maximumResponseByteCount = 65_538

  public let device: DeviceID
  private let conversations: CardConversations<CardIdentity>
  private let onReaders: @Sendable ([String]) -> Void
  private let open: @Sendable () throws(PCSCFault) -> any CardAccess

  /// `onReaders` is told the readers that pcscd knows, whenever they change.
  public init(
    device: DeviceID = DeviceID("cardReader@pcsc"),
    conversations: @escaping CardConversations<CardIdentity>,
    onReaders: @escaping @Sendable ([String]) -> Void = { _ in }
  ) {
    self.init(
      device: device, conversations: conversations, onReaders: onReaders,
      open: { () throws(PCSCFault) in try LibPCSC() })
  }

  init(
    device: DeviceID, conversations: @escaping CardConversations<CardIdentity>,
    onReaders: @escaping @Sendable ([String]) -> Void = { _ in },
    open: @escaping @Sendable () throws(PCSCFault) -> any CardAccess
  ) {
    self.device = device
    self.conversations = conversations
    self.onReaders = onReaders
    self.open = open
  }

  private enum Output: Sendable {
    case event(CardEvent)
    case readers([String])
    case fault(PCSCFault)
  }

  public func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError) {
    let (outputs, outlet) = AsyncStream.makeStream(
      of: Output.self, bufferingPolicy: .bufferingOldest(Self.eventLimit))
    let worker = Worker(conversations: conversations, outlet: outlet, open: open)
    Thread { worker.run() }.start()
    var fault: PCSCFault?
    await withTaskCancellationHandler {
      for await output in outputs {
        switch output {
        case .event(let event): deliver(event)
        case .readers(let names): onReaders(names)
        case .fault(let reason): fault = reason
        }
      }
    } onCancel: {
      worker.stop()
      outlet.finish()
    }
    throw (Task.isCancelled ? .cancelled : fault ?? .cancelled).error(device)
  }

  /// What runs on the thread.
  private final class Worker: Sendable {
    private struct State {
      var service: (any CardAccess)?
      var isStopped = false
    }

    private let conversations: CardConversations<CardIdentity>
    private let outlet: AsyncStream<Output>.Continuation
    private let open: @Sendable () throws(PCSCFault) -> any CardAccess
    private let state = Mutex(State())

    init(
      conversations: @escaping CardConversations<CardIdentity>,
      outlet: AsyncStream<Output>.Continuation,
      open: @escaping @Sendable () throws(PCSCFault) -> any CardAccess
    ) {
      self.conversations = conversations
      self.outlet = outlet
      self.open = open
    }

    func stop() {
      state.withLock { state in
        state.isStopped = true
        state.service?.cancelWait()
      }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    func run() {
      do throws(PCSCFault) {
        let service = try open()
        let isStopped = state.withLock { state in
          state.service = service
          return state.isStopped
        }
        defer {
          state.withLock { $0.service = nil }
          service.close()
        }
        if !isStopped { try watch(service) }
      } catch {
        outlet.yield(.fault(error))
      }
      outlet.finish()
    }

    private func watch(_ service: some CardAccess) throws(PCSCFault) {
      var rounds = ReaderRounds()
      var known: [String]?
      while !isStopped {
        let names = try service.readers()
        if names != known { outlet.yield(.readers(names)) }
        known = names
        tell(rounds.update(readers: names))
        var states = rounds.states
        try service.wait(
          &states,
          milliseconds: rounds.isUnsettled
            ? PCSCReader.debounceMilliseconds : PCSCReader.maximumWaitMilliseconds)
        for (index, state) in states.enumerated() where !isStopped {
          switch rounds.look(at: index, state) {
          case .events(let events): tell(events)
          case .read(let reader, let index):
            let result = CardTalk.read(reader, service, conversations)
            tell(rounds.read(result, index: index))
          }
        }
      }
    }

    private func tell(_ events: [CardEvent]) {
      for event in events { outlet.yield(.event(event)) }
    }
  }
}
