import CLibUSB
import Devices
import Dispatch
import Glibc
import Synchronization

/// An opened device node with its claimed interfaces.
///
/// The node is opened here and wrapped, not looked up in a list of libusb's: the address says
/// exactly which attachment is meant. Calls that block in the kernel (claiming detaches drivers, a
/// reset takes up to a second) run on a queue of the device's own.
final class DeviceHandle: Sendable {
  let pointer: LibUSBHandle
  private let file: Int32
  private let context: LibUSBContext
  private let queue: DispatchQueue
  private let claimed: Mutex<[UInt8]?>

  /// Blocks; throws with everything given back.
  private init(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8], context: LibUSBContext,
    nodes: String, queue: DispatchQueue
  ) throws(DeviceError) {
    let id = device.libUSBDeviceID
    guard USBAddress(device.address) != nil else { throw DeviceError(.disconnected, device: id) }
    let file = Glibc.open("\(nodes)/\(device.address)", O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw DeviceError(errno: errno, device: id) }
    do {
      pointer = try Self.claimed(device, interfaces, file: file, context: context)
    } catch {
      Glibc.close(file)
      throw error
    }
    self.file = file
    self.context = context
    self.queue = queue
    claimed = Mutex(interfaces)
  }

  deinit { close() }

  static func open(
    _ device: USBDeviceDescription, claiming interfaces: [UInt8], context: LibUSBContext,
    nodes: String
  ) async throws(DeviceError) -> DeviceHandle {
    let queue = DispatchQueue(label: "usb-device-\(device.topology)")
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<DeviceHandle, DeviceError>, Never>) in
      queue.async {
        continuation.resume(
          returning: Result { () throws(DeviceError) in
            try DeviceHandle(
              device, claiming: interfaces, context: context, nodes: nodes, queue: queue)
          })
      }
    }
    return try result.get()
  }

  /// Runs a blocking call of libusb away from the tasks' threads; returns its code.
  func blocking(_ body: @escaping @Sendable (LibUSBHandle) -> Int32) async -> Int32 {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body(self.pointer)) }
    }
  }

  /// Gives the interfaces back to the kernel's drivers. No transfer may be in flight.
  func close() {
    let interfaces = claimed.withLock { state in
      defer { state = nil }
      return state
    }
    guard let interfaces else { return }
    Self.release(interfaces, pointer)
    libusb_close(pointer.value)
    Glibc.close(file)
  }

  private static func claimed(
    _ device: USBDeviceDescription, _ interfaces: [UInt8], file: Int32, context: LibUSBContext
  ) throws(DeviceError) -> LibUSBHandle {
    let id = device.libUSBDeviceID
    var opened: OpaquePointer?
    let code = libusb_wrap_sys_device(context.pointer, Int(file), &opened)
    guard code == LIBUSB_SUCCESS.rawValue, let opened else {
      throw DeviceError(libusb: code, device: id)
    }
    let pointer = LibUSBHandle(opened)
    guard pointer.isDevice(device.vendorID, device.productID) else {
      libusb_close(opened)
      throw DeviceError(.disconnected, device: id)
    }
    // The kernel's driver is taken off and the interface claimed in one step, and put back on
    // release: no other program gets in between.
    libusb_set_auto_detach_kernel_driver(opened, 1)
    for (index, interface) in interfaces.enumerated() {
      let code = libusb_claim_interface(opened, Int32(interface))
      guard code != LIBUSB_SUCCESS.rawValue else { continue }
      release(Array(interfaces[..<index]), pointer)
      libusb_close(opened)
      throw DeviceError(libusb: code, device: id)
    }
    return pointer
  }

  private static func release(_ interfaces: [UInt8], _ pointer: LibUSBHandle) {
    for interface in interfaces.reversed() {
      // Fails when the device is gone; then there is nothing to give back.
      libusb_release_interface(pointer.value, Int32(interface))
    }
  }
}

/// libusb's handles may be used from any thread.
struct LibUSBHandle: @unchecked Sendable {
  let value: OpaquePointer

  init(_ value: OpaquePointer) { self.value = value }

  func isDevice(_ vendorID: UInt16, _ productID: UInt16) -> Bool {
    var descriptor = libusb_device_descriptor()
    let code = libusb_get_device_descriptor(libusb_get_device(value), &descriptor)
    return code == LIBUSB_SUCCESS.rawValue && descriptor.idVendor == vendorID
      && descriptor.idProduct == productID
  }
}

extension USBDeviceDescription {
  /// What faults beneath the drivers name; a driver knows the device's kind and names it better.
  var libUSBDeviceID: DeviceID { DeviceID("usb@\(topology)") }
}
