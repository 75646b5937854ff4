import Foundation
import Ledger
import Retail
import Storage
import Testing

/// `kioskctl ledger statement` and `submit`, as an operator runs them.
struct LedgerCommandTests {
  private struct Statements: Decodable { let statements: [AccountStatement] }
  private struct Answer: Decodable {
    let line: Int
    let outcomes: [Outcome]
  }

  private func correction(_ number: UInt64, _ units: Int64) throws -> Batch {
    let cny = Currency.cny.asset
    let (suspense, cash) = (AccountID.house("suspense"), AccountID.house("cash"))
    return Batch(
      openings: [
        Account(id: suspense, asset: cny, rule: .free), Account(id: cash, asset: cny, rule: .free),
      ],
      entries: [
        JournalEntry(
          id: EntryID(high: 1 << 60, low: number),
          action: .post(
            try Postings([
              Posting(account: suspense, asset: cny, units: units),
              Posting(account: cash, asset: cny, units: -units),
            ])),
          context: EntryContext(
            reason: "count of the till", actor: "staff/1", kiosk: 3, sale: nil,
            at: Instant(milliseconds: 1_764_500_000_000 + Int64(number) * 86_400_000)))
      ], isLinked: true)
  }

  private func write(_ batches: [Batch], in book: Book) throws -> String {
    let lines = try batches.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    let path = book.directory + "/corrections.jsonl"
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `entries of a file are put into the book, and told again the same`() async throws {
    let book = try await Book.filled()
    let path = try write([try correction(1, 500), try correction(2, 70)], in: book)

    for _ in 0..<2 {
      let run = try await KioskctlRun("ledger submit \(path) --json", data: book.directory)
      #expect(run.status == 0, "\(run.errors)")
      let answers = try run.json([Answer].self)
      #expect(answers.map(\.line) == [1, 2])
      #expect(answers.allSatisfy { $0.outcomes == [.ok] })
    }
    let statement = try await KioskctlRun(
      "ledger statement --account house/suspense --json", data: book.directory)
    let found = try #require(try statement.json(Statements.self).statements.first)
    #expect(found.lines.map(\.posted) == [500, 70])
    #expect(found.closing.posted == 570)
    let then = try await KioskctlRun(
      "ledger statement --account house/suspense --at 2025-12-01T22:00:00+08:00 --json",
      data: book.directory)
    #expect(try then.json(Statements.self).statements.first?.closing.posted == 500)
    let text = try await KioskctlRun(
      "ledger statement --account house/suspense", data: book.directory)
    #expect(text.output.contains("count of the till"))
    #expect(text.output.contains("Balance ¥5.70"))
  }

  @Test func `a member's statement is those of all accounts`() async throws {
    let book = try await Book.filled()
    let run = try await KioskctlRun(
      "ledger statement --member 80001001 --json", data: book.directory)
    let statements = try run.json(Statements.self).statements
    #expect(!statements.isEmpty)
    #expect(statements.allSatisfy { $0.account.id.owner == "m/17" })
    let store = try Store.open(directory: book.directory, mode: .reader)
    for statement in statements {
      #expect(try await SQLiteLedger(store).balance(of: statement.account.id) == statement.closing)
    }
    try store.close()
  }

  @Test func `the statement of a merged member goes back to before the merger`() async throws {
    let book = try await Book.filled()
    let registered = try await KioskctlRun(
      "member register --name 王晓明 --json", data: book.directory)
    struct Registered: Decodable { let member: Int64 }
    let member = try registered.json(Registered.self).member
    let merged = try await KioskctlRun(
      "member merge 80001001 \(member) --reason twice", data: book.directory)
    #expect(merged.status == 0, "\(merged.errors)")
    let run = try await KioskctlRun(
      "ledger statement --member 80001001 --json", data: book.directory)
    let statements = try run.json(Statements.self).statements
    #expect(Set(statements.map(\.account.id.owner)) == ["m/17", "m/\(member)"])
    let former = try #require(statements.first { $0.account.id.owner == "m/17" })
    #expect(former.lines.count > 1 && former.closing.posted == 0)
  }

  @Test(arguments: [
    ("ledger statement --account house/nowhere", "no account house/nowhere"),
    ("ledger statement --account house/cash --at yesterday", "yesterday: no moment"),
    ("ledger statement --member 99", "no member"),
    ("ledger submit /nowhere", "/nowhere: cannot be read"),
  ])
  func `what cannot be done is told`(line: String, complaint: String) async throws {
    let book = try await Book.filled()
    let run = try await KioskctlRun(line, data: book.directory)
    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains(complaint), "\(run.errors)")
  }

  @Test func `a line that is no batch is named, and what came before stands`() async throws {
    let book = try await Book.filled()
    let path = try write([try correction(1, 500)], in: book)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\n{\"entries\":1}\n".utf8))
    try file.close()
    let run = try await KioskctlRun("ledger submit \(path)", data: book.directory)
    #expect(run.status == 1)
    #expect(run.output.hasPrefix("1: ok"))
    #expect(try #require(run.complaint).contains("line 2: no batch"))
  }
}
