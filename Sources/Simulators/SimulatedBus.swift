import Devices
import Synchronization

/// A bus whose ports hold simulated devices; whoever plays the person plugs and unplugs them.
public final class SimulatedBus: USBBus {
  /// Changes that wait for a consumer; beyond it the newest are lost, as a person could not plug so
  /// fast.
  static let eventLimit = 1_024

  private struct State {
    var attachments: [String: SimulatedAttachment] = [:]
    /// Devices that already tell this bus of their changes; kept, so that none is told twice.
    var known: [ObjectIdentifier: any SimulatedUSBDevice] = [:]
    var refusals: [String: DeviceError.Kind] = [:]
    var lastDeviceNumber = 1
    var consumer: AsyncStream<USBBusEvent>.Continuation?
  }

  private let state = Mutex(State())

  public init() {}

  /// Powers the device at a port, `1-2.3`. A device that is already there is unplugged first.
  public func plug(_ device: any SimulatedUSBDevice, at topology: String) {
    unplug(topology: topology)
    let isNew = state.withLock {
      $0.known.updateValue(device, forKey: ObjectIdentifier(device)) == nil
    }
    if isNew {
      device.onChange { [weak self, weak device] in
        if let device { self?.notify(device) }
      }
    }
    device.powerOn()
    state.withLock { state in
      // The kernel counts device numbers up, 1 is the root hub.
      state.lastDeviceNumber = state.lastDeviceNumber % 127 + 1
      let address = "001/" + padded(state.lastDeviceNumber)
      let attachment = SimulatedAttachment(
        device: device,
        description: USBDeviceDescription(
          device.descriptors, topology: topology, address: address))
      state.attachments[topology] = attachment
      state.consumer?.yield(.attached(attachment.description))
    }
  }

  /// Pulls the plug: every transfer of the device ends with `disconnected`. No device, no effect.
  public func unplug(topology: String) {
    let attachment = state.withLock { state -> SimulatedAttachment? in
      guard let attachment = state.attachments.removeValue(forKey: topology) else { return nil }
      state.consumer?.yield(.detached(address: attachment.description.address))
      return attachment
    }
    attachment?.disconnect()
  }

  public func isPlugged(topology: String) -> Bool {
    state.withLock { $0.attachments[topology] != nil }
  }

  /// Makes opening at this port fail (`accessDenied`, `busy`), or work again with nil.
  public func refuseOpening(topology: String, with kind: DeviceError.Kind?) {
    state.withLock { $0.refusals[topology] = kind }
  }

  /// Puts a fault on the device at a port, for this attachment only. No device, no effect.
  public func inject(_ fault: USBFault, topology: String) {
    guard let attachment = state.withLock({ $0.attachments[topology] }) else { return }
    attachment.withFaults { $0.inject(fault) }
    attachment.notify()
  }

  public func events() -> AsyncStream<USBBusEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: USBBusEvent.self, bufferingPolicy: .bufferingOldest(Self.eventLimit))
    state.withLock { state in
      state.consumer?.finish()
      state.consumer = continuation
      for attachment in state.attachments.values.sorted(by: { $0.topology < $1.topology }) {
        continuation.yield(.attached(attachment.description))
      }
    }
    return stream
  }

  public func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    let id = DeviceID("usb@\(device.topology)")
    let (attachment, refusal) = state.withLock {
      ($0.attachments[device.topology], $0.refusals[device.topology])
    }
    guard let attachment, attachment.description.address == device.address else {
      throw DeviceError(.disconnected, device: id)
    }
    if let refusal { throw DeviceError(refusal, device: id) }
    let numbers = Set(attachment.description.interfaces.map(\.number))
    guard numbers.isSuperset(of: interfaces) else { throw DeviceError(.unsupported, device: id) }
    guard let claim = attachment.claim() else { throw DeviceError(.busy, device: id) }
    return SimulatedInterface(attachment: attachment, claim: claim)
  }

  private func notify(_ device: any SimulatedUSBDevice) {
    let attachments = state.withLock { $0.attachments.values.filter { $0.device === device } }
    for attachment in attachments { attachment.notify() }
  }
}

extension SimulatedAttachment {
  fileprivate var topology: String { description.topology }
}

private func padded(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
}
