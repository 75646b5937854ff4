import Devices

/// The transfer part of USB/IP version 1.1.1, as the kernel's vhci_hcd speaks it
/// (Documentation/usb/usbip_protocol.rst). All fields are big-endian; headers have 48 bytes.
enum USBIP {
  static let headerByteCount = 48
  /// vhci_hcd passes on what a program submitted; libusb and the class drivers stay far below.
  static let maximumTransferByteCount = 1 << 20

  /// `-errno` of the kernel.
  enum Status {
    static let ok: Int32 = 0
    static let stall: Int32 = -32  // EPIPE
    static let overflow: Int32 = -75  // EOVERFLOW
    static let unlinked: Int32 = -104  // ECONNRESET
  }

  struct Submit: Equatable {
    let sequence: UInt32
    /// With bit 7 for IN; endpoint 0 has its direction in the setup packet.
    let endpoint: UInt8
    /// Bytes asked for by an IN transfer.
    let length: Int
    /// Only on endpoint 0.
    let setup: USBControlSetup
    /// Only of an OUT transfer.
    let data: [UInt8]
  }

  enum Command: Equatable {
    case submit(Submit)
    case unlink(sequence: UInt32, victim: UInt32)
  }

  enum Reply: Equatable {
    /// `data` only of an IN transfer; of an OUT transfer `count` bytes were taken.
    case submitted(sequence: UInt32, status: Int32, count: Int, data: [UInt8])
    case unlinked(sequence: UInt32, status: Int32)

    var bytes: [UInt8] {
      switch self {
      case .submitted(let sequence, let status, let count, let data):
        let fields: [UInt32] = [
          3, sequence, 0, 0, 0, UInt32(bitPattern: status), UInt32(count), 0, 0, 0, 0, 0,
        ]
        return fields.flatMap(bigEndian) + data
      case .unlinked(let sequence, let status):
        let fields: [UInt32] = [
          4, sequence, 0, 0, 0, UInt32(bitPattern: status), 0, 0, 0, 0, 0, 0,
        ]
        return fields.flatMap(bigEndian)
      }
    }
  }

  enum Fault: Error, Equatable {
    case unknownCommand(UInt32)
    case tooLong(Int)
    case isochronous
  }

  /// Cuts the kernel's bytes into commands, however they arrive.
  struct Decoder {
    private var buffer: [UInt8] = []

    mutating func decode(_ bytes: some Sequence<UInt8>) throws(Fault) -> [Command] {
      buffer += bytes
      var commands: [Command] = []
      var start = 0
      while let (command, end) = try Self.command(in: buffer, at: start) {
        commands.append(command)
        start = end
      }
      buffer.removeFirst(start)
      return commands
    }

    private static func command(
      in bytes: [UInt8], at start: Int
    ) throws(Fault) -> (Command, end: Int)? {
      guard bytes.count - start >= headerByteCount else { return nil }
      func field(_ index: Int) -> UInt32 {
        bytes[(start + 4 * index)..<(start + 4 * index + 4)].reduce(0) { $0 << 8 | UInt32($1) }
      }
      let end = start + headerByteCount
      let sequence = field(1)
      switch field(0) {
      case 2: return (.unlink(sequence: sequence, victim: field(5)), end)
      case 1: break
      default: throw .unknownCommand(field(0))
      }
      let isIn = field(3) == 1
      let length = Int(Int32(bitPattern: field(6)))
      guard (0...maximumTransferByteCount).contains(length) else { throw .tooLong(length) }
      // 0 or -1 for all but isochronous transfers, depending on the kernel.
      guard Int32(bitPattern: field(8)) <= 0 else { throw .isochronous }
      let dataCount = isIn ? 0 : length
      guard bytes.count - end >= dataCount else { return nil }
      let submit = Submit(
        sequence: sequence, endpoint: UInt8(field(4) & 0x0F) | (isIn ? 0x80 : 0), length: length,
        setup: setup(Array(bytes[(end - 8)..<end])), data: Array(bytes[end..<(end + dataCount)]))
      return (.submit(submit), end + dataCount)
    }

    private static func setup(_ bytes: [UInt8]) -> USBControlSetup {
      func word(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
      return USBControlSetup(
        requestType: bytes[0], request: bytes[1], value: word(2), index: word(4), length: word(6))
    }
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
