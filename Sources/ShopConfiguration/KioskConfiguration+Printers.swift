import Profiles
import StrictYAML

extension KioskConfiguration {
  static let printerLimit = 4

  /// Printers whose profile is named because nothing tells their model.
  static func printers(_ devices: inout YAMLMapping) throws(YAMLError) -> [ConfiguredPrinter] {
    var printers: [ConfiguredPrinter] = []
    guard let list = devices.optional("printers") else { return [] }
    for item in try list.items(limit: printerLimit) {
      var printer = try item.mapping()
      let usb = try usbID(printer.required("usb"))
      let port = try printer.optional("port").map(Self.port)
      let profile = try printer.required("profile").text()
      try printer.finish()
      let isNamed = printers.contains { $0.usb == usb && $0.port == port }
      guard !isNamed else { throw item.error("names the same printer as an earlier item") }
      printers.append(ConfiguredPrinter(usb: usb, port: port, profile: profile))
    }
    return printers
  }
}
