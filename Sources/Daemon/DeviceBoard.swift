import Devices

/// What is known of the kiosk's devices: the last word of each, and one line per kind for screens.
struct DeviceBoard: Equatable {
  private(set) var statuses: [DeviceID: DeviceStatus] = [:]

  mutating func take(_ status: DeviceStatus) {
    // The placeholder of a kind that was never seen goes when a real device comes.
    if status.state != .absent {
      for (id, old) in statuses where old.kind == status.kind && old.state == .absent {
        statuses[id] = nil
      }
    }
    statuses[status.device] = status
  }

  /// The device that stands for its kind: the one furthest on its way.
  func best(_ kind: DeviceKind) -> DeviceStatus? {
    statuses.values.filter { $0.kind == kind }
      .max { ($0.state.rank, $1.device.description) < ($1.state.rank, $0.device.description) }
  }

  func isEnabled(_ kind: DeviceKind) -> Bool { best(kind)?.state == .enabled }

  var lines: [Snapshot.Device] {
    DeviceKind.allCases.map { kind in
      guard let status = best(kind) else {
        return Snapshot.Device(kind: kind.rawValue, state: DeviceState.absent.rawValue, message: "")
      }
      return Snapshot.Device(
        kind: kind.rawValue, state: status.state.rawValue, message: status.message,
        unifiedPOS: status.unifiedPOS)
    }
  }
}

extension DeviceState {
  fileprivate var rank: Int {
    switch self {
    case .absent: 0
    case .faulted: 1
    case .attached: 2
    case .opened: 3
    case .claimed: 4
    case .enabled: 5
    }
  }
}
