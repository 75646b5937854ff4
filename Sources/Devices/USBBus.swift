/// Where devices come and go. Conformers: `LibUSBBus` (LibUSB) and `SimulatedBus` (Simulators).
public protocol USBBus: Sendable {
  /// The devices that are there, then every change. One consumer.
  func events() -> AsyncStream<USBBusEvent>

  /// Opens the device, takes the interfaces from the kernel's drivers and claims them.
  func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface

  /// The programs that have the device open, for staff; as far as they can be seen.
  func holders(of device: USBDeviceDescription) async -> [USBHolder]
}

extension USBBus {
  /// For a bus on which there are no other programs.
  public func holders(of device: USBDeviceDescription) async -> [USBHolder] { [] }
}

/// A program that has a device's node open.
public struct USBHolder: Equatable, Sendable {
  public let processID: Int32
  /// The kernel's short name of the program, at most 15 characters.
  public let command: String

  public init(processID: Int32, command: String) {
    self.processID = processID
    self.command = command
  }
}

public enum USBBusEvent: Equatable, Sendable {
  case attached(USBDeviceDescription)
  case detached(address: String)
}

/// What the descriptors of a device say (USB 2.0, 9.6).
public struct USBDeviceDescription: Equatable, Sendable, Codable {
  public let vendorID: UInt16
  public let productID: UInt16
  /// bcdDevice
  public let release: UInt16
  public let manufacturer: String?
  public let product: String?
  public let serialNumber: String?
  /// The port path as the kernel names it, `1-2.3`: the same after a power cycle.
  public let topology: String
  /// This attachment, `001/005`: another one after every plug.
  public let address: String
  public let interfaces: [USBInterfaceDescription]

  public init(
    vendorID: UInt16, productID: UInt16, release: UInt16, manufacturer: String?, product: String?,
    serialNumber: String?, topology: String, address: String,
    interfaces: [USBInterfaceDescription]
  ) {
    self.vendorID = vendorID
    self.productID = productID
    self.release = release
    self.manufacturer = manufacturer
    self.product = product
    self.serialNumber = serialNumber
    self.topology = topology
    self.address = address
    self.interfaces = interfaces
  }
}

extension USBDeviceDescription {
  /// The maker of the adapter between USB and a serial line that this is, by the ids of the chips
  /// that nearly all have (drivers of Linux: pl2303, ftdi_sio, ch341, cp210x); nil for none. Such
  /// a chip says nothing of what is at its other end.
  public var serialAdapter: String? {
    switch (vendorID, productID) {
    case (0x067B, 0x2303), (0x067B, 0x23A3), (0x067B, 0x23B3), (0x067B, 0x23C3): "Prolific"
    case (0x0403, 0x6001), (0x0403, 0x6010), (0x0403, 0x6011), (0x0403, 0x6014), (0x0403, 0x6015):
      "FTDI"
    case (0x1A86, 0x5523), (0x1A86, 0x7522), (0x1A86, 0x7523): "WCH"
    case (0x10C4, 0xEA60), (0x10C4, 0xEA70), (0x10C4, 0xEA71): "Silicon Labs"
    default: nil
    }
  }
}

public struct USBInterfaceDescription: Equatable, Sendable, Codable {
  public let number: UInt8
  /// bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol
  public let classCode: UInt8
  public let subclassCode: UInt8
  public let protocolCode: UInt8
  public let endpoints: [USBEndpoint]
  /// The class descriptors that follow the interface descriptor, as they are (HID 21h, CCID 21h).
  public let classDescriptors: [UInt8]
  /// The HID report descriptor, where it is known without opening the device; else empty.
  public let reportDescriptor: [UInt8]

  public init(
    number: UInt8, classCode: UInt8, subclassCode: UInt8, protocolCode: UInt8,
    endpoints: [USBEndpoint], classDescriptors: [UInt8], reportDescriptor: [UInt8] = []
  ) {
    self.number = number
    self.classCode = classCode
    self.subclassCode = subclassCode
    self.protocolCode = protocolCode
    self.endpoints = endpoints
    self.classDescriptors = classDescriptors
    self.reportDescriptor = reportDescriptor
  }
}

public struct USBEndpoint: Equatable, Sendable, Codable {
  public enum TransferType: UInt8, Sendable, Codable {
    case control = 0, isochronous, bulk, interrupt
  }

  /// bEndpointAddress; bit 7 set for IN.
  public let address: UInt8
  public let transferType: TransferType
  public let maximumPacketSize: Int

  public init(address: UInt8, transferType: TransferType, maximumPacketSize: Int) {
    self.address = address
    self.transferType = transferType
    self.maximumPacketSize = maximumPacketSize
  }

  public var isIn: Bool { address & 0x80 != 0 }
}
