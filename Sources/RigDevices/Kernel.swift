import Foundation

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
}
