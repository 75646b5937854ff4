import Devices
import LibUSB
import Simulators

// The cable pulled while something is on its way, and plugged again.
extension SelfTest {
  mutating func unplugging() async throws {
    let device = try await plugged()
    let usb = try await bus.open(device, claiming: [0])
    try cable.disturb { $0.hold(LoopbackModel.outEndpoint) }
    let out = Task {
      await fault {
        _ = try await usb.write(
          endpoint: LoopbackModel.outEndpoint, bytes: [UInt8](repeating: 0x41, count: 65_536),
          from: 0, timeoutMilliseconds: 30_000)
      }
    }
    let listening = Task {
      await fault {
        _ = try await usb.read(
          endpoint: LoopbackModel.inEndpoint, maximumByteCount: 64, timeoutMilliseconds: nil)
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    let clock = ContinuousClock()
    let start = clock.now
    try cable.unplug()
    checks.check("unplug-ends-write-in-flight", await out.value == .disconnected)
    checks.check("unplug-ends-read-in-flight", await listening.value == .disconnected)
    checks.measured("unplug-to-disconnected", start.duration(to: clock.now))
    checks.check("departure-is-told", await watch.departure(of: device))
    let after = await fault {
      _ = try await usb.write(
        endpoint: LoopbackModel.outEndpoint, bytes: [1], from: 0, timeoutMilliseconds: 100)
    }
    checks.check("unplugged-device-refuses", after == .disconnected)
    await usb.close()
    let gone = await fault { _ = try await bus.open(device, claiming: [0]) }
    checks.check("unplugged-device-cannot-be-opened", gone == .disconnected)

    let again = try await plugged()
    checks.check(
      "replugged-at-the-same-port", again.topology == device.topology,
      "\(device.topology) \(device.address) -> \(again.topology) \(again.address)")
    checks.check("with-another-address", again.address != device.address)
    let reopened = try await bus.open(again, claiming: [0])
    let sent = try await reopened.write(
      endpoint: LoopbackModel.outEndpoint, bytes: [1, 2, 3], from: 0,
      timeoutMilliseconds: Self.limitMilliseconds)
    checks.check("replugged-device-works", sent == 3)
    await reopened.close()
    try await unplugged(again)
  }
}
