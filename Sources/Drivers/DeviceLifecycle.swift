import Devices

/// What becomes of one device from its plug to its unplugging, as decisions without any I/O.
///
/// Opening and claiming are one step for the bus (`USBBus.open`), so `opened` is passed through
/// and never rested in.
struct DeviceLifecycle: Equatable, Sendable {
  enum State: Equatable, Sendable {
    case attached
    case claimed
    case enabled
    /// Waits to be opened again.
    case faulted(DeviceError.Kind)
    /// It cannot be used as long as it is the same device: only a new plug helps.
    case givenUp(DeviceError.Kind)
    /// The supervision ends: unplugged or stopped.
    case ended
  }

  enum Event: Equatable, Sendable {
    case started
    case claimed
    case enabled
    /// After how long in use; zero when it never was.
    case failed(DeviceError.Kind, uptime: Duration)
    case pauseElapsed
    case cancelled
  }

  enum Action: Equatable, Sendable {
    case open
    case enable
    case run
    /// Resets a device that broke its protocol or stalls, if it is open, closes it and pauses.
    case pause(Duration, resetting: Bool)
    /// Closes the device if it is open; then there is nothing to do until it is cancelled.
    case rest
    case end
    case none
  }

  private(set) var state = State.attached
  private var backOff = BackOff()

  init() {}

  mutating func handle(_ event: Event) -> Action {
    switch (state, event) {
    case (.ended, _): return .none
    case (_, .cancelled):
      state = .ended
      return .end
    case (_, .failed(let kind, let uptime)): return fail(kind, uptime: uptime)
    case (.attached, .started): return .open
    case (.attached, .claimed):
      state = .claimed
      return .enable
    case (.claimed, .enabled):
      state = .enabled
      return .run
    case (.faulted, .pauseElapsed):
      state = .attached
      return .open
    case (.attached, .enabled), (.attached, .pauseElapsed), (.claimed, .started),
      (.claimed, .claimed), (.claimed, .pauseElapsed), (.enabled, .started),
      (.enabled, .claimed), (.enabled, .enabled), (.enabled, .pauseElapsed),
      (.faulted, .started), (.faulted, .claimed), (.faulted, .enabled),
      (.givenUp, .started), (.givenUp, .claimed), (.givenUp, .enabled),
      (.givenUp, .pauseElapsed):
      return .none
    }
  }

  private mutating func fail(_ kind: DeviceError.Kind, uptime: Duration) -> Action {
    if kind == .unsupported {
      state = .givenUp(kind)
      return .rest
    }
    state = .faulted(kind)
    // One that halts again and again keeps its halt when it is opened anew; a reset takes it away.
    let isReset = kind == .malformedResponse || kind == .stalled
    return .pause(backOff.delay(uptime: uptime), resetting: isReset)
  }

  /// The state as the shop is told it, with the cause when there is one.
  var reported: (state: DeviceState, cause: DeviceError.Kind?) {
    switch state {
    case .attached: (.attached, nil)
    case .claimed: (.claimed, nil)
    case .enabled: (.enabled, nil)
    case .faulted(let kind), .givenUp(let kind): (.faulted, kind)
    case .ended: (.absent, nil)
    }
  }
}
