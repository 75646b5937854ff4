import Foundation
import Simulators
import Synchronization

/// Plugs a simulated device into an emulated usbfs.
final class MockCable: Carrier {
  private let device: any SimulatedUSBDevice
  private let port: UInt32
  private let kernel: MockKernel
  private let attachment = Mutex<MockAttachment?>(nil)
  /// Whether this user may open the node, at the next plug.
  private let permission = Mutex(true)
  /// What the node and sysfs show in place of the device's descriptors, at the next plug.
  private let descriptors = Mutex<[UInt8]?>(nil)

  init(_ device: any SimulatedUSBDevice, port: UInt32, kernel: MockKernel) {
    self.device = device
    self.port = port
    self.kernel = kernel
  }

  var topology: String { "1-\(port)" }
  var path: String { "/devices/pci0000:00/usb1/\(topology)" }
  var isPermitted: Bool { permission.withLock { $0 } }
  var isPlugged: Bool { attachment.withLock { $0 != nil } }

  func permit(_ isPermitted: Bool) { permission.withLock { $0 = isPermitted } }
  func show(descriptors bytes: [UInt8]?) { descriptors.withLock { $0 = bytes } }

  func plug() throws {
    guard !isPlugged else { throw CarrierFault(description: "plugged in already") }
    device.powerOn()
    let attachment = MockAttachment(device, address: kernel.nextAddress())
    self.attachment.withLock { $0 = attachment }
    try kernel.attach(self, attachment)
  }

  func unplug() throws {
    let attachment = self.attachment.withLock { attachment in
      defer { attachment = nil }
      return attachment
    }
    guard let attachment else { throw CarrierFault(description: "not plugged in") }
    attachment.unplug()
    kernel.detach(self, attachment)
  }

  func inspect<Value: Sendable>(_ body: (CableEnd) -> Value) -> Value? {
    attachment.withLock { $0 }?.inspect(body)
  }

  func disturb(_ body: (inout CableEnd) -> Void) throws {
    guard let attachment = attachment.withLock({ $0 }) else {
      throw CarrierFault(description: "not plugged in")
    }
    attachment.disturb(body)
  }

  /// The device in umockdev's own words (umockdev-record(1)).
  func record(address: String) -> String {
    let parts = address.split(separator: "/")
    let told = device.descriptors
    let bytes = descriptors.withLock { $0 } ?? told.device + told.configuration
    // Its H lines take capital digits only, and none of its lines an empty value.
    let hex = bytes.map { String(format: "%02X", Int($0)) }.joined()
    func word(_ offset: Int) -> String {
      String(format: "%02x%02x", Int(told.device[offset + 1]), Int(told.device[offset]))
    }
    var lines = [
      "P: \(path)", "N: bus/usb/\(address)=\(hex.isEmpty ? "00" : hex)",
      "E: SUBSYSTEM=usb", "E: DEVTYPE=usb_device",
      "E: BUSNUM=\(parts[0])", "E: DEVNUM=\(parts[1])", "E: DEVNAME=/dev/bus/usb/\(address)",
      "A: busnum=\(Int(parts[0]) ?? 0)\\n", "A: devnum=\(Int(parts[1]) ?? 0)\\n",
      "A: bConfigurationValue=1\\n", "A: speed=\(told.speed == .high ? 480 : 12)\\n",
      "A: idVendor=\(word(8))\\n", "A: idProduct=\(word(10))\\n",
    ]
    if !hex.isEmpty { lines.append("H: descriptors=\(hex)") }
    for (name, text) in zip(["manufacturer", "product", "serial"], told.strings) {
      lines.append("A: \(name)=\(text)\\n")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
