import Devices
import Simulators

/// A printer class device without a printer: takes bytes on bulk OUT, gives on bulk IN what it is
/// told to. For the tests of the USB layers themselves.
struct LoopbackModel: USBDeviceModel {
  /// 1209:0001 to 1209:0010 are for tests (pid.codes).
  static let vendorID: UInt16 = 0x1209
  static let productID: UInt16 = 0x0002
  static let deviceID = "MFG:RIG;MDL:LOOPBACK;CLS:PRINTER;"
  static let outEndpoint: UInt8 = 0x01
  static let inEndpoint: UInt8 = 0x82

  let descriptors: USBDescriptors
  private(set) var received: [UInt8] = []
  private var answers: [[UInt8]] = []
  /// How many more bytes are taken before it is "offline"; nil for no limit.
  var roomByteCount: Int?

  init() {
    descriptors = USBDescriptors(
      speed: .high,
      device: DescriptorBytes.device(vendorID: Self.vendorID, productID: Self.productID),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(7, 1, 2),
          endpoints: [
            DescriptorBytes.endpoint(
              address: Self.outEndpoint, transferType: .bulk, maximumPacketSize: 512),
            DescriptorBytes.endpoint(
              address: Self.inEndpoint, transferType: .bulk, maximumPacketSize: 512),
          ])
      ]),
      strings: ["Rig", "Loopback", "LB01"])
  }

  mutating func powerOn() {
    received = []
    answers = []
    roomByteCount = nil
  }

  mutating func answer(_ bytes: [UInt8]) { answers.append(bytes) }

  mutating func forget() { received = [] }

  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0xA1, 0):  // GET_DEVICE_ID (Printer class 1.1, 4.2.1)
      let text = Array(Self.deviceID.utf8)
      return .data([UInt8((text.count + 2) >> 8), UInt8((text.count + 2) & 0xFF)] + text)
    case (0xA1, 1): return .data([0x18])  // GET_PORT_STATUS: selected, no error
    case (0x21, 2): return .data([])  // SOFT_RESET
    default: return .stall
    }
  }

  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    let count = min(bytes.count, roomByteCount ?? bytes.count)
    guard count > 0 else { return .notReady }
    if let room = roomByteCount { roomByteCount = room - count }
    received += bytes.prefix(count)
    return .accepted(count)
  }

  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.inEndpoint, !answers.isEmpty else { return nil }
    return answers.removeFirst()
  }
}
