import Devices
import Testing

@testable import RigDevices

struct USBIPTests {
  /// GET_DESCRIPTOR(device) as vhci_hcd sends it.
  static let getDescriptor: [UInt8] =
    [0, 0, 0, 1, 0, 0, 0, 7, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]
    + [0, 0, 2, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    + [0x80, 6, 0, 1, 0, 0, 64, 0]
  static let bulkOut: [UInt8] =
    [0, 0, 0, 1, 0, 0, 0, 8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    + [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
    + [0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0x42, 0x43]
  static let unlink: [UInt8] =
    [0, 0, 0, 2, 0, 0, 0, 9, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8]
    + [UInt8](repeating: 0, count: 24)

  static let commands: [USBIP.Command] = [
    .submit(
      USBIP.Submit(
        sequence: 7, endpoint: 0x80, length: 64,
        setup: USBControlSetup(
          requestType: 0x80, request: 6, value: 0x0100, index: 0, length: 64), data: [])),
    .submit(
      USBIP.Submit(
        sequence: 8, endpoint: 0x02, length: 3,
        setup: USBControlSetup(requestType: 0, request: 0, value: 0, index: 0),
        data: [0x41, 0x42, 0x43])),
    .unlink(sequence: 9, victim: 8),
  ]

  @Test func `commands are cut from the stream however it is torn`() throws {
    let stream = Self.getDescriptor + Self.bulkOut + Self.unlink
    for size in [1, 2, 7, 47, 48, 49, 1_000] {
      var decoder = USBIP.Decoder()
      var commands: [USBIP.Command] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        commands += try decoder.decode(stream[start..<min(start + size, stream.count)])
      }
      #expect(commands == Self.commands)
    }
  }

  @Test func `what is no transfer is refused`() {
    var unknown = Self.unlink
    unknown[3] = 9
    #expect(throws: USBIP.Fault.unknownCommand(9)) { try decode(unknown) }
    var long = Self.bulkOut
    long[24] = 0x7F
    #expect(throws: USBIP.Fault.tooLong(0x7F00_0003)) { try decode(long) }
    long[24] = 0x80
    #expect(throws: USBIP.Fault.self) { try decode(long) }
    var isochronous = Self.bulkOut
    isochronous.replaceSubrange(32..<36, with: [0, 0, 0, 2])
    #expect(throws: USBIP.Fault.isochronous) { try decode(isochronous) }
  }

  private func decode(_ bytes: [UInt8]) throws(USBIP.Fault) -> [USBIP.Command] {
    var decoder = USBIP.Decoder()
    return try decoder.decode(bytes)
  }

  @Test func `replies are headers of 48 bytes with their data behind`() {
    let submitted = USBIP.Reply.submitted(sequence: 7, status: -32, count: 2, data: [1, 2]).bytes
    #expect(submitted.count == 50)
    #expect(submitted.prefix(8).elementsEqual([0, 0, 0, 3, 0, 0, 0, 7]))
    #expect(submitted[20..<28].elementsEqual([0xFF, 0xFF, 0xFF, 0xE0, 0, 0, 0, 2]))
    #expect(submitted.suffix(2).elementsEqual([1, 2]))
    let unlinked = USBIP.Reply.unlinked(sequence: 9, status: -104).bytes
    #expect(unlinked.count == 48)
    #expect(unlinked[20..<24].elementsEqual([0xFF, 0xFF, 0xFF, 0x98]))
  }

  @Test func `the kernel's list of ports is read`() {
    let status = """
      hub port sta spd dev      sockfd local_busid
      hs  0000 006 003 00010005 000005 1-1
      hs  0001 004 000 00000000 000000 0-0
      ss  0008 004 000 00000000 000000 0-0
      """
    #expect(
      VHCI.ports(status: status) == [
        VHCI.Port(number: 0, isHighSpeed: true, isFree: false),
        VHCI.Port(number: 1, isHighSpeed: true, isFree: true),
        VHCI.Port(number: 8, isHighSpeed: false, isFree: true),
      ])
  }
}
