import Devices
import Drivers
import LibUSB
import Profiles

/// The product's supervisor at work on this machine's bus, and what it tells.
final class Supervision: Sendable {
  let heard = HeardEvents()
  private let supervisor: DeviceSupervisor
  private let supervising: Task<Void, Never>
  private let listening: Task<Void, Never>

  init(_ profiles: ProfileSet) throws {
    let supervisor = DeviceSupervisor(bus: try LibUSBBus(), profiles: profiles)
    self.supervisor = supervisor
    supervising = Task { await supervisor.run() }
    listening = Task { [heard] in
      for await event in supervisor.events { heard.note(event) }
    }
  }

  /// Returns when every device is with the kernel's drivers again.
  func stop() async {
    await supervisor.stop()
    await supervising.value
    await listening.value
  }
}
