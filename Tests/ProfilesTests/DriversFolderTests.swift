import Devices
import Foundation
import Profiles
import Testing

/// The package's root, where drivers/ and udev/ are.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

struct DriversFolderTests {
  @Test func `every profile of the folder is read, for each kind of device at least one model`()
    throws
  {
    let set = try ProfileSet.load(repository + "/drivers")
    for kind in DeviceKind.allCases {
      let models = set.profiles.filter { profile in
        guard case .model = profile.match else { return false }
        return profile.kind == kind && !profile.key.hasPrefix("simulated-")
      }
      #expect(!models.isEmpty, "no model of the kind \(kind)")
    }
    #expect(set.profiles.allSatisfy { !$0.source.isEmpty })
  }

  @Test func `there are profiles for many printers, each with its facts and their source`() throws {
    let set = try ProfileSet.load(repository + "/drivers")
    let printers = set.profiles.filter { profile in
      profile.kind == .printer && !profile.match.isGeneric && !profile.key.hasPrefix("simulated-")
    }
    #expect(printers.count >= 20)
    for profile in printers {
      guard case .escpos(let settings) = profile.settings else { continue }
      #expect(profile.source.count > 20, "\(profile.key)")
      // Characters of font A are 12 dots wide; a few models have 13.
      #expect(settings.columns * 12 <= settings.dotsPerLine + 13 * 12, "\(profile.key)")
      #expect(!settings.codePages.isEmpty, "\(profile.key)")
    }
  }

  @Test func `a printer of which nothing is known is taken for one without Chinese characters`()
    throws
  {
    let set = try ProfileSet.load(repository + "/drivers")
    let generic = try #require(set.profiles.first { $0.key == "generic-printer" })
    guard case .escpos(let settings) = generic.settings else {
      Issue.record("no ESC/POS printer")
      return
    }
    #expect(settings.multibyte == .ask)
  }

  @Test func `the rules that are checked in are those the profiles give`() throws {
    let set = try ProfileSet.load(repository + "/drivers")
    let checkedIn = try String(
      contentsOfFile: repository + "/udev/" + UdevRules.fileName, encoding: .utf8)
    #expect(
      UdevRules.render(set.profiles) == checkedIn,
      "run `kioskctl udev-rules > udev/\(UdevRules.fileName)` after a change in drivers/")
  }

  @Test func `no rule opens a device to everybody`() throws {
    let set = try ProfileSet.load(repository + "/drivers")
    let rules = UdevRules.render(set.profiles).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
    #expect(!rules.isEmpty)
    for rule in rules where rule.contains("MODE=") {
      #expect(rule.contains("MODE=\"0660\"") && rule.contains("GROUP=\"kiosk\""))
      #expect(rule.contains("ATTR{idVendor}") || rule.contains("ID_USB_INTERFACES"))
    }
    let keyboards = set.profiles.filter {
      [.keyboardScanner, .keyboardCardReader].contains($0.driver)
    }
    #expect(rules.count { $0.contains("LIBINPUT_IGNORE_DEVICE") } == keyboards.count)
  }

  @Test func `a scanner of the configuration gets a rule for its port`() {
    let rules = UdevRules.renderLocal([
      ConfiguredScanner(usb: USBID(vendorID: 0x1A86, productID: 0x5456), port: "1-2.3")
    ])
    #expect(
      rules.hasSuffix(
        """
        # scanner 1a86:5456 at port 1-2.3
        SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", KERNEL=="1-2.3", ATTR{idVendor}=="1a86", \
        ATTR{idProduct}=="5456", GROUP="kiosk", MODE="0660", TAG+="uaccess", \
        ENV{ID_MM_DEVICE_IGNORE}="1"
        SUBSYSTEM=="input", KERNELS=="1-2.3", ATTRS{idVendor}=="1a86", ATTRS{idProduct}=="5456", \
        ENV{LIBINPUT_IGNORE_DEVICE}="1"

        """))
  }

  @Test func `a folder that is not there is told`() {
    #expect {
      _ = try ProfileSet.load("/nonexistent/drivers")
    } throws: { error in
      "\(error)".hasPrefix("/nonexistent/drivers: expected the folder of the device profiles")
    }
  }
}
