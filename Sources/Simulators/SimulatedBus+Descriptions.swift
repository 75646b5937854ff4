import Devices

extension USBDeviceDescription {
  /// What a host learns of a device from its descriptors (USB 2.0, 9.6).
  public init(_ descriptors: USBDescriptors, topology: String, address: String) {
    let device = descriptors.device
    func word(_ offset: Int) -> UInt16 {
      guard device.count >= offset + 2 else { return 0 }
      return UInt16(device[offset]) | UInt16(device[offset + 1]) << 8
    }
    func string(_ offset: Int) -> String? {
      guard device.count > offset else { return nil }
      let index = Int(device[offset]) - 1
      return descriptors.strings.indices.contains(index) ? descriptors.strings[index] : nil
    }
    self.init(
      vendorID: word(8), productID: word(10), release: word(12), manufacturer: string(14),
      product: string(15), serialNumber: string(16), topology: topology, address: address,
      interfaces: descriptors.interfaces)
  }
}

extension USBDescriptors {
  /// The interfaces of the configuration, alternate settings left out; a torn tail is ignored.
  public var interfaces: [USBInterfaceDescription] {
    var interfaces: [InterfaceParts] = []
    var isAlternate = false
    var rest = configuration[...]
    while let length = rest.first.map(Int.init), length >= 2, rest.count >= length {
      let descriptor = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      switch descriptor[1] {
      case 0x04 where length >= 9:
        isAlternate = descriptor[3] != 0
        if !isAlternate { interfaces.append(InterfaceParts(descriptor)) }
      case 0x05 where length >= 7:
        if !isAlternate, !interfaces.isEmpty {
          interfaces[interfaces.count - 1].addEndpoint(descriptor)
        }
      case 0x01...0x0B: break
      default:
        if !isAlternate, !interfaces.isEmpty {
          interfaces[interfaces.count - 1].classDescriptors += descriptor
        }
      }
    }
    return interfaces.map { $0.description(reports: reports) }
  }
}

private struct InterfaceParts {
  let descriptor: [UInt8]
  var endpoints: [USBEndpoint] = []
  var classDescriptors: [UInt8] = []

  init(_ descriptor: [UInt8]) { self.descriptor = descriptor }

  mutating func addEndpoint(_ bytes: [UInt8]) {
    guard let type = USBEndpoint.TransferType(rawValue: bytes[3] & 0x03) else { return }
    let size = Int(bytes[4]) | Int(bytes[5] & 0x07) << 8
    endpoints.append(
      USBEndpoint(address: bytes[2], transferType: type, maximumPacketSize: size))
  }

  func description(reports: [UInt8: [UInt8]]) -> USBInterfaceDescription {
    USBInterfaceDescription(
      number: descriptor[2], classCode: descriptor[5], subclassCode: descriptor[6],
      protocolCode: descriptor[7], endpoints: endpoints, classDescriptors: classDescriptors,
      reportDescriptor: reports[descriptor[2]] ?? [])
  }
}
