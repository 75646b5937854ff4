import Foundation
import StrictYAML

extension KioskConfiguration {
  /// A scanner that is named because nothing tells it from a keyboard, or because it is set up
  /// otherwise than its model leaves the factory. What is nil is as its profile in `drivers/` says.
  public struct Scanner: Equatable, Sendable {
    public let vendorID: UInt16
    public let productID: UInt16
    /// The port path, `1-2.3`; nil for any port.
    public let port: String?
    /// The keyboard layout that the scanner is set to, by its name in `drivers/layouts/`.
    public let layout: String?
    /// What it sends in front of and behind every symbol, ASCII.
    public let prefix: [UInt8]?
    public let suffix: [UInt8]?
    /// One character of ASCII that it sends instead of GS (1Dh).
    public let groupSeparator: UInt8?

    public init(
      vendorID: UInt16, productID: UInt16, port: String?, layout: String?,
      prefix: [UInt8]? = nil, suffix: [UInt8]? = nil, groupSeparator: UInt8? = nil
    ) {
      self.vendorID = vendorID
      self.productID = productID
      self.port = port
      self.layout = layout
      self.prefix = prefix
      self.suffix = suffix
      self.groupSeparator = groupSeparator
    }
  }

  static let scannerLimit = 8
  /// What a scanner can be set to send around a symbol is a few characters.
  private static let markLimit = 16

  static func scanners(_ devices: inout YAMLMapping) throws(YAMLError) -> [Scanner] {
    var scanners: [Scanner] = []
    guard let list = devices.optional("scanners") else { return [] }
    for item in try list.items(limit: scannerLimit) {
      let scanner = try scanner(item)
      let isNamed = scanners.contains {
        ($0.vendorID, $0.productID) == (scanner.vendorID, scanner.productID)
          && $0.port == scanner.port
      }
      guard !isNamed else { throw item.error("names the same scanner as an earlier item") }
      scanners.append(scanner)
    }
    return scanners
  }

  static func usbID(
    _ value: YAMLValue
  ) throws(YAMLError) -> (vendorID: UInt16, productID: UInt16) {
    let parts = try value.text().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isHexDigit) }),
      let vendorID = UInt16(parts[0], radix: 16), let productID = UInt16(parts[1], radix: 16)
    else { throw value.error("expected an id as lsusb prints it, \"0c2e:0b61\"") }
    return (vendorID, productID)
  }

  private static func scanner(_ value: YAMLValue) throws(YAMLError) -> Scanner {
    var scanner = try value.mapping()
    let (vendorID, productID) = try usbID(scanner.required("usb"))
    let read = Scanner(
      vendorID: vendorID, productID: productID,
      port: try scanner.optional("port").map(Self.port),
      layout: try scanner.optional("layout").map(Self.layout),
      prefix: try scanner.optional("prefix")?.ascii(atMost: markLimit),
      suffix: try scanner.optional("suffix")?.ascii(atMost: markLimit),
      groupSeparator: try scanner.optional("groupSeparator")?.ascii(atMost: 1).first)
    try scanner.finish()
    return read
  }

  /// One of the files beside the device profiles; `us` is there without one.
  private static func layout(_ value: YAMLValue) throws(YAMLError) -> String {
    let name = try value.text()
    let names = ResourcePaths.scannerLayouts
    guard names.contains(name) else {
      throw value.error(
        "expected one of \(names.joined(separator: ", ")), found \"\(name.prefix(40))\"")
    }
    return name
  }

  /// Bus, hyphen, port, and a dot and a port for each hub between: as the kernel names a device.
  static func port(_ value: YAMLValue) throws(YAMLError) -> String {
    let text = try value.text()
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers =
      parts.prefix(1)
      + parts.dropFirst().joined(separator: "-").split(
        separator: ".", omittingEmptySubsequences: false)
    // USB allows five hubs between host and device (USB 2.0, 4.1.1).
    guard parts.count == 2, (2...7).contains(numbers.count),
      numbers.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(\.isWholeNumber) })
    else { throw value.error("expected a port path as `kioskctl devices` prints it, \"1-2.3\"") }
    return text
  }
}
