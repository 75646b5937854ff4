import Devices

/// Builds the standard descriptors of a simulated device as bytes (USB 2.0, 9.6).
public enum DescriptorBytes {
  /// bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol (USB 2.0, table 9-12), or the same
  /// three of a device.
  public struct ClassCode: Equatable, Sendable {
    public let classCode: UInt8
    public let subclassCode: UInt8
    public let protocolCode: UInt8

    public init(_ classCode: UInt8, _ subclassCode: UInt8, _ protocolCode: UInt8) {
      self.classCode = classCode
      self.subclassCode = subclassCode
      self.protocolCode = protocolCode
    }

    /// The class is told by each interface.
    public static let perInterface = ClassCode(0, 0, 0)
  }

  /// The device descriptor, 18 bytes (USB 2.0, table 9-8); strings 1, 2 and 3 are manufacturer,
  /// product and serial number, and there is one configuration.
  public static func device(
    vendorID: UInt16, productID: UInt16, release: UInt16 = 0x0100,
    classCode: ClassCode = .perInterface
  ) -> [UInt8] {
    var bytes: [UInt8] = [18, 1]
    bytes += littleEndian(0x0200)
    bytes += [classCode.classCode, classCode.subclassCode, classCode.protocolCode, 64]
    bytes += littleEndian(vendorID) + littleEndian(productID) + littleEndian(release)
    bytes += [1, 2, 3, 1]
    return bytes
  }

  /// The configuration descriptor with its interfaces behind it (USB 2.0, table 9-10):
  /// configuration 1, bus powered, 100 mA. Each element is what `interface` returned.
  public static func configuration(_ interfaces: [[UInt8]]) -> [UInt8] {
    let body = interfaces.flatMap { $0 }
    var bytes: [UInt8] = [9, 2]
    bytes += littleEndian(UInt16(9 + body.count))
    bytes += [UInt8(interfaces.count), 1, 0, 0x80, 50]
    return bytes + body
  }

  /// One interface, its class descriptors and its endpoints (USB 2.0, table 9-12).
  public static func interface(
    number: UInt8, classCode: ClassCode, classDescriptors: [UInt8] = [], endpoints: [[UInt8]]
  ) -> [UInt8] {
    let head: [UInt8] = [
      9, 4, number, 0, UInt8(endpoints.count), classCode.classCode, classCode.subclassCode,
      classCode.protocolCode, 0,
    ]
    return head + classDescriptors + endpoints.flatMap { $0 }
  }

  /// An endpoint descriptor, 7 bytes (USB 2.0, table 9-13). `interval` is bInterval.
  public static func endpoint(
    address: UInt8, transferType: USBEndpoint.TransferType, maximumPacketSize: UInt16,
    interval: UInt8 = 0
  ) -> [UInt8] {
    [7, 5, address, transferType.rawValue] + littleEndian(maximumPacketSize) + [interval]
  }

  /// The HID descriptor that names one report descriptor, 9 bytes (HID 1.11, 6.2.1).
  public static func hid(reportDescriptorByteCount: Int) -> [UInt8] {
    [9, 0x21] + littleEndian(0x0111) + [0, 1, 0x22]
      + littleEndian(UInt16(reportDescriptorByteCount))
  }

  static func littleEndian(_ value: UInt16) -> [UInt8] {
    [UInt8(value & 0xFF), UInt8(value >> 8)]
  }
}
