import ArgumentParser
import Foundation
import Ledger
import Storage

struct LedgerSubmit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Put entries into the book: corrections, and what was done elsewhere.",
    discussion: """
      Reads one batch a line, as JSON, from the file or from standard input, and answers each \
      with a line: the outcomes of its entries, in order. The running daemon writes them; when \
      none runs on the data directory, this program does. The same ids again change nothing.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The file; - is standard input.")
  var file: String

  /// The longest line: what the daemon's socket takes.
  private static let lineLimit = 65_000

  private struct Answer: Encodable {
    let line: Int
    let outcomes: [Outcome]
  }

  func run() async throws {
    var answers: [Answer] = []
    do {
      try await submit(try Self.lines(of: file)) { answers.append($0) }
    } catch {
      // What was answered before stands.
      try write(answers)
      throw error
    }
    try write(answers)
  }

  private func write(_ answers: [Answer]) throws {
    try Output.write(answers, asJSON: common.json) {
      answers.map { "\($0.line): " + $0.outcomes.map(\.rawValue).joined(separator: " ") }
    }
  }

  private func submit(_ lines: [Substring], _ take: (Answer) -> Void) async throws {
    var writer: Store?
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let batch = try Self.batch(line, number: index + 1)
      if writer == nil, let outcomes = try RunningDaemon.submit(batch, directory: common.data) {
        take(Answer(line: index + 1, outcomes: outcomes))
        continue
      }
      let store = try writer ?? openWriter()
      writer = store
      take(Answer(line: index + 1, outcomes: try await SQLiteLedger(store).submit(batch)))
    }
    try writer?.close()
  }

  private static func batch(_ line: Substring, number: Int) throws -> Batch {
    guard line.utf8.count <= lineLimit else {
      throw Complaint("line \(number): longer than \(lineLimit) bytes; split the batch")
    }
    do {
      return try JSONDecoder().decode(Batch.self, from: Data(line.utf8))
    } catch {
      throw Complaint("line \(number): no batch of entries (\(error))")
    }
  }

  /// The lock that opening takes keeps a daemon from starting meanwhile.
  private func openWriter() throws -> Store {
    guard DataDirectory.hasDatabase(common.data) else {
      throw Complaint("\(common.data): no kiosk's book is here; name its directory with --data")
    }
    return try Store.open(directory: common.data, mode: .writer)
  }

  private static func lines(of file: String) throws -> [Substring] {
    let data: Data? =
      file == "-"
      ? try FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
    guard let data else {
      if file == "-" { return [] }
      throw Complaint("\(file): cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }
}
