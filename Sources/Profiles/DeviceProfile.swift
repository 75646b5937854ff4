import Devices

/// What `drivers/<key>.yaml` says of one model, or of a class of devices.
public struct DeviceProfile: Equatable, Sendable {
  /// How far the facts were tried; never more is claimed than was done.
  public enum Verification: String, Sendable, CaseIterable {
    case simulated, bench, field
  }

  /// The file's name without `.yaml`.
  public let key: String
  public let match: DeviceMatch
  /// What printers of this profile call themselves; never empty for one without a USB id.
  public let identities: [PrinterIdentity]
  public let settings: DriverSettings
  /// Where the facts come from.
  public let source: String
  public let verified: Verification

  public init(
    key: String, match: DeviceMatch, identities: [PrinterIdentity] = [],
    settings: DriverSettings, source: String, verified: Verification
  ) {
    self.key = key
    self.match = match
    self.identities = identities
    self.settings = settings
    self.source = source
    self.verified = verified
  }

  public var driver: DriverName { settings.driver }
  public var kind: DeviceKind { driver.category.kind }
}

extension DriverName {
  /// The interfaces that the driver claims, or none when the device has not got what it needs.
  func interfaces(of device: USBDeviceDescription) -> [UInt8] {
    let chosen =
      switch self {
      case .keyboardScanner, .keyboardCardReader:
        // All of such a device's HID interfaces: a key of the one left over would reach the system.
        device.interfaces.contains(where: \.isKeyboard)
          ? device.interfaces.filter { $0.classCode == USBInterfaceDescription.hidClass } : []
      case .hidPOSScanner:
        Array(
          device.interfaces.filter {
            $0.classCode == USBInterfaceDescription.hidClass && !$0.isKeyboard
              && ($0.topUsage.map { $0 == Self.posScannerUsage } ?? true)
          }.prefix(1))
      case .serialScanner:
        // CDC control and data (02, 0A), or a serial bridge of a vendor's class.
        device.interfaces.contains(where: \.isSerialData)
          ? device.interfaces.filter { [0x02, 0x0A, 0xFF].contains($0.classCode) } : []
      case .ccid: Array(device.interfaces.filter { $0.classCode == 0x0B }.prefix(1))
      case .escpos:
        // Class 07, or the vendor's own with the same two pipes.
        Array(
          (device.interfaces.filter { $0.classCode == 0x07 }
            + device.interfaces.filter { $0.classCode == 0xFF })
            .filter { $0.endpoints.contains { !$0.isIn && $0.transferType == .bulk } }.prefix(1))
      case .lineDisplay:
        // CDC control and data (02, 0A), or a serial bridge of a vendor's class.
        device.interfaces.filter { [0x02, 0x0A, 0xFF].contains($0.classCode) }
      }
    return chosen.map(\.number)
  }

  /// Usage page 8Ch, bar code scanner (HID Point of Sale Usage Tables 1.02, 3).
  static let posScannerUsage: (page: UInt16, usage: UInt16) = (0x8C, 0x02)
}
