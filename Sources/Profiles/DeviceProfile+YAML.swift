import Devices
import StrictYAML

/// A profile's file, read as far as it goes without its parent.
struct ProfileFile {
  /// A file inherits settings from at most one other, which inherits from none.
  let parentKey: String?
  let key: String
  private var mapping: YAMLMapping

  init(key: String, value: YAMLValue) throws(YAMLError) {
    guard !key.isEmpty, key.allSatisfy({ "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) })
    else {
      throw value.error("expected a file name of lower-case letters, digits and hyphens")
    }
    self.key = key
    mapping = try value.mapping()
    parentKey = try mapping.optional("inherits")?.text()
  }

  func error(_ message: String) -> YAMLError { mapping.value.error(message) }

  /// The whole profile; the parent's settings stand where the file names none of its own.
  /// `layouts` are the names of the keyboard layouts that there are.
  func profile(
    parent: DeviceProfile?, layouts: Set<String>
  ) throws(YAMLError) -> DeviceProfile {
    var mapping = mapping
    let category = try mapping.required("category").choice(of: DeviceCategory.self)
    let driverValue = try mapping.required("driver")
    let driver = try driverValue.choice(of: DriverName.self)
    guard driver.category == category else {
      throw driverValue.error(
        "expected a driver of the category \(category.rawValue); "
          + "\(driver.rawValue) is one of \(driver.category.rawValue)")
    }
    if let parent, parent.driver != driver {
      throw driverValue.error(
        "expected \(parent.driver.rawValue), the driver of \(parent.key), which it inherits from")
    }
    let identities = try Self.identities(mapping.optional("identities"), driver: driver)
    let match: DeviceMatch
    if mapping.optional("match") == nil, let identity = identities.first {
      match = .identity(identity)
    } else {
      match = try DeviceMatch(mapping.required("match"), key: key, driver: driver)
    }
    let settings = try DriverSettings(
      driver, mapping.optional(driver.rawValue), parent: parent?.settings, of: mapping.value,
      layouts: layouts)
    let source = try mapping.required("source").text()
    let verified = try mapping.required("verified").choice(of: DeviceProfile.Verification.self)
    try mapping.finish()
    return DeviceProfile(
      key: key, match: match, identities: identities, settings: settings, source: source,
      verified: verified)
  }

  /// Names of one model and its variants.
  private static let identityLimit = 16

  private static func identities(
    _ value: YAMLValue?, driver: DriverName
  ) throws(YAMLError) -> [PrinterIdentity] {
    guard let value else { return [] }
    guard driver == .escpos else { throw value.error("only printers of escpos have identities") }
    var identities: [PrinterIdentity] = []
    for item in try value.items(limit: identityLimit) {
      guard let identity = PrinterIdentity(try item.text()) else {
        throw item.error("expected maker and model, \"EPSON TM-T20\"")
      }
      identities.append(identity)
    }
    return identities
  }
}

extension DeviceMatch {
  /// Printable characters that mean nothing to udev's patterns and quotes.
  private static func isPlain(_ product: String) -> Bool {
    product.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      && !product.contains { "\"\\*?[]|$%".contains($0) }
  }

  fileprivate init(_ value: YAMLValue, key: String, driver: DriverName) throws(YAMLError) {
    var mapping = try value.mapping()
    let product = mapping.optional("product")
    if let usb = mapping.optional("usb") {
      guard let id = USBID(try usb.text()) else {
        throw usb.error("expected an id as lsusb prints it, \"04b8:0e28\"")
      }
      if let product, !Self.isPlain(try product.text()) {
        throw product.error("expected printable ASCII without any of \" \\ * ? [ ] | $ %")
      }
      self = .model(id, product: try product?.text())
    } else if let name = mapping.optional("class") {
      guard let interfaceClass = USBInterfaceClass(try name.text()) else {
        throw name.error("expected class, subclass and protocol, \"07/01/02\"")
      }
      self = .interfaceClass(interfaceClass)
    } else if let usage = mapping.optional("hidUsage") {
      let parts = try usage.text().split(separator: "/").map { UInt16($0, radix: 16) }
      guard parts.count == 2, let page = parts[0], let id = parts[1] else {
        throw usage.error("expected usage page and usage, \"8c/02\"")
      }
      self = .hidUsage(page: page, usage: id)
    } else if let named = mapping.optional("named"), driver == .escpos {
      guard try named.boolean() else { throw named.error("expected true, or another key") }
      self = .named(key)
    } else {
      throw value.error("expected one of the keys usb, class, hidUsage")
    }
    try mapping.finish()
    if let refusal = refusal(product: product != nil, driver: driver) {
      throw value.error(refusal)
    }
  }

  /// What may be matched by class: a keyboard, above all, may not.
  private func refusal(product: Bool, driver: DriverName) -> String? {
    switch (self, driver) {
    case (.model, _): nil
    case (.interfaceClass, _) where product, (.hidUsage, _) where product:
      "the key product goes with usb only"
    case (.interfaceClass(.bidirectionalPrinter), .escpos), (.identity, _), (.named, _): nil
    case (.interfaceClass(.chipCard), .ccid): nil
    case (.hidUsage(page: 0x8C, usage: 0x02), .hidPOSScanner): nil
    case (.interfaceClass, _), (.hidUsage, _):
      "only escpos matches by class (07/01/02), ccid (0b/00/00) and hid-pos-scanner by "
        + "hidUsage (8c/02); any other device is matched by usb"
    }
  }
}

extension DriverSettings {
  /// Reads the mapping named as the driver; a missing one stands for an empty one.
  fileprivate init(
    _ driver: DriverName, _ value: YAMLValue?, parent: DriverSettings?, of file: YAMLValue,
    layouts: Set<String>
  ) throws(YAMLError) {
    var reader = try SettingsReader(driver, value, file: file, layouts: layouts)
    switch (driver, parent) {
    case (.keyboardScanner, .keyboardScanner(let base)?):
      self = .keyboardScanner(try reader.keyboardScanner(base))
    case (.keyboardScanner, _):
      self = .keyboardScanner(try reader.keyboardScanner(KeyboardScannerSettings()))
    case (.hidPOSScanner, .hidPOSScanner(let base)?):
      self = .hidPOSScanner(try reader.hidPOSScanner(base))
    case (.hidPOSScanner, _):
      self = .hidPOSScanner(try reader.hidPOSScanner(HIDPOSScannerSettings()))
    case (.serialScanner, .serialScanner(let base)?):
      self = .serialScanner(try reader.serialScanner(base))
    case (.serialScanner, _):
      self = .serialScanner(try reader.serialScanner(SerialScannerSettings()))
    case (.ccid, .ccid(let base)?): self = .ccid(try reader.ccid(base))
    case (.ccid, _): self = .ccid(try reader.ccid(CCIDSettings()))
    case (.keyboardCardReader, .keyboardCardReader(let base)?):
      self = .keyboardCardReader(try reader.keyboardCardReader(base))
    case (.keyboardCardReader, _):
      self = .keyboardCardReader(try reader.keyboardCardReader(nil))
    case (.escpos, .escpos(let base)?): self = .escpos(try reader.escpos(base))
    case (.escpos, _): self = .escpos(try reader.escpos(nil))
    case (.lineDisplay, .lineDisplay(let base)?): self = .lineDisplay(try reader.lineDisplay(base))
    case (.lineDisplay, _): self = .lineDisplay(try reader.lineDisplay(nil))
    }
    try reader.finish()
  }
}
