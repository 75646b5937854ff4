import Foundation
import Glibc

/// The lines that come over a connection, one after the other.
struct ControlLines {
  /// How long one look at the socket takes, so that a limit is kept and an end is seen.
  static let lookMilliseconds = 250

  private let connection: ControlConnection
  private var rest: [UInt8] = []

  init(_ connection: ControlConnection) { self.connection = connection }

  /// The next line; nil when none is whole by `deadline`. Throws when the other side is gone.
  mutating func next(
    by deadline: ContinuousClock.Instant
  ) throws(ControlError) -> Data? {
    while true {
      if let end = rest.firstIndex(of: 0x0A) {
        defer { rest.removeFirst(end + 1) }
        return Data(rest[..<end])
      }
      guard rest.count <= ControlSocket.lineLimit else {
        throw ControlError("control socket: line longer than \(ControlSocket.lineLimit) bytes")
      }
      guard ContinuousClock.now < deadline else { return nil }
      rest += try connection.receive(waitingMilliseconds: Self.lookMilliseconds)
    }
  }
}
