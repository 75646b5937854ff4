import Foundation
import Glibc
import Simulators
import Synchronization

/// Plugs a simulated device into the kernel of this machine, and out again.
///
/// Two threads while plugged in: one reads the kernel's commands, one offers waiting transfers to
/// the device after its changes and at the pace of its reports.
final class Cable: Carrier {
  private static let unplugLimitSeconds = 10.0
  private static let readByteCount = 65_536

  let device: any SimulatedUSBDevice
  private let number: UInt32
  private let state = Mutex<Plugged?>(nil)
  private let changes = ChangeCount()
  /// The thread that is within an exchange.
  private let exchanging = Mutex<pthread_t?>(nil)

  private struct Plugged {
    let socket: Int32
    let port: Int
    var end: CableEnd
  }

  /// `number` tells the cables of one machine apart.
  init(_ device: any SimulatedUSBDevice, number: UInt32) {
    self.device = device
    self.number = number
    device.onChange { [weak self] in self?.changed() }
  }

  var isPlugged: Bool { state.withLock { $0 != nil } }

  func plug() throws {
    guard !isPlugged else { throw CarrierFault(description: "plugged in already") }
    device.powerOn()
    let (socket, port) = try VHCI.attach(
      deviceID: 0x1_0000 + number, speed: device.descriptors.speed.rawValue)
    state.withLock { $0 = Plugged(socket: socket, port: port, end: CableEnd(device)) }
    Thread { self.read(from: socket) }.start()
    Thread { self.pump(socket) }.start()
  }

  /// Returns when the kernel has let the port and the device go; transfers in flight end with "no
  /// such device".
  func unplug() throws {
    let plugged = state.withLock { state in
      defer { state = nil }
      return state
    }
    guard let plugged else { throw CarrierFault(description: "not plugged in") }
    shutdown(plugged.socket, Int32(SHUT_RDWR))
    changed()
    let limit = Date(timeIntervalSinceNow: Self.unplugLimitSeconds)
    while Date() < limit {
      let port = try VHCI.ports().first { $0.number == plugged.port && $0.isFree }
      if let port, try !VHCI.hasDevice(port) { return }
      usleep(5_000)
    }
    throw CarrierFault(description: "port \(plugged.port) did not come free")
  }

  /// Looks at the device's end; nil when it is not plugged in.
  func inspect<Value: Sendable>(_ body: (CableEnd) -> Value) -> Value? {
    state.withLock { state in
      guard let end = state?.end else { return nil }
      return body(end)
    }
  }

  /// Makes a fault at the cable and looks at what waits.
  func disturb(_ body: (inout CableEnd) -> Void) throws {
    let isPlugged = state.withLock { state in
      guard var plugged = state else { return false }
      body(&plugged.end)
      state = plugged
      return true
    }
    guard isPlugged else { throw CarrierFault(description: "not plugged in") }
    changed()
  }

  private func changed() {
    // What the device does in answer to a transfer is looked at within that exchange.
    guard exchanging.withLock({ $0 }) != pthread_self() else { return }
    changes.notify()
  }

  // MARK: - Threads

  private func read(from socket: Int32) {
    defer { close(socket) }
    var decoder = USBIP.Decoder()
    var buffer = [UInt8](repeating: 0, count: Self.readByteCount)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      do {
        for command in try decoder.decode(buffer[..<count]) {
          let wakeAt = exchange(socket) { $0.receive(command, nowMilliseconds: $1) }
          if wakeAt != nil { changed() }
        }
      } catch {
        FileHandle.standardError.write(Data("\(device.name): \(error)\n".utf8))
        return
      }
    }
  }

  private func pump(_ socket: Int32) {
    while isCurrent(socket) {
      let seen = changes.count
      let wakeAt = exchange(socket) { $0.pump(nowMilliseconds: $1) }
      let limit = wakeAt.map { time in
        Date(timeIntervalSinceNow: Double(max(time - Self.nowMilliseconds(), 0)) / 1_000)
      }
      changes.wait(beyond: seen, until: limit)
    }
  }

  private func isCurrent(_ socket: Int32) -> Bool { state.withLock { $0?.socket == socket } }

  /// Replies leave under the lock, so that they keep the order in which they were made.
  private func exchange(
    _ socket: Int32,
    _ body: (inout CableEnd, Int64) -> (replies: [USBIP.Reply], wakeAtMilliseconds: Int64?)
  ) -> Int64? {
    state.withLock { state in
      guard var plugged = state, plugged.socket == socket else { return nil }
      exchanging.withLock { $0 = pthread_self() }
      defer { exchanging.withLock { $0 = nil } }
      let result = body(&plugged.end, Self.nowMilliseconds())
      state = plugged
      for reply in result.replies { Self.send(reply.bytes, to: socket) }
      return result.wakeAtMilliseconds
    }
  }

  private static func send(_ bytes: [UInt8], to socket: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      // The cable was pulled; the reader sees it too.
      guard count > 0 else { return }
      sent += count
    }
  }

  private static func nowMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Counts changes and lets threads wait for the next one.
private final class ChangeCount: Sendable {
  private let condition = NSCondition()
  private let value = Mutex<UInt64>(0)

  var count: UInt64 { value.withLock { $0 } }

  func notify() {
    condition.lock()
    value.withLock { $0 += 1 }
    condition.broadcast()
    condition.unlock()
  }

  /// Returns at once when there was a change after `seen`. No limit when `limit` is nil.
  func wait(beyond seen: UInt64, until limit: Date?) {
    condition.lock()
    defer { condition.unlock() }
    while count == seen {
      if let limit {
        if !condition.wait(until: limit) { return }
      } else {
        condition.wait()
      }
    }
  }
}
