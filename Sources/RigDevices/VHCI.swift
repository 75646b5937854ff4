import Foundation
import Glibc

/// The kernel's virtual host controller, to which a device is attached by handing over a socket.
enum VHCI {
  private static let directory = "/sys/devices/platform/vhci_hcd.0"
  private static let freeState = 4  // VDEV_ST_NULL

  struct Port: Equatable {
    let number: Int
    let isHighSpeed: Bool
    let isFree: Bool
  }

  /// The lines of the `status` file: hub, port, state, speed, device, socket, local bus id.
  static func ports(status: String) -> [Port] {
    status.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count >= 3, fields[0] == "hs" || fields[0] == "ss",
        let number = Int(fields[1]), let state = Int(fields[2])
      else { return nil }
      return Port(number: number, isHighSpeed: fields[0] == "hs", isFree: state == freeState)
    }
  }

  static func ports() throws -> [Port] {
    ports(status: try String(contentsOfFile: "\(directory)/status", encoding: .utf8))
  }

  /// Whether the kernel has the device of a port, or has not yet taken away the one that was there.
  ///
  /// A real hub disables a port that loses its device. This one leaves it enabled, so that a device
  /// that is plugged in again before the hub's driver has looked is taken for the one before.
  static func hasDevice(_ port: Port) throws -> Bool {
    // Of the two hubs that of USB 2.0 has the lower number.
    let buses = try FileManager.default.contentsOfDirectory(atPath: directory)
      .compactMap { $0.hasPrefix("usb") ? Int($0.dropFirst(3)) : nil }
    guard let bus = buses.min() else { throw CarrierFault(description: "no virtual hub") }
    return FileManager.default.fileExists(
      atPath: "\(directory)/usb\(bus)/\(bus)-\(port.number + 1)")
  }

  /// Attaches whoever answers at the other end of the returned socket. `speed` as in USB/IP:
  /// 2 full, 3 high; both use the ports of the USB 2.0 hub.
  static func attach(deviceID: UInt32, speed: UInt8) throws -> (socket: Int32, port: Int) {
    guard let port = try ports().first(where: { $0.isHighSpeed && $0.isFree }) else {
      throw CarrierFault(description: "no free port")
    }
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw CarrierFault(description: "socketpair: errno \(errno)")
    }
    // The kernel takes its own hold of the socket.
    defer { close(ends[1]) }
    let file = open("\(directory)/attach", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else {
      close(ends[0])
      throw CarrierFault(description: "attach: errno \(errno)")
    }
    defer { close(file) }
    let line = Array("\(port.number) \(ends[1]) \(deviceID) \(speed)".utf8)
    guard write(file, line, line.count) == line.count else {
      close(ends[0])
      throw CarrierFault(description: "attach: errno \(errno)")
    }
    return (ends[0], port.number)
  }
}
