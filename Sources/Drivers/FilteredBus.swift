import Devices

/// Shows only some devices of a bus: the others stay with whoever has them.
public struct FilteredBus: USBBus {
  /// Changes that wait for the consumer, as many as the buses below keep.
  static let eventLimit = 1_024

  private let bus: any USBBus
  private let isShown: @Sendable (USBDeviceDescription) -> Bool

  public init(_ bus: any USBBus, isShown: @escaping @Sendable (USBDeviceDescription) -> Bool) {
    (self.bus, self.isShown) = (bus, isShown)
  }

  public func events() -> AsyncStream<USBBusEvent> {
    let (events, isShown) = (bus.events(), isShown)
    let (stream, outlet) = AsyncStream.makeStream(
      of: USBBusEvent.self, bufferingPolicy: .bufferingOldest(Self.eventLimit))
    let pump = Task {
      for await event in events {
        if case .attached(let device) = event, !isShown(device) { continue }
        outlet.yield(event)
      }
      outlet.finish()
    }
    outlet.onTermination = { _ in pump.cancel() }
    return stream
  }

  public func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    try await bus.open(device, claiming: interfaces)
  }

  public func holders(of device: USBDeviceDescription) async -> [USBHolder] {
    await bus.holders(of: device)
  }
}
