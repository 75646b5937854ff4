import Devices
import Testing

@testable import LibUSB

struct RosterTests {
  static func device(_ topology: String, _ address: String) -> USBDeviceDescription {
    USBDeviceDescription(
      vendorID: 0x04B8, productID: 0x0E28, release: 0x0100, manufacturer: nil, product: nil,
      serialNumber: nil, topology: topology, address: address, interfaces: [])
  }

  @Test func `devices are told once, in their order`() {
    var roster = Roster()
    let first = Self.device("1-2", "001/009")
    let second = Self.device("1-1", "001/004")
    roster.replaceAll([first, second])
    roster.attach(first)

    #expect(roster.next() == .attached(first))
    #expect(roster.next() == .attached(second))
    #expect(roster.next() == nil)
  }

  @Test func `a device that came and went unseen is not told`() {
    var roster = Roster()
    roster.attach(Self.device("1-1", "001/004"))
    roster.detach(address: "001/004")
    #expect(roster.next() == nil)
  }

  @Test func `a replugged device is a departure and an arrival`() {
    var roster = Roster()
    roster.attach(Self.device("1-1", "001/004"))
    _ = roster.next()
    // Its removal was not heard of, only the new attachment at the same port.
    let again = Self.device("1-1", "001/005")
    roster.attach(again)

    #expect(roster.next() == .detached(address: "001/004"))
    #expect(roster.next() == .attached(again))
    #expect(roster.next() == nil)
  }

  @Test func `another device with a used address is told as another`() {
    var roster = Roster()
    roster.attach(Self.device("1-1", "001/004"))
    _ = roster.next()
    roster.detach(address: "001/004")
    let other = Self.device("1-3", "001/004")
    roster.attach(other)

    #expect(roster.next() == .detached(address: "001/004"))
    #expect(roster.next() == .attached(other))
    #expect(roster.next() == nil)
  }

  /// What a HID device reports is known only once the kernel's driver has read it, and a scanner
  /// may be known by nothing else.
  @Test func `a device whose reports are learned later is told anew, once`() {
    func device(_ report: [UInt8]) -> USBDeviceDescription {
      USBDeviceDescription(
        vendorID: 0x0C2E, productID: 0x0B62, release: 0x0100, manufacturer: nil, product: nil,
        serialNumber: nil, topology: "1-1", address: "001/004",
        interfaces: [
          USBInterfaceDescription(
            number: 0, classCode: 3, subclassCode: 0, protocolCode: 0, endpoints: [],
            classDescriptors: [], reportDescriptor: report)
        ])
    }
    var roster = Roster()
    roster.learn(device([0x05, 0x8C]))
    #expect(roster.next() == nil)
    roster.attach(device([]))
    #expect(roster.next() == .attached(device([])))
    roster.learn(device([0x05, 0x8C]))
    #expect(roster.next() == .detached(address: "001/004"))
    #expect(roster.next() == .attached(device([0x05, 0x8C])))
    // A program has claimed it, and gives it back.
    for report in [[], [0x05, 0x8C]] as [[UInt8]] { roster.attach(device(report)) }
    #expect(roster.next() == nil)
  }

  /// Whatever came and went, a consumer that has caught up knows exactly what is there.
  @Test(arguments: [UInt64(1), 7, 4_021])
  func `a consumer that caught up knows exactly what is there`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var roster = Roster()
    var known: [String: USBDeviceDescription] = [:]
    var there: [String: USBDeviceDescription] = [:]
    var number = 0
    for step in 0..<3_000 {
      let port = "1-\(random.next() % 6)"
      if let device = there[port], random.next() % 2 == 0 {
        there[port] = nil
        roster.detach(address: device.address)
      } else {
        number += 1
        let device = Self.device(port, "001/\(number % 40)")
        guard !there.values.contains(where: { $0.address == device.address }) else { continue }
        there[port] = device
        roster.attach(device)
      }
      guard step % 5 == 0 else { continue }
      while let event = roster.next() {
        switch event {
        case .attached(let device): known[device.address] = device
        case .detached(let address): known[address] = nil
        }
      }
      #expect(Set(known.values.map(\.address)) == Set(there.values.map(\.address)))
      #expect(Set(known.values.map(\.topology)) == Set(there.keys))
    }
  }

  @Test func `a waiting consumer is woken by an arrival, by the end and by cancellation`() async {
    let changes = DeviceChanges()
    let device = Self.device("1-1", "001/004")
    let arrival = Task { await changes.next() }
    changes.update { $0.attach(device) }
    #expect(await arrival.value == .attached(device))

    let cancelled = Task { await changes.next() }
    cancelled.cancel()
    #expect(await cancelled.value == nil)

    let end = Task { await changes.next() }
    changes.finish()
    #expect(await end.value == nil)
  }
}
