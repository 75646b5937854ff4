import Devices
import Profiles
import Simulators
import StrictYAML
import Synchronization
import Testing

@testable import Drivers

/// A device with one bulk-IN endpoint: each byte put into it is read alone.
private struct BellModel: USBDeviceModel {
  let vendorID: UInt8
  var waiting: [UInt8] = []

  var descriptors: USBDescriptors {
    USBDescriptors(
      speed: .full,
      device: [18, 1, 0, 2, 0, 0, 0, 64, vendorID, 0, 1, 0, 0, 1, 0, 0, 0, 1],
      configuration: [
        9, 2, 25, 0, 1, 1, 0, 0x80, 50,
        9, 4, 0, 0, 1, vendorID, 1, vendorID == 3 ? 1 : 2, 0,
        7, 5, vendorID == 3 ? 0x81 : 0x01, 2, 8, 0, 1,
      ], strings: [])
  }

  mutating func powerOn() { waiting = [] }
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer { .stall }
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    waiting.isEmpty ? nil : [waiting.removeFirst()]
  }
}

/// Every byte is a scan, except FFh, which is no protocol of anybody.
private struct BellScanner: Scanner {
  let interface: any USBInterface
  let device: DeviceID

  func run(_ deliver: @Sendable (ScannerOutput) -> Void) async throws(DeviceError) {
    while true {
      let bytes = try await interface.read(
        endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
      if bytes == [0xFF] { throw DeviceError(.malformedResponse, device: device) }
      deliver(.scan(ScanData(bytes: bytes, aimIdentifier: nil, device: device)))
    }
  }
}

private struct BellPrinter: POSPrinter {
  let interface: any USBInterface
  let device: DeviceID
  let capabilities = PrinterCapabilities(columns: 42, completion: .none, hasCutter: false)

  func paperMillimeters(for job: PrintJob) async -> Int { 0 }

  func print(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion { .sent }

  func run(_ deliver: @Sendable (PrinterStatus) -> Void) async throws(DeviceError) {
    deliver(PrinterStatus(isOnline: true, isCoverOpen: false, paper: .nearEnd))
    _ = try await interface.read(
      endpoint: 0x81, maximumByteCount: 8, timeoutMilliseconds: nil)
  }
}

/// Stands still until told.
private final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset = Duration.zero
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct State {
    var now = Instant()
    var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Bool, Never>)] = [:]
    var nextSleeper = 0
  }

  private let state = Mutex(State())
  private let pauses: AsyncStream<Duration>.Continuation
  /// Every sleep that began, how long it is to be.
  let begun: AsyncStream<Duration>

  init() { (begun, pauses) = AsyncStream.makeStream() }

  var now: Instant { state.withLock { $0.now } }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    let isWhole = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let length: Duration? = state.withLock { state in
          if Task.isCancelled { return nil }
          state.sleepers[id] = (deadline, continuation)
          return state.now.duration(to: deadline)
        }
        if let length { pauses.yield(length) } else { continuation.resume(returning: false) }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
      sleeper?.continuation.resume(returning: false)
    }
    if !isWhole { throw CancellationError() }
  }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due
    }
    for sleeper in due.values { sleeper.continuation.resume(returning: true) }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct DeviceSupervisorTests {
  private let bus = SimulatedBus()
  private let clock = ManualClock()
  private let scanner = SimulatedDevice("scanner", BellModel(vendorID: 3))
  private let printer = SimulatedDevice("printer", BellModel(vendorID: 7))

  private func supervisor() throws -> DeviceSupervisor {
    let files = [
      "bell-scanner": """
      category: scanner
      driver: keyboard-scanner
      match: { usb: "0003:0001" }
      source: a test
      verified: simulated
      """,
      "bell-printer": """
      category: pos-printer
      driver: escpos
      match: { class: "07/01/02" }
      escpos: { columns: 42, dotsPerLine: 512, completion: none, cutter: false, multibyte: none, \
        codePages: {}, millimetersPerSecond: 100 }
      source: a test
      verified: simulated
      """,
    ]
    let profiles = try ProfileSet(
      files.map { ($0.key, try YAMLFile.parse($0.value, file: $0.key + ".yaml")) })
    return DeviceSupervisor(
      bus: bus, profiles: profiles, clock: clock
    ) { match, interface, device in
      match.profile.kind == .scanner
        ? .scanner(BellScanner(interface: interface, device: device))
        : .printer(BellPrinter(interface: interface, device: device), display: nil)
    }
  }

  private func running(
    _ body: (DeviceSupervisor, inout EventReader) async throws -> Void
  ) async throws {
    let supervisor = try supervisor()
    let run = Task { await supervisor.run() }
    var events = EventReader(supervisor)
    try await body(supervisor, &events)
    await supervisor.stop()
    await run.value
  }

  @Test func `what was never seen is told absent first`() async throws {
    try await running { _, events in
      for kind in DeviceKind.allCases {
        let status = await events.nextStatus()
        #expect(status?.kind == kind)
        #expect(status?.state == .absent)
        #expect(status?.message.isEmpty == false)
      }
    }
  }

  @Test func `a device that is plugged in is claimed, enabled and heard`() async throws {
    try await running { _, events in
      bus.plug(scanner, at: "1-2")
      let states = await events.states(of: "scanner@1-2", through: .enabled)
      #expect(states == [.attached, .claimed, .enabled])
      scanner.withModel { $0.waiting = [0x41] }
      let scan = await events.next { event in
        if case .scan(let data) = event { data } else { nil }
      }
      #expect(scan?.bytes == [0x41])
      #expect(scan?.device == DeviceID("scanner@1-2"))
    }
  }

  @Test func `a device that may not be opened is told with the cure and tried again`() async throws
  {
    try await running { _, events in
      bus.refuseOpening(topology: "1-2", with: .accessDenied)
      bus.plug(scanner, at: "1-2")
      let status = await events.status(of: "scanner@1-2", in: .faulted)
      #expect(status?.message.contains("udev rules") == true)
      #expect(status?.profile == "bell-scanner")

      var pauses = clock.begun.makeAsyncIterator()
      #expect(await pauses.next() == .milliseconds(500))
      clock.advance(by: .milliseconds(500))
      #expect(await pauses.next() == .seconds(1))
      bus.refuseOpening(topology: "1-2", with: nil)
      clock.advance(by: .seconds(1))
      #expect(await events.status(of: "scanner@1-2", in: .enabled) != nil)
    }
  }

  @Test func `a device that is held by another program is told so`() async throws {
    try await running { _, events in
      bus.refuseOpening(topology: "1-2", with: .busy)
      bus.plug(printer, at: "1-2")
      let status = await events.status(of: "printer@1-2", in: .faulted)
      #expect(status?.message.contains("CUPS") == true)
    }
  }

  @Test func `an unplugged device is absent and found again at its port`() async throws {
    try await running { _, events in
      bus.plug(printer, at: "1-2.3")
      _ = await events.status(of: "printer@1-2.3", in: .enabled)
      bus.unplug(topology: "1-2.3")
      let states = await events.states(of: "printer@1-2.3", through: .absent)
      #expect(states.last == .absent)
      bus.plug(printer, at: "1-2.3")
      #expect(await events.status(of: "printer@1-2.3", in: .enabled) != nil)
    }
  }

  @Test func `a device that breaks its protocol is closed, reset and opened again`() async throws {
    try await running { _, events in
      bus.plug(scanner, at: "1-2")
      _ = await events.status(of: "scanner@1-2", in: .enabled)
      scanner.withModel { $0.waiting = [0xFF] }
      let status = await events.status(of: "scanner@1-2", in: .faulted)
      #expect(status?.message.contains("reset") == true)
      var pauses = clock.begun.makeAsyncIterator()
      _ = await pauses.next()
      clock.advance(by: .milliseconds(500))
      #expect(await events.status(of: "scanner@1-2", in: .enabled) != nil)
    }
  }

  @Test func `a printer is handed over and tells what it needs`() async throws {
    try await running { _, events in
      bus.plug(printer, at: "1-2")
      let ready = await events.next { event in
        if case .printerReady(let printer) = event { printer } else { nil }
      }
      #expect(ready?.device == DeviceID("printer@1-2"))
      let status = await events.status(of: "printer@1-2", in: .enabled)
      #expect(status?.attention == [.paperNearEnd])
      #expect(status?.message.contains("near its end") == true)
    }
  }

  @Test func `after stopping every device can be opened by others`() async throws {
    bus.plug(scanner, at: "1-2")
    bus.plug(printer, at: "1-3")
    try await running { _, events in
      _ = await events.status(of: "scanner@1-2", in: .enabled)
      _ = await events.status(of: "printer@1-3", in: .enabled)
    }
    var attached = bus.events().makeAsyncIterator()
    for _ in 0..<2 {
      guard case .attached(let device) = await attached.next() else {
        Issue.record("a device is missing")
        return
      }
      let interface = try await bus.open(device, claiming: [0])
      await interface.close()
    }
  }

  @Test func `stopping before running leaves every device alone`() async throws {
    bus.plug(scanner, at: "1-2")
    let supervisor = try supervisor()
    await supervisor.stop()
    await supervisor.run()
    var states: [DeviceState] = []
    for await event in supervisor.events {
      if case .status(let status) = event { states.append(status.state) }
    }
    #expect(states.allSatisfy { $0 == .absent || $0 == .attached })
  }
}

/// Reads events up to the one that a test waits for.
private struct EventReader {
  private var iterator: DeviceEvents.Iterator

  init(_ supervisor: DeviceSupervisor) { iterator = supervisor.events.makeAsyncIterator() }

  mutating func next<Value>(_ pick: (DeviceEvent) -> Value?) async -> Value? {
    while let event = await iterator.next() {
      if let value = pick(event) { return value }
    }
    return nil
  }

  mutating func nextStatus() async -> DeviceStatus? {
    await next { if case .status(let status) = $0 { status } else { nil } }
  }

  mutating func status(of device: String, in state: DeviceState) async -> DeviceStatus? {
    await next { event in
      if case .status(let status) = event, status.device.description == device,
        status.state == state
      {
        status
      } else {
        nil
      }
    }
  }

  /// The states of a device in order, up to the one named.
  mutating func states(of device: String, through last: DeviceState) async -> [DeviceState] {
    var states: [DeviceState] = []
    while states.last != last, let status = await nextStatus() {
      if status.device.description == device { states.append(status.state) }
    }
    return states
  }
}
