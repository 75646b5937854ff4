import Devices
import Profiles

/// The chip between USB and a serial line: how its line is set, 8 data bits, no parity, one stop
/// bit.
enum SerialBridge {
  static let timeoutMilliseconds = 1_000

  struct Request: Equatable {
    let setup: USBControlSetup
    let data: [UInt8]
  }

  /// CDC ACM (CDC PSTN 1.20, 6.3): SET_LINE_CODING, then DTR and RTS on.
  static func cdcACM(interface: UInt8, baud: Int) -> [Request] {
    let rate = UInt32(clamping: baud)
    let coding = (0..<4).map { UInt8(truncatingIfNeeded: rate >> (8 * UInt32($0))) } + [0, 0, 8]
    return [
      Request(
        setup: USBControlSetup(
          requestType: 0x21, request: 0x20, value: 0, index: UInt16(interface)),
        data: coding),
      Request(
        setup: USBControlSetup(
          requestType: 0x21, request: 0x22, value: 0x0003, index: UInt16(interface)),
        data: []),
    ]
  }

  /// FT232 (FTDI's own protocol): reset, no flow control, rate, 8N1, DTR and RTS on, and its two
  /// status bytes as seldom as it can, every 255 ms.
  static func ftdi(baud: Int) -> [Request] {
    let divisor = ftdiDivisor(baud: baud)
    let low = UInt16(truncatingIfNeeded: divisor)
    let high = UInt16(truncatingIfNeeded: divisor >> 16)
    let requests: [(request: UInt8, value: UInt16, index: UInt16)] = [
      (0x00, 0, 0), (0x02, 0, 0), (0x03, low, high), (0x04, 0x0008, 0), (0x01, 0x0303, 0),
      (0x09, 0x00FF, 0),
    ]
    return requests.map {
      Request(
        setup: USBControlSetup(
          requestType: 0x40, request: $0.request, value: $0.value, index: $0.index),
        data: [])
    }
  }

  /// Without the two status bytes that open every packet of the chip.
  static func ftdiPayload(_ transfer: [UInt8], packetByteCount: Int) -> [UInt8] {
    stride(from: 0, to: transfer.count, by: max(packetByteCount, 1)).flatMap { start in
      transfer[start..<min(start + packetByteCount, transfer.count)].dropFirst(2)
    }
  }

  /// 3 MHz by the rate in eighths; the eighths go to bits 14 to 16 in FTDI's own order (AN232B-05).
  static func ftdiDivisor(baud: Int) -> UInt32 {
    let eighths = UInt32(clamping: 24_000_000 / max(baud, 1))
    let fraction: [UInt32] = [0, 3, 2, 4, 1, 5, 6, 7]
    return min(eighths >> 3, 0x3FFF) | fraction[Int(eighths & 7)] << 14
  }
}
