import Devices
import Simulators

/// A keyboard in the boot protocol (HID 1.11, appendix B): what the kernel makes an event node of.
struct KeyboardModel: USBDeviceModel {
  static let vendorID: UInt16 = 0x1209
  static let productID: UInt16 = 0x0001

  /// HID 1.11, appendix E.6, without the LEDs.
  private static let report: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x06, 0x75, 0x08,
    0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
  ]

  let descriptors: USBDescriptors
  private var reports: [[UInt8]] = []

  init() {
    descriptors = USBDescriptors(
      speed: .full,
      device: DescriptorBytes.device(vendorID: Self.vendorID, productID: Self.productID),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(3, 1, 1),
          classDescriptors: DescriptorBytes.hid(reportDescriptorByteCount: Self.report.count),
          endpoints: [
            DescriptorBytes.endpoint(
              address: 0x81, transferType: .interrupt, maximumPacketSize: 8, interval: 1)
          ])
      ]),
      strings: ["Rig", "Keyboard", "KB01"], reports: [0: Self.report])
  }

  mutating func powerOn() { reports = [] }

  /// Each key down and up.
  mutating func press(_ usages: [UInt8]) {
    for usage in usages {
      reports.append([0, 0, usage, 0, 0, 0, 0, 0])
      reports.append([0, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    // SET_IDLE, SET_PROTOCOL and SET_REPORT (HID 1.11, 7.2) change nothing here.
    setup.requestType == 0x21 ? .data([]) : .stall
  }

  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }

  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    reports.isEmpty ? nil : reports.removeFirst()
  }
}
