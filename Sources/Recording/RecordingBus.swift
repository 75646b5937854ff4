import Devices
import Drivers
import Synchronization

/// A bus that writes down all that goes over another one.
public final class RecordingBus: USBBus {
  /// Changes that wait for the consumer, as many as the buses below keep.
  static let eventLimit = 1_024

  private let bus: any USBBus
  private let file: RecordingFile
  private let lastHandle = Mutex(0)

  public init(_ bus: any USBBus, to file: RecordingFile) {
    self.bus = bus
    self.file = file
  }

  public func events() -> AsyncStream<USBBusEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: USBBusEvent.self, bufferingPolicy: .bufferingOldest(Self.eventLimit))
    let (events, file) = (bus.events(), file)
    let pump = Task {
      for await event in events {
        switch event {
        case .attached(let device): file.record(.attached(device))
        case .detached(let address): file.record(.detached(address: address))
        }
        continuation.yield(event)
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in pump.cancel() }
    return stream
  }

  public func holders(of device: USBDeviceDescription) async -> [USBHolder] {
    await bus.holders(of: device)
  }

  public func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    do throws(DeviceError) {
      let opened = try await bus.open(device, claiming: interfaces)
      let handle = lastHandle.withLock { last in
        last += 1
        return last
      }
      file.record(.opened(opened.description, handle: handle))
      return RecordingInterface(opened, handle: handle, to: file)
    } catch {
      file.record(.refused(address: device.address, RecordedFault(error)))
      throw error
    }
  }
}

/// An opened device whose transfers are written down, each when it begins and when it ends.
final class RecordingInterface: USBInterface {
  let handle: Int
  let file: RecordingFile
  private let interface: any USBInterface
  private let lastNumber = Mutex(0)

  init(_ interface: any USBInterface, handle: Int, to file: RecordingFile) {
    self.interface = interface
    self.handle = handle
    self.file = file
  }

  var description: USBDeviceDescription { interface.description }

  func control(
    _ setup: USBControlSetup, data: [UInt8], timeoutMilliseconds: Int
  ) async throws(DeviceError) -> [UInt8] {
    let call = RecordedCall.control(setup, Sealed(data), milliseconds: timeoutMilliseconds)
    return try await recorded(call, { .data(Sealed($0)) }) { () async throws(DeviceError) in
      try await self.interface.control(
        setup, data: data, timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func read(
    endpoint: UInt8, maximumByteCount: Int, timeoutMilliseconds: Int?
  ) async throws(DeviceError) -> [UInt8] {
    let call = RecordedCall.read(
      endpoint: endpoint, maximum: maximumByteCount, milliseconds: timeoutMilliseconds)
    return try await recorded(call, { .data(Sealed($0)) }) { () async throws(DeviceError) in
      try await self.interface.read(
        endpoint: endpoint, maximumByteCount: maximumByteCount,
        timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func write(
    endpoint: UInt8, bytes: [UInt8], from offset: Int, timeoutMilliseconds: Int
  ) async throws(DeviceError) -> Int {
    let call = RecordedCall.write(
      endpoint: endpoint, byteCount: bytes.count, offset: offset,
      milliseconds: timeoutMilliseconds)
    return try await recorded(
      call, { .took($0, Sealed(bytes.dropFirst(offset).prefix(max(0, $0)))) }
    ) { () async throws(DeviceError) in
      try await self.interface.write(
        endpoint: endpoint, bytes: bytes, from: offset, timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func clearHalt(endpoint: UInt8) async throws(DeviceError) {
    try await recorded(.clearHalt(endpoint: endpoint), { .done }) {
      () async throws(DeviceError) in
      try await self.interface.clearHalt(endpoint: endpoint)
    }
  }

  func reset() async throws(DeviceError) {
    try await recorded(.reset, { .done }) { () async throws(DeviceError) in
      try await self.interface.reset()
    }
  }

  func close() async {
    let number = next()
    file.record(.called(handle: handle, number: number, .close))
    await interface.close()
    file.record(.answered(handle: handle, number: number, .done))
  }

  private func recorded<Value: Sendable>(
    _ call: RecordedCall, _ answer: (Value) -> RecordedAnswer,
    _ body: () async throws(DeviceError) -> Value
  ) async throws(DeviceError) -> Value {
    let number = next()
    file.record(.called(handle: handle, number: number, call))
    do throws(DeviceError) {
      let value = try await body()
      file.record(.answered(handle: handle, number: number, answer(value)))
      return value
    } catch {
      file.record(.answered(handle: handle, number: number, .fault(RecordedFault(error))))
      throw error
    }
  }

  private func next() -> Int {
    lastNumber.withLock { last in
      last += 1
      return last
    }
  }
}

/// The machine's time, with every look at it written down.
public struct RecordingClock: DriverClock {
  private let interface: RecordingInterface

  /// The clock for the driver on `interface`; the machine's own where that is not of a
  /// `RecordingBus`.
  public static func over(_ interface: any USBInterface) -> any DriverClock {
    guard let interface = interface as? RecordingInterface else { return MachineClock() }
    return RecordingClock(interface: interface)
  }

  public func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration {
    interface.file.record(.turned(handle: interface.handle, task))
  }

  public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
