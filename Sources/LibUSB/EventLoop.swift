import CLibUSB
import Foundation
import Synchronization

/// One libusb context and the one thread that reaps its transfers.
///
/// Whoever uses the context keeps this object; when the last one lets go, the thread ends and
/// takes the context with it.
final class LibUSBContext: Sendable {
  private let loop: EventLoop

  init() throws(LibUSBFailure) {
    kiosk_libusb_disable_device_discovery()
    var context: OpaquePointer?
    let code = libusb_init(&context)
    guard code == LIBUSB_SUCCESS.rawValue, let context else { throw LibUSBFailure(code: code) }
    let loop = EventLoop(context)
    self.loop = loop
    let thread = Thread { loop.run() }
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

  func run() {
    while !isStopping.withLock({ $0 }) {
      var limit = timeval(tv_sec: Self.idleSeconds, tv_usec: 0)
      // What goes wrong here goes wrong in the transfers too, and is told there.
      libusb_handle_events_timeout_completed(context, &limit, nil)
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
