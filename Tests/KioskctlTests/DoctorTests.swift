import Daemon
import Devices
import Foundation
import Logging
import Profiles
import Storage
import Testing

@testable import LibUSB
@testable import kioskctl

struct DoctorTests {
  private struct Answer: Decodable {
    struct Check: Decodable {
      let name: String
      let status: String
      let message: String
    }
    let checks: [Check]

    func status(_ name: String) -> String? { checks.first { $0.name == name }?.status }
  }

  @Test func `what is wrong is counted in one line and told one by one`() async throws {
    let book = try await Book.filled()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: book.directory + "/shop.key")

    let run = try await KioskctlRun("doctor --json", data: book.directory)

    let answer = try run.json(Answer.self)
    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("checks are wrong"))
    #expect(answer.status("profiles") == "ok")
    #expect(answer.status("data directory") == "ok")
    #expect(answer.status("key file") == "wrong")
    #expect(answer.status("daemon") == "wrong")
    #expect(answer.status("database") == "ok")
  }

  @Test func `a daemon that runs is asked for its devices`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      guard request == .devices else { return .status(KioskState(state: "attract", reasons: [])) }
      return .devices([
        Snapshot.Device(kind: "scanner", state: "enabled", message: ""),
        Snapshot.Device(kind: "printer", state: "enabled", message: "The cover is open."),
      ])
    }
    daemon.start()
    defer { daemon.stop() }

    let answer = try await KioskctlRun("doctor --json", data: book.directory).json(Answer.self)
    let devices = try await KioskctlRun("devices", data: book.directory)

    #expect(answer.status("daemon") == "ok")
    #expect(answer.status("checkout") == "ok")
    #expect(answer.status("scanner") == "ok")
    #expect(answer.status("printer") == "note")
    #expect(devices.status == 0)
    #expect(devices.output.contains("printer  enabled  The cover is open."))
    try store.close()
  }

  @Test func `a checkout out of service is wrong, with every reason and the cure`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let reasons = ["no scanner is in use", "release it: kioskctl sale release 3-000043"]
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      guard request == .status else { return .devices([]) }
      return .status(KioskState(state: "outOfService", reasons: reasons))
    }
    daemon.start()
    defer { daemon.stop() }

    let run = try await KioskctlRun("doctor --json", data: book.directory)

    let checkout = try #require(try run.json(Answer.self).checks.first { $0.name == "checkout" })
    #expect(run.status == 1)
    #expect(checkout.status == "wrong")
    #expect(reasons.allSatisfy(checkout.message.contains))
    #expect(checkout.message.contains("opens by itself"))
    try store.close()
  }

  @Test func `a profile that cannot be read is named`() async throws {
    let book = try Book()
    try "category: toaster\n".write(
      toFile: book.directory + "/acme-toaster.yaml", atomically: true, encoding: .utf8)

    let run = try await KioskctlRun("devices --drivers \(book.directory)", data: book.directory)

    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("acme-toaster.yaml:1"))
  }

  // python-escpos #382: curly quotes and swapped ids in a rule that somebody copied by hand.
  @Test func `rules that are missing, old or right are told apart`() throws {
    let book = try Book()
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let path = book.directory + "/" + UdevRules.fileName
    func status() -> Check.Status? {
      RulesCheck.checks(profiles, folders: [book.directory]).first?.status
    }

    #expect(status() == .wrong)
    try "# old\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(status() == .wrong)
    let right = UdevRules.render(profiles.profiles)
    let swapped = right.replacing("idVendor", with: "*").replacing("idProduct", with: "idVendor")
      .replacing("*", with: "idProduct")
    for wrong in [right.replacing("\"", with: "\u{201D}"), swapped] {
      try wrong.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(status() == .wrong)
    }
    try right.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(status() == .ok)
  }

  @Test func `rules that are missing are a note beside simulated devices`() throws {
    let book = try Book()
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let check = RulesCheck.checks(
      profiles, folders: [book.directory], isSimulated: true
    ).first
    #expect(check?.status == .note)
    #expect(check?.message.contains("kioskctl udev-rules") == true)
  }

  @Test func `a daemon says whether its devices are simulated`() throws {
    let state = KioskState(state: "attract", reasons: [], isSimulated: true)
    let line = try JSONEncoder().encode(ControlReply.status(state))
    #expect(try JSONDecoder().decode(ControlReply.self, from: line) == .status(state))
  }

  @Test func `a device is free, taken, forbidden or without a file`() {
    func access(
      node: Bool = true, group: String = "kiosk", mayWrite: Bool = true, driver: String? = nil,
      holders: [Int32] = [], daemon: Int32? = nil, isRoot: Bool = true, isOwn: Bool = true
    ) -> AttachedDevice.Access {
      let inspection = USBInspection(
        device: Self.printer, node: "/dev/bus/usb/001/005", nodeExists: node, isReadable: isOwn,
        isWritable: isOwn, interfaces: [.init(number: 0, driver: driver)],
        holders: holders.map { .init(processID: $0, command: "other") })
      let reader = DeviceReader(daemon: daemon, isRoot: isRoot) { _ in
        node ? (group, mayWrite) : nil
      }
      return reader.access(to: inspection, interfaces: [0]).0
    }

    #expect(access() == .ok)
    #expect(access(driver: "usblp") == .ok)
    #expect(access(node: false) == .noNode)
    // Root may open anything, which says nothing of the kiosk's user.
    #expect(access(group: "root") == .notPermitted)
    #expect(access(mayWrite: false) == .notPermitted)
    #expect(access(group: "root", isRoot: false) == .ok)
    #expect(access(group: "root", isRoot: false, isOwn: false) == .notPermitted)
    #expect(access(driver: "usbfs", holders: [7]) == .claimedByAnother)
    #expect(access(driver: "usbfs", holders: [7], daemon: 7) == .inUse)
    #expect(access(driver: "usbfs", daemon: 7) == .inUse)
    #expect(access(driver: "usbfs") == .claimedByAnother)
    // Another interface of the device is none of the kiosk's.
    #expect(access(driver: nil, holders: [7]) == .ok)
  }

  @Test func `a device that is there and not permitted is wrong, an absent display is not`() throws
  {
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let inspection = USBInspection(
      device: Self.printer, node: "/dev/bus/usb/001/005", nodeExists: true, isReadable: false,
      isWritable: false, interfaces: [.init(number: 0, driver: "usblp")], holders: [])
    let reader = DeviceReader(daemon: nil, isRoot: false) { _ in ("root", true) }
    let device = AttachedDevice(inspection, profiles: profiles, reader: reader)

    let checks = DeviceChecks.checks(attached: [device], daemon: nil)

    #expect(device.access == .notPermitted)
    let printer = checks.first { $0.name == "printer" }
    #expect(printer?.status == .wrong)
    #expect(printer?.message.contains("present but not permitted") == true)
    #expect(checks.first { $0.name == "scanner" }?.status == .wrong)
    #expect(checks.first { $0.name == "display" }?.status == .note)
  }

  @Test func `a printer that cannot confirm paper is said to be such`() throws {
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let reader = DeviceReader(daemon: nil, isRoot: true) { _ in ("kiosk", true) }
    func attached(_ device: USBDeviceDescription) -> AttachedDevice {
      let inspection = USBInspection(
        device: device, node: "/dev/bus/usb/001/005", nodeExists: true, isReadable: true,
        isWritable: true, interfaces: [.init(number: 0, driver: nil)], holders: [])
      return AttachedDevice(inspection, profiles: profiles, reader: reader)
    }
    func check(_ device: AttachedDevice, _ daemon: [Snapshot.Device]? = nil) -> Check? {
      DeviceChecks.checks(attached: [device], daemon: daemon).first { $0.name == "printer" }
    }
    let enabled = [Snapshot.Device(kind: "printer", state: "enabled", message: "")]
    let (none, rough) = (attached(Self.printer), attached(Self.roughPrinter))

    #expect(none.profile == "generic-printer")
    #expect(none.remark.hasPrefix("this printer cannot confirm paper"))
    #expect(DevicesCommand.text(none).last == "      " + none.remark)
    #expect(rough.profile == "epson-tm-t20iii")
    #expect(rough.remark.hasPrefix("this printer confirms paper roughly"))
    for device in [none, rough] {
      #expect(check(device)?.status == .note)
      #expect(check(device)?.message.hasSuffix(device.remark) == true)
      #expect(check(device, enabled) == Check("printer", .note, device.remark))
    }
  }

  // pcsc-tools #97, #20; libnfc #402, #426, #338; nfcpy #28: the module that steals an ACR122U.
  @Test func `the kernel's NFC module is named with its cure`() throws {
    let inspection = USBInspection(
      device: Self.printer, node: "/dev/bus/usb/001/005", nodeExists: true, isReadable: true,
      isWritable: true, interfaces: [.init(number: 0, driver: "pn533_usb")], holders: [])
    let reader = DeviceReader(daemon: nil, isRoot: true) { _ in ("kiosk", true) }
    let (access, cure) = reader.access(to: inspection, interfaces: [0])
    // kioskd takes it away; until then it is no fault.
    #expect(access == .ok)
    #expect(cure.contains("blacklist pn533_usb"))
  }

  // python-escpos #415, #278, #583: a PL2303 taken for the printer behind it.
  @Test(arguments: [(0x067B, 0x2303), (0x0403, 0x6001), (0x1A86, 0x7523), (0x10C4, 0xEA60)])
  func `a serial adapter is not taken for a printer`(vendorID: Int, productID: Int) throws {
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let adapter = Self.printer.model(
      UInt16(vendorID), UInt16(productID), classCode: 0xFF)
    let inspection = USBInspection(
      device: adapter, node: "/dev/bus/usb/001/005", nodeExists: true, isReadable: true,
      isWritable: true, interfaces: [], holders: [])
    let reader = DeviceReader(daemon: nil, isRoot: true) { _ in ("kiosk", true) }
    let device = AttachedDevice(inspection, profiles: profiles, reader: reader)
    #expect(device.kind != .printer)
    let checks = DeviceChecks.checks(attached: [device], daemon: nil)
    #expect(checks.first { $0.name == "printer" }?.status == .wrong)
    guard device.kind == nil else { return }
    #expect(device.cure.contains("serial adapter"))
    #expect(checks.contains { $0.name == "device" && $0.message.contains("serial adapter") })
  }

  @Test func `a device with unreadable descriptors is listed with its cure`() throws {
    let device = AttachedDevice(USBInspection.Unreadable(topology: "1-4", address: "001/006"))
    #expect(device.access == nil)
    let text = DevicesCommand.text(device).joined(separator: "\n")
    #expect(text.contains("1-4") && text.contains("cannot be read") && text.contains("cable"))
    let checks = DeviceChecks.checks(attached: [device], daemon: nil)
    #expect(checks.first { $0.name == "device" }?.message.contains("1-4") == true)
  }

  // python-escpos #24, #382; node-escpos #41, #341; escpos-php #617; node-usb #483;
  // qz-print #181: a device that may not be opened is not an absent one, and 0666 is no cure.
  @Test func `a device that may not be opened is never called absent`() throws {
    let profiles = try ProfileSet.load(KioskctlRun.repository + "/drivers")
    let inspection = USBInspection(
      device: Self.printer, node: "/dev/bus/usb/001/005", nodeExists: true, isReadable: true,
      isWritable: false, interfaces: [.init(number: 0, driver: "usblp")], holders: [])
    let reader = DeviceReader(daemon: nil, isRoot: false) { _ in ("root", false) }
    let device = AttachedDevice(inspection, profiles: profiles, reader: reader)
    let printer = DeviceChecks.checks(attached: [device], daemon: nil)
      .first { $0.name == "printer" }
    #expect(printer?.message.contains("absent") == false)
    #expect(printer?.message.contains("install the udev rules") == true)
    #expect(printer?.message.contains("0666") == false)
  }

  private static let roughPrinter = printer.model(0x04B8, 0x0E28)

  private static let printer = USBDeviceDescription(
    vendorID: 0x1234, productID: 0x5678, release: 0x0100, manufacturer: "Acme",
    product: "Printer", serialNumber: nil, topology: "1-2", address: "001/005",
    interfaces: [
      USBInterfaceDescription(
        number: 0, classCode: 7, subclassCode: 1, protocolCode: 2,
        endpoints: [
          USBEndpoint(address: 0x01, transferType: .bulk, maximumPacketSize: 64),
          USBEndpoint(address: 0x82, transferType: .bulk, maximumPacketSize: 64),
        ], classDescriptors: [])
    ])
}

extension USBDeviceDescription {
  /// The same device under the id of another model.
  fileprivate func model(
    _ vendorID: UInt16, _ productID: UInt16, classCode: UInt8? = nil
  ) -> USBDeviceDescription {
    USBDeviceDescription(
      vendorID: vendorID, productID: productID, release: release, manufacturer: manufacturer,
      product: product, serialNumber: serialNumber, topology: topology, address: address,
      interfaces: interfaces.map { interface in
        USBInterfaceDescription(
          number: interface.number, classCode: classCode ?? interface.classCode,
          subclassCode: interface.subclassCode, protocolCode: interface.protocolCode,
          endpoints: interface.endpoints, classDescriptors: interface.classDescriptors)
      })
  }
}
