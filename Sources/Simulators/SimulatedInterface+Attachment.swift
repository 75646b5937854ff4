import Devices
import Synchronization

/// One stay of a simulated device at a port, from plug to unplug: what the host's end of the cable
/// knows of it. A device that is plugged in again gets a new one; the old one stays disconnected.
final class SimulatedAttachment: Sendable {
  /// Why a waiting transfer woke up.
  enum Wake: Equatable, Sendable {
    case changed, timedOut, cancelled
  }

  private struct State {
    /// Counts the changes, so that one between an attempt and its wait is not missed.
    var generation: UInt64 = 0
    var isConnected = true
    var waiters: [UInt64: CheckedContinuation<Wake, Never>] = [:]
    var nextWaiter: UInt64 = 0
    var faults = EndpointFaults()
    var claimant: UInt64?
    var nextClaimant: UInt64 = 0
  }

  let device: any SimulatedUSBDevice
  let description: USBDeviceDescription
  private let state = Mutex(State())

  init(device: any SimulatedUSBDevice, description: USBDeviceDescription) {
    self.device = device
    self.description = description
  }

  var id: DeviceID { DeviceID("usb@\(description.topology)") }
  var isConnected: Bool { state.withLock { $0.isConnected } }
  var generation: UInt64 { state.withLock { $0.generation } }

  /// The sole claim on the device, or nil when somebody has it.
  func claim() -> UInt64? {
    state.withLock { state in
      guard state.claimant == nil else { return nil }
      state.nextClaimant += 1
      state.claimant = state.nextClaimant
      return state.nextClaimant
    }
  }

  func release(_ claim: UInt64) {
    state.withLock { if $0.claimant == claim { $0.claimant = nil } }
    notify()
  }

  func holds(_ claim: UInt64) -> Bool { state.withLock { $0.claimant == claim } }

  func withFaults<Result: Sendable>(
    _ body: @Sendable (inout EndpointFaults) -> Result
  ) -> Result {
    state.withLock { body(&$0.faults) }
  }

  /// The cable is out: every transfer that waits, and every later one, is told so.
  func disconnect() {
    state.withLock { $0.isConnected = false }
    notify()
  }

  /// Something changed: whoever waits tries again.
  func notify() {
    let waiters = state.withLock { state in
      state.generation += 1
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume(returning: .changed) }
  }

  /// Returns at the first change after `generation`, at the deadline or when the task is cancelled.
  func wait(after generation: UInt64, until deadline: ContinuousClock.Instant?) async -> Wake {
    guard let deadline else { return await waitForChange(after: generation) }
    return await withTaskGroup(of: Wake.self) { group in
      group.addTask { await self.waitForChange(after: generation) }
      group.addTask {
        do {
          try await Task.sleep(until: deadline, clock: .continuous)
          return .timedOut
        } catch {
          return .cancelled
        }
      }
      let first = await group.next() ?? .cancelled
      group.cancelAll()
      return first
    }
  }

  private func waitForChange(after generation: UInt64) async -> Wake {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let wake: Wake? = state.withLock { state in
          if state.generation != generation { return .changed }
          // Asked under the lock: the handler below either finds the waiter or ran before this.
          if Task.isCancelled { return .cancelled }
          state.waiters[id] = continuation
          return nil
        }
        if let wake { continuation.resume(returning: wake) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
      waiter?.resume(returning: .cancelled)
    }
  }
}
