import Devices
import LibUSB
import Simulators

// Bytes over the cable, whole and broken off.
extension SelfTest {
  mutating func transfers() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    let identity = try await usb.control(
      USBControlSetup(requestType: 0xA1, request: 0, value: 0, index: 0, length: 1_023), data: [],
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check(
      "control-in", identity.dropFirst(2).elementsEqual(LoopbackModel.deviceID.utf8))
    let none = try await usb.control(
      USBControlSetup(requestType: 0x21, request: 2, value: 0, index: 0), data: [],
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("control-out", none.isEmpty)
    let refused = await fault {
      _ = try await usb.control(
        USBControlSetup(requestType: 0xA1, request: 99, value: 0, index: 0, length: 1), data: [],
        timeoutMilliseconds: Self.limitMilliseconds)
    }
    checks.check("control-stall", refused == .stalled)

    // Not a multiple of the transfer's size, so that the last part is a short one.
    let bytes = (0..<150_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    for count in [65_536, bytes.count] {
      loopback.withModel { $0.forget() }
      let sent = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: Array(bytes.prefix(count)), from: 0,
        timeoutMilliseconds: 20_000)
      checks.check(
        "bulk-out-\(count)",
        sent == count && loopback.withModel { $0.received } == Array(bytes.prefix(count)))
    }
    loopback.withModel { $0.answer([0x12]) }
    let answer = try await usb.read(
      endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64,
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("bulk-in-ends-with-a-short-packet", answer == [0x12])
    let long = (0..<700).map { UInt8(truncatingIfNeeded: $0) }
    loopback.withModel { $0.answer(long) }
    let packets = try await usb.read(
      endpoint: LoopbackModel.inEndpoint, maximumByteCount: 4_096,
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("bulk-in-of-several-packets", packets == long)
    let silent = await fault {
      _ = try await usb.read(
        endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64, timeoutMilliseconds: 100)
    }
    checks.check("silent-in-times-out", silent == .timedOut)
    await usb.close()
    try await unplugged(device)
  }

  // MARK: - Faults

  mutating func faults() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    let out = LoopbackModel.outEndpoint
    let bytes = (0..<64).map { UInt8($0) }
    func write(from offset: Int = 0, limit: Int = Self.limitMilliseconds) async throws -> Int {
      try await usb.write(endpoint: out, bytes: bytes, from: offset, timeoutMilliseconds: limit)
    }

    try cable.disturb { $0.stall(out) }
    checks.check("stall-is-told", await fault { _ = try await write() } == .stalled)
    try await usb.clearHalt(endpoint: out)
    checks.check("clear-halt-heals", try await write() == 64)

    loopback.withModel { $0.forget() }
    try cable.disturb { $0.shorten(out, to: 20) }
    checks.check("broken-off-write-tells-its-part", try await write() == 20)
    checks.check("then-stall-is-told", await fault { _ = try await write(from: 20) } == .stalled)
    try await usb.clearHalt(endpoint: out)
    checks.check("write-resumes-from-its-offset", try await write(from: 20) == 44)
    checks.check("nothing-lost-nothing-twice", loopback.withModel { $0.received } == bytes)

    try cable.disturb { $0.hold(out) }
    checks.check(
      "silent-out-times-out", await fault { _ = try await write(limit: 100) } == .timedOut)
    try cable.disturb { $0.release(out) }
    checks.check("released-endpoint-works", try await write() == 64)

    // A printer that goes offline takes what fits and then no more.
    loopback.withModel {
      $0.forget()
      $0.roomByteCount = 24
    }
    let taken = try await write(limit: 200)
    checks.check("offline-write-tells-its-part", taken == 24, "\(taken)")
    checks.check(
      "offline-write-times-out",
      await fault { _ = try await write(from: 24, limit: 100) } == .timedOut)
    loopback.withModel { $0.roomByteCount = nil }
    checks.check("online-again-takes-the-rest", try await write(from: 24) == 40)
    checks.check(
      "offline-lost-nothing-twice", loopback.withModel { $0.received } == bytes)

    // More than was asked for: the transfer fails and the next one works (USB 2.0, 8.7.4).
    try cable.disturb { $0.overflow(LoopbackModel.inEndpoint) }
    loopback.withModel { $0.answer([1, 2, 3]) }
    func read() async throws -> [UInt8] {
      try await usb.read(
        endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64,
        timeoutMilliseconds: Self.limitMilliseconds)
    }
    checks.check(
      "overflow-is-told", await fault { _ = try await read() } == .malformedResponse)
    loopback.withModel { $0.answer([4]) }
    checks.check("read-after-overflow", try await read() == [4])

    try await usb.reset()
    checks.check("write-after-reset", try await write() == 64)
    await usb.close()
    try await unplugged(device)
  }
}
