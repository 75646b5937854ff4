import Devices
import Testing

@testable import LibUSB

struct ConfigurationParserTests {
  /// A boot keyboard: one interface with a HID descriptor and one interrupt endpoint (HID 1.11, E).
  static let keyboard: [UInt8] =
    [18, 1, 0x00, 0x02, 0, 0, 0, 8, 0x2E, 0x0C, 0x61, 0x0B, 0x05, 0x01, 1, 2, 3, 1]
    + [9, 2, 34, 0, 1, 1, 0, 0x80, 50]
    + [9, 4, 0, 0, 1, 3, 1, 1, 0]
    + [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0]
    + [7, 5, 0x81, 3, 8, 0, 10]

  @Test func `a keyboard's descriptors give its interface, endpoint and HID descriptor`() throws {
    let descriptors = try ConfigurationParser.parse(Self.keyboard)

    #expect(descriptors.vendorID == 0x0C2E)
    #expect(descriptors.productID == 0x0B61)
    #expect(descriptors.release == 0x0105)
    #expect(
      descriptors.interfaces(ofConfiguration: 1) == [
        USBInterfaceDescription(
          number: 0, classCode: 3, subclassCode: 1, protocolCode: 1,
          endpoints: [
            USBEndpoint(address: 0x81, transferType: .interrupt, maximumPacketSize: 8)
          ],
          classDescriptors: [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0])
      ])
  }

  @Test func `alternate settings and what belongs to them are left out`() throws {
    let alternate: [UInt8] = [9, 4, 0, 1, 1, 7, 1, 3, 0, 7, 5, 0x02, 2, 0, 2, 0]
    let descriptors = try ConfigurationParser.parse(Self.keyboard + alternate)

    #expect(descriptors.interfaces(ofConfiguration: 1).count == 1)
    #expect(descriptors.interfaces(ofConfiguration: 1).first?.endpoints.count == 1)
  }

  @Test func `a communication device gives two interfaces and its functional descriptors`() throws {
    let device = Array(Self.keyboard.prefix(18))
    let configuration: [UInt8] =
      [9, 2, 0, 0, 2, 1, 0, 0x80, 50]
      + [8, 0x0B, 0, 2, 2, 2, 1, 0]  // interface association (USB ECN, 9.X.Y)
      + [9, 4, 0, 0, 1, 2, 2, 1, 0] + [5, 0x24, 0, 0x10, 1] + [5, 0x24, 6, 0, 1]
      + [7, 5, 0x83, 3, 16, 0, 10]
      + [9, 4, 1, 0, 2, 10, 0, 0, 0] + [7, 5, 0x01, 2, 64, 0, 0] + [7, 5, 0x82, 2, 64, 0, 0]
    let interfaces = try ConfigurationParser.parse(device + configuration)
      .interfaces(ofConfiguration: 1)

    #expect(interfaces.map(\.number) == [0, 1])
    #expect(interfaces[0].classDescriptors == [5, 0x24, 0, 0x10, 1, 5, 0x24, 6, 0, 1])
    #expect(interfaces[1].endpoints.map(\.address) == [0x01, 0x82])
    #expect(interfaces[1].endpoints.map(\.isIn) == [false, true])
  }

  @Test func `the configuration in force is taken, else the first`() throws {
    let second: [UInt8] = [9, 2, 18, 0, 1, 2, 0, 0x80, 50, 9, 4, 7, 0, 0, 0xFF, 0, 0, 0]
    let descriptors = try ConfigurationParser.parse(Self.keyboard + second)

    #expect(descriptors.interfaces(ofConfiguration: 2).map(\.number) == [7])
    #expect(descriptors.interfaces(ofConfiguration: 9).map(\.number) == [0])
    #expect(descriptors.interfaces(ofConfiguration: nil).map(\.number) == [0])
  }

  @Test func `what is no device descriptor is refused`() {
    #expect(throws: DescriptorFault.truncated(at: 0)) { try ConfigurationParser.parse([]) }
    #expect(throws: DescriptorFault.truncated(at: 17)) {
      try ConfigurationParser.parse(Array(Self.keyboard.prefix(17)))
    }
    #expect(throws: DescriptorFault.notADevice) {
      try ConfigurationParser.parse([UInt8](repeating: 9, count: 40))
    }
  }

  @Test func `descriptors cut off anywhere keep what was whole`() throws {
    for length in 18..<Self.keyboard.count {
      let descriptors = try ConfigurationParser.parse(Array(Self.keyboard.prefix(length)))
      let interfaces = descriptors.interfaces(ofConfiguration: 1)
      #expect(interfaces.count == (length >= 36 ? 1 : 0))
      #expect(interfaces.allSatisfy { $0.endpoints.isEmpty })
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4_021])
  func `no bytes make the parser trap or pass its limits`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var parsed = 0
    for _ in 0..<5_000 {
      var bytes = Self.keyboard
      if random.next() % 3 == 0 {
        bytes = Array(bytes.prefix(18))
        for _ in 0..<Int(random.next() % 600) { bytes.append(UInt8(random.next() & 0x0F)) }
      }
      for _ in 0..<Int(random.next() % 8) {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      do {
        let descriptors = try ConfigurationParser.parse(bytes)
        parsed += 1
        #expect(descriptors.configurations.count <= ConfigurationParser.maximumConfigurationCount)
        for configuration in descriptors.configurations {
          #expect(configuration.interfaces.count <= ConfigurationParser.maximumInterfaceCount)
        }
      } catch {
        #expect(error == .notADevice)
      }
    }
    #expect(parsed > 1_000)
  }
}

/// The numbers of a seed are the same on every machine and compiler.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
