import Devices

/// A line for the log on a device that cannot be used.
public enum SupervisionNote: Equatable, Sendable {
  /// It is left alone for a while and then tried again; `isLimit` when no later pause is longer,
  /// and then it is told once.
  case retry(DeviceID, cause: DeviceError.Kind, pause: Duration, isLimit: Bool)
  /// Only another plug helps.
  case givenUp(DeviceID, cause: DeviceError.Kind)
  /// In use again after one of those.
  case recovered(DeviceID)
  /// It reads more than the daemon takes: what does not find room is lost, until that is over.
  case lost(DeviceID?)
}

/// Which of a device's notes are news, so that one that stays broken does not fill the log.
struct SupervisionLog: Equatable, Sendable {
  private var last: SupervisionNote?

  /// What to tell of the lifecycle's answer; nil for nothing new.
  mutating func note(
    _ action: DeviceLifecycle.Action, cause: DeviceError.Kind?, of device: DeviceID
  ) -> SupervisionNote? {
    let note: SupervisionNote
    switch action {
    case .pause(let pause, _):
      note = .retry(
        device, cause: cause ?? .disconnected, pause: pause, isLimit: pause >= BackOff.limit)
    case .rest: note = .givenUp(device, cause: cause ?? .unsupported)
    case .run:
      guard last != nil else { return nil }
      last = nil
      return .recovered(device)
    case .open, .enable, .end, .none: return nil
    }
    guard note != last else { return nil }
    last = note
    return note
  }
}
