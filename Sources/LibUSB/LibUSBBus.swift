import Devices
import Dispatch

/// The USB of the machine. A machine without any is a bus on which nothing ever appears.
public final class LibUSBBus: USBBus {
  /// Named by faults that are no single device's.
  static let deviceID = DeviceID("usb")

  private let context: LibUSBContext
  private let monitor: HotplugMonitor
  private let changes = DeviceChanges()
  private let nodes: String

  /// Throws when libusb or the kernel's event socket cannot be had at all. `onFault` is for the
  /// log: told, on threads of the bus, when one of them fails and goes on trying.
  public init(
    onFault: @escaping @Sendable (DeviceError) -> Void = { _ in }
  ) throws(DeviceError) {
    do {
      context = try LibUSBContext(onFault: onFault)
    } catch {
      throw DeviceError(libusb: error.code, device: Self.deviceID)
    }
    nodes = Sysfs.system.nodes
    monitor = try HotplugMonitor(changes, onFault: onFault)
  }

  /// The consumer may lag: what came and went meanwhile is left out, the rest is told in order.
  deinit { changes.finish() }

  public func events() -> AsyncStream<USBBusEvent> {
    AsyncStream { [changes] in await changes.next() }
  }

  public func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8]
  ) async throws(DeviceError) -> any USBInterface {
    let handle = try await DeviceHandle.open(
      device, claiming: interfaces, context: context, nodes: nodes)
    return LibUSBInterface(device, handle: handle)
  }

  public func holders(of device: USBDeviceDescription) async -> [USBHolder] {
    let node = "\(nodes)/\(device.address)"
    // Through all of /proc: not on the tasks' threads.
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: USBInspection.holders(of: node))
      }
    }
  }
}
