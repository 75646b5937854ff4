import Daemon
import Devices
import PCSC

/// What is to be said of each kind of device, and of each one that is plugged in.
enum DeviceChecks {
  static func checks(
    attached: [AttachedDevice], daemon: [Snapshot.Device]?, pcscd: KnownReaders? = nil
  ) -> [Check] {
    // What pcscd has is judged by what it says, not by its plug.
    let attached = pcscd == nil ? attached : attached.filter { $0.access != .throughPCSC }
    return attached.filter { $0.kind == nil && !$0.cure.isEmpty }.map(unused)
      + DeviceKind.allCases.flatMap { kind in
        if kind == .cardReader, let pcscd { return [check(pcscd, daemon)] }
        return checks(of: kind, attached: attached, daemon: daemon)
      }
  }

  /// The daemon's word before this program's: it may be let in where this one is not, and the other
  /// way round.
  private static func check(_ pcscd: KnownReaders, _ daemon: [Snapshot.Device]?) -> Check {
    let report = daemon?.first { $0.kind == DeviceKind.cardReader.rawValue }
    let readers = pcscd.readers.joined(separator: ", ")
    guard let report else {
      return pcscd.message.isEmpty
        ? Check(name(.cardReader), .ok, "through pcscd: \(readers)")
        : Check(name(.cardReader), .wrong, pcscd.message)
    }
    guard report.state == DeviceState.enabled.rawValue else {
      let cause = report.message.isEmpty ? pcscd.message : report.message
      return Check(name(.cardReader), .wrong, "\(report.state): \(cause)")
    }
    return report.message.isEmpty
      ? Check(name(.cardReader), .ok, "in use, through pcscd: \(readers)")
      : Check(name(.cardReader), .note, report.message)
  }

  private static func unused(_ device: AttachedDevice) -> Check {
    Check("device", .note, "\(device.id) at \(device.topology): \(device.reason); \(device.cure)")
  }

  private static func checks(
    of kind: DeviceKind, attached: [AttachedDevice], daemon: [Snapshot.Device]?
  ) -> [Check] {
    let own = attached.filter { $0.kind == kind }
    let report = daemon?.first { $0.kind == kind.rawValue }
    if let report, report.state == DeviceState.enabled.rawValue {
      let said = report.message.isEmpty ? [] : [report.message]
      let known = said + own.map(\.remark).filter { !$0.isEmpty }
      return [
        Check(
          name(kind), known.isEmpty ? .ok : .note,
          known.isEmpty ? "in use" : known.joined(separator: "; "))
      ]
    }
    if kind == .display, let printer = attached.first(where: \.hasDisplay) {
      let words = report.map { ": \($0.state) \($0.message)" } ?? ""
      return [
        Check(
          name(kind), .note,
          "behind the printer at \(printer.topology), by display.behindPrinter\(words)")
      ]
    }
    guard own.isEmpty else { return own.map { check($0, report) } }
    return [
      Check(
        name(kind), isNeeded(kind) ? .wrong : .note,
        "absent: connect one and switch it on; `kioskctl devices` says why one that is "
          + "connected is not used")
    ]
  }

  private static func check(_ device: AttachedDevice, _ report: Snapshot.Device?) -> Check {
    let place = "\(device.profile ?? device.id) at \(device.topology)"
    guard let kind = device.kind, let access = device.access else {
      return Check("device", .note, "\(place): \(device.reason)")
    }
    switch access {
    case .ok, .inUse:
      // The daemon knows more than can be seen from here.
      if let report, !report.message.isEmpty {
        return Check(name(kind), .wrong, "\(place): \(report.state), \(report.message)")
      }
      let known = [device.cure, device.remark].filter { !$0.isEmpty }
      return known.isEmpty
        ? Check(name(kind), .ok, place)
        : Check(name(kind), .note, "\(place): \(known.joined(separator: "; "))")
    case .throughPCSC: return Check(name(kind), .note, "\(place): \(words(access))")
    case .notPermitted, .claimedByAnother, .noNode:
      return Check(name(kind), .wrong, "\(place): \(words(access)); \(device.cure)")
    }
  }

  private static func words(_ access: AttachedDevice.Access) -> String {
    switch access {
    case .ok: "free"
    case .inUse: "in use"
    case .notPermitted: "present but not permitted"
    case .claimedByAnother: "claimed by another program"
    case .throughPCSC: "used through pcscd"
    case .noNode: "present without a file to open"
    }
  }

  private static func name(_ kind: DeviceKind) -> String {
    switch kind {
    case .scanner: "scanner"
    case .cardReader: "card reader"
    case .printer: "printer"
    case .display: "display"
    }
  }

  /// A shop may sell without cards and without a customer display.
  private static func isNeeded(_ kind: DeviceKind) -> Bool {
    switch kind {
    case .scanner, .printer: true
    case .cardReader, .display: false
    }
  }
}
