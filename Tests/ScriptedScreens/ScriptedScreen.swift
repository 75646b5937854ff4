import Daemon

/// A kiosk without a daemon: shows what the test says, and writes down the presses.
public actor ScriptedScreen: KioskScreen {
  private var current: Snapshot
  private var refusal: PressRefusal?
  private var readers: [Int: AsyncStream<Snapshot>.Continuation] = [:]
  private var readerCount = 0
  public private(set) var presses: [ButtonPress] = []

  public init(_ snapshot: Snapshot) {
    current = snapshot
  }

  /// Shows `snapshot` under the next revision.
  public func show(_ snapshot: Snapshot) {
    var next = snapshot
    next.revision = current.revision + 1
    current = next
    for reader in readers.values { reader.yield(next) }
  }

  /// Refuses the presses from now on; nil accepts them.
  public func refuse(_ refusal: PressRefusal?) {
    self.refusal = refusal
  }

  /// Ends every stream, as a kiosk that stops does.
  public func finish() {
    for reader in readers.values { reader.finish() }
    readers = [:]
  }

  /// How many streams are open.
  public var openStreams: Int { readers.count }

  public func snapshot() -> Snapshot { current }

  public func snapshots() -> AsyncStream<Snapshot> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
    let id = readerCount
    readerCount += 1
    readers[id] = continuation
    continuation.onTermination = { _ in Task { await self.forget(id) } }
    continuation.yield(current)
    return stream
  }

  private func forget(_ id: Int) {
    readers[id] = nil
  }

  public func press(_ press: ButtonPress) throws(PressRefusal) -> Snapshot {
    if let refusal { throw refusal }
    if let seen = press.revision, seen != current.revision {
      throw .staleRevision(current: current.revision)
    }
    guard let button = current.buttons.first(where: { $0.name == press.button }) else {
      throw .unknownButton(press.button)
    }
    guard button.enabled else { throw .notEnabled(press.button) }
    presses.append(press)
    show(current)
    return current
  }
}
