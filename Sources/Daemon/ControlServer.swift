import Foundation
import Logging
import Synchronization

/// Answers `kioskctl` on the data directory's socket: a few clients at once, each for a limited
/// time.
public final class ControlServer: Sendable {
  public typealias Handle = @Sendable (ControlRequest) async -> ControlReply
  /// What a watcher is told; nil when as many watch as may.
  public typealias Watch = @Sendable (WatchedDevice, _ isRaw: Bool) -> AsyncStream<SeenEvent>?

  private struct State {
    var isStopping = false
    var clientCount = 0
  }

  private let listener: ControlConnection
  private let path: String
  private let logger: Logger
  private let requestSeconds: Int
  private let answerSeconds: Int
  private let handle: Handle
  private let watch: Watch
  let desk: CardDesk?
  private let state = Mutex(State())

  /// Takes the socket's place; the caller holds the data directory's lock. A client has
  /// `requestSeconds` for its line. A `handle` that takes longer than `answerSeconds` is cancelled
  /// and the client told so; work of devices has `ControlSocket.testSeconds`.
  public init(
    directory: String, logger: Logger, requestSeconds: Int = ControlSocket.timeoutSeconds,
    answerSeconds: Int = ControlSocket.timeoutSeconds - 1,
    watch: @escaping Watch = { _, _ in nil }, desk: CardDesk? = nil, handle: @escaping Handle
  ) throws(ControlError) {
    path = ControlSocket.path(directory: directory)
    listener = try ControlConnection.listen(path: path)
    self.logger = logger
    self.requestSeconds = requestSeconds
    self.answerSeconds = answerSeconds
    self.handle = handle
    self.watch = watch
    self.desk = desk
  }

  /// Serves on threads of its own until `stop`.
  public func start() { Self.thread { self.serve() } }

  /// Ends the serving; a second time does nothing.
  public func stop() {
    // Under the lock: once the thread may close it, its number can be another file's.
    state.withLock { state in
      guard !state.isStopping else { return }
      state.isStopping = true
      listener.shutDown()
      unlink(path)
    }
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  private func serve() {
    while !isStopping {
      guard let connection = listener.accept() else {
        // Shut down, or out of descriptors for a moment: never a busy loop.
        Thread.sleep(forTimeInterval: 0.1)
        continue
      }
      let isRoom = state.withLock { state in
        guard state.clientCount < ControlSocket.clientLimit else { return false }
        state.clientCount += 1
        return true
      }
      guard isRoom else {
        send(.refused("kioskd answers others just now; try again"), to: connection)
        connection.end()
        continue
      }
      Self.thread {
        self.serve(connection)
        // Before the client sees the end and comes again.
        self.state.withLock { $0.clientCount -= 1 }
        connection.end()
      }
    }
    listener.end()
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = "kioskctl"
    thread.start()
  }

  private func serve(_ connection: ControlConnection) {
    let line: Data
    do {
      line = try connection.receiveLine(withinSeconds: requestSeconds)
    } catch {
      return logger.warning("control socket: \(error)")
    }
    let request: ControlRequest
    do {
      request = try JSONDecoder().decode(ControlRequest.self, from: line)
    } catch {
      send(
        .refused("not a request that this kioskd knows; use the kioskctl of its version"),
        to: connection)
      return
    }
    switch request {
    case .watch(let device, let isRaw): stream(device, isRaw: isRaw, to: connection)
    case .card(let work, _):
      let answer = answer(to: request)
      if answer == .cardAwaited {
        lend(for: work, to: connection)
      } else {
        send(answer, to: connection)
      }
    case .devices, .issueCoupon, .member, .wallet, .status, .releaseSale, .submit, .test,
      .openDrawer:
      send(answer(to: request), to: connection)
    }
  }

  /// False when the client is gone.
  @discardableResult
  func send(_ reply: ControlReply, to connection: ControlConnection) -> Bool {
    do {
      try connection.send(line: try JSONEncoder().encode(reply))
      return true
    } catch {
      logger.warning("control socket: \(error)")
      return false
    }
  }

  /// Waits on this thread for the daemon's tasks; they never wait for this thread.
  private func answer(to request: ControlRequest) -> ControlReply {
    let limit = request.isForDevice ? ControlSocket.testSeconds : answerSeconds
    let answered = DispatchSemaphore(value: 0)
    let (handle, box) = (handle, ReplyBox())
    let task = Task {
      box.set(await handle(request))
      answered.signal()
    }
    guard answered.wait(timeout: .now() + .seconds(limit)) == .success else {
      task.cancel()
      logger.error("control socket: no answer in time", metadata: ["seconds": "\(limit)"])
      return .refused(
        "kioskd did not answer within \(limit) seconds and may still do it; look at its log, "
          + "then try again")
    }
    return box.value ?? .refused("no answer")
  }

  /// Hands on what is seen until the client goes, the daemon stops or the time is up.
  private func stream(_ device: WatchedDevice, isRaw: Bool, to connection: ControlConnection) {
    guard let events = watch(device, isRaw) else {
      send(.refused("somebody watches already; end that first"), to: connection)
      return
    }
    let seen = ThreadQueue<SeenEvent>(limit: ControlSocket.watchBufferLimit)
    let task = Task {
      for await event in events { seen.push(event) }
      seen.push(nil)
    }
    defer { task.cancel() }
    guard send(.watching, to: connection) else { return }
    let end = ContinuousClock.now + .seconds(ControlSocket.watchSeconds)
    while !isStopping, ContinuousClock.now < end, !connection.isClosedByPeer {
      switch seen.next(withinMilliseconds: ControlLines.lookMilliseconds) {
      case .element(let event): guard send(.seen(event), to: connection) else { return }
      case .nothing: continue
      case .end: return
      }
    }
  }
}

private final class ReplyBox: Sendable {
  private let stored = Mutex<ControlReply?>(nil)
  var value: ControlReply? { stored.withLock { $0 } }
  func set(_ reply: ControlReply) { stored.withLock { $0 = reply } }
}
