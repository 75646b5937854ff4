import Devices
import Synchronization

/// What a bus told, for tests that wait for it.
final class BusWatch: Sendable {
  static let limitSeconds = 15.0

  private let present = Mutex<[String: USBDeviceDescription]>([:])
  private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

  init(_ bus: any USBBus) {
    let events = bus.events()
    let reader = Task { [weak self] in
      for await event in events {
        self?.note(event)
      }
    }
    task.withLock { $0 = reader }
  }

  deinit { task.withLock { $0?.cancel() } }

  var devices: [USBDeviceDescription] { present.withLock { Array($0.values) } }

  /// The attachment of vendor and product, waited for; nil after the limit.
  func arrival(_ vendorID: UInt16, _ productID: UInt16) async -> USBDeviceDescription? {
    await eventually {
      self.devices.first { $0.vendorID == vendorID && $0.productID == productID }
    }
  }

  func departure(of device: USBDeviceDescription) async -> Bool {
    await eventually { self.devices.contains { $0.address == device.address } ? nil : true }
      ?? false
  }

  private func note(_ event: USBBusEvent) {
    present.withLock { present in
      switch event {
      case .attached(let device): present[device.address] = device
      case .detached(let address): present[address] = nil
      }
    }
  }
}

/// Asks again and again, up to a limit that no test should reach. What takes long to ask is asked
/// seldom: it takes its time from what is waited for.
func eventually<Value>(
  seconds: Double = BusWatch.limitSeconds, every pause: Duration = .milliseconds(5),
  _ body: () throws -> Value?
) async rethrows -> Value? {
  let clock = ContinuousClock()
  let limit = clock.now + .milliseconds(Int(seconds * 1_000))
  while true {
    if let value = try body() { return value }
    guard clock.now < limit else { return nil }
    do { try await Task.sleep(for: pause) } catch { return nil }
  }
}
