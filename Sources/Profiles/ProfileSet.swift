import Devices
import StrictYAML

/// A scanner that the shop names in its configuration, `devices.scanners`.
public struct ConfiguredScanner: Equatable, Sendable {
  public let usb: USBID
  /// The port path, `1-2.3`, where only the scanner there is meant; nil for any port.
  public let port: String?
  /// The name of the keyboard layout that it is set to; nil leaves the profile's.
  public let layout: String?
  /// What it is set to send around every symbol, and instead of GS; nil leaves the profile's.
  public let prefix: [UInt8]?
  public let suffix: [UInt8]?
  public let groupSeparator: UInt8?

  public init(
    usb: USBID, port: String? = nil, layout: String? = nil, prefix: [UInt8]? = nil,
    suffix: [UInt8]? = nil, groupSeparator: UInt8? = nil
  ) {
    self.usb = usb
    self.port = port
    self.layout = layout
    self.prefix = prefix
    self.suffix = suffix
    self.groupSeparator = groupSeparator
  }
}

/// A device, the profile that is for it and what its driver claims.
public struct ProfileMatch: Equatable, Sendable {
  public let profile: DeviceProfile
  /// bInterfaceNumber of each interface to claim; never empty.
  public let interfaces: [UInt8]
  /// All keyboard layouts that there are, for a scanner that types.
  public let layouts: [ScannerLayout]
  /// For a profile of a whole class: the models that the device may say it is.
  public let models: [DeviceProfile]
  /// The customer display on a printer's own connector, if the shop has one there.
  public internal(set) var displayBehind: LineDisplaySettings?

  public init(
    profile: DeviceProfile, interfaces: [UInt8], layouts: [ScannerLayout] = [],
    models: [DeviceProfile] = [], displayBehind: LineDisplaySettings? = nil
  ) {
    self.profile = profile
    self.interfaces = interfaces
    self.layouts = layouts
    self.models = models
    self.displayBehind = displayBehind
  }
}

/// All profiles of `drivers/`, and the scanners and printers of the configuration.
public struct ProfileSet: Equatable, Sendable {
  /// Files of one folder, and scanners of one kiosk: far more than there will be.
  static let fileLimit = 2_000

  /// By key.
  public let profiles: [DeviceProfile]
  public let scanners: [ConfiguredScanner]
  public let printers: [ConfiguredPrinter]
  /// The customer display on the printer's own connector, by the configuration's word: no display
  /// of the bus is used then.
  public let displayBehindPrinter: LineDisplaySettings?
  /// The keyboard layouts of scanners, by name.
  public let layouts: [ScannerLayout]

  /// Reads every `*.yaml` of the folder. A wrong file, and two profiles for the same devices, are
  /// errors: what is opened must not depend on the order of a directory.
  public static func load(
    _ directory: String, scanners: [ConfiguredScanner] = [], printers: [ConfiguredPrinter] = [],
    displayBehindPrinter: LineDisplaySettings? = nil
  ) throws(YAMLError) -> ProfileSet {
    let names = try YAMLFolder.names(directory, limit: fileLimit, what: "device profiles")
    var values: [(key: String, value: YAMLValue)] = []
    for name in names {
      values.append((name, try YAMLFile.read("\(directory)/\(name).yaml")))
    }
    return try ProfileSet(
      values, scanners: scanners, printers: printers, displayBehindPrinter: displayBehindPrinter,
      layouts: try ScannerLayout.load(directory))
  }

  /// The profiles of files that are read already; `key` is the file's name without `.yaml`.
  public init(
    _ values: [(key: String, value: YAMLValue)], scanners: [ConfiguredScanner] = [],
    printers: [ConfiguredPrinter] = [], displayBehindPrinter: LineDisplaySettings? = nil,
    layouts: [ScannerLayout] = []
  ) throws(YAMLError) {
    let names = Set(layouts.map(\.name)).union([ScannerLayout.standardName])
    for (index, scanner) in scanners.enumerated() {
      guard let name = scanner.layout, !names.contains(name) else { continue }
      throw YAMLError(
        file: "devices.scanners", line: nil, keyPath: "[\(index)].layout",
        message: "expected one of \(names.sorted().joined(separator: ", ")), found \"\(name)\"")
    }
    var files: [String: ProfileFile] = [:]
    for (key, value) in values { files[key] = try ProfileFile(key: key, value: value) }
    var profiles: [DeviceProfile] = []
    var owners: [DeviceMatch: String] = [:]
    var identityOwners: [PrinterIdentity: String] = [:]
    for file in files.values.sorted(by: { $0.key < $1.key }) {
      let profile = try Self.profile(file, in: files, layouts: names)
      if let owner = owners.updateValue(profile.key, forKey: profile.match) {
        throw file.error("matches the same devices as \(owner).yaml")
      }
      for identity in profile.identities {
        if let owner = identityOwners.updateValue(profile.key, forKey: identity) {
          throw file.error("has the identity \(identity) of \(owner).yaml")
        }
      }
      profiles.append(profile)
    }
    self.profiles = profiles
    self.scanners = scanners
    self.printers = printers
    self.displayBehindPrinter = displayBehindPrinter
    self.layouts = layouts
    let keys = profiles.filter { $0.driver == .escpos }.map(\.key)
    for (index, printer) in printers.enumerated() where !keys.contains(printer.profile) {
      throw YAMLError(
        file: "devices.printers", line: nil, keyPath: "[\(index)].profile",
        message: "expected one of \(keys.joined(separator: ", ")), found \"\(printer.profile)\"")
    }
  }

  private static func profile(
    _ file: ProfileFile, in files: [String: ProfileFile], layouts: Set<String>
  ) throws(YAMLError) -> DeviceProfile {
    guard let parentKey = file.parentKey else {
      return try file.profile(parent: nil, layouts: layouts)
    }
    guard let parent = files[parentKey] else {
      throw file.error("inherits from \(parentKey), which is not there")
    }
    guard parent.parentKey == nil else {
      throw file.error("inherits from \(parentKey), which inherits itself; one level is all")
    }
    return try file.profile(
      parent: try parent.profile(parent: nil, layouts: layouts), layouts: layouts)
  }
}
