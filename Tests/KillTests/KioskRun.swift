import Foundation
import LoopbackHTTP

/// The daemon's own program, started and stopped as systemd would, and killed as a power cut does.
final class KioskRun {
  /// From exec to ready takes half a second; only what hangs takes so long.
  static let startLimitSeconds = 30.0
  /// What is promised is 2 s; a busy machine is slower.
  static let stopLimitSeconds = 20.0

  /// How it ended.
  enum End: Equatable {
    case exited(Int32)
    case killed(Int32)
  }

  let directory: String
  private let process = Process()
  private let files: TemporaryDirectory
  /// The port of the ready line; nil when it ended before.
  private(set) var port: Int?

  /// Starts and waits until it says that it is ready, or ends.
  ///
  /// - Parameters:
  ///   - data: its data directory; one of its own when nil.
  ///   - flags: further arguments of `kioskd run`; `--port 0` unless one is named.
  ///   - prefix: a command that runs the program.
  init(
    data: String? = nil, _ flags: [String] = ["--simulate", "--sample"], prefix: [String] = []
  ) async throws {
    files = try TemporaryDirectory()
    directory = data ?? files.path + "/data"
    var arguments = ["run", "--data", directory] + flags
    if !flags.contains("--port") { arguments += ["--port", "0"] }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = prefix + [try Self.program()] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try files.create("output")
    process.standardError = try files.create("errors")
    try process.run()
    try await eventually("ready or ended", seconds: Self.startLimitSeconds) {
      let isEnded = !self.process.isRunning
      self.port = self.readyPort
      return isEnded || self.port != nil
    }
  }

  deinit { kill() }

  // MARK: What it says

  var output: String { files.read("output") }
  var errors: String { files.read("errors") }

  /// The one line of a refused start; nil when there is none or more than it.
  var complaint: String? {
    let lines = errors.split(separator: "\n").filter { $0.hasPrefix("kioskd: ") }
    return lines.count == 1 ? String(lines[0]) : nil
  }

  private var readyPort: Int? {
    guard
      let line = output.split(separator: "\n").first(where: { $0.hasPrefix("kioskd is ready") }),
      output.contains("\n"), let range = line.range(of: "127.0.0.1:")
    else { return nil }
    return Int(line[range.upperBound...].prefix { $0.isNumber })
  }

  func client() throws -> LoopbackClient {
    guard let port else { throw NeverHappened(description: "not ready: \(errors)") }
    return LoopbackClient(port: port)
  }

  // MARK: Its life

  var isRunning: Bool { process.isRunning }

  var pid: Int32 { process.processIdentifier }

  var end: End? {
    guard !process.isRunning else { return nil }
    return process.terminationReason == .exit
      ? .exited(process.terminationStatus) : .killed(process.terminationStatus)
  }

  /// SIGTERM; how it ended.
  @discardableResult func stop() async throws -> End? {
    process.terminate()
    try await eventually("stopped", seconds: Self.stopLimitSeconds) { !self.process.isRunning }
    return end
  }

  /// A power cut.
  func kill() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
  }

  func killed() async throws {
    kill()
    try await eventually("killed", seconds: Self.stopLimitSeconds) { !self.process.isRunning }
  }

  // MARK: Places

  static let repository: String = {
    let place = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    return place.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  /// `KIOSK_BIN` names the folder of the programs; else where SwiftPM puts them.
  static func program(_ name: String = "kioskd") throws -> String {
    let folder =
      ProcessInfo.processInfo.environment["KIOSK_BIN"] ?? repository + "/.build/release"
    let path = folder + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw NeverHappened(description: "\(path) is not built")
    }
    return path
  }
}

/// A directory that goes with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("kiosk-kill-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left behind: \(path)")
    }
  }

  func create(_ name: String) throws -> FileHandle {
    let url = URL(fileURLWithPath: path + "/" + name)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  func read(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: path + "/" + name) ?? Data(), as: UTF8.self)
  }

  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// Something that a test waits for did not come.
struct NeverHappened: Error, CustomStringConvertible {
  let description: String
}

/// Asks again until it is so. The limit is only for what hangs.
func eventually(
  _ what: @autoclosure () -> String, seconds: Double = 20, _ isSo: () async throws -> Bool
) async throws {
  let limit = ContinuousClock.now + .milliseconds(Int(seconds * 1_000))
  while ContinuousClock.now < limit {
    if try await isSo() { return }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw NeverHappened(description: "never happened: \(what())")
}
