import Devices
import Profiles

/// Which of the attached devices are in use, as decisions without any I/O.
///
/// Any number of scanners are used at once. Of the other kinds the first that came, and one that
/// came later takes its place when it goes; a device of a known model takes the place of one that
/// only its class is known of at once.
struct DeviceRoster: Sendable {
  /// Devices of the kiosk's own at once; more are left alone.
  static let deviceLimit = 32

  struct Entry: Equatable, Sendable {
    let description: USBDeviceDescription
    let match: ProfileMatch
    var isInUse: Bool

    var kind: DeviceKind { match.profile.kind }
    var isGeneric: Bool { match.profile.match.isGeneric }
    /// The port and not the attachment names a device, so that it is the same after a power cycle.
    var id: DeviceID { DeviceID("\(kind.rawValue)@\(description.topology)") }
    /// The display on its connector.
    var displayBehind: DeviceID? { match.displayBehind.map { _ in .display(behind: id) } }
  }

  enum Action: Equatable, Sendable {
    case supervise(Entry)
    case cancel(address: String)
    case report(DeviceStatus)
  }

  private(set) var entries: [Entry] = []
  /// The shop's display is at the printer: those of the bus stay where they are.
  private let hasDisplayBehindPrinter: Bool

  init(hasDisplayBehindPrinter: Bool = false) {
    self.hasDisplayBehindPrinter = hasDisplayBehindPrinter
  }

  /// Whether the device of this attachment is there and in use; the word of any other is stale.
  func isInUse(address: String) -> Bool {
    entries.contains { $0.description.address == address && $0.isInUse }
  }

  /// One status per kind, for the time before anything is attached.
  static var nothingAttached: [DeviceStatus] {
    DeviceKind.allCases.map { kind in
      DeviceStatus(
        device: DeviceID(kind.rawValue), kind: kind, state: .absent,
        message: StaffMessage.nothingAttached(kind))
    }
  }

  /// `match` is nil for a device that no profile is for.
  mutating func attached(
    _ description: USBDeviceDescription, _ match: ProfileMatch?
  ) -> [Action] {
    guard let match, entries.count < Self.deviceLimit,
      !entries.contains(where: { $0.description.address == description.address })
    else { return [] }
    let kind = match.profile.kind
    if kind == .display, hasDisplayBehindPrinter {
      let entry = Entry(description: description, match: match, isInUse: false)
      entries.append(entry)
      return [.report(entry.status(.attached, StaffMessage.otherDisplayConfigured))]
    }
    let active = entries.first { $0.kind == kind && $0.isInUse }
    let replacesActive = active?.isGeneric == true && !match.profile.match.isGeneric
    let entry = Entry(
      description: description, match: match,
      isInUse: kind == .scanner || active == nil || replacesActive)
    entries.append(entry)
    guard kind != .scanner, let active else { return [.supervise(entry)] }
    guard replacesActive else { return [.report(spare(entry, of: active))] }
    if let index = entries.firstIndex(of: active) { entries[index].isInUse = false }
    return [
      .cancel(address: active.description.address), .report(spare(active, of: entry)),
    ] + displayGone(with: active) + [.supervise(entry)]
  }

  private func spare(_ entry: Entry, of active: Entry) -> DeviceStatus {
    entry.status(.attached, StaffMessage.spare(of: active.id))
  }

  private func displayGone(with printer: Entry) -> [Action] {
    guard let display = printer.displayBehind else { return [] }
    return [
      .report(
        DeviceStatus(
          device: display, kind: .display, state: .absent, profile: printer.match.profile.key,
          message: StaffMessage.behind(printer.id)))
    ]
  }

  mutating func detached(address: String) -> [Action] {
    guard let index = entries.firstIndex(where: { $0.description.address == address }) else {
      return []
    }
    let gone = entries.remove(at: index)
    var actions: [Action] = gone.isInUse ? [.cancel(address: address)] : []
    // A device that is plugged in again before the old attachment is reported gone is not absent.
    if !entries.contains(where: { $0.id == gone.id }) {
      actions.append(.report(gone.status(.absent, StaffMessage.unplugged)))
      actions += displayGone(with: gone)
    }
    let spares = entries.indices.filter { entries[$0].kind == gone.kind }
    if gone.isInUse, gone.kind != .scanner,
      let spare = spares.first(where: { !entries[$0].isGeneric }) ?? spares.first
    {
      entries[spare].isInUse = true
      actions.append(.supervise(entries[spare]))
    }
    return actions
  }
}

extension DeviceRoster.Entry {
  fileprivate func status(_ state: DeviceState, _ message: String) -> DeviceStatus {
    DeviceStatus(
      device: id, kind: kind, state: state, profile: match.profile.key, message: message)
  }
}

extension DeviceID {
  /// The port names a device, and a display on a printer's connector is at the printer's.
  static func display(behind printer: DeviceID) -> DeviceID {
    let port = printer.description.split(separator: "@", maxSplits: 1).last.map(String.init) ?? ""
    return DeviceID("\(DeviceKind.display.rawValue)@\(port)")
  }
}
