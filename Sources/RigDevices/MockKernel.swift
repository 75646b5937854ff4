import CUmockdev
import Foundation
import Glibc
import Simulators
import Synchronization

/// A kernel of which only USB exists: sysfs, udev's events and usbfs, put under the programs of
/// this process and its children by umockdev. The process must run under `umockdev-wrapper`.
///
/// libusb's and libudev's own code runs on it; what a kernel decides by itself (drivers, event
/// nodes, rules) does not. `poll` finds its nodes ready at all times, so that libusb asks again
/// and again as long as a transfer waits: right, and not free.
final class MockKernel: Sendable {
  /// How long a question for what is not there yet is left without an answer, so that asking
  /// again and again leaves the processor to others.
  private static let questionMicroseconds: UInt32 = 500

  /// umockdev's objects; it locks the testbed, and serves requests on one thread.
  private nonisolated(unsafe) let testbed: UnsafeMutablePointer<UMockdevTestbed>
  private nonisolated(unsafe) let handler: UnsafeMutablePointer<UMockdevIoctlBase>
  private let nodes = Mutex<[String: MockAttachment]>([:])
  private let lastNumber = Mutex<UInt16>(1)

  init() throws {
    guard let testbed = umockdev_testbed_new(), let handler = umockdev_ioctl_base_new() else {
      throw CarrierFault(description: "umockdev gives no testbed")
    }
    guard umockdev_in_mock_environment() != 0 else {
      throw CarrierFault(description: "not under umockdev-wrapper")
    }
    self.testbed = testbed
    self.handler = handler
    let requested: RequestHandler = { _, client, context in
      guard let client, let context else { return 0 }
      Unmanaged<MockKernel>.fromOpaque(context).takeUnretainedValue().answer(client)
      return 1
    }
    let vanished: VanishHandler = { _, client, context in
      guard let client, let context else { return }
      Unmanaged<MockKernel>.fromOpaque(context).takeUnretainedValue().forget(client)
    }
    // For the life of the process, as its testbed.
    let context = Unmanaged.passRetained(self).toOpaque()
    g_signal_connect_data(
      handler, "handle-ioctl", unsafeBitCast(requested, to: GCallback.self), context, nil,
      GConnectFlags(rawValue: 0))
    g_signal_connect_data(
      handler, "client-vanished", unsafeBitCast(vanished, to: GCallback.self), context, nil,
      GConnectFlags(rawValue: 0))
  }

  /// A port of its bus; the number is the port's.
  func cable(_ device: any SimulatedUSBDevice, _ number: UInt32) -> MockCable {
    MockCable(device, port: number, kernel: self)
  }

  private typealias RequestHandler =
    @convention(c) (
      UnsafeMutablePointer<UMockdevIoctlBase>?, UnsafeMutablePointer<UMockdevIoctlClient>?,
      gpointer?
    ) -> gboolean
  private typealias VanishHandler =
    @convention(c) (
      UnsafeMutablePointer<UMockdevIoctlBase>?, UnsafeMutablePointer<UMockdevIoctlClient>?,
      gpointer?
    ) -> Void

  // MARK: - Plugging

  /// Another one at every plug, as the kernel counts them.
  func nextAddress() -> String {
    let number = lastNumber.withLock { number in
      number += 1
      return number
    }
    return String(format: "001/%03d", Int(number))
  }

  /// Makes sysfs's directory and the node, and tells udev of them.
  func attach(_ cable: MockCable, _ attachment: MockAttachment) throws {
    let node = "/dev/bus/usb/\(attachment.address)"
    nodes.withLock { $0[node] = attachment }
    // Before the event: whoever hears of the device may open it at once.
    try checked { umockdev_testbed_attach_ioctl(testbed, node, handler, &$0) }
    try checked {
      umockdev_testbed_add_from_string(testbed, cable.record(address: attachment.address), &$0)
    }
    if !cable.isPermitted { chmod("\(root)\(node)", 0) }
  }

  /// The node stays known: programs that have it open learn that the device is gone.
  func detach(_ cable: MockCable, _ attachment: MockAttachment) {
    unlink("\(root)/dev/bus/usb/\(attachment.address)")
    // Taking the device away tells nobody.
    umockdev_testbed_uevent(testbed, "/sys\(cable.path)", "remove")
    umockdev_testbed_remove_device(testbed, "/sys\(cable.path)")
  }

  private var root: String {
    guard let path = umockdev_testbed_get_root_dir(testbed) else { return "" }
    defer { g_free(path) }
    return String(cString: path)
  }

  private func checked(
    _ body: (inout UnsafeMutablePointer<GError>?) -> gboolean
  ) throws {
    var error: UnsafeMutablePointer<GError>?
    guard body(&error) == 0 else { return }
    defer { g_clear_error(&error) }
    let text = error?.pointee.message.map { String(cString: $0) }
    throw CarrierFault(description: text ?? "umockdev failed")
  }

  // MARK: - Requests

  private func attachment(
    of client: UnsafeMutablePointer<UMockdevIoctlClient>
  ) -> MockAttachment? {
    guard let node = umockdev_ioctl_client_get_devnode(client) else { return nil }
    return nodes.withLock { $0[String(cString: node)] }
  }

  private func forget(_ client: UnsafeMutablePointer<UMockdevIoctlClient>) {
    attachment(of: client)?.forget(UInt(bitPattern: client))
  }

  /// On umockdev's thread.
  private func answer(_ client: UnsafeMutablePointer<UMockdevIoctlClient>) {
    let request = UsbfsRequest(client)
    guard let attachment = attachment(of: client) else { return request.complete(ENODEV) }
    switch request.code {
    case kiosk_usbfs_submit: request.complete(attachment.submit(request))
    case kiosk_usbfs_reap, kiosk_usbfs_reap_now:
      let error = attachment.reap(request)
      if error == EAGAIN { usleep(Self.questionMicroseconds) }
      request.complete(error)
    case kiosk_usbfs_discard: request.complete(attachment.discard(request))
    default: request.complete(attachment.configure(request))
    }
  }
}
