import CUdev
import Devices
import Foundation
import Glibc

/// Hears of devices from udev, on a thread of its own: libudev's objects belong to one thread.
///
/// With udevd running its word is waited for, after its rules: before that the node is there with
/// the wrong owner. Without udevd (a container, a rescue system) the kernel's own events serve.
final class HotplugMonitor: Sendable {
  private static let daemonSocket = "/run/udev/control"

  /// Held open as long as this object lives; the thread ends when it is closed.
  private let lifeline: Int32

  /// `onFault` is told on the thread when it cannot listen, once until it can again.
  init(
    _ changes: DeviceChanges, sysfs: Sysfs = .system,
    onFault: @escaping @Sendable (DeviceError) -> Void = { _ in }
  ) throws(DeviceError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw DeviceError(.unsupported, device: LibUSBBus.deviceID, underlyingCode: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    lifeline = ends[1]
    let hasDaemon = access(Self.daemonSocket, F_OK) == 0
    guard
      let listener = Listener(
        hasDaemon: hasDaemon, end: ends[0], sysfs: sysfs, onFault: onFault)
    else {
      let code = errno
      Glibc.close(ends[0])
      Glibc.close(ends[1])
      throw DeviceError(.unsupported, device: LibUSBBus.deviceID, underlyingCode: code)
    }
    // Before the thread: whoever asks right after this knows all that was there.
    changes.update { $0.replaceAll(listener.present()) }
    let thread = Thread { listener.run(changes, ThreadSteps(onFault: onFault)) }
    thread.name = "usb-hotplug"
    thread.start()
  }

  deinit { Glibc.close(lifeline) }
}

/// Used by one thread at a time: by the one that makes it, then by its own.
private final class Listener: @unchecked Sendable {
  private let udev: OpaquePointer
  private let monitor: OpaquePointer
  private let hasDaemon: Bool
  private let end: Int32
  private let sysfs: Sysfs
  private let onFault: @Sendable (DeviceError) -> Void

  /// nil with `errno` set when there is no netlink.
  init?(
    hasDaemon: Bool, end: Int32, sysfs: Sysfs, onFault: @escaping @Sendable (DeviceError) -> Void
  ) {
    guard let udev = udev_new() else { return nil }
    guard let monitor = udev_monitor_new_from_netlink(udev, hasDaemon ? "udev" : "kernel") else {
      udev_unref(udev)
      return nil
    }
    self.udev = udev
    self.monitor = monitor
    self.hasDaemon = hasDaemon
    self.end = end
    self.sysfs = sysfs
    self.onFault = onFault
    // Listening begins before the enumeration, so that no device falls between the two.
    guard udev_monitor_filter_add_match_subsystem_devtype(monitor, "usb", "usb_device") >= 0,
      udev_monitor_filter_add_match_subsystem_devtype(monitor, "usb", "usb_interface") >= 0,
      udev_monitor_enable_receiving(monitor) >= 0
    else {
      udev_monitor_unref(monitor)
      udev_unref(udev)
      return nil
    }
  }

  func run(_ changes: DeviceChanges, _ steps: ThreadSteps) {
    defer {
      udev_monitor_unref(monitor)
      udev_unref(udev)
      Glibc.close(end)
    }
    var descriptors = [
      pollfd(fd: udev_monitor_get_fd(monitor), events: Int16(POLLIN), revents: 0),
      pollfd(fd: end, events: 0, revents: 0),
    ]
    steps.run {
      let count = poll(&descriptors, nfds_t(descriptors.count), -1)
      if count < 0 {
        // The socket keeps the events meanwhile, or says that it lost some.
        let code = errno
        return code == EINTR
          ? .done : .failed(DeviceError(errno: code, device: LibUSBBus.deviceID))
      }
      if descriptors[1].revents != 0 { return .over }
      receiveAll(changes)
      return .done
    }
  }

  private func receiveAll(_ changes: DeviceChanges) {
    while true {
      errno = 0
      guard let device = udev_monitor_receive_device(monitor) else {
        // The socket's buffer ran over and events were lost: look at everything again.
        if errno == ENOBUFS { changes.update { $0.replaceAll(present()) } }
        return
      }
      defer { udev_device_unref(device) }
      let action = text(udev_device_get_action(device))
      if text(udev_device_get_devtype(device)) == "usb_interface" {
        // A kernel driver has taken it: what usbhid read of it can be known now.
        guard action == "bind", let parent = parent(of: device),
          let description = description(of: parent)
        else { continue }
        changes.update { $0.learn(description) }
      } else if action == "remove" {
        guard let address = address(of: device) else { continue }
        changes.update { $0.detach(address: address) }
      } else if let description = description(of: device) {
        changes.update { $0.attach(description) }
      }
    }
  }

  /// The devices that are there and that udev has finished.
  func present() -> [USBDeviceDescription] {
    guard let enumeration = udev_enumerate_new(udev) else { return [] }
    defer { udev_enumerate_unref(enumeration) }
    udev_enumerate_add_match_subsystem(enumeration, "usb")
    udev_enumerate_add_match_property(enumeration, "DEVTYPE", "usb_device")
    if hasDaemon { udev_enumerate_add_match_is_initialized(enumeration) }
    guard udev_enumerate_scan_devices(enumeration) >= 0 else { return [] }
    var devices: [USBDeviceDescription] = []
    var entry = udev_enumerate_get_list_entry(enumeration)
    while let current = entry, devices.count < Sysfs.maximumDeviceCount {
      entry = udev_list_entry_get_next(current)
      let path = udev_list_entry_get_name(current)
      guard let device = udev_device_new_from_syspath(udev, path) else { continue }
      defer { udev_device_unref(device) }
      if let description = description(of: device) { devices.append(description) }
    }
    return devices
  }

  private func description(of device: OpaquePointer) -> USBDeviceDescription? {
    guard let topology = text(udev_device_get_sysname(device)) else { return nil }
    switch sysfs.attachment(topology: topology) {
    case .device(let description):
      // A late word of the attachment before says nothing of this one, whose node udev may not
      // have given to the kiosk's group yet.
      return address(of: device) == description.address ? description : nil
    case .unreadable:
      // Nobody can use it; without this line it would be as if nothing was plugged in.
      onFault(DeviceError(.malformedResponse, device: DeviceID("usb@\(topology)")))
      return nil
    case .hub, .nothing: return nil
    }
  }

  /// Belongs to `interface`.
  private func parent(of interface: OpaquePointer) -> OpaquePointer? {
    udev_device_get_parent_with_subsystem_devtype(interface, "usb", "usb_device")
  }

  /// From the event's own words: sysfs has forgotten a removed device.
  private func address(of device: OpaquePointer) -> String? {
    guard let bus = text(udev_device_get_property_value(device, "BUSNUM")).flatMap({ UInt16($0) }),
      let number = text(udev_device_get_property_value(device, "DEVNUM")).flatMap({ UInt16($0) })
    else { return nil }
    return USBAddress(bus: bus, device: number).description
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
