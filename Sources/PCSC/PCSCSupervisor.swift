import Codecs
import Devices
import Synchronization

/// Keeps the readers behind pcscd in use, through its restarts, and tells the daemon of it: what
/// the supervisor of USB devices does for the others.
public struct PCSCSupervisor: Sendable {
  /// Between attempts while pcscd does not run; only the first of equal faults is told.
  public static let pause = Duration.seconds(5)

  private let device = DeviceID("cardReader@pcsc")
  private let clock: any Clock<Duration>
  private let makeReader: @Sendable (DeviceID, @escaping @Sendable ([String]) -> Void) -> PCSCReader

  /// `conversations` is what each card is asked.
  public init(
    clock: any Clock<Duration> = ContinuousClock(),
    conversations: @escaping CardConversations<CardIdentity>
  ) {
    self.init(clock: clock) {
      PCSCReader(device: $0, conversations: conversations, onReaders: $1)
    }
  }

  init(
    clock: any Clock<Duration>,
    makeReader:
      @escaping @Sendable (DeviceID, @escaping @Sendable ([String]) -> Void) ->
      PCSCReader
  ) {
    self.clock = clock
    self.makeReader = makeReader
  }

  /// What `run` tells, until nobody listens any more.
  public func events() -> DeviceEvents {
    let events = DeviceEvents()
    let running = Task {
      await run { events.send($0) }
      events.finish()
    }
    events.onEnd { running.cancel() }
    return events
  }

  /// Until its task is cancelled.
  public func run(_ deliver: @escaping @Sendable (DeviceEvent) -> Void) async {
    deliver(.status(status(.attached)))
    let told = Mutex<DeviceError?>(nil)
    while !Task.isCancelled {
      let reader = makeReader(device) { names in
        told.withLock { $0 = nil }
        deliver(
          .status(
            names.isEmpty
              ? status(.absent, PCSCMessage.noReader) : status(.enabled)))
      }
      do throws(DeviceError) {
        try await reader.run { card in
          deliver(.card(card))
          deliver(.status(status(after: card)))
        }
      } catch {
        // Any program may cancel what another one waits for at pcscd; only our own end ends it.
        if Task.isCancelled { break }
        if told.withLock({ $0 != error }) {
          deliver(.status(status(.faulted, PCSCMessage.fault(error))))
        }
        told.withLock { $0 = error }
      }
      do {
        try await clock.sleep(for: Self.pause)
      } catch {
        break  // Cancelled: it ends.
      }
    }
  }

  private func status(after card: CardEvent) -> DeviceStatus {
    let (update, error) = card.unifiedPOS
    // Several cards are a matter of the customer's, told on the screen.
    let attention: [Attention] = error == nil ? [] : [.cardUnreadable]
    return DeviceStatus(
      device: device, kind: .cardReader, state: .enabled, attention: attention, card: update,
      cardError: error, profile: "pcsc",
      message: attention.map(\.advice).joined(separator: " "))
  }

  private func status(_ state: DeviceState, _ message: String = "") -> DeviceStatus {
    DeviceStatus(
      device: device, kind: .cardReader, state: state, profile: "pcsc", message: message)
  }
}
