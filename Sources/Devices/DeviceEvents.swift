import Synchronization

/// The events of several devices on their way to one consumer.
///
/// What a device reads may be lost when the consumer is far behind, for it is read again: somebody
/// who floods the kiosk with scans must not hide that a printer was unplugged. What a device is
/// comes once and is kept.
public final class DeviceEvents: AsyncSequence, Sendable {
  public typealias Element = DeviceEvent

  /// Scans and cards that wait; beyond it the newest are lost.
  public static let readingLimit = 1_024
  /// States and ports that wait. The pauses between attempts keep every device far below.
  public static let stateLimit = 65_536

  private struct State {
    var readings = 0
    var states = 0
    var hasTold = false
  }

  private let stream: AsyncStream<DeviceEvent>
  private let outlet: AsyncStream<DeviceEvent>.Continuation
  private let state = Mutex(State())
  private let onLoss: @Sendable (DeviceEvent) -> Void

  /// `onLoss` is told the first event of each flood that is lost.
  public init(onLoss: @escaping @Sendable (DeviceEvent) -> Void = { _ in }) {
    self.onLoss = onLoss
    (stream, outlet) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingOldest(Self.readingLimit + Self.stateLimit))
  }

  public func send(_ event: DeviceEvent) {
    let isNews = state.withLock { state -> Bool in
      let isKept =
        event.isReading ? state.readings < Self.readingLimit : state.states < Self.stateLimit
      guard isKept else {
        defer { state.hasTold = true }
        return !state.hasTold
      }
      if event.isReading { state.readings += 1 } else { state.states += 1 }
      // Under the lock, so that the order is that of the calls.
      outlet.yield(event)
      return false
    }
    if isNews { onLoss(event) }
  }

  /// The consumer gets what waits, and then the end.
  public func finish() { outlet.finish() }

  /// Called when nobody listens any more.
  public func onEnd(_ body: @escaping @Sendable () -> Void) {
    outlet.onTermination = { _ in body() }
  }

  private func taken(_ event: DeviceEvent) {
    state.withLock { state in
      if event.isReading { state.readings -= 1 } else { state.states -= 1 }
      // The flood is over: the next one is told again.
      if state.readings == 0 { state.hasTold = false }
    }
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(events: self, base: stream.makeAsyncIterator())
  }

  public struct Iterator: AsyncIteratorProtocol {
    private let events: DeviceEvents
    private var base: AsyncStream<DeviceEvent>.Iterator

    fileprivate init(events: DeviceEvents, base: AsyncStream<DeviceEvent>.Iterator) {
      self.events = events
      self.base = base
    }

    public mutating func next() async -> DeviceEvent? {
      let event = await base.next()
      if let event { events.taken(event) }
      return event
    }
  }
}

extension DeviceEvent {
  /// The device that read it, where the event names it.
  public var reader: DeviceID? {
    switch self {
    case .scan(let data): data.device
    case .scanRefused(let device, _): device
    case .card, .status, .printerReady, .displayReady: nil
    }
  }

  /// What was read, and not what a device is.
  fileprivate var isReading: Bool {
    switch self {
    case .scan, .scanRefused, .card: true
    case .status, .printerReady, .displayReady: false
    }
  }
}
