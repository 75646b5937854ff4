import Foundation

/// A program that does the same work with another library, a JSON object a line in and out.
final class PeerProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread = Data()

  init(program: String, script: String) throws {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw BenchmarkFault("\(program) is not there; Benchmarks/peers/prepare.sh installs it")
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [script]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  func ask<Reply: Decodable>(_ request: some Encodable, for _: Reply.Type) throws -> Reply {
    var line = try JSONEncoder().encode(request)
    line.append(0x0A)
    try input.fileHandleForWriting.write(contentsOf: line)
    return try JSONDecoder().decode(Reply.self, from: try readLine())
  }

  /// It ends with its input.
  func end() throws {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private func readLine() throws -> Data {
    while true {
      if let end = unread.firstIndex(of: 0x0A) {
        defer { unread = Data(unread[unread.index(after: end)...]) }
        return unread[..<end]
      }
      // Not `read(upToCount:)`, which waits for so many.
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BenchmarkFault("the peer ended; what it said is above") }
      unread += more
    }
  }
}
