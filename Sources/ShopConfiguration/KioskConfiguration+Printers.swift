import StrictYAML

extension KioskConfiguration {
  static let printerLimit = 4

  /// A printer whose profile is named because nothing tells its model.
  public struct Printer: Equatable, Sendable {
    public let vendorID: UInt16
    public let productID: UInt16
    /// The port path, `1-2.3`; nil for any port.
    public let port: String?
    /// The name of a file in `drivers/`, without `.yaml`.
    public let profile: String

    public init(vendorID: UInt16, productID: UInt16, port: String? = nil, profile: String) {
      self.vendorID = vendorID
      self.productID = productID
      self.port = port
      self.profile = profile
    }
  }

  static func printers(_ devices: inout YAMLMapping) throws(YAMLError) -> [Printer] {
    var printers: [Printer] = []
    guard let list = devices.optional("printers") else { return [] }
    for item in try list.items(limit: printerLimit) {
      var printer = try item.mapping()
      let (vendorID, productID) = try usbID(printer.required("usb"))
      let port = try printer.optional("port").map(Self.port)
      let profile = try printer.required("profile").text()
      try printer.finish()
      let isNamed = printers.contains {
        ($0.vendorID, $0.productID) == (vendorID, productID) && $0.port == port
      }
      guard !isNamed else { throw item.error("names the same printer as an earlier item") }
      printers.append(
        Printer(vendorID: vendorID, productID: productID, port: port, profile: profile))
    }
    return printers
  }
}
