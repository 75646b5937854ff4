import Devices

extension DescriptorBytes {
  /// The two interfaces of a serial port, control 0 and data 1 (CDC PSTN 1.20, 5.3), for
  /// `configuration`.
  static func cdcACM(notificationIn: UInt8, bulkOut: UInt8, bulkIn: UInt8) -> [[UInt8]] {
    // Header, call management, abstract control, union (CDC 1.20, 5.2.3).
    let functional: [UInt8] = [
      0x05, 0x24, 0x00, 0x10, 0x01, 0x05, 0x24, 0x01, 0x00, 0x01, 0x04, 0x24, 0x02, 0x02,
      0x05, 0x24, 0x06, 0x00, 0x01,
    ]
    return [
      interface(
        number: 0, classCode: .init(0x02, 2, 1), classDescriptors: functional,
        endpoints: [
          endpoint(
            address: notificationIn, transferType: .interrupt, maximumPacketSize: 16,
            interval: 10)
        ]),
      interface(
        number: 1, classCode: .init(0x0A, 0, 0),
        endpoints: [
          endpoint(address: bulkOut, transferType: .bulk, maximumPacketSize: 64),
          endpoint(address: bulkIn, transferType: .bulk, maximumPacketSize: 64),
        ]),
    ]
  }
}
