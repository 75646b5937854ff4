import Daemon
import Foundation
import Storage

/// Whether the daemon runs on the data directory, and whether its port is its own.
struct DaemonCheck {
  let processID: Int32?
  /// What it says of its devices; nil when none answered.
  let devices: [Snapshot.Device]?
  /// It runs, and with simulated devices: rules and what is plugged in do not matter to it.
  let isSimulated: Bool
  let checks: [Check]

  init(directory: String, port: Int) {
    processID = DataDirectoryLock.holder(directory: directory)
    let isListening = LoopbackPort.isTaken(port)
    do {
      let state = try RunningDaemon.state(directory: directory)
      let isRunning = state != nil
      devices = try RunningDaemon.devices(directory: directory)
      isSimulated = state?.isSimulated == true
      checks =
        [
          isRunning
            ? Check("daemon", .ok, "kioskd runs" + (processID.map { " as process \($0)" } ?? ""))
            : Check(
              "daemon", .wrong,
              "kioskd does not run on \(directory): systemctl start kioskd; "
                + "`journalctl -u kioskd` says why it ended"),
          Self.port(port, isRunning: isRunning, isListening: isListening),
        ] + (state.map { [Self.checkout($0)] } ?? [])
    } catch {
      (devices, isSimulated) = (nil, false)
      checks = [
        Check("daemon", .wrong, "\(error); run this as root or as the kiosk's user")
      ]
    }
  }

  static func checkout(_ state: KioskState) -> Check {
    guard state.reasons.isEmpty else {
      return Check(
        "checkout", .wrong,
        "out of service: \(state.reasons.joined(separator: "; ")). Put that right, as is said here "
          + "and in the lines below; the kiosk then opens by itself")
    }
    return Check("checkout", .ok, "in service (\(state.state))")
  }

  private static func port(_ port: Int, isRunning: Bool, isListening: Bool) -> Check {
    switch (isRunning, isListening) {
    case (true, true): Check("port", .ok, "127.0.0.1:\(port) answers")
    case (false, false): Check("port", .ok, "127.0.0.1:\(port) is free")
    case (true, false):
      Check(
        "port", .note,
        "nothing listens on 127.0.0.1:\(port): kioskd was started with another --port; "
          + "give it here too")
    case (false, true):
      Check(
        "port", .wrong,
        "127.0.0.1:\(port) is taken by another program: `ss -ltnp` names it; end it, "
          + "or start kioskd with another --port")
    }
  }
}

/// A look at a port of the loopback address.
enum LoopbackPort {
  static func isTaken(_ port: Int) -> Bool {
    guard let number = UInt16(exactly: port) else { return false }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
