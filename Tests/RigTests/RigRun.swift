import Foundation
import Testing

/// One run of the rig's checks, of which all tests that need it look at the same one.
struct RigRun: Sendable {
  /// What a scenario takes in the guest, many times over: only a hang gets there.
  private static let limitSeconds = 900
  private static let complaintLineCount = 160
  /// Random events at the counter while sales go on.
  private static let eventCount = 60

  /// By name: whether it was as it should be.
  let results: [String: Bool]
  let output: String
  let exitStatus: Int32

  private static let machine = Task { try await RigRun.boot() }
  private static let light = Task { try await RigRun.emulate() }

  /// The machine's: boots on first use; the others wait for the same boot.
  static func finished() async throws -> RigRun { try await machine.value }

  /// That of the emulated usbfs, which needs no machine.
  static func emulated() async throws -> RigRun { try await light.value }

  func expect(
    _ names: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for name in names {
      #expect(results[name] == true, "\(name)", sourceLocation: sourceLocation)
    }
  }

  /// What is not as it should be and the last words, without the many lines that are right: a
  /// failure is printed up to a length, and what explains it stands at the end.
  var complaints: String {
    let lines = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }
    return lines.suffix(Self.complaintLineCount).joined(separator: "\n")
  }

  static func parse(_ output: String) -> [String: Bool] {
    var results: [String: Bool] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      let isOK = words.first == "ok"
      guard isOK || line.hasPrefix("not ok ") else { continue }
      guard let name = words.dropFirst(isOK ? 1 : 2).first else { continue }
      // Twice the same name: once wrong is wrong.
      results[String(name)] = isOK && results[String(name)] != false
    }
    return results
  }

  private static func boot() async throws -> RigRun {
    try await run(
      repository.appendingPathComponent("Tests/Rig/run-in-vm.sh").path,
      [
        "-t", String(limitSeconds), "--",
        repository.appendingPathComponent("Tests/Rig/scenarios.sh").path, products.path,
        String(eventCount), String(RigSeed.value),
      ])
  }

  private static func emulate() async throws -> RigRun {
    try await run(
      "/usr/bin/env",
      [
        "umockdev-wrapper", products.appendingPathComponent("RigDevices").path, "light",
        repository.appendingPathComponent("drivers").path, String(RigSeed.value),
      ])
  }

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The tests and the product's executables are built into one directory.
  static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  private static func run(_ command: String, _ arguments: [String]) async throws -> RigRun {
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("rig-\(UUID().uuidString).log")
    try Data().write(to: log)
    defer {
      do { try FileManager.default.removeItem(at: log) } catch { Issue.record(error) }
    }
    let file = try FileHandle(forWritingTo: log)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command)
    process.arguments = arguments
    process.currentDirectoryURL = repository
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    let exitStatus = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    try file.close()
    let output = String(decoding: try Data(contentsOf: log), as: UTF8.self)
    return RigRun(results: parse(output), output: output, exitStatus: exitStatus)
  }
}

/// The seed of all that a rig does by chance: one of today's choosing, or that of `KIOSK_SEED`.
enum RigSeed {
  static let value: UInt64 =
    ProcessInfo.processInfo.environment["KIOSK_SEED"].flatMap { UInt64($0) } ?? 20_261_122
}
