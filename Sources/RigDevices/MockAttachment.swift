import CUmockdev
import Glibc
import Simulators
import Synchronization

/// One attachment of a simulated device to an emulated usbfs, from plug to unplug and for as long
/// as a program has its node open. Requests come on umockdev's thread.
final class MockAttachment: Sendable {
  private struct State {
    var node: UsbfsNode
    var held: [UsbfsNode.Transfer: UsbfsRequest.Held] = [:]
  }

  /// `001/005`
  let address: String
  private let state: Mutex<State>

  init(_ device: any SimulatedUSBDevice, address: String) {
    self.address = address
    state = Mutex(State(node: UsbfsNode(device)))
  }

  func unplug() { state.withLock { $0.node.unplug() } }

  func inspect<Value: Sendable>(_ body: (CableEnd) -> Value) -> Value {
    state.withLock { body($0.node.end) }
  }

  func disturb(_ body: (inout CableEnd) -> Void) { state.withLock { $0.node.disturb(body) } }

  // MARK: - Requests

  func submit(_ request: UsbfsRequest) -> Int32 {
    guard let (held, header, bytes) = request.transfer() else { return EFAULT }
    let transfer = UsbfsNode.Transfer(client: request.file, address: held.address)
    let error = with { node in
      node.submit(
        transfer, endpoint: header.endpoint,
        isControl: header.type == UInt8(USBDEVFS_URB_TYPE_CONTROL), bytes: bytes,
        nowMilliseconds: Self.nowMilliseconds())
    }
    guard error == 0 else {
      held.letGo()
      return error
    }
    state.withLock { $0.held[transfer] = held }
    return 0
  }

  func reap(_ request: UsbfsRequest) -> Int32 {
    let found = state.withLock { state -> (UsbfsRequest.Held, UsbfsNode.Ended)? in
      guard
        let ended = state.node.reap(
          by: request.file, nowMilliseconds: Self.nowMilliseconds()),
        let held = state.held.removeValue(forKey: ended.transfer)
      else { return nil }
      return (held, ended)
    }
    guard let (held, ended) = found else { return isPlugged ? EAGAIN : ENODEV }
    request.deliver(held, ended)
    held.letGo()
    return 0
  }

  func discard(_ request: UsbfsRequest) -> Int32 {
    let transfer = UsbfsNode.Transfer(client: request.file, address: request.address)
    return with { $0.discard(transfer, nowMilliseconds: Self.nowMilliseconds()) }
  }

  func configure(_ request: UsbfsRequest) -> Int32 {
    let client = request.file
    switch request.code {
    case kiosk_usbfs_claim, kiosk_usbfs_detach_and_claim:
      let interface = UInt8(truncatingIfNeeded: request.number)
      return with { $0.claim(interface, by: client) }
    case kiosk_usbfs_release:
      let interface = UInt8(truncatingIfNeeded: request.number)
      return with { $0.release(interface, by: client) }
    case kiosk_usbfs_clear_halt:
      let endpoint = UInt8(truncatingIfNeeded: request.number)
      return with { $0.clearHalt(endpoint, nowMilliseconds: Self.nowMilliseconds()) }
    case kiosk_usbfs_capabilities:
      let capabilities =
        UInt32(USBDEVFS_CAP_BULK_CONTINUATION) | UInt32(USBDEVFS_CAP_NO_PACKET_SIZE_LIM)
        | UInt32(USBDEVFS_CAP_REAP_AFTER_DISCONNECT) | UInt32(USBDEVFS_CAP_ZERO_PACKET)
      request.write((0..<4).map { UInt8(truncatingIfNeeded: capabilities >> (8 * $0)) })
      return isPlugged ? 0 : ENODEV
    case kiosk_usbfs_connect_info:
      // struct usbdevfs_connectinfo: devnum, slow.
      let number = address.split(separator: "/").last.flatMap { UInt8($0) }
      request.write([number ?? 0, 0, 0, 0, 0])
      return isPlugged ? 0 : ENODEV
    case kiosk_usbfs_get_driver: return ENODATA
    // The kernel's drivers would be put back here; a reset has nothing to reset.
    case kiosk_usbfs_driver_ioctl, kiosk_usbfs_reset, kiosk_usbfs_speed:
      return isPlugged ? 0 : ENODEV
    default: return ENOTTY
    }
  }

  func forget(_ client: UsbfsNode.Client) {
    state.withLock { state in
      state.node.forget(client, nowMilliseconds: Self.nowMilliseconds())
      for (transfer, held) in state.held where transfer.client == client {
        state.held[transfer] = nil
        held.letGo()
      }
    }
  }

  private var isPlugged: Bool { state.withLock { $0.node.isPlugged } }

  private func with(_ body: (inout UsbfsNode) -> Int32) -> Int32 {
    state.withLock { body(&$0.node) }
  }

  private static func nowMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
