import Devices
import Glibc

/// Where the kernel shows its devices; another root in tests.
struct Sysfs: Sendable {
  static let system = Sysfs(devices: "/sys/bus/usb/devices", nodes: "/dev/bus/usb")

  /// More than a bus has (USB 2.0: 127); what is beyond is not looked at.
  static let maximumDeviceCount = 512
  /// wTotalLength has 16 bits; a device with more than this is not one of ours.
  private static let maximumDescriptorByteCount = 65_536
  private static let maximumAttributeByteCount = 4_096
  private static let hubClass: UInt8 = 0x09
  private static let hidClass: UInt8 = 0x03

  let devices: String
  let nodes: String

  /// The names of the devices that are no root hubs and no interfaces, `1-2.3`, in order.
  func deviceNames() -> [String] {
    directoryEntries(devices, limit: Self.maximumDeviceCount)
      .filter { name in
        name.first.map { $0.isNumber } == true && name.contains("-") && !name.contains(":")
      }
      .sorted()
  }

  /// What there is at a port path.
  enum Attachment: Equatable {
    case device(USBDeviceDescription)
    /// The kernel numbered it, and what it says of itself cannot be read.
    case unreadable(address: String)
    case hub
    /// It went away meanwhile, or is not numbered yet.
    case nothing
  }

  func attachment(topology: String) -> Attachment {
    let directory = "\(devices)/\(topology)"
    guard let bus = attribute(directory, "busnum").flatMap({ UInt16($0) }),
      let number = attribute(directory, "devnum").flatMap({ UInt16($0) })
    else { return .nothing }
    let address = USBAddress(bus: bus, device: number).description
    guard
      let bytes = contents("\(directory)/descriptors", limit: Self.maximumDescriptorByteCount),
      let descriptors = parsed(bytes)
    else { return .unreadable(address: address) }
    guard descriptors.classCode != Self.hubClass else { return .hub }
    let configuration = attribute(directory, "bConfigurationValue").flatMap { UInt8($0) }
    return .device(
      USBDeviceDescription(
        vendorID: descriptors.vendorID, productID: descriptors.productID,
        release: descriptors.release, manufacturer: attribute(directory, "manufacturer"),
        product: attribute(directory, "product"), serialNumber: attribute(directory, "serial"),
        topology: topology, address: address,
        interfaces: descriptors.interfaces(ofConfiguration: configuration).map { interface in
          interface.withReportDescriptor(
            reportDescriptor(
              topology: topology, configuration: configuration ?? 1, interface: interface))
        }))
  }

  /// The HID report descriptor that usbhid has read already, so that a device need not be opened to
  /// learn what it is; empty while another driver, or none, has the interface.
  private func reportDescriptor(
    topology: String, configuration: UInt8, interface: USBInterfaceDescription
  ) -> [UInt8] {
    guard interface.classCode == Self.hidClass else { return [] }
    let directory = "\(devices)/\(topology):\(configuration).\(interface.number)"
    // The HID device is below its interface, by bus 3 (USB), vendor, product and a number.
    let names = directoryEntries(directory, limit: Self.maximumDeviceCount)
      .filter { $0.hasPrefix("0003:") }.sorted()
    for name in names {
      if let bytes = contents(
        "\(directory)/\(name)/report_descriptor", limit: Self.maximumAttributeByteCount)
      {
        return bytes
      }
    }
    return []
  }

  /// The device at a port path; nil for a hub and for what cannot be read.
  func description(topology: String) -> USBDeviceDescription? {
    if case .device(let device) = attachment(topology: topology) { device } else { nil }
  }

  /// The kernel driver bound to an interface: `usbhid`; `usbfs` when a program has claimed it.
  func driver(topology: String, configuration: String, interface: UInt8) -> String? {
    let link = "\(devices)/\(topology):\(configuration).\(interface)/driver"
    return linkTarget(link)?.split(separator: "/").last.map(String.init)
  }

  /// One line, or nil when there is none.
  func attribute(_ directory: String, _ name: String) -> String? {
    guard let bytes = contents("\(directory)/\(name)", limit: Self.maximumAttributeByteCount)
    else { return nil }
    var end = bytes.count
    while end > 0, [0x0A, 0x0D, 0x20, 0x00].contains(bytes[end - 1]) { end -= 1 }
    return end == 0 ? nil : String(decoding: bytes[..<end], as: UTF8.self)
  }

  private func parsed(_ bytes: [UInt8]) -> DeviceDescriptors? {
    do { return try ConfigurationParser.parse(bytes) } catch { return nil }
  }
}

extension USBInterfaceDescription {
  fileprivate func withReportDescriptor(_ bytes: [UInt8]) -> USBInterfaceDescription {
    USBInterfaceDescription(
      number: number, classCode: classCode, subclassCode: subclassCode,
      protocolCode: protocolCode, endpoints: endpoints, classDescriptors: classDescriptors,
      reportDescriptor: bytes)
  }
}

/// An attachment as the kernel numbers it: bus and device, `001/005`.
struct USBAddress: Equatable, CustomStringConvertible {
  let bus: UInt16
  let device: UInt16

  init(bus: UInt16, device: UInt16) {
    self.bus = bus
    self.device = device
  }

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ $0.utf8.count == 3 && $0.allSatisfy(\.isASCIIDigit) }),
      let bus = UInt16(parts[0]), let device = UInt16(parts[1])
    else { return nil }
    self.init(bus: bus, device: device)
  }

  var description: String { "\(Self.padded(bus))/\(Self.padded(device))" }

  private static func padded(_ number: UInt16) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

/// The whole file, or nil when it cannot be read or is longer than `limit`.
func contents(_ path: String, limit: Int) -> [UInt8]? {
  let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { Glibc.close(file) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 4_096)
  while true {
    let count = Glibc.read(file, &part, part.count)
    if count < 0 && errno == EINTR { continue }
    guard count >= 0, bytes.count + count <= limit else { return nil }
    if count == 0 { return bytes }
    bytes += part[..<count]
  }
}

/// The names in a directory, none when it is not there.
func directoryEntries(_ path: String, limit: Int) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while names.count < limit, let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

func linkTarget(_ path: String) -> String? {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &buffer, buffer.count)
  guard count >= 0 else { return nil }
  return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}
