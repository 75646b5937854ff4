import Foundation
import Testing

/// The one boot of the machine that all tests of this target look at.
struct RigRun: Sendable {
  /// What a scenario takes in the guest, many times over: only a hang gets there.
  private static let limitSeconds = 240

  /// By name: whether it was as it should be.
  let results: [String: Bool]
  let output: String
  let exitStatus: Int32

  private static let shared = Task { try await RigRun.boot() }

  /// Boots on first use; the others wait for the same boot.
  static func finished() async throws -> RigRun { try await shared.value }

  func expect(
    _ names: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for name in names {
      #expect(results[name] == true, "\(name)", sourceLocation: sourceLocation)
    }
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
    let repository = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    // The tests and the product's executables are built into one directory.
    let products = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    ).deletingLastPathComponent()
    let log = FileManager.default.temporaryDirectory
      .appendingPathComponent("rig-\(UUID().uuidString).log")
    try Data().write(to: log)
    defer {
      do { try FileManager.default.removeItem(at: log) } catch { Issue.record(error) }
    }
    let file = try FileHandle(forWritingTo: log)
    let process = Process()
    process.executableURL = repository.appendingPathComponent("Tests/Rig/run-in-vm.sh")
    process.arguments = [
      "-t", String(limitSeconds), "--",
      repository.appendingPathComponent("Tests/Rig/scenarios.sh").path, products.path,
    ]
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
