import ArgumentParser
import Profiles
import ShopConfiguration

struct UdevRulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "udev-rules",
    abstract: "Print the udev rules for the devices of the profiles.",
    discussion: """
      Install them as root: kioskctl udev-rules > /etc/udev/rules.d/70-kiosk.rules
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  @Flag(help: "Print those for the scanners that the configuration names instead.")
  var local = false

  private struct Answer: Encodable {
    let install: String
    let text: String
  }

  func run() throws {
    let configuration = try shop.load()
    let answer: Answer
    if local {
      let scanners = configuration.scanners
      guard !scanners.isEmpty else {
        throw Complaint(
          "\(shop.path): devices.scanners names no scanner, so no local rules are needed; "
            + "name one that `kioskctl devices` shows as a keyboard")
      }
      answer = Answer(
        install: InstalledRules.localPath, text: UdevRules.renderLocal(scanners))
    } else {
      answer = Answer(
        install: InstalledRules.path,
        text: UdevRules.render(try drivers.load(configuration).profiles))
    }
    try Output.write(answer, asJSON: common.json) {
      // The last line's end is added again.
      (answer.text.hasSuffix("\n") ? answer.text.dropLast() : answer.text[...])
        .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }
  }
}

/// Where udev looks for rules, the administrator's first (udev(7)).
enum InstalledRules {
  static let folders = ["/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d"]
  static let path = folders[0] + "/" + UdevRules.fileName
  static let localPath = folders[0] + "/71-kiosk-local.rules"
}
