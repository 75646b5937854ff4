import Foundation
import Glibc
import Synchronization

/// A recording being written: JSON lines, one per event, for its owner only.
///
/// A sale never waits for it: lines go to a bounded buffer that a thread of its own writes out.
/// What goes wrong, or grows beyond its limit, ends the recording and nothing else.
public final class RecordingFile: Sendable {
  /// A day of a busy kiosk with all devices.
  public static let byteLimit = 256 << 20
  /// Earlier recordings that are kept beside it, `FILE.1` the newest.
  public static let keptCount = 3
  /// Lines that wait for a disk that is slow.
  static let bufferLimit = 8 << 20
  /// What a recording leaves free on the disk, for the book.
  public static let freeByteCount: Int64 = 512 << 20
  /// How long `close` waits for the last lines.
  static let closeSeconds = 1

  private struct State {
    var buffer: [UInt8] = []
    var byteCount = 0
    var isOver = false
    var isClosing = false
  }

  private let descriptor: Int32
  private let encoder: JSONEncoder
  private let elapsed: @Sendable () -> Duration
  private let freeByteCount: Int64
  private let onEnd: @Sendable (String) -> Void
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)
  private let closed = DispatchSemaphore(value: 0)

  /// Begins a recording at `path`, and its key beside it at `path.key`; what is there already is
  /// kept under the next number. `onEnd` is told, at most once, why it ended before `close`.
  public init(
    path: String, header: RecordingHeader, key: [UInt8],
    clock: some Clock<Duration> = ContinuousClock(),
    freeByteCount: Int64 = RecordingFile.freeByteCount,
    onEnd: @escaping @Sendable (String) -> Void
  ) throws(RecordingError) {
    guard key.count == RecordingSeal.keyByteCount else {
      throw RecordingError("a recording's key has \(RecordingSeal.keyByteCount) bytes")
    }
    for name in [path, path + RecordingFile.keySuffix] { try Self.rotate(name) }
    let keyText = Data(key).base64EncodedString() + "\n"
    let keyFile = try Self.create(path + Self.keySuffix)
    let isKeyWritten = Self.write(Array(keyText.utf8), to: keyFile) == nil
    Glibc.close(keyFile)
    guard isKeyWritten else {
      throw RecordingError("\(path).key cannot be written: \(Self.errorText())")
    }
    descriptor = try Self.create(path)
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.userInfo = [CodingUserInfoKey: any Sendable](RecordingSeal(key: key))
    let origin = clock.now
    elapsed = { origin.duration(to: clock.now) }
    self.freeByteCount = freeByteCount
    self.onEnd = onEnd
    record(.began(header))
    let thread = Thread { [self] in writeOut() }
    thread.name = "recording"
    thread.start()
  }

  /// Bytes of chance that a key is made of.
  public static let keyByteCount = RecordingSeal.keyByteCount
  static let keySuffix = ".key"

  /// Writes an event down, in the order of the calls. Never waits for the disk. Returns the time
  /// since the beginning, to the microsecond, as its line has it.
  @discardableResult
  public func record(_ event: RecordedEvent) -> Duration {
    let (at, failure) = state.withLock { state -> (Int64, String?) in
      let at = microseconds
      guard !state.isOver else { return (at, nil) }
      let failure = append(event, at: at, to: &state)
      if failure != nil { state.isOver = true }
      return (at, failure)
    }
    work.signal()
    if let failure { onEnd(failure) }
    return .microseconds(at)
  }

  /// Ends the recording before its time, for a reason that stands in the log and in its last line.
  public func end(_ reason: String) {
    let isFirst = state.withLock { state in
      guard !state.isOver else { return false }
      _ = append(.over(reason), at: microseconds, to: &state)
      state.isOver = true
      return true
    }
    work.signal()
    if isFirst { onEnd(reason) }
  }

  /// Ends the recording; returns when its last line is on disk, or after `closeSeconds`.
  public func close() {
    let isFirst = state.withLock { state in
      guard !state.isClosing else { return false }
      if !state.isOver { _ = append(.over("stopped"), at: microseconds, to: &state) }
      (state.isOver, state.isClosing) = (true, true)
      return true
    }
    guard isFirst else { return }
    work.signal()
    _ = closed.wait(timeout: .now() + .seconds(Self.closeSeconds))
  }

  /// Asked for under the lock, so that lines and times have one order.
  private var microseconds: Int64 {
    let time = elapsed().components
    return time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
  }

  /// Why the event was not taken; nil when it was.
  private func append(_ event: RecordedEvent, at: Int64, to state: inout State) -> String? {
    do {
      let line = try encoder.encode(RecordedLine(at: at, event: event))
      state.buffer += line
      state.buffer.append(0x0A)
      state.byteCount += line.count + 1
    } catch {
      return "an event has no written form: \(error)"
    }
    if state.buffer.count > Self.bufferLimit {
      state.buffer = []
      return "the disk is too slow"
    }
    guard state.byteCount > Self.byteLimit, !state.isOver else { return nil }
    state.isOver = true
    _ = append(.over("full"), at: at, to: &state)
    return "it has reached \(Self.byteLimit >> 20) MiB"
  }

  // MARK: Writing

  private func writeOut() {
    while true {
      work.wait()
      let (bytes, isClosing) = state.withLock { state in
        defer { state.buffer = [] }
        return (state.buffer, state.isClosing)
      }
      if let failure = bytes.isEmpty ? nil : isShortOfRoom() ?? Self.write(bytes, to: descriptor) {
        let isFirst = state.withLock { state in
          defer { (state.isOver, state.buffer) = (true, []) }
          return !state.isOver
        }
        if isFirst { onEnd(failure) }
      }
      guard !isClosing else { break }
    }
    Glibc.close(descriptor)
    closed.signal()
  }

  private func isShortOfRoom() -> String? {
    var room = statvfs()
    guard fstatvfs(descriptor, &room) == 0 else { return nil }  // The write tells what is wrong.
    let free = Int64(clamping: room.f_bavail).multipliedReportingOverflow(
      by: Int64(clamping: room.f_frsize))
    guard !free.overflow, free.partialValue < freeByteCount else { return nil }
    return "less than \(freeByteCount >> 20) MiB are free on its disk"
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errorText() }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  private static func errorText() -> String { String(cString: strerror(errno)) }

  // MARK: Places

  private static func create(_ path: String) throws(RecordingError) -> Int32 {
    // What is no plain file was not moved aside and is written as it is.
    let exclusive = isPlainOrAbsent(path) ? O_EXCL : 0
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | exclusive, 0o600)
    guard descriptor >= 0 else { throw RecordingError("\(path): \(errorText())") }
    return descriptor
  }

  private static func isPlainOrAbsent(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) != 0 || facts.st_mode & S_IFMT == S_IFREG
  }

  private static func rotate(_ path: String) throws(RecordingError) {
    guard isPlainOrAbsent(path) else { return }
    for number in stride(from: keptCount - 1, through: 0, by: -1) {
      let older = number == 0 ? path : "\(path).\(number)"
      guard rename(older, "\(path).\(number + 1)") == 0 || errno == ENOENT else {
        throw RecordingError("\(older) cannot be moved aside: \(errorText())")
      }
    }
  }
}

/// Why a recording cannot be made or read, for the operator.
public struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
