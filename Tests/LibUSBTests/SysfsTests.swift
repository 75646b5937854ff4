import Devices
import Foundation
import Testing

@testable import LibUSB

/// The files of a kernel with one keyboard scanner and one hub, laid out as sysfs does.
struct SysfsTree {
  let root: URL
  var sysfs: Sysfs { Sysfs(devices: "\(root.path)/devices", nodes: "\(root.path)/nodes") }

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("sysfs-\(UUID().uuidString)")
    try add(
      "1-2.3", descriptors: ConfigurationParserTests.keyboard,
      attributes: [
        "busnum": "1\n", "devnum": "5\n", "bConfigurationValue": "1\n",
        "manufacturer": "Honeywell\n", "product": "Voyager 1450g\n",
      ])
    var hub = ConfigurationParserTests.keyboard
    hub[4] = 0x09
    try add("1-2", descriptors: hub, attributes: ["busnum": "1\n", "devnum": "2\n"])
    try add("usb1", descriptors: hub, attributes: ["busnum": "1\n", "devnum": "1\n"])
    let interface = root.appendingPathComponent("devices/1-2.3:1.0")
    try FileManager.default.createDirectory(at: interface, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: interface.appendingPathComponent("driver").path,
      withDestinationPath: "../../../bus/usb/drivers/usbhid")
    let node = root.appendingPathComponent("nodes/001/005")
    try FileManager.default.createDirectory(
      at: node.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: node)
  }

  func remove() throws { try FileManager.default.removeItem(at: root) }

  func add(_ name: String, descriptors: [UInt8], attributes: [String: String]) throws {
    let directory = root.appendingPathComponent("devices/\(name)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(descriptors).write(to: directory.appendingPathComponent("descriptors"))
    for (name, value) in attributes {
      try Data(value.utf8).write(to: directory.appendingPathComponent(name))
    }
  }
}

struct SysfsTests {
  @Test func `a device is described by the kernel's files`() throws {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    let device = try #require(tree.sysfs.description(topology: "1-2.3"))

    #expect(device.vendorID == 0x0C2E)
    #expect(device.topology == "1-2.3")
    #expect(device.address == "001/005")
    #expect(device.manufacturer == "Honeywell")
    #expect(device.product == "Voyager 1450g")
    #expect(device.serialNumber == nil)
    #expect(device.interfaces.map(\.classCode) == [3])
  }

  @Test func `a report descriptor that usbhid has read is known without opening the device`()
    throws
  {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    #expect(tree.sysfs.description(topology: "1-2.3")?.interfaces[0].reportDescriptor == [])
    let hid = tree.root.appendingPathComponent("devices/1-2.3:1.0/0003:0C2E:0B61.0007")
    try FileManager.default.createDirectory(at: hid, withIntermediateDirectories: true)
    let descriptor: [UInt8] = [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0]
    try Data(descriptor).write(to: hid.appendingPathComponent("report_descriptor"))
    #expect(
      tree.sysfs.description(topology: "1-2.3")?.interfaces[0].reportDescriptor == descriptor)
  }

  @Test func `hubs and what is not there are no devices`() throws {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    #expect(tree.sysfs.deviceNames() == ["1-2", "1-2.3"])
    #expect(tree.sysfs.description(topology: "1-2") == nil)
    #expect(tree.sysfs.description(topology: "9-9") == nil)
  }

  @Test func `a device with torn descriptors is left out`() throws {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    try tree.add("1-4", descriptors: [18, 1], attributes: ["busnum": "1\n", "devnum": "6\n"])
    #expect(tree.sysfs.description(topology: "1-4") == nil)
    // But not forgotten: somebody plugged it in and wonders.
    #expect(tree.sysfs.attachment(topology: "1-4") == .unreadable(address: "001/006"))
    #expect(
      USBInspection.unreadableDevices(sysfs: tree.sysfs)
        == [.init(topology: "1-4", address: "001/006")])
    #expect(tree.sysfs.attachment(topology: "1-2") == .hub)
    #expect(tree.sysfs.attachment(topology: "9-9") == .nothing)
  }

  @Test func `the inspection tells node, access, driver and holders`() throws {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    let node = "\(tree.root.path)/nodes/001/005"
    let process = tree.root.appendingPathComponent("proc/77/fd")
    try FileManager.default.createDirectory(at: process, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: process.appendingPathComponent("4").path, withDestinationPath: node)
    try Data("cupsd\n".utf8).write(to: tree.root.appendingPathComponent("proc/77/comm"))

    let devices = USBInspection.attachedDevices(
      sysfs: tree.sysfs, processes: "\(tree.root.path)/proc")

    let device = try #require(devices.first)
    #expect(devices.count == 1)
    #expect(device.node == node)
    #expect(device.nodeExists && device.isReadable && device.isWritable)
    #expect(device.interfaces == [.init(number: 0, driver: "usbhid")])
    #expect(device.holders == [.init(processID: 77, command: "cupsd")])
  }

  @Test func `a device whose node is missing is told as such`() throws {
    let tree = try SysfsTree()
    defer { #expect(throws: Never.self) { try tree.remove() } }
    try FileManager.default.removeItem(atPath: "\(tree.root.path)/nodes/001/005")
    let device = try #require(
      USBInspection.attachedDevices(sysfs: tree.sysfs, processes: "/nonexistent").first)
    #expect(!device.nodeExists && !device.isReadable && !device.isWritable)
    #expect(device.holders.isEmpty)
  }

  @Test func `a machine without USB has no devices`() {
    let nothing = Sysfs(devices: "/nonexistent", nodes: "/nonexistent")
    #expect(USBInspection.attachedDevices(sysfs: nothing, processes: "/proc").isEmpty)
  }

  @Test func `addresses are written as the kernel names nodes`() {
    #expect(USBAddress(bus: 1, device: 5).description == "001/005")
    #expect(USBAddress("012/127") == USBAddress(bus: 12, device: 127))
    for text in ["", "1/5", "001/005/", "001", "../etc", "001/-05", "001/+05", "0x1/005"] {
      #expect(USBAddress(text) == nil)
    }
  }
}
