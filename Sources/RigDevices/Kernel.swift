import Foundation
import Glibc

/// What the kernel of this machine shows of a device.
enum Kernel {
  /// The driver bound to interface 0 of the device at a port path.
  static func driver(topology: String) -> String? {
    do {
      let link = try FileManager.default.destinationOfSymbolicLink(
        atPath: "/sys/bus/usb/devices/\(topology):1.0/driver")
      return link.split(separator: "/").last.map(String.init)
    } catch {
      return nil
    }
  }

  /// The event nodes through which the device's keys reach the system, `event3`.
  static func eventNodes(topology: String) -> [String] {
    do {
      let directory = "/sys/class/input"
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { name in
        guard name.hasPrefix("event") else { return false }
        let link = try FileManager.default.destinationOfSymbolicLink(
          atPath: "\(directory)/\(name)")
        return link.contains("/\(topology)/")
      }
    } catch {
      // Between the listing and the look at a link the node went away.
      return []
    }
  }

  /// The same by the device's own name.
  static func eventNodes(product: String) -> [String] {
    let directory = "/sys/class/input"
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { name in
        guard name.hasPrefix("event") else { return false }
        return try String(contentsOfFile: "\(directory)/\(name)/device/name", encoding: .utf8)
          .contains(product)
      }
    } catch {
      return []
    }
  }

  /// Whether a device's node may be read and written by this group and by no others.
  static func isForGroup(_ name: String, address: String) -> Bool {
    var status = stat()
    guard let group = getgrnam(name), stat("/dev/bus/usb/\(address)", &status) == 0 else {
      return false
    }
    return status.st_gid == group.pointee.gr_gid && status.st_mode & 0o777 == 0o660
  }

  /// What udev noted of an event node, `NAME=value`; empty while it is not done with it.
  static func udevProperties(ofEventNode name: String) -> [String] {
    do {
      let number = try String(contentsOfFile: "/sys/class/input/\(name)/dev", encoding: .utf8)
      let path = "/run/udev/data/c\(number.trimmingCharacters(in: .whitespacesAndNewlines))"
      return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        .filter { $0.hasPrefix("E:") }.map { String($0.dropFirst(2)) }
    } catch {
      return []
    }
  }
}
