import Daemon
import Devices
import Drivers
import Logging
import PCSC
import ServiceLifecycle

/// The devices as a service: on stop the kernel's drivers get them back.
struct DeviceRun: Service {
  let supervisor: DeviceSupervisor
  /// The card readers, where pcscd drives them.
  let pcsc: PCSCSupervisor?
  let desk: CardDesk
  let loop: CheckoutLoop
  let watch: DeviceWatch
  let logger: Logger

  func run() async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        group.addTask {
          // A loop that is behind lets them wait in the supervisor's stream; none is lost.
          for await event in supervisor.events { await take(event) }
        }
        if let pcsc {
          group.addTask {
            var last: DeviceState?
            for await event in pcsc.events() {
              if case .status(let status) = event, status.state != last {
                last = status.state
                log(status)
              }
              await take(event)
            }
          }
        }
        await group.waitForAll()
      }
    }
  }

  private func take(_ event: DeviceEvent) async {
    watch.take(event)
    // Cards that staff issue or check are nobody's tap.
    guard !desk.holds(event) else { return }
    await loop.deliver(event)
  }

  private func log(_ status: DeviceStatus) {
    switch status.state {
    case .faulted:
      logger.warning(
        "\(status.device): \(status.message) Tried again every \(PCSCSupervisor.pause).")
    case .absent: logger.notice("\(status.device): \(status.message)")
    case .enabled: logger.notice("\(status.device): in use")
    case .attached, .opened, .claimed: break
    }
  }
}
