import Devices
import Ledger
import Retail
import Synchronization

/// Lets technicians see what the devices tell, beside the daemon that acts on it.
public final class DeviceWatch: Sendable {
  private struct Watcher {
    let device: WatchedDevice
    let isRaw: Bool
    let outlet: AsyncStream<SeenEvent>.Continuation
    var last: Int64?
  }

  private struct State {
    var watchers: [Int: Watcher] = [:]
    var nextWatcher = 0
  }

  private let clock: KioskClock
  private let scans: ScanDesk
  private let state = Mutex(State())

  public init(clock: KioskClock, scans: ScanDesk) {
    self.clock = clock
    self.scans = scans
  }

  /// What comes from now on; nil when as many watch as may. One who does not read misses the
  /// oldest.
  public func events(of device: WatchedDevice, isRaw: Bool) -> AsyncStream<SeenEvent>? {
    let (stream, outlet) = AsyncStream.makeStream(
      of: SeenEvent.self, bufferingPolicy: .bufferingNewest(ControlSocket.watchBufferLimit))
    let id = state.withLock { state -> Int? in
      guard state.watchers.count < ControlSocket.watchLimit else { return nil }
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = Watcher(device: device, isRaw: isRaw, outlet: outlet)
      return state.nextWatcher
    }
    guard let id else { return nil }
    outlet.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.watchers.removeValue(forKey: id) }
    }
    return stream
  }

  /// What a device told; costs nothing while nobody watches.
  public func take(_ event: DeviceEvent) {
    state.withLock { state in
      for (id, watcher) in state.watchers {
        let time = clock.now()
        guard
          var seen = SeenEvent(
            event, for: watcher.device, isRaw: watcher.isRaw, scans: scans, at: time)
        else { continue }
        let now = time.instant.milliseconds
        seen.millisecondsSinceLast = watcher.last.map { now - $0 }
        state.watchers[id]?.last = now
        watcher.outlet.yield(seen)
      }
    }
  }
}
