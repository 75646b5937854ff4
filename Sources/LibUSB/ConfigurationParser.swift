import Devices

/// The descriptors of a device as the kernel keeps them: the device descriptor, then every
/// configuration with all that belongs to it (USB 2.0, 9.6).
public struct DeviceDescriptors: Equatable, Sendable {
  public let vendorID: UInt16
  public let productID: UInt16
  /// bcdDevice
  public let release: UInt16
  /// bDeviceClass; 09h is a hub.
  public let classCode: UInt8
  public let configurations: [Configuration]

  public struct Configuration: Equatable, Sendable {
    /// bConfigurationValue
    public let value: UInt8
    /// Their alternate setting 0 only, which is the one in force after SET_CONFIGURATION.
    public let interfaces: [USBInterfaceDescription]
  }

  /// The interfaces of the configuration with this bConfigurationValue, else of the first one.
  public func interfaces(ofConfiguration value: UInt8?) -> [USBInterfaceDescription] {
    let configuration = configurations.first { $0.value == value } ?? configurations.first
    return configuration?.interfaces ?? []
  }
}

/// Why bytes are not the descriptors of a device.
public enum DescriptorFault: Error, Equatable, Sendable {
  case truncated(at: Int)
  /// The bytes do not begin with a device descriptor.
  case notADevice
}

/// Reads descriptors. Total: any bytes give descriptors or a fault.
public enum ConfigurationParser {
  private enum DescriptorType {
    static let device: UInt8 = 0x01
    static let configuration: UInt8 = 0x02
    static let interface: UInt8 = 0x04
    static let endpoint: UInt8 = 0x05
    /// The first type that a class defines for itself (HID 21h, CCID 21h, CDC 24h).
    static let firstClassSpecific: UInt8 = 0x21
    /// CS_INTERFACE; 25h and up are of endpoints, streams and hubs.
    static let lastOfInterface: UInt8 = 0x24
  }

  private static let deviceDescriptorByteCount = 18
  /// More than any device has; a torn descriptor must not cost memory.
  static let maximumConfigurationCount = 8
  static let maximumInterfaceCount = 32
  static let maximumEndpointCount = 30

  /// What a device broke off is left out, as the kernel does: it is in use with the rest.
  public static func parse(_ bytes: [UInt8]) throws(DescriptorFault) -> DeviceDescriptors {
    guard bytes.count >= deviceDescriptorByteCount else {
      throw .truncated(at: bytes.count)
    }
    guard bytes[0] >= deviceDescriptorByteCount, bytes[1] == DescriptorType.device else {
      throw .notADevice
    }
    var configurations: [PartialConfiguration] = []
    var rest = bytes.dropFirst(Int(bytes[0]))
    while let length = rest.first.map(Int.init), length >= 2, rest.count >= length {
      let descriptor = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      if descriptor[1] == DescriptorType.configuration {
        guard length >= 9, configurations.count < maximumConfigurationCount else { break }
        configurations.append(PartialConfiguration(value: descriptor[5]))
      } else if !configurations.isEmpty {
        configurations[configurations.count - 1].add(descriptor)
      }
    }
    return DeviceDescriptors(
      vendorID: word(bytes, 8), productID: word(bytes, 10), release: word(bytes, 12),
      classCode: bytes[4], configurations: configurations.map(\.finished))
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
    UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  private struct PartialConfiguration {
    let value: UInt8
    var interfaces: [PartialInterface] = []
    /// Whether what follows belongs to alternate setting 0 of the last interface.
    var isListening = false

    init(value: UInt8) { self.value = value }

    mutating func add(_ descriptor: [UInt8]) {
      switch descriptor[1] {
      case DescriptorType.interface:
        isListening =
          descriptor.count >= 9 && descriptor[3] == 0 && interfaces.count < maximumInterfaceCount
        if isListening { interfaces.append(PartialInterface(header: descriptor)) }
      case DescriptorType.endpoint:
        guard isListening, descriptor.count >= 7 else { return }
        interfaces[interfaces.count - 1].addEndpoint(descriptor)
      case DescriptorType.firstClassSpecific...DescriptorType.lastOfInterface:
        guard isListening else { return }
        interfaces[interfaces.count - 1].classDescriptors += descriptor
      default: return  // a byte from outside: interface associations and what is yet to come
      }
    }

    var finished: DeviceDescriptors.Configuration {
      DeviceDescriptors.Configuration(value: value, interfaces: interfaces.map(\.finished))
    }
  }

  private struct PartialInterface {
    let header: [UInt8]
    var endpoints: [USBEndpoint] = []
    var classDescriptors: [UInt8] = []

    init(header: [UInt8]) { self.header = header }

    mutating func addEndpoint(_ descriptor: [UInt8]) {
      guard endpoints.count < maximumEndpointCount,
        let type = USBEndpoint.TransferType(rawValue: descriptor[3] & 0x03)
      else { return }
      endpoints.append(
        USBEndpoint(
          address: descriptor[2], transferType: type,
          maximumPacketSize: Int(word(descriptor, 4) & 0x07FF)))
    }

    var finished: USBInterfaceDescription {
      USBInterfaceDescription(
        number: header[2], classCode: header[5], subclassCode: header[6],
        protocolCode: header[7], endpoints: endpoints, classDescriptors: classDescriptors)
    }
  }
}
