import Devices
import Foundation
import Profiles
import StrictYAML

extension KioskConfiguration {
  static let scannerLimit = 8
  /// What a scanner can be set to send around a symbol is a few characters.
  private static let markLimit = 16

  /// Scanners that are named because nothing tells them from a keyboard, or because they are set up
  /// otherwise than their model leaves the factory.
  static func scanners(_ devices: inout YAMLMapping) throws(YAMLError) -> [ConfiguredScanner] {
    var scanners: [ConfiguredScanner] = []
    guard let list = devices.optional("scanners") else { return [] }
    for item in try list.items(limit: scannerLimit) {
      let scanner = try scanner(item)
      let isNamed = scanners.contains { $0.usb == scanner.usb && $0.port == scanner.port }
      guard !isNamed else { throw item.error("names the same scanner as an earlier item") }
      scanners.append(scanner)
    }
    return scanners
  }

  static func usbID(_ value: YAMLValue) throws(YAMLError) -> USBID {
    let parts = try value.text().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isHexDigit) }),
      let vendorID = UInt16(parts[0], radix: 16), let productID = UInt16(parts[1], radix: 16)
    else { throw value.error("expected an id as lsusb prints it, \"0c2e:0b61\"") }
    return USBID(vendorID: vendorID, productID: productID)
  }

  private static func scanner(_ value: YAMLValue) throws(YAMLError) -> ConfiguredScanner {
    var scanner = try value.mapping()
    let read = ConfiguredScanner(
      usb: try usbID(scanner.required("usb")),
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
