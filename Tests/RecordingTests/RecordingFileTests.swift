import Devices
import Foundation
import Synchronization
import Testing

@testable import Recording

/// What goes wrong with a recording ends it, and nothing else.
@Suite(.timeLimit(.minutes(1)))
struct RecordingFileTests {
  private final class Ending: Sendable {
    private let stored = Mutex<[String]>([])
    var reasons: [String] { stored.withLock { $0 } }
    func take(_ reason: String) { stored.withLock { $0.append(reason) } }
  }

  private func recording(
    _ path: String, freeByteCount: Int64 = 0, _ ending: Ending
  ) throws -> RecordingFile {
    try RecordingFile(
      path: path, header: RecordedShift.header, key: RecordedShift.key,
      freeByteCount: freeByteCount, onEnd: { ending.take($0) })
  }

  @Test func `a disk that takes nothing ends the recording with one word of it`() async throws {
    let directory = try TemporaryDirectory()
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/device", withDestinationPath: "/dev")
    let ending = Ending()
    let file = try recording(directory.path + "/device/full", ending)
    try await eventually("the end") { !ending.reasons.isEmpty }

    for _ in 0..<100 { file.record(.detached(address: "001/002")) }
    file.close()

    #expect(ending.reasons.count == 1)
    #expect(ending.reasons.first?.contains("No space left") == true)
  }

  @Test func `a disk that is nearly full is left to the book`() async throws {
    let directory = try TemporaryDirectory()
    let ending = Ending()
    let file = try recording(directory.path + "/r", freeByteCount: .max, ending)
    try await eventually("the end") { !ending.reasons.isEmpty }
    file.close()

    #expect(ending.reasons.count == 1)
    #expect(ending.reasons.first?.contains("free") == true)
  }

  @Test func `a recording has a limit, and says that it was reached`() async throws {
    let directory = try TemporaryDirectory()
    let ending = Ending()
    let file = try recording(directory.path + "/r", ending)
    let megabyte = Sealed([UInt8](repeating: 7, count: 1 << 20))
    for _ in 0..<400 where ending.reasons.isEmpty {
      file.record(.told(handle: 1, megabyte))
      try await Task.sleep(for: .milliseconds(1))
    }
    file.close()

    #expect(ending.reasons.count == 1)
    let facts = try FileManager.default.attributesOfItem(atPath: directory.path + "/r")
    #expect((facts[.size] as? Int ?? .max) < RecordingFile.byteLimit + 2 << 20)
  }

  @Test func `earlier recordings are kept, so many`() throws {
    let directory = try TemporaryDirectory()
    for _ in 0..<RecordingFile.keptCount + 2 {
      try recording(directory.path + "/r", Ending()).close()
    }

    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(
      names == [
        "r", "r.1", "r.2", "r.3", "r.key", "r.key.1", "r.key.2", "r.key.3",
      ])
    var reader = try RecordingReader(
      path: directory.path + "/r.1", keyPath: directory.path + "/r.key.1")
    #expect(try #require(try reader.next()).event == .over("stopped"))
    #expect(try reader.next() == nil)
  }

  @Test func `a recording that the power cut short ends at its last whole line`() throws {
    let directory = try TemporaryDirectory()
    let file = try recording(directory.path + "/r", Ending())
    file.record(.detached(address: "001/002"))
    file.close()
    let path = directory.path + "/r"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.dropLast(10).write(to: URL(fileURLWithPath: path))

    var reader = try RecordingReader(path: path)
    #expect(try #require(try reader.next()).event == .detached(address: "001/002"))
    #expect(try reader.next() == nil)
    #expect(reader.ending.contains("in mid-line"))
  }

  @Test func `what is no recording is refused by name`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/r"
    #expect(throws: RecordingError.self) { try RecordingReader(path: path) }
    for text in ["", "{}\n", "no recording\n", "{\"at\":0,\"event\":{\"over\":{\"_0\":\"\"}}}\n"] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: RecordingError.self) { try RecordingReader(path: path) }
      #expect(error?.description.isEmpty == false)
    }
  }

  @Test(arguments: [
    DeviceError.Kind.disconnected, .busy, .accessDenied, .timedOut, .stalled, .cancelled,
    .needsAttention(.coverOpen), .malformedResponse, .exhausted, .unsupported,
  ])
  func `every fault comes back as it was`(kind: DeviceError.Kind) {
    let error = DeviceError(kind, device: DeviceID("printer@1-3"), underlyingCode: -7)
    #expect(RecordedFault(error).error(at: error.device) == error)
  }
}
