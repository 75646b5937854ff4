import Daemon
import Foundation
import Profiles
import Raster
import Retail
import ShopConfiguration

/// Whether the files that people write can be read.
enum ShopChecks {
  static func configuration(
    _ options: ShopOptions, _ checks: inout [Check]
  ) -> KioskConfiguration? {
    do {
      let configuration = try options.load()
      let isExample = options.config == nil && options.path != ResourcePaths.operatorsConfiguration
      checks.append(
        isExample
          ? Check(
            "configuration", .note,
            "there is no \(ResourcePaths.operatorsConfiguration), the example's values hold: copy "
              + "\(options.path) there and say which shop and kiosk this is")
          : Check("configuration", .ok, "\(options.path), kiosk \(configuration.kioskNumber)"))
      return configuration
    } catch {
      checks.append(Check("configuration", .wrong, "\(error)"))
      return nil
    }
  }

  static func promotions(
    _ path: String, store: String?, _ checks: inout [Check]
  ) {
    do {
      let rules = try PromotionsFile.read(path)
      let members = try MembersFile.read(ResourcePaths.members, offers: rules)
      try RuleSupport.check(rules, store: store ?? "", segments: members.segments.map(\.id))
      checks.append(Check("promotions", .ok, "\(path), version \(rules.version)"))
    } catch {
      checks.append(Check("promotions", .wrong, "\(error)"))
    }
  }

  static func profiles(
    _ options: DriverOptions, _ configuration: KioskConfiguration?, _ checks: inout [Check]
  ) -> ProfileSet? {
    do {
      let profiles =
        try configuration?.profiles(in: options.path) ?? ProfileSet.load(options.path)
      checks.append(
        Check("profiles", .ok, "\(profiles.profiles.count) in \(options.path)"))
      return profiles
    } catch {
      checks.append(Check("profiles", .wrong, "\(error)"))
      return nil
    }
  }
}

/// Whether udev lets the kiosk's group at its devices.
enum RulesCheck {
  static func checks(
    _ profiles: ProfileSet, folders: [String] = InstalledRules.folders, isSimulated: Bool = false
  ) -> [Check] {
    var checks = [
      check(
        "udev rules", UdevRules.render(profiles.profiles), UdevRules.fileName,
        command: "kioskctl udev-rules", folders)
    ]
    if !profiles.scanners.isEmpty {
      checks.append(
        check(
          "local udev rules", UdevRules.renderLocal(profiles.scanners), "71-kiosk-local.rules",
          command: "kioskctl udev-rules --local", folders))
    }
    guard isSimulated else { return checks }
    // A demonstration opens no device; the same machine may become a kiosk.
    return checks.map { check in
      check.status == .ok
        ? check
        : Check(
          check.name, .note, "simulated devices need none; for real ones: \(check.message)")
    }
  }

  private static func check(
    _ name: String, _ wanted: String, _ fileName: String, command: String, _ folders: [String]
  ) -> Check {
    let cure =
      "run as root: \(command) > \(InstalledRules.folders[0])/\(fileName) && "
      + "udevadm control --reload && udevadm trigger --subsystem-match=usb"
    let paths = folders.map { $0 + "/" + fileName }
    // A file in an earlier folder hides those of its name in later ones (udev(7)).
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      return Check(name, .wrong, "not installed; \(cure)")
    }
    guard FileManager.default.contents(atPath: path) == Data(wanted.utf8) else {
      return Check(name, .wrong, "\(path) is not what the profiles give; \(cure)")
    }
    return Check(name, .ok, path)
  }
}

/// Whether a character that a printer has not can be drawn.
enum FontCheck {
  static func check(paths: [String] = CellFont.systemPaths) -> Check {
    if let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      return Check("fonts", .ok, path)
    }
    return Check(
      "fonts", .wrong,
      "none of \(paths.joined(separator: ", ")) is there; run: sudo apt install fonts-noto-cjk")
  }
}
