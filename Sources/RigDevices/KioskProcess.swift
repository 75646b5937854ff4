import Foundation
import LoopbackHTTP

/// A running `kioskd`, and what its local interface says.
struct KioskProcess {
  /// From exec to ready takes half a second on a real machine, and some more on an emulated one.
  static let startLimitSeconds = 60.0
  /// What the daemon promises is 2 s; emulation is slower.
  static let stopLimitSeconds = 20.0

  private let process: Process
  let client: LoopbackClient

  /// `prefix` is a command that runs the daemon, as another user for example.
  init(
    _ executable: String, arguments: [String], prefix: [String], port: Int
  ) throws {
    let words = prefix + [executable] + arguments
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    client = LoopbackClient(port: port)
    try process.run()
  }

  /// The daemon's own: what stands in front of it only executes it.
  var processID: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// Waits until the daemon answers; false when it ended instead.
  func isReady() async -> Bool {
    await answer(within: Self.startLimitSeconds) {
      guard process.isRunning else { return false }
      return try await client.get("/healthz").status == 200 ? true : nil
    } ?? false
  }

  /// The screen's snapshot once it is as wanted; nil when it never was.
  func snapshot(
    within seconds: Double = 30, _ isWanted: (JSONValue) -> Bool
  ) async -> JSONValue? {
    await answer(within: seconds) {
      let snapshot = try JSONValue(parsing: try await client.get("/api/v1/state").body)
      return isWanted(snapshot) ? snapshot : nil
    }
  }

  /// Presses a button as soon as it is enabled; whether that was accepted.
  func press(_ button: String, within seconds: Double = 30) async -> Bool {
    let isEnabled = await snapshot(within: seconds) { snapshot in
      snapshot["buttons"].array.contains { $0["name"] == .string(button) && $0["enabled"] == true }
    }
    guard isEnabled != nil else { return false }
    do {
      let answer = try await client.post("/api/v1/press", "{\"button\": \"\(button)\"}")
      return (200..<300).contains(answer.status)
    } catch {
      return false
    }
  }

  /// The exit status after SIGTERM; nil when it did not stop.
  func stop() async -> Int32? {
    process.terminate()
    let isStopped = await answer(within: Self.stopLimitSeconds) {
      process.isRunning ? nil : true
    }
    guard isStopped == true else { return nil }
    return process.terminationStatus
  }

  /// Asks until there is an answer; a daemon that does not listen yet has none.
  private func answer<Value>(
    within seconds: Double, _ body: () async throws -> Value?
  ) async -> Value? {
    let clock = ContinuousClock()
    let limit = clock.now + .milliseconds(Int(seconds * 1_000))
    while clock.now < limit {
      do {
        if let value = try await body() { return value }
      } catch {
        // Not listening yet, or no longer.
      }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { return nil }
    }
    return nil
  }
}
