import Foundation
import LoopbackHTTP

/// A `kioskd` that this program started, and how long it took to answer and to stop.
final class DaemonProcess {
  static let startLimitSeconds = 20.0
  static let stopLimitSeconds = 20.0
  static let probePause = Duration.milliseconds(1)

  let port = LoopbackConnection.freePort()
  private let process = Process()
  private let executable: String
  private let data: String

  init(_ executable: String, data: String) throws {
    guard FileManager.default.isExecutableFile(atPath: executable) else {
      throw BenchmarkFault("\(executable): no such program; build the package first")
    }
    (self.executable, self.data) = (executable, data)
  }

  var id: Int32 { process.processIdentifier }

  /// Starts it; the milliseconds from there to the first 200 of /healthz.
  func start() async throws -> Double {
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["run", "--simulate", "--sample", "--data", data, "--port", "\(port)"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let start = Moment.now
    try process.run()
    let client = LoopbackClient(port: port)
    while true {
      do {
        if try await client.get("/healthz").status == 200 { break }
      } catch is LoopbackFault {
        // It does not listen yet.
      }
      guard Moment.now.wallMilliseconds(since: start) < Self.startLimitSeconds * 1_000,
        process.isRunning
      else { throw BenchmarkFault("\(executable) did not start") }
      try await Task.sleep(for: Self.probePause)
    }
    return Moment.now.wallMilliseconds(since: start)
  }

  /// Sends SIGTERM; the milliseconds until it ended, and with what status.
  func stop() async throws -> (milliseconds: Double, status: Int32) {
    let start = Moment.now
    process.terminate()
    while process.isRunning {
      guard Moment.now.wallMilliseconds(since: start) < Self.stopLimitSeconds * 1_000 else {
        kill(id, SIGKILL)
        throw BenchmarkFault("kioskd did not stop on SIGTERM")
      }
      try await Task.sleep(for: Self.probePause)
    }
    let status = process.terminationReason == .exit ? process.terminationStatus : -1
    return (Moment.now.wallMilliseconds(since: start), status)
  }

  /// Megabytes of /proc/PID/smaps_rollup by key: `Pss`, `Rss`, `Pss_Anon`, `Pss_File`.
  func memory() throws -> [String: Double] {
    let path = "/proc/\(id)/smaps_rollup"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw BenchmarkFault("\(path) cannot be read")
    }
    var megabytes: [String: Double] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, let kilobytes = Double(words[1]), words[2] == "kB" {
        megabytes[String(words[0].dropLast())] = kilobytes / 1_024
      }
    }
    return megabytes
  }
}
