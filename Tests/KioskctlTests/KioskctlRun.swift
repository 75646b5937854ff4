import Foundation

/// The built program, run as an operator runs it.
struct KioskctlRun {
  let status: Int32
  let output: String
  let errors: String

  /// Arguments as one line; none of them holds a blank. Standard input is that of a file.
  init(_ line: String, data: String? = nil, input: [UInt8] = []) async throws {
    let arguments =
      line.split(separator: " ").map(String.init) + (data.map { ["--data", $0] } ?? [])
    let path = try Self.binary()
    // On a thread of its own: a daemon in this process must be able to answer meanwhile.
    self = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try KioskctlRun(path: path, arguments: arguments, input: input) })
      }
    }
  }

  private init(path: String, arguments: [String], input: [UInt8]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(input).write(to: file)
    defer {
      do { try FileManager.default.removeItem(at: file) } catch { print("left behind: \(file)") }
    }
    process.standardInput = try FileHandle(forReadingFrom: file)
    try process.run()
    // One line at most goes to standard error, far less than a pipe holds.
    output = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    errors = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// The one line that a failure must have; nil when it is none or several.
  var complaint: String? {
    let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count == 2 && lines[1].isEmpty && lines[0].hasPrefix("kioskctl: ")
      ? String(lines[0].dropFirst(10)) : nil
  }

  func json<Value: Decodable>(_: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(output.utf8))
  }

  static let repository: String = {
    let place = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    return place.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  /// `KIOSK_BIN` names the folder of the programs; else where SwiftPM puts them.
  private static func binary() throws -> String {
    let folders =
      ProcessInfo.processInfo.environment["KIOSK_BIN"].map { [$0] }
      ?? ["release", "debug"].map { repository + "/.build/" + $0 }
    let paths = folders.map { $0 + "/kioskctl" }
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
      throw NotBuilt(paths: paths)
    }
    return path
  }

  struct NotBuilt: Error { let paths: [String] }
}
