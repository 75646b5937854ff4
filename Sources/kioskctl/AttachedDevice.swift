import Devices
import Foundation
import LibUSB
import Profiles

/// A USB device that is plugged in, as the profiles and the kernel see it.
struct AttachedDevice: Encodable {
  /// Whether the kiosk can have it.
  enum Access: String, Encodable {
    case ok
    /// The daemon has it.
    case inUse
    case notPermitted
    case claimedByAnother
    /// The kiosk uses it through pcscd, which has it.
    case throughPCSC
    /// The kernel knows it and there is no file to open it by.
    case noNode
  }

  let id: String
  let name: String
  let topology: String
  let address: String
  /// The profile that matched.
  let profile: String?
  let kind: DeviceKind?
  /// Why it is or is not used.
  let reason: String
  /// What the operator should know of the model even when all is well; empty when nothing.
  let remark: String
  /// The customer display is on its connector, by the configuration.
  let hasDisplay: Bool
  /// Nil for a device that no profile is for: nobody will open it.
  let access: Access?
  /// What to do; empty when nothing.
  let cure: String

  /// `usesPCSC` is whether card readers are pcscd's, as the configuration says.
  init(
    _ inspection: USBInspection, profiles: ProfileSet, usesPCSC: Bool = false,
    reader: DeviceReader
  ) {
    let device = inspection.device
    let match = profiles.match(device)
    id = USBID(vendorID: device.vendorID, productID: device.productID).description
    name = [device.manufacturer, device.product].compactMap(\.self).joined(separator: " ")
    topology = device.topology
    address = device.address
    profile = match?.profile.key
    kind = match?.profile.kind
    reason = profiles.explanation(for: device)
    remark = match.map { Self.remark($0.profile.settings) } ?? ""
    hasDisplay = match?.displayBehind != nil
    guard let match else {
      (access, cure) = (nil, Self.cure(ofUnused: device))
      return
    }
    (access, cure) =
      usesPCSC && match.profile.kind == .cardReader
      ? (.throughPCSC, "") : reader.access(to: inspection, interfaces: match.interfaces)
  }

  /// A device that says nothing sensible of itself, so that no profile can be for it.
  init(_ device: USBInspection.Unreadable) {
    id = "????:????"
    name = ""
    topology = device.topology
    address = device.address
    (profile, kind, access) = (nil, nil, nil)
    reason = "its descriptors cannot be read"
    remark = ""
    hasDisplay = false
    cure =
      "try another cable, without a hub; if that does not help, the device is broken: replace it"
  }

  /// What people take for a printer or a display and is only the cable to it.
  private static func cure(ofUnused device: USBDeviceDescription) -> String {
    if device.interfaces.isEmpty {
      return "it offers nothing: switch it off and on again, try another cable, replace it"
    }
    guard let maker = device.serialAdapter else { return "" }
    return "this is a serial adapter (\(maker)), not the device at its other end: connect that by "
      + "its own USB socket, or add a profile for it that names this id"
  }

  /// How far a printer's word on its paper goes.
  private static func remark(_ settings: DriverSettings) -> String {
    switch settings {
    case .escpos(let printer):
      switch printer.completion {
      case .processID: ""
      case .bufferedStatus:
        "this printer confirms paper roughly: it tells that it has worked a job off, not which "
          + "one nor whether the paper came out"
      case .none:
        "this printer cannot confirm paper: a receipt or coupon counts as printed once all of it "
          + "was sent, so look at the paper when a customer misses one"
      }
    case .keyboardScanner, .hidPOSScanner, .serialScanner, .ccid, .keyboardCardReader, .lineDisplay:
      ""
    }
  }

  static func all(
    _ profiles: ProfileSet, usesPCSC: Bool, reader: DeviceReader
  ) -> [AttachedDevice] {
    (USBInspection.attachedDevices().map {
      AttachedDevice($0, profiles: profiles, usesPCSC: usesPCSC, reader: reader)
    } + USBInspection.unreadableDevices().map { AttachedDevice($0) })
    .sorted { $0.topology < $1.topology }
  }
}

/// From whose side the access to a device is judged.
struct DeviceReader {
  /// The daemon of the data directory, if one runs.
  let daemon: Int32?
  /// Whether the one who asks may open everything, which says nothing of the kiosk's user.
  let isRoot: Bool
  /// The group of a device's file, and whether it may read and write it; nil when there is none.
  let group: @Sendable (_ node: String) -> (name: String, mayWrite: Bool)?

  static func system(daemon: Int32?) -> DeviceReader {
    DeviceReader(daemon: daemon, isRoot: geteuid() == 0) { node in
      do {
        let attributes = try FileManager.default.attributesOfItem(atPath: node)
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        let name = attributes[.groupOwnerAccountName] as? String
        return (name ?? "", mode & 0o060 == 0o060)
      } catch {
        return nil
      }
    }
  }

  func access(
    to device: USBInspection, interfaces: [UInt8]
  ) -> (AttachedDevice.Access, cure: String) {
    let bound = device.interfaces.filter { interfaces.contains($0.number) }
    let isClaimed = bound.contains { $0.driver == "usbfs" }
    if isClaimed {
      if let daemon,
        device.holders.isEmpty || device.holders.contains(where: { $0.processID == daemon })
      {
        return (.inUse, "")
      }
      let names = device.holders.map { "\($0.command) (process \($0.processID))" }
      return (
        .claimedByAnother,
        names.isEmpty
          ? "another program has claimed it; `sudo fuser \(device.node)` names it: end that"
          : "claimed by \(names.joined(separator: ", ")): end that program"
      )
    }
    guard device.nodeExists else {
      return (.noNode, "\(device.node) is missing: start systemd-udevd, then plug it in again")
    }
    let group = group(device.node)
    let isGroups = group.map { $0.name == UdevRules.group && $0.mayWrite } ?? false
    let isOwn = !isRoot && device.isReadable && device.isWritable
    guard isGroups || isOwn else {
      return (
        .notPermitted,
        "\(device.node) belongs to the group \(group?.name ?? "of nobody") and not to "
          + "\(UdevRules.group): install the udev rules, then plug it in again"
      )
    }
    return (.ok, Self.advice(onDrivers: bound.compactMap(\.driver)))
  }

  /// The drivers of the kernel that kioskd moves aside and that had better not have been there.
  private static func advice(onDrivers drivers: [String]) -> String {
    let meddlers = Set(drivers).intersection(["pn533_usb", "nfc"]).sorted()
    guard let driver = meddlers.first else { return "" }
    return "the kernel module \(driver) talks to it until kioskd takes it away, and may leave it "
      + "silent: `echo blacklist \(driver) | sudo tee /etc/modprobe.d/kiosk-\(driver).conf`, then "
      + "`sudo modprobe -r \(driver)` and plug it in again"
  }
}
