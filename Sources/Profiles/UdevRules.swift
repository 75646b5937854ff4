/// Renders the rules that let the group of the daemon use the devices of the profiles.
///
/// Only these devices, never every device of the bus, and never for everybody. The file sorts
/// behind 50-udev-default.rules, which runs usb_id, and before 73-seat-late.rules, which acts on
/// the tag `uaccess`.
public enum UdevRules {
  public static let fileName = "70-kiosk.rules"
  public static let group = "kiosk"

  private static let access =
    "GROUP=\"\(group)\", MODE=\"0660\", TAG+=\"uaccess\""
  private static let ignoredByModemManager = "ENV{ID_MM_DEVICE_IGNORE}=\"1\""

  /// The rules of all profiles, as checked in under udev/.
  public static func render(_ profiles: [DeviceProfile]) -> String {
    var lines = [
      "# Written by `kioskctl udev-rules` from drivers/; do not edit by hand.",
      "# Install as /etc/udev/rules.d/\(fileName), then:",
      "#   udevadm control --reload && udevadm trigger --subsystem-match=usb",
    ]
    for profile in profiles.sorted(by: { $0.key < $1.key }) {
      lines += ["", comment(profile)] + rules(profile.match, driver: profile.driver)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rules of the scanners that this kiosk's configuration names.
  public static func renderLocal(_ scanners: [ConfiguredScanner]) -> String {
    var lines = [
      "# Written by `kioskctl udev-rules --local` from devices.scanners of the configuration.",
      "# Install as /etc/udev/rules.d/71-kiosk-local.rules, then:",
      "#   udevadm control --reload && udevadm trigger --subsystem-match=usb",
    ]
    for scanner in scanners {
      let port = scanner.port.map { " at port \($0)" } ?? ""
      lines += ["", "# scanner \(scanner.usb)\(port)"]
      // KERNEL is the port path of a USB device, and KERNELS finds it above the input device.
      lines.append(
        rule(
          ["SUBSYSTEM==\"usb\"", "ENV{DEVTYPE}==\"usb_device\""]
            + (scanner.port.map { ["KERNEL==\"\($0)\""] } ?? [])
            + ids(scanner.usb, product: nil, attribute: "ATTR"),
          access + ", " + ignoredByModemManager))
      lines.append(
        rule(
          ["SUBSYSTEM==\"input\""] + (scanner.port.map { ["KERNELS==\"\($0)\""] } ?? [])
            + ids(scanner.usb, product: nil, attribute: "ATTRS"),
          "ENV{LIBINPUT_IGNORE_DEVICE}=\"1\""))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func comment(_ profile: DeviceProfile) -> String {
    "# \(profile.key): \(profile.driver.category.rawValue), driver \(profile.driver.rawValue), "
      + "verified: \(profile.verified.rawValue)"
  }

  private static func rules(_ match: DeviceMatch, driver: DriverName) -> [String] {
    switch match {
    case .model(let id, let product):
      var assignments = access
      // ModemManager asks every serial line whether it is a modem: a display would show that, a
      // scanner take it for commands.
      if driver == .lineDisplay || driver == .serialScanner {
        assignments += ", " + ignoredByModemManager
      }
      var rules = [
        rule(
          ["SUBSYSTEM==\"usb\"", "ENV{DEVTYPE}==\"usb_device\""]
            + ids(id, product: product, attribute: "ATTR"), assignments)
      ]
      // Until the claim, and after the daemon's end, it is a keyboard to the desktop.
      if driver == .keyboardScanner || driver == .keyboardCardReader {
        rules.append(
          rule(
            ["SUBSYSTEM==\"input\""] + ids(id, product: product, attribute: "ATTRS"),
            "ENV{LIBINPUT_IGNORE_DEVICE}=\"1\""))
      }
      return rules
    case .interfaceClass(let interfaceClass):
      let digits = interfaceClass.digits(separator: "")
      return [
        rule(
          [
            "SUBSYSTEM==\"usb\"", "ENV{DEVTYPE}==\"usb_device\"",
            "ENV{ID_USB_INTERFACES}==\"*:\(digits):*\"",
          ], access)
      ]
    case .identity, .named: return ["# No id of its own is known; the rule of its class is for it."]
    case .hidUsage:
      return [
        "# udev does not see HID usages: name such a scanner in devices.scanners and install what",
        "# `kioskctl udev-rules --local` prints.",
      ]
    }
  }

  private static func ids(_ id: USBID, product: String?, attribute: String) -> [String] {
    [
      "\(attribute){idVendor}==\"\(id.vendorDigits)\"",
      "\(attribute){idProduct}==\"\(id.productDigits)\"",
    ] + (product.map { ["\(attribute){product}==\"\($0)\""] } ?? [])
  }

  private static func rule(_ matches: [String], _ assignments: String) -> String {
    (matches + [assignments]).joined(separator: ", ")
  }
}
