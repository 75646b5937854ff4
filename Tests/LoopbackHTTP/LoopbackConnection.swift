import Dispatch
import Glibc

/// Why a conversation over loopback broke off.
public enum LoopbackFault: Error, Equatable {
  case cannotConnect(port: Int, errno: Int32)
  case timedOut
  case broken(errno: Int32)
  case notHTTP(String)
  case tooLong
}

/// A plain TCP connection to 127.0.0.1, for tests that must see every byte.
///
/// `URLSession` on Linux refuses header lines without a space after the colon, which some servers
/// send; and it hides what a test of an HTTP server wants to see.
public final class LoopbackConnection: Sendable {
  /// No answer that a test waits for takes longer.
  public static let timeoutSeconds = 20

  private let descriptor: Int32
  /// Blocking calls wait here, never on Swift's own two or more threads.
  private let queue = DispatchQueue(label: "loopback")

  public init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    var address = Self.address(port: port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // `deinit` closes it: all that is stored is set, so it runs for a throwing `init` too.
    guard result == 0 else { throw LoopbackFault.cannotConnect(port: port, errno: errno) }
  }

  deinit { close(descriptor) }

  /// A port that nobody has at this moment.
  public static func freePort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = address(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(descriptor, $0, size)
        _ = getsockname(descriptor, $0, &size)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  public func send(_ bytes: [UInt8]) async throws {
    try await perform { descriptor in
      var offset = 0
      while offset < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.send(
            descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset,
            Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw LoopbackFault.broken(errno: errno) }
        offset += count
      }
    }
  }

  /// What has come, at most `limit` bytes; empty when the other side has closed.
  public func receive(limit: Int = 1 << 16) async throws -> [UInt8] {
    try await perform { descriptor in
      var buffer = [UInt8](repeating: 0, count: limit)
      let count = recv(descriptor, &buffer, limit, 0)
      if count < 0 {
        throw errno == EAGAIN ? LoopbackFault.timedOut : LoopbackFault.broken(errno: errno)
      }
      return Array(buffer[0..<count])
    }
  }

  /// Reads until the other side has ended the connection, in order or by a reset.
  public func readToEnd() async throws {
    do {
      while try await !receive().isEmpty {}
    } catch LoopbackFault.broken(errno: ECONNRESET) {
      // What was not read yet makes the kernel answer the end with a reset (RFC 1122, 4.2.2.13).
    }
  }

  /// Makes the kernel's receive buffer small, so that a reader that does not read is felt soon.
  public func shrinkReceiveBuffer() {
    var byteCount: Int32 = 4096
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVBUF, &byteCount, socklen_t(MemoryLayout<Int32>.size))
  }

  private func perform<Result: Sendable>(
    _ body: @escaping @Sendable (Int32) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { [self] in
        continuation.resume(with: Swift.Result { try body(descriptor) })
      }
    }
  }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
