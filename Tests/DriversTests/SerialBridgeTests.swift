import Devices
import Profiles
import Testing

@testable import Drivers

struct SerialBridgeTests {
  /// `requestType request value index data`, as a capture shows them.
  private func lines(_ kind: SerialBridgeKind, baud: Int = 9_600) -> [String] {
    SerialBridge.requests(kind, interface: 1, baud: baud).map { request in
      let setup = request.setup
      let words = [
        UInt16(setup.requestType), UInt16(setup.request), setup.value, setup.index,
      ].map { String($0, radix: 16) }
      return (words + request.data.map { String($0, radix: 16) }).joined(separator: " ")
    }
  }

  @Test func `each chip is told its rate, 8N1 and that the terminal is ready`() {
    #expect(lines(.cdcACM) == ["21 20 0 1 80 25 0 0 0 0 8", "21 22 3 1"])
    #expect(
      lines(.ftdi) == [
        "40 0 0 0", "40 2 0 0", "40 3 4138 0", "40 4 8 0", "40 1 303 0", "40 9 ff 0",
      ])
    #expect(
      lines(.cp210x) == ["41 0 1 1", "41 1e 0 1 80 25 0 0", "41 3 800 1", "41 7 303 1"])
    #expect(
      lines(.ch340) == [
        "c0 5f 0 0", "40 a1 0 0", "40 9a 1312 b282", "40 9a 2518 c3", "40 a4 ff9f 0",
      ])
    #expect(lines(.pl2303).suffix(3) == ["21 20 0 0 80 25 0 0 0 0 8", "21 22 3 0", "40 1 0 0"])
  }

  @Test func `the divisors of the CH340 are the known ones, and no rate traps`() {
    #expect(SerialBridge.ch340Divisor(baud: 9_600) == 0xB202)
    #expect(SerialBridge.ch340Divisor(baud: 115_200) == 0xCC03)
    for kind in SerialBridgeKind.allCases {
      for baud in [Int.min, -1, 0, 1, 45, 46, 300, 2_929, 23_437, 3_000_000, Int.max] {
        #expect(!SerialBridge.requests(kind, interface: 0xFF, baud: baud).isEmpty)
      }
    }
  }

  @Test func `the status bytes of an FTDI chip are no data`() {
    let packet: [UInt8] = [0x01, 0x60, 0x34, 0x32]
    #expect(SerialBridge.payload(.ftdi, of: packet, packetByteCount: 64) == [0x34, 0x32])
    #expect(SerialBridge.payload(.ftdi, of: packet + [0x01], packetByteCount: 4) == [0x34, 0x32])
    #expect(SerialBridge.payload(.ftdi, of: [], packetByteCount: 0).isEmpty)
    #expect(SerialBridge.payload(.cp210x, of: packet, packetByteCount: 64) == packet)
  }
}
