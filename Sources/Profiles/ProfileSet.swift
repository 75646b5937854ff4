import Devices
import Foundation
import StrictYAML

/// A scanner that the shop names in its configuration, `devices.scanners`.
public struct ConfiguredScanner: Equatable, Sendable {
  public let usb: USBID
  /// The port path, `1-2.3`, where only the scanner there is meant; nil for any port.
  public let port: String?
  public let layout: ScannerLayout

  public init(usb: USBID, port: String? = nil, layout: ScannerLayout = .us) {
    self.usb = usb
    self.port = port
    self.layout = layout
  }
}

/// A device, the profile that is for it and what its driver claims.
public struct ProfileMatch: Equatable, Sendable {
  public let profile: DeviceProfile
  /// bInterfaceNumber of each interface to claim; never empty.
  public let interfaces: [UInt8]

  public init(profile: DeviceProfile, interfaces: [UInt8]) {
    self.profile = profile
    self.interfaces = interfaces
  }
}

/// All profiles of `drivers/` and the scanners of the configuration.
public struct ProfileSet: Equatable, Sendable {
  /// Files of one folder, and scanners of one kiosk: far more than there will be.
  static let fileLimit = 2_000

  /// By key.
  public let profiles: [DeviceProfile]
  public let scanners: [ConfiguredScanner]

  /// Reads every `*.yaml` of the folder. A wrong file, and two profiles for the same devices, are
  /// errors: what is opened must not depend on the order of a directory.
  public static func load(
    _ directory: String, scanners: [ConfiguredScanner] = []
  ) throws(YAMLError) -> ProfileSet {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
    } catch {
      throw YAMLError(
        file: directory, line: nil, keyPath: "",
        message: "expected the folder of the device profiles: "
          + (error as NSError).localizedDescription)
    }
    guard names.count <= fileLimit else {
      throw YAMLError(
        file: directory, line: nil, keyPath: "",
        message: "expected at most \(fileLimit) profiles, found \(names.count)")
    }
    var values: [(key: String, value: YAMLValue)] = []
    for name in names {
      values.append((String(name.dropLast(5)), try YAMLFile.read("\(directory)/\(name)")))
    }
    return try ProfileSet(values, scanners: scanners)
  }

  /// The profiles of files that are read already; `key` is the file's name without `.yaml`.
  public init(
    _ values: [(key: String, value: YAMLValue)], scanners: [ConfiguredScanner] = []
  ) throws(YAMLError) {
    var files: [String: ProfileFile] = [:]
    for (key, value) in values { files[key] = try ProfileFile(key: key, value: value) }
    var profiles: [DeviceProfile] = []
    var owners: [DeviceMatch: String] = [:]
    for file in files.values.sorted(by: { $0.key < $1.key }) {
      let profile = try Self.profile(file, in: files)
      if let owner = owners.updateValue(profile.key, forKey: profile.match) {
        throw file.error("matches the same devices as \(owner).yaml")
      }
      profiles.append(profile)
    }
    self.profiles = profiles
    self.scanners = scanners
  }

  private static func profile(
    _ file: ProfileFile, in files: [String: ProfileFile]
  ) throws(YAMLError) -> DeviceProfile {
    guard let parentKey = file.parentKey else { return try file.profile(parent: nil) }
    guard let parent = files[parentKey] else {
      throw file.error("inherits from \(parentKey), which is not there")
    }
    guard parent.parentKey == nil else {
      throw file.error("inherits from \(parentKey), which inherits itself; one level is all")
    }
    return try file.profile(parent: try parent.profile(parent: nil))
  }
}
