import Devices

/// A printer that the shop names in its configuration, `devices.printers`, because neither its id
/// nor what it says of itself tells the model.
public struct ConfiguredPrinter: Equatable, Sendable {
  public let usb: USBID
  /// The port path, `1-2.3`, where only the printer there is meant; nil for any port.
  public let port: String?
  /// The key of its profile.
  public let profile: String

  public init(usb: USBID, port: String? = nil, profile: String) {
    self.usb = usb
    self.port = port
    self.profile = profile
  }
}

extension ProfileSet {
  /// The printer that the configuration means by this device; one named with its port first.
  func printer(for device: USBDeviceDescription) -> ConfiguredPrinter? {
    let id = USBID(vendorID: device.vendorID, productID: device.productID)
    let named = printers.filter { $0.usb == id }
    return named.first { $0.port == device.topology } ?? named.first { $0.port == nil }
  }

  func configured(_ printer: ConfiguredPrinter, _ device: USBDeviceDescription) -> ProfileMatch? {
    guard let profile = profiles.first(where: { $0.key == printer.profile }) else { return nil }
    let interfaces = profile.driver.interfaces(of: device)
    return interfaces.isEmpty
      ? nil : ProfileMatch(profile: profile, interfaces: interfaces, layouts: layouts)
  }
}
