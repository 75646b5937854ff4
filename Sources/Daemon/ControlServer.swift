import Foundation
import Logging
import Synchronization

/// Answers `kioskctl` on the data directory's socket, one request after the other.
public final class ControlServer: Sendable {
  private let listener: ControlConnection
  private let path: String
  private let logger: Logger
  private let handle: @Sendable (ControlRequest) async -> ControlReply
  private let isStopping = Mutex(false)

  /// Takes the socket's place; the caller holds the data directory's lock.
  public init(
    directory: String, logger: Logger,
    handle: @escaping @Sendable (ControlRequest) async -> ControlReply
  ) throws(ControlError) {
    path = ControlSocket.path(directory: directory)
    listener = try ControlConnection.listen(path: path)
    self.logger = logger
    self.handle = handle
  }

  /// Serves on a thread of its own until `stop`.
  public func start() {
    let thread = Thread { self.serve() }
    thread.name = "kioskctl"
    thread.start()
  }

  /// Ends the serving; a second time does nothing.
  public func stop() {
    // Under the lock: once the thread may close it, its number can be another file's.
    isStopping.withLock { isStopping in
      guard !isStopping else { return }
      isStopping = true
      listener.shutDown()
      unlink(path)
    }
  }

  private func serve() {
    while !isStopping.withLock({ $0 }) {
      guard let connection = listener.accept() else {
        // Shut down, or out of descriptors for a moment: never a busy loop.
        Thread.sleep(forTimeInterval: 0.1)
        continue
      }
      defer { connection.end() }
      do {
        let line = try connection.receiveLine()
        try connection.send(line: try JSONEncoder().encode(answer(to: line)))
      } catch {
        logger.warning("control socket: \(error)")
      }
    }
    listener.end()
  }

  /// Waits on this thread for the daemon's tasks; they never wait for this thread.
  private func answer(to line: Data) -> ControlReply {
    let request: ControlRequest
    do {
      request = try JSONDecoder().decode(ControlRequest.self, from: line)
    } catch {
      return .refused("not a request that this kioskd knows; use the kioskctl of its version")
    }
    let answered = DispatchSemaphore(value: 0)
    let (handle, box) = (handle, ReplyBox())
    Task {
      box.set(await handle(request))
      answered.signal()
    }
    answered.wait()
    return box.value ?? .refused("no answer")
  }
}

private final class ReplyBox: Sendable {
  private let stored = Mutex<ControlReply?>(nil)
  var value: ControlReply? { stored.withLock { $0 } }
  func set(_ reply: ControlReply) { stored.withLock { $0 = reply } }
}

/// `kioskctl`'s side of the socket.
public enum ControlClient {
  /// Nil when no daemon runs on this data directory.
  public static func ask(
    _ request: ControlRequest, directory: String
  ) throws -> ControlReply? {
    let path = ControlSocket.path(directory: directory)
    guard let connection = try ControlConnection.connect(path: path) else { return nil }
    defer { connection.end() }
    try connection.send(line: try JSONEncoder().encode(request))
    return try JSONDecoder().decode(ControlReply.self, from: try connection.receiveLine())
  }
}
