import Devices
import Simulators
import Testing

/// The least device: what is written to endpoint 01h comes back on 81h, as far as it has room.
private struct EchoModel: USBDeviceModel {
  var room: Int
  var stored: [UInt8] = []
  var powerOnCount = 0

  init(room: Int = 64) { self.room = room }

  var descriptors: USBDescriptors {
    USBDescriptors(
      speed: .full,
      device: [
        18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 0x14, 0x02, 1, 2, 3, 1,
      ],
      configuration: [
        9, 2, 43, 0, 1, 1, 0, 0x80, 50,
        9, 4, 0, 0, 2, 0x03, 0x01, 0x01, 0,
        9, 0x21, 0x11, 0x01, 0, 1, 0x22, 4, 0,
        7, 5, 0x81, 3, 8, 0, 4,
        7, 5, 0x01, 2, 64, 0, 0,
        9, 4, 0, 1, 0, 0x03, 0, 0, 0,
      ],
      strings: ["Maker", "Echo", "E1"], reports: [0: [0x05, 0x01, 0x09, 0x06]])
  }

  mutating func powerOn() { (stored, powerOnCount) = ([], powerOnCount + 1) }

  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch setup.request {
    case 0x01: .data([1, 2, 3, 4])
    case 0x02: .notReady
    default: .stall
    }
  }

  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    let taken = bytes.prefix(max(0, room - stored.count))
    if taken.isEmpty && !bytes.isEmpty { return .notReady }
    stored += taken
    return .accepted(taken.count)
  }

  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard !stored.isEmpty else { return nil }
    defer { stored.removeFirst(min(maximumByteCount, stored.count)) }
    return Array(stored.prefix(maximumByteCount))
  }
}

private func kind<Success>(
  _ body: () async throws(DeviceError) -> Success
) async -> DeviceError.Kind? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error.kind
  }
}

@Suite(.timeLimit(.minutes(1)))
struct SimulatedInterfaceTests {
  private let device = SimulatedDevice("echo", EchoModel())

  @Test func `the description is read from the descriptor bytes`() throws {
    let description = SimulatedInterface(device: device, topology: "1-2.3").description

    #expect(description.vendorID == 0x1234)
    #expect(description.productID == 0x5678)
    #expect(description.release == 0x0214)
    #expect(description.manufacturer == "Maker")
    #expect(description.product == "Echo")
    #expect(description.serialNumber == "E1")
    #expect(description.topology == "1-2.3")
    #expect(
      description.interfaces == [
        USBInterfaceDescription(
          number: 0, classCode: 3, subclassCode: 1, protocolCode: 1,
          endpoints: [
            USBEndpoint(address: 0x81, transferType: .interrupt, maximumPacketSize: 8),
            USBEndpoint(address: 0x01, transferType: .bulk, maximumPacketSize: 64),
          ], classDescriptors: [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 4, 0],
          reportDescriptor: [0x05, 0x01, 0x09, 0x06])
      ])
  }

  @Test func `a configuration that is cut off anywhere is read without a trap`() {
    let whole = EchoModel().descriptors
    for length in 0...whole.configuration.count {
      let cut = USBDescriptors(
        speed: .full, device: Array(whole.device.prefix(length)),
        configuration: Array(whole.configuration.prefix(length)), strings: [])
      let description = USBDeviceDescription(cut, topology: "1-1", address: "001/002")
      #expect(description.interfaces.count <= 1)
    }
  }

  @Test func `a read waits until the device has data`() async throws {
    let interface = SimulatedInterface(device: device)
    async let read = interface.read(
      endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
    device.withModel { $0.stored = [1, 2, 3] }

    #expect(try await read == [1, 2, 3])
  }

  @Test func `a read that is not answered times out`() async {
    let interface = SimulatedInterface(device: device)
    let kind = await kind { () throws(DeviceError) in
      try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: 5)
    }
    #expect(kind == .timedOut)
  }

  @Test func `cancelling the task ends a waiting read`() async {
    let interface = SimulatedInterface(device: device)
    let task = Task {
      await kind { () throws(DeviceError) in
        try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      }
    }
    task.cancel()
    #expect(await task.value == .cancelled)
  }

  @Test func `pulling the plug ends a waiting read and every later transfer`() async {
    let interface = SimulatedInterface(device: device)
    let task = Task {
      await kind { () throws(DeviceError) in
        try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      }
    }
    interface.unplug()
    #expect(await task.value == .disconnected)
    let later = await kind { () throws(DeviceError) in
      try await interface.write(endpoint: 1, bytes: [1], from: 0, timeoutMilliseconds: 5)
    }
    #expect(later == .disconnected)
  }

  @Test func `a write that is taken in part tells how far it came`() async throws {
    let interface = SimulatedInterface(device: SimulatedDevice("echo", EchoModel(room: 3)))
    let accepted = try await interface.write(
      endpoint: 1, bytes: [0, 1, 2, 3, 4, 5], from: 1, timeoutMilliseconds: 5)
    #expect(accepted == 3)
    let next = await kind { () throws(DeviceError) in
      try await interface.write(
        endpoint: 1, bytes: [0, 1, 2, 3, 4, 5], from: 4, timeoutMilliseconds: 5)
    }
    #expect(next == .timedOut)
  }

  @Test func `a write goes on when the device has room again`() async throws {
    let device = SimulatedDevice("echo", EchoModel(room: 2))
    let interface = SimulatedInterface(device: device)
    async let written = interface.write(
      endpoint: 1, bytes: [1, 2, 3, 4], from: 0, timeoutMilliseconds: 60_000)
    var read: [UInt8] = []
    while read.count < 4 {
      read += try await interface.read(
        endpoint: 0x81, maximumByteCount: 64, timeoutMilliseconds: nil)
      device.withModel { _ in }
    }
    #expect(try await written == 4)
    #expect(read == [1, 2, 3, 4])
  }

  @Test func `a stalled endpoint stays halted until it is cleared`() async throws {
    let interface = SimulatedInterface(device: device)
    interface.inject(.stall(endpoint: 1, count: 1))
    for _ in 0..<2 {
      let kind = await kind { () throws(DeviceError) in
        try await interface.write(endpoint: 1, bytes: [1], from: 0, timeoutMilliseconds: 5)
      }
      #expect(kind == .stalled)
    }
    try await interface.clearHalt(endpoint: 1)
    let accepted = try await interface.write(
      endpoint: 1, bytes: [1], from: 0, timeoutMilliseconds: 5)
    #expect(accepted == 1)
  }

  @Test func `a short write and a silent endpoint can be put on a device`() async throws {
    let interface = SimulatedInterface(device: device)
    interface.inject(.shortWrite(endpoint: 1, byteCount: 2))
    let accepted = try await interface.write(
      endpoint: 1, bytes: [1, 2, 3, 4], from: 0, timeoutMilliseconds: 5)
    #expect(accepted == 2)
    interface.inject(.silent(endpoint: 0x81, true))
    let kind = await kind { () throws(DeviceError) in
      try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: 5)
    }
    #expect(kind == .timedOut)
    interface.inject(.silent(endpoint: 0x81, false))
    let read = try await interface.read(
      endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: 5)
    #expect(read == [1, 2])
  }

  @Test func `standard requests are answered from the descriptors, others by the model`()
    async throws
  {
    let interface = SimulatedInterface(device: device)
    func get(_ type: UInt8, _ request: UInt8, _ value: UInt16, _ length: UInt16)
      async throws(DeviceError) -> [UInt8]
    {
      try await interface.control(
        USBControlSetup(
          requestType: type, request: request, value: value, index: 0, length: length),
        data: [], timeoutMilliseconds: 5)
    }
    #expect(try await get(0x80, 6, 0x0100, 8) == [18, 1, 0x00, 0x02, 0, 0, 0, 64])
    #expect(try await get(0x81, 6, 0x2200, 64) == [0x05, 0x01, 0x09, 0x06])
    #expect(try await get(0x80, 6, 0x0303, 64) == [6, 3, 0x45, 0, 0x31, 0])
    #expect(try await get(0xA1, 1, 0, 2) == [1, 2])
    let refused = await kind { () throws(DeviceError) in try await get(0x80, 6, 0x0600, 10) }
    #expect(refused == .stalled)
    let late = await kind { () throws(DeviceError) in try await get(0xA1, 2, 0, 2) }
    #expect(late == .timedOut)
  }

  @Test func `closing ends what waits and gives the device back`() async throws {
    let bus = SimulatedBus()
    bus.plug(device, at: "1-1")
    var events = bus.events().makeAsyncIterator()
    guard case .attached(let description) = await events.next() else {
      Issue.record("nothing is attached")
      return
    }
    let interface = try await bus.open(description, claiming: [0])
    let second = await kind { () throws(DeviceError) in
      try await bus.open(description, claiming: [0])
    }
    #expect(second == .busy)
    let task = Task {
      await kind { () throws(DeviceError) in
        try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      }
    }
    await interface.close()
    #expect(await task.value == .cancelled)
    let again = try await bus.open(description, claiming: [0])
    await again.close()
  }
}

@Suite(.timeLimit(.minutes(1)))
struct SimulatedBusTests {
  private let device = SimulatedDevice("echo", EchoModel())

  @Test func `what is there comes first, then every change`() async throws {
    let bus = SimulatedBus()
    bus.plug(device, at: "1-2")
    var events = bus.events().makeAsyncIterator()
    bus.unplug(topology: "1-2")
    bus.plug(device, at: "1-2")

    guard case .attached(let first) = await events.next(),
      case .detached(let address) = await events.next(),
      case .attached(let second) = await events.next()
    else {
      Issue.record("other events than attached, detached, attached")
      return
    }
    #expect(first.address == address)
    #expect(first.topology == second.topology)
    #expect(first.address != second.address)
    #expect(device.withModel { $0.powerOnCount } == 2)
  }

  @Test func `a device that was plugged out is gone for who had it open`() async throws {
    let bus = SimulatedBus()
    bus.plug(device, at: "1-2")
    var events = bus.events().makeAsyncIterator()
    guard case .attached(let description) = await events.next() else { return }
    let interface = try await bus.open(description, claiming: [0])
    bus.unplug(topology: "1-2")
    bus.plug(device, at: "1-2")
    let old = await kind { () throws(DeviceError) in
      try await interface.read(endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
    }
    #expect(old == .disconnected)
    let stale = await kind { () throws(DeviceError) in
      try await bus.open(description, claiming: [0])
    }
    #expect(stale == .disconnected)
  }

  @Test func `opening can be refused and interfaces that do not exist are not claimed`() async {
    let bus = SimulatedBus()
    bus.plug(device, at: "1-2")
    var events = bus.events().makeAsyncIterator()
    guard case .attached(let description) = await events.next() else { return }
    bus.refuseOpening(topology: "1-2", with: .accessDenied)
    #expect(
      await kind { () throws(DeviceError) in
        try await bus.open(description, claiming: [0])
      } == .accessDenied)
    bus.refuseOpening(topology: "1-2", with: nil)
    #expect(
      await kind { () throws(DeviceError) in
        try await bus.open(description, claiming: [1])
      } == .unsupported)
  }
}
