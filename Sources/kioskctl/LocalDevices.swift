import Daemon
import Devices
import Drivers
import LibUSB
import Profiles

/// The devices of one kind, opened by this program because no daemon runs.
struct LocalDevices {
  /// How long a device may take from the start to its use.
  static let openingSeconds = 10

  let kind: DeviceKind
  let profiles: ProfileSet
  let bus: any USBBus

  /// On the machine's own bus.
  init(_ kind: DeviceKind, profiles: ProfileSet) throws {
    self.init(kind, profiles: profiles, bus: try LibUSBBus(onFault: { _ in }))
  }

  init(_ kind: DeviceKind, profiles: ProfileSet, bus: any USBBus) {
    (self.kind, self.profiles, self.bus) = (kind, profiles, bus)
  }

  /// Hands what the devices tell to `body`; when it returns, or the deadline has come, the kernel's
  /// drivers have them again. Nil when the deadline came first.
  func use<Value: Sendable>(
    until deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable (AsyncStream<DeviceEvent>) async throws -> Value
  ) async throws -> Value? {
    let supervisor = DeviceSupervisor(
      bus: OneKindBus(bus: bus, profiles: profiles, kind: kind), profiles: profiles)
    let running = Task { await supervisor.run() }
    let result = await withTaskGroup(of: Result<Value?, any Error>.self) { group in
      group.addTask {
        do { return .success(try await body(supervisor.events)) } catch { return .failure(error) }
      }
      group.addTask {
        // Cancelled when the body was faster; its answer counts then.
        do { try await Task.sleep(until: deadline, clock: .continuous) } catch {}
        return .success(nil)
      }
      let first = await group.next()
      group.cancelAll()
      return first
    }
    await supervisor.stop()
    await running.value
    return try result?.get()
  }
}

/// Shows only the devices of one kind: the others stay with whoever has them.
private struct OneKindBus: USBBus {
  /// Changes that wait for the consumer, as many as the buses below keep.
  static let eventLimit = 1_024

  let bus: any USBBus
  let profiles: ProfileSet
  let kind: DeviceKind

  func events() -> AsyncStream<USBBusEvent> {
    let (events, profiles, kind) = (bus.events(), profiles, kind)
    let (stream, outlet) = AsyncStream.makeStream(
      of: USBBusEvent.self, bufferingPolicy: .bufferingOldest(Self.eventLimit))
    let pump = Task {
      for await event in events {
        if case .attached(let device) = event, profiles.match(device)?.profile.kind != kind {
          continue
        }
        outlet.yield(event)
      }
      outlet.finish()
    }
    outlet.onTermination = { _ in pump.cancel() }
    return stream
  }

  func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    try await bus.open(device, claiming: interfaces)
  }
}
