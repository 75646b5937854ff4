import Devices
import Glibc

/// A look at the attached devices for `kioskctl devices` and `kioskctl doctor`: nothing is opened,
/// detached or claimed.
public struct USBInspection: Equatable, Sendable {
  public struct BoundInterface: Equatable, Sendable {
    public let number: UInt8
    /// The kernel's driver, `usblp`; `usbfs` when a program has claimed the interface; nil for
    /// none.
    public let driver: String?

    public init(number: UInt8, driver: String?) {
      self.number = number
      self.driver = driver
    }
  }

  public let device: USBDeviceDescription
  /// `/dev/bus/usb/001/005`
  public let node: String
  /// Whether the node is there, and whether this process may read and write it.
  public let nodeExists: Bool
  public let isReadable: Bool
  public let isWritable: Bool
  public let interfaces: [BoundInterface]
  /// The programs that have it open, as far as this process may see; root sees all.
  public let holders: [USBHolder]

  /// All devices but hubs, in the order of their port paths. Empty on a machine without USB.
  public static func attachedDevices() -> [USBInspection] {
    attachedDevices(sysfs: .system, processes: "/proc")
  }

  /// A device that the kernel numbered and whose descriptors make no sense.
  public struct Unreadable: Equatable, Sendable {
    /// The port path, `1-2.3`.
    public let topology: String
    public let address: String

    public init(topology: String, address: String) {
      self.topology = topology
      self.address = address
    }
  }

  /// Those that no profile can be for, in the order of their port paths.
  public static func unreadableDevices() -> [Unreadable] { unreadableDevices(sysfs: .system) }

  static func unreadableDevices(sysfs: Sysfs) -> [Unreadable] {
    sysfs.deviceNames().compactMap { topology in
      guard case .unreadable(let address) = sysfs.attachment(topology: topology) else {
        return nil
      }
      return Unreadable(topology: topology, address: address)
    }
  }

  /// The programs that have a node open, as far as this process may see.
  static func holders(of node: String, processes: String = "/proc") -> [USBHolder] {
    holdersByNode(under: Sysfs.system.nodes, processes: processes)[node] ?? []
  }

  private static let maximumProcessCount = 32_768
  private static let maximumOpenFileCount = 4_096

  static func attachedDevices(sysfs: Sysfs, processes: String) -> [USBInspection] {
    let devices = sysfs.deviceNames().compactMap { sysfs.description(topology: $0) }
    guard !devices.isEmpty else { return [] }
    let holders = holdersByNode(under: sysfs.nodes, processes: processes)
    return devices.map { device in
      let node = "\(sysfs.nodes)/\(device.address)"
      let directory = "\(sysfs.devices)/\(device.topology)"
      let configuration = sysfs.attribute(directory, "bConfigurationValue") ?? "1"
      return USBInspection(
        device: device, node: node, nodeExists: access(node, F_OK) == 0,
        isReadable: access(node, R_OK) == 0, isWritable: access(node, W_OK) == 0,
        interfaces: device.interfaces.map { interface in
          BoundInterface(
            number: interface.number,
            driver: sysfs.driver(
              topology: device.topology, configuration: configuration,
              interface: interface.number))
        },
        holders: holders[node] ?? [])
    }
  }

  private static func holdersByNode(under nodes: String, processes: String) -> [String: [USBHolder]]
  {
    var holders: [String: [USBHolder]] = [:]
    for name in directoryEntries(processes, limit: maximumProcessCount) {
      guard let processID = Int32(name), processID != getpid() else { continue }
      let directory = "\(processes)/\(name)"
      let files = directoryEntries("\(directory)/fd", limit: maximumOpenFileCount)
      let open = Set(files.compactMap { linkTarget("\(directory)/fd/\($0)") })
      for node in open where node.hasPrefix("\(nodes)/") {
        let command = Sysfs.system.attribute(directory, "comm") ?? name
        holders[node, default: []].append(USBHolder(processID: processID, command: command))
      }
    }
    return holders.mapValues { $0.sorted { $0.processID < $1.processID } }
  }
}
