import Foundation
import Glibc

/// One end of the control socket, blocking, with time-outs; used from threads of their own.
struct ControlConnection {
  let descriptor: Int32

  /// Connects to a daemon; nil when nobody listens there.
  static func connect(path: String) throws(ControlError) -> ControlConnection? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ControlError("socket: \(errorText())") }
    let result = try withAddress(path) { Glibc.connect(descriptor, $0, $1) }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      if code == ENOENT || code == ECONNREFUSED { return nil }
      throw ControlError("\(path): \(String(cString: strerror(code)))")
    }
    let connection = ControlConnection(descriptor: descriptor)
    connection.limitWaiting()
    return connection
  }

  /// Listens at a path that this process owns; a socket left there by a dead daemon is replaced.
  static func listen(path: String) throws(ControlError) -> ControlConnection {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw ControlError("socket: \(errorText())") }
    unlink(path)
    let bound = try withAddress(path) { bind(descriptor, $0, $1) }
    guard bound == 0, chmod(path, 0o600) == 0, Glibc.listen(descriptor, 8) == 0 else {
      let text = errorText()
      close(descriptor)
      throw ControlError("\(path): \(text)")
    }
    return ControlConnection(descriptor: descriptor)
  }

  /// Nil when the listening socket was shut down.
  func accept() -> ControlConnection? {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { return nil }
    let connection = ControlConnection(descriptor: accepted)
    connection.limitWaiting()
    return connection
  }

  func end() { close(descriptor) }

  /// Wakes a thread that waits in `accept`.
  func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  func send(line: Data) throws(ControlError) {
    var bytes = Array(line) + [0x0A]
    while !bytes.isEmpty {
      let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { throw ControlError("control socket: \(Self.errorText())") }
      bytes.removeFirst(count)
    }
  }

  /// One line, whole within the time limit, however slowly it trickles in.
  func receiveLine(
    withinSeconds seconds: Int = ControlSocket.timeoutSeconds
  ) throws(ControlError) -> Data {
    var lines = ControlLines(self)
    guard let line = try lines.next(by: .now + .seconds(seconds)) else {
      throw ControlError("control socket: no answer in time")
    }
    return line
  }

  /// What has come, at most one chunk; nothing when the wait was in vain. Throws when the other
  /// side is gone.
  func receive(waitingMilliseconds limit: Int) throws(ControlError) -> ArraySlice<UInt8> {
    var look = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&look, 1, Int32(clamping: limit)) > 0 else { return [] }
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else {
      throw ControlError(
        count == 0
          ? "control socket: closed in mid-line" : "control socket: \(Self.errorText())")
    }
    return chunk.prefix(count)
  }

  /// Whether the other side has gone.
  var isClosedByPeer: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count == 0
  }

  private func limitWaiting() {
    var limit = timeval(tv_sec: ControlSocket.timeoutSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  private static func errorText() -> String { String(cString: strerror(errno)) }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(ControlError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw ControlError("\(path): too long for a socket; choose a shorter data directory")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
