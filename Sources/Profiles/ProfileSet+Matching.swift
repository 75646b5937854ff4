import Devices

extension ProfileSet {
  /// The profile for a device: the configuration's word first, then the narrowest profile whose
  /// driver finds its interfaces there. Nil means: hands off.
  public func match(_ device: USBDeviceDescription) -> ProfileMatch? {
    var match = deviceMatch(device)
    if match?.profile.kind == .printer { match?.displayBehind = displayBehindPrinter }
    return match
  }

  private func deviceMatch(_ device: USBDeviceDescription) -> ProfileMatch? {
    if let scanner = scanner(for: device) { return configured(scanner, device) }
    if let printer = printer(for: device) { return configured(printer, device) }
    return candidates(for: device).lazy.compactMap { profile in
      let interfaces = profile.driver.interfaces(of: device)
      guard !interfaces.isEmpty else { return nil }
      let models = profile.match.isGeneric ? self.models(of: profile.driver) : []
      return ProfileMatch(
        profile: profile, interfaces: interfaces, layouts: layouts, models: models)
    }.first
  }

  /// Why the device is or is not used, one sentence for the operator.
  public func explanation(for device: USBDeviceDescription) -> String {
    let id = USBID(vendorID: device.vendorID, productID: device.productID)
    if let match = match(device) {
      if printer(for: device) != nil { return "named in devices.printers (\(match.profile.key))" }
      return scanner(for: device) == nil
        ? "matches \(match.profile.key)" : "named in devices.scanners (\(match.profile.key))"
    }
    if scanner(for: device) != nil {
      return "is named in devices.scanners and has no interface that a scanner could use: neither"
        + " HID nor a serial line"
    }
    if printer(for: device) != nil {
      return "is named in devices.printers and has no pair of bulk pipes that a printer could use"
    }
    if let profile = candidates(for: device).first {
      return "has the id of \(profile.key) and no interface that its driver "
        + "\(profile.driver.rawValue) could use; is another USB mode set on the device?"
    }
    if let profile = profiles.first(where: { $0.match.isFor(id) }),
      case .model(_, .some(let product)) = profile.match
    {
      return "has the id \(id) of \(profile.key) and calls itself "
        + "\"\(device.product ?? "")\" instead of \"\(product)\""
    }
    if device.interfaces.contains(where: \.isKeyboard) {
      return "is a keyboard, and no keyboard is opened unless it is known to be a scanner; if it "
        + "is one, add {usb: \"\(id)\", layout: us} to devices.scanners in the configuration"
    }
    let classes = device.interfaces.map { USBInterfaceClass($0).description }
    return "no profile is for \(id) nor for the interface classes "
      + (classes.isEmpty ? "none" : classes.joined(separator: ", "))
  }

  /// The profiles that a device of this driver may turn out to be.
  private func models(of driver: DriverName) -> [DeviceProfile] {
    profiles.filter { $0.driver == driver && !$0.identities.isEmpty }
  }

  private func candidates(for device: USBDeviceDescription) -> [DeviceProfile] {
    profiles.filter { $0.match.isFor(device) }.sorted {
      ($1.match.specificity, $0.key) < ($0.match.specificity, $1.key)
    }
  }

  private func scanner(for device: USBDeviceDescription) -> ConfiguredScanner? {
    let id = USBID(vendorID: device.vendorID, productID: device.productID)
    let named = scanners.filter { $0.usb == id }
    return named.first { $0.port == device.topology } ?? named.first { $0.port == nil }
  }

  /// A known model keeps its profile and takes what the configuration says of this one; another is
  /// driven as what its interfaces are.
  private func configured(
    _ scanner: ConfiguredScanner, _ device: USBDeviceDescription
  ) -> ProfileMatch? {
    let known = candidates(for: device).first { $0.kind == .scanner }
    let settings = (known?.settings ?? Self.guess(device)).changed(by: scanner)
    let interfaces = settings.driver.interfaces(of: device)
    guard !interfaces.isEmpty else { return nil }
    let profile = DeviceProfile(
      key: known?.key ?? "configured-scanner", match: .model(scanner.usb, product: nil),
      settings: settings, source: known?.source ?? "devices.scanners of the configuration",
      verified: known?.verified ?? .simulated)
    return ProfileMatch(profile: profile, interfaces: interfaces, layouts: layouts)
  }

  private static func guess(_ device: USBDeviceDescription) -> DriverSettings {
    if device.interfaces.contains(where: \.isKeyboard) {
      return .keyboardScanner(KeyboardScannerSettings())
    }
    let isHID = device.interfaces.contains { $0.classCode == USBInterfaceDescription.hidClass }
    return isHID || !device.interfaces.contains(where: \.isSerialData)
      ? .hidPOSScanner(HIDPOSScannerSettings()) : .serialScanner(SerialScannerSettings())
  }
}

extension DriverSettings {
  fileprivate func changed(by scanner: ConfiguredScanner) -> DriverSettings {
    switch self {
    case .keyboardScanner(var settings):
      settings.layout = scanner.layout ?? settings.layout
      settings.framing = settings.framing.changed(by: scanner)
      return .keyboardScanner(settings)
    case .serialScanner(var settings):
      settings.framing = settings.framing.changed(by: scanner)
      return .serialScanner(settings)
    case .hidPOSScanner, .ccid, .keyboardCardReader, .escpos, .lineDisplay: return self
    }
  }
}

extension ScanFraming {
  fileprivate func changed(by scanner: ConfiguredScanner) -> ScanFraming {
    var framing = self
    framing.prefix = scanner.prefix ?? prefix
    framing.suffix = scanner.suffix ?? suffix
    framing.groupSeparator = scanner.groupSeparator ?? groupSeparator
    return framing
  }
}

extension DeviceMatch {
  fileprivate func isFor(_ id: USBID) -> Bool {
    switch self {
    case .model(let own, _): own == id
    case .interfaceClass, .hidUsage, .identity, .named: false
    }
  }

  fileprivate func isFor(_ device: USBDeviceDescription) -> Bool {
    switch self {
    case .model(_, let product):
      isFor(USBID(vendorID: device.vendorID, productID: device.productID))
        && (product == nil || product == device.product)
    case .interfaceClass(let wanted):
      device.interfaces.contains { USBInterfaceClass($0) == wanted }
    case .hidUsage(let page, let usage):
      device.interfaces.contains { interface in
        !interface.isKeyboard && interface.topUsage.map { $0 == (page, usage) } == true
      }
    // What a device calls itself, only its driver learns; the shop's word is asked for before.
    case .identity, .named: false
    }
  }
}
