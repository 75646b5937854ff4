import Devices
import Synchronization

/// A model behind a lock, shared by its carrier and by whoever plays the person at the device.
public final class SimulatedDevice<Model: USBDeviceModel>: SimulatedUSBDevice {
  private let model: Mutex<Model>
  private let listeners = Mutex<[@Sendable () -> Void]>([])
  public let name: String
  public let descriptors: USBDescriptors

  public init(_ name: String, _ model: Model) {
    self.name = name
    descriptors = model.descriptors
    self.model = Mutex(model)
  }

  /// Changes or reads the model as a person would: takes paper away, puts a card on.
  public func withModel<Result: Sendable>(
    _ body: @Sendable (inout Model) throws -> Result
  ) rethrows -> Result {
    let result = try model.withLock { try body(&$0) }
    notify()
    return result
  }

  public func powerOn() { withModel { $0.powerOn() } }

  public func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    answer { $0.control(setup, data: data) }
  }

  public func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    answer { $0.write(endpoint: endpoint, bytes: bytes) }
  }

  public func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    // No notification: taking data away makes nothing new possible for an IN endpoint.
    model.withLock { $0.read(endpoint: endpoint, maximumByteCount: maximumByteCount) }
  }

  public func onChange(_ listener: @escaping @Sendable () -> Void) {
    listeners.withLock { $0.append(listener) }
  }

  private func answer(_ body: (inout Model) -> USBAnswer) -> USBAnswer {
    let answer = model.withLock { body(&$0) }
    // A NAK changes nothing; telling of it would wake the carrier that just got it, for ever.
    if answer != .notReady { notify() }
    return answer
  }

  private func notify() {
    for listener in listeners.withLock({ $0 }) { listener() }
  }
}

/// What a carrier needs of a simulated device, whatever its model.
public protocol SimulatedUSBDevice: AnyObject, Sendable {
  var name: String { get }
  var descriptors: USBDescriptors { get }
  func powerOn()
  func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer
  func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer
  func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]?
  /// Called after every change, outside the lock; a carrier then retries what was not ready.
  func onChange(_ listener: @escaping @Sendable () -> Void)
}
