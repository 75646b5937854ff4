import Daemon
import Hummingbird
import ServiceLifecycle
import Synchronization

/// Server-sent events (WHATWG HTML, 9.2): the newest snapshot whenever it changes, its revision as
/// the event's id, and a comment line each second so that a page notices silence.
struct EventStreams: Sendable {
  /// Screens, the simulator page and a few programs; one more is refused with 503.
  static let limit = 16
  static let beatInterval: Duration = .seconds(1)
  /// A reader that takes nothing for so long is given up, so that its place is free again.
  static let stallLimit: Duration = .seconds(10)
  /// What a browser's EventSource waits before it connects again.
  static let reconnectMilliseconds = 1000

  struct StalledReader: Error {}

  private let places = Places()

  func response(for kiosk: any KioskScreen) async throws -> Response {
    guard let place = places.take() else { throw InterfaceError.tooManyStreams }
    let headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
    ]
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        // The place is given back when its last reference goes, however the stream ends.
        defer { withExtendedLifetime(place) {} }
        try await Self.run(from: kiosk, to: writer).finish(nil)
      })
  }

  private static func run(
    from kiosk: any KioskScreen, to writer: any ResponseBodyWriter
  ) async throws -> any ResponseBodyWriter {
    let outbox = EventOutbox()
    // Only the drain below touches the writer until the group has ended.
    nonisolated(unsafe) var writer = writer
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await snapshot in await kiosk.snapshots() { outbox.offer(snapshot) }
          outbox.close()
        }
        group.addTask { try await beat(outbox) }
        group.addTask {
          try await outbox.drain { try await writer.write(bytes(of: $0)) }
        }
        // Which of the three ends first ends the stream: the kiosk stops, or the reader is gone.
        try await group.next()
        outbox.close()
        group.cancelAll()
        while try await group.next() != nil {}
      }
    } onGracefulShutdown: {
      outbox.close()
    }
    return writer
  }

  private static func beat(_ outbox: EventOutbox) async throws {
    while true {
      try await Task.sleep(for: beatInterval)
      if let time = outbox.writingTime(now: .now), time > stallLimit { throw StalledReader() }
      outbox.offerBeat()
    }
  }

  static func bytes(of frame: EventOutbox.Frame) -> ByteBuffer {
    var buffer = ByteBuffer()
    if frame.beat { buffer.writeString(": beat\n\n") }
    if let snapshot = frame.snapshot {
      buffer.writeString("id: \(snapshot.revision)\nretry: \(reconnectMilliseconds)\ndata: ")
      // JSON has no line break outside strings and escapes those inside: one data line.
      buffer.writeBytes(JSON.bytes(SnapshotForm(snapshot)))
      buffer.writeString("\n\n")
    }
    return buffer
  }
}

/// The places for event streams that are still free.
private final class Places: Sendable {
  private let taken = Mutex(0)

  final class Place: Sendable {
    private let places: Places

    init(of places: Places) {
      self.places = places
    }

    deinit { places.taken.withLock { $0 -= 1 } }
  }

  func take() -> Place? {
    let free = taken.withLock { taken in
      guard taken < EventStreams.limit else { return false }
      taken += 1
      return true
    }
    return free ? Place(of: self) : nil
  }
}
