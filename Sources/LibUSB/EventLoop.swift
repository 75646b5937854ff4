import CLibUSB
import Devices
import Foundation
import Synchronization

/// One libusb context and the one thread that reaps its transfers.
///
/// Whoever uses the context keeps this object; when the last one lets go, the thread ends and
/// takes the context with it.
final class LibUSBContext: Sendable {
  private let loop: EventLoop

  /// `onFault` is told on the thread when libusb cannot reap, once until it can again.
  init(
    onFault: @escaping @Sendable (DeviceError) -> Void = { _ in }
  ) throws(LibUSBFailure) {
    kiosk_libusb_disable_device_discovery()
    var context: OpaquePointer?
    let code = libusb_init(&context)
    guard code == LIBUSB_SUCCESS.rawValue, let context else { throw LibUSBFailure(code: code) }
    let loop = EventLoop(context)
    self.loop = loop
    let thread = Thread { loop.run(ThreadSteps(onFault: onFault)) }
    thread.name = "usb-events"
    thread.start()
  }

  deinit { loop.stop() }

  var pointer: OpaquePointer { loop.context }
}

struct LibUSBFailure: Error, Equatable {
  let code: Int32
}

private final class EventLoop: Sendable {
  /// libusb waits on file descriptors and a timer of its own; this is only how long it may sleep
  /// with nothing at all to do.
  private static let idleSeconds = 3_600

  /// libusb's contexts may be used from any thread.
  nonisolated(unsafe) let context: OpaquePointer
  private let isStopping = Mutex(false)

  init(_ context: OpaquePointer) { self.context = context }

  func run(_ steps: ThreadSteps) {
    steps.run {
      guard !isStopping.withLock({ $0 }) else { return .over }
      var limit = timeval(tv_sec: Self.idleSeconds, tv_usec: 0)
      let code = libusb_handle_events_timeout_completed(context, &limit, nil)
      if code == LIBUSB_SUCCESS.rawValue || code == LIBUSB_ERROR_INTERRUPTED.rawValue {
        return .done
      }
      return .failed(DeviceError(libusb: code, device: LibUSBBus.deviceID))
    }
    libusb_exit(context)
  }

  func stop() {
    // Under the lock: the thread must not free the context between the two.
    isStopping.withLock {
      $0 = true
      libusb_interrupt_event_handler(context)
    }
  }
}
