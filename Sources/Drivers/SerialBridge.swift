import Devices
import Profiles

/// The chip between USB and a serial line: how its line is set, 8 data bits, no parity, one stop
/// bit, DTR and RTS on.
enum SerialBridge {
  static let timeoutMilliseconds = 1_000

  struct Request: Equatable {
    let setup: USBControlSetup
    let data: [UInt8]

    fileprivate init(
      _ requestType: UInt8, _ request: UInt8, _ value: UInt16, _ index: UInt16,
      data: [UInt8] = [], length: UInt16 = 0
    ) {
      setup = USBControlSetup(
        requestType: requestType, request: request, value: value, index: index, length: length)
      self.data = data
    }
  }

  /// What the chip is asked for, in order. A device may refuse any of it: one with USB of its own
  /// has no line to set.
  static func requests(
    _ kind: SerialBridgeKind, interface: UInt8, baud: Int
  ) -> [Request] {
    switch kind {
    case .cdcACM: cdcACM(interface: interface, baud: baud)
    case .ftdi: ftdi(baud: baud)
    case .pl2303: pl2303(baud: baud)
    case .cp210x: cp210x(interface: interface, baud: baud)
    case .ch340: ch340(baud: baud)
    }
  }

  /// What came over the line, out of one IN transfer of packets of this size.
  static func payload(
    _ kind: SerialBridgeKind, of transfer: [UInt8], packetByteCount: Int
  ) -> [UInt8] {
    switch kind {
    case .cdcACM, .pl2303, .cp210x, .ch340: transfer
    case .ftdi:
      // Two status bytes open every packet.
      stride(from: 0, to: transfer.count, by: max(packetByteCount, 1)).flatMap { start in
        transfer[start..<min(start + max(packetByteCount, 1), transfer.count)].dropFirst(2)
      }
    }
  }

  private static func rate(_ baud: Int) -> [UInt8] {
    let rate = UInt32(clamping: baud)
    return (0..<4).map { UInt8(truncatingIfNeeded: rate >> (8 * UInt32($0))) }
  }

  /// CDC ACM (CDC PSTN 1.20, 6.3): SET_LINE_CODING, SET_CONTROL_LINE_STATE.
  private static func cdcACM(interface: UInt8, baud: Int) -> [Request] {
    [
      Request(0x21, 0x20, 0, UInt16(interface), data: rate(baud) + [0, 0, 8]),
      Request(0x21, 0x22, 0x0003, UInt16(interface)),
    ]
  }

  /// FT232 (FTDI's own protocol): reset, no flow control, rate, 8N1, lines, and its two status
  /// bytes as seldom as it can, every 255 ms.
  private static func ftdi(baud: Int) -> [Request] {
    let divisor = ftdiDivisor(baud: baud)
    let low = UInt16(truncatingIfNeeded: divisor)
    let high = UInt16(truncatingIfNeeded: divisor >> 16)
    return [
      Request(0x40, 0x00, 0, 0), Request(0x40, 0x02, 0, 0), Request(0x40, 0x03, low, high),
      Request(0x40, 0x04, 0x0008, 0), Request(0x40, 0x01, 0x0303, 0),
      Request(0x40, 0x09, 0x00FF, 0),
    ]
  }

  /// 3 MHz by the rate in eighths; the eighths go to bits 14 to 16 in FTDI's own order (AN232B-05).
  static func ftdiDivisor(baud: Int) -> UInt32 {
    let eighths = UInt32(clamping: 24_000_000 / max(baud, 1))
    let fraction: [UInt32] = [0, 3, 2, 4, 1, 5, 6, 7]
    return min(eighths >> 3, 0x3FFF) | fraction[Int(eighths & 7)] << 14
  }

  /// Prolific's start-up, whose meaning only it knows, then as CDC ACM (Linux,
  /// drivers/usb/serial/pl2303.c).
  private static func pl2303(baud: Int) -> [Request] {
    func read(_ value: UInt16) -> Request { Request(0xC0, 0x01, value, 0, length: 1) }
    func write(_ value: UInt16, _ index: UInt16) -> Request {
      Request(0x40, 0x01, value, index)
    }
    return [
      read(0x8484), write(0x0404, 0), read(0x8484), read(0x8383), read(0x8484),
      write(0x0404, 1), read(0x8484), read(0x8383), write(0, 1), write(1, 0), write(2, 0x44),
      // Both pipes are emptied.
      write(8, 0), write(9, 0),
    ] + cdcACM(interface: 0, baud: baud) + [write(0, 0)]
  }

  /// IFC_ENABLE, SET_BAUDRATE, SET_LINE_CTL, SET_MHS (Silicon Labs AN571; Linux,
  /// drivers/usb/serial/cp210x.c).
  private static func cp210x(interface: UInt8, baud: Int) -> [Request] {
    let index = UInt16(interface)
    return [
      Request(0x41, 0x00, 0x0001, index), Request(0x41, 0x1E, 0, index, data: rate(baud)),
      Request(0x41, 0x03, 0x0800, index), Request(0x41, 0x07, 0x0303, index),
    ]
  }

  /// Version, start, rate, 8N1 with both directions on, lines, which are inverted (Linux,
  /// drivers/usb/serial/ch341.c).
  private static func ch340(baud: Int) -> [Request] {
    [
      Request(0xC0, 0x5F, 0, 0, length: 2), Request(0x40, 0xA1, 0, 0),
      // Bit 7: what comes is handed on at once, not when a packet is full.
      Request(0x40, 0x9A, 0x1312, ch340Divisor(baud: baud) | 0x80),
      Request(0x40, 0x9A, 0x2518, 0x00C3), Request(0x40, 0xA4, ~UInt16(0x60), 0),
    ]
  }

  /// 48 MHz by two to the power of 12 − 3·prescaler − factor and by the divisor, which is told from
  /// 100h down in the high byte; the finest clock that reaches the rate.
  static func ch340Divisor(baud: Int) -> UInt16 {
    let clock = 48_000_000
    let speed = min(max(baud, 46), 3_000_000)
    let prescaler =
      (0...3).last { speed > clock / ((1 << (11 - 3 * $0)) * 512) } ?? 0
    var factor = 1
    var base = 1 << (12 - 3 * prescaler - factor)
    var divisor = clock / (base * speed)
    if !(9...255).contains(divisor) {
      (divisor, base, factor) = (max(divisor / 2, 2), base * 2, 0)
    }
    let over = 16 * clock / (base * divisor) - 16 * speed
    let under = 16 * speed - 16 * clock / (base * (divisor + 1))
    if over >= under { divisor += 1 }
    if factor == 1, divisor % 2 == 0 { (divisor, factor) = (divisor / 2, 0) }
    return UInt16(truncatingIfNeeded: (0x100 - divisor) << 8 | factor << 2 | prescaler)
  }
}
