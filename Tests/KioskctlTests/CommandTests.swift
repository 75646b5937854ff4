import Daemon
import Foundation
import GRDB
import Ledger
import Logging
import Retail
import Storage
import Testing

/// The program as an operator meets it.
struct CommandTests {
  @Test(arguments: [
    "ledger verify", "ledger trial-balance", "member show 1", "receipt show 3-000001",
    "coupon issue over50-off8",
  ])
  func `without a book there is one line that says so`(line: String) async throws {
    let book = try Book()

    let run = try await KioskctlRun(line, data: book.directory)

    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(try #require(run.complaint).contains(book.directory))
  }

  @Test(arguments: [
    ("open-the-till", "kioskctl help"), ("--colour", "kioskctl help"),
    ("receipt show", "kioskctl help receipt show"),
    ("sale release 42", "kioskctl help sale release"),
    ("receipt show fortytwo", "kioskctl help receipt show"),
    ("doctor --port 0", "kioskctl help doctor"),
    ("ledger verify now", "kioskctl help ledger verify"),
  ])
  func `a wrong command line ends as every fault does`(line: String, help: String) async throws {
    let run = try await KioskctlRun(line)

    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(try #require(run.complaint).hasSuffix("(see `\(help)`)"))
  }

  @Test(arguments: ["--help", "help receipt show", "ledger verify -h"])
  func `help that was asked for is no fault`(line: String) async throws {
    let run = try await KioskctlRun(line)

    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("USAGE: kioskctl"))
  }

  @Test func `the rules are those that are checked in`() async throws {
    let run = try await KioskctlRun("udev-rules")

    #expect(run.status == 0)
    #expect(
      run.output
        == (try String(
          contentsOfFile: KioskctlRun.repository + "/udev/70-kiosk.rules", encoding: .utf8)))
  }

  @Test func `a scanner that the shop names has a rule of its own`() async throws {
    let book = try Book()
    let path = book.directory + "/kioskd.yaml"
    let example = try String(
      contentsOfFile: KioskctlRun.repository + "/config/kioskd.example.yaml", encoding: .utf8)
    try example.replacing(
      "scanners: []", with: "scanners: [{ usb: \"1a86:5456\", port: \"1-2.3\", layout: us }]"
    ).write(toFile: path, atomically: true, encoding: .utf8)

    let run = try await KioskctlRun("udev-rules --local --config \(path)")

    #expect(run.status == 0)
    #expect(run.output.contains("ATTR{idVendor}==\"1a86\""))
    let none = try await KioskctlRun("udev-rules --local --config \(path).none")
    #expect(none.status == 1)
    #expect(none.complaint != nil)
  }

  @Test func `a sound book is told to be so`() async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun("ledger verify", data: book.directory)

    #expect(run.status == 0)
    #expect(run.output.hasPrefix("The book is sound: 3 entries"))
    struct Answer: Decodable { let sound: Bool }
    let json = try await KioskctlRun("ledger verify --json", data: book.directory)
    #expect(try json.json(Answer.self).sound)
  }

  @Test func `open holds are listed with their sale, age and actor`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let hold = try Book.hold()
    #expect(
      try await SQLiteLedger(store).submit(Batch(entries: [hold], isLinked: true)) == [.ok])
    try store.close()
    struct Answer: Decodable {
      struct Hold: Decodable {
        let entry: String
        let sale: String?
        let actor: String
        let ageSeconds: Int64
      }
      let openHolds: [Hold]
    }

    let run = try await KioskctlRun("ledger verify", data: book.directory)
    let json = try await KioskctlRun("ledger verify --json", data: book.directory)

    #expect(run.status == 0)
    #expect(run.output.contains("1 open holds"))
    #expect(run.output.contains("Open hold \(hold.id): sale 3-000043, "))
    let listed = try #require(try json.json(Answer.self).openHolds.first)
    #expect(listed.entry == "\(hold.id)")
    #expect(listed.sale == "3-000043")
    #expect(listed.actor == "customer")
    #expect(listed.ageSeconds >= 0)
  }

  @Test func `a changed entry is named`() async throws {
    let book = try await Book.filled()
    let database = try DatabaseQueue(path: book.directory + "/" + Store.fileName)
    try await database.write { db in
      try db.execute(
        sql: """
          DROP TRIGGER entries_never_change;
          UPDATE entries SET content = CAST(
            substr(content, 1, length(content) - 1) || x'01' AS BLOB) WHERE key = 2
          """)
    }
    try database.close()

    let run = try await KioskctlRun("ledger verify", data: book.directory)

    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("entry 2 ("))
  }

  @Test func `the trial balance is balanced`() async throws {
    let book = try await Book.filled()
    struct Answer: Decodable {
      let balanced: Bool
      let assets: [TrialBalance.AssetTotal]
      let lines: [TrialBalance.Line]
    }

    let run = try await KioskctlRun("ledger trial-balance", data: book.directory)
    let answer = try await KioskctlRun("ledger trial-balance --json", data: book.directory)
      .json(Answer.self)

    #expect(run.status == 0)
    #expect(run.output.contains("m/17/principal"))
    #expect(answer.balanced)
    #expect(answer.assets.map(\.asset.code) == ["CNY", "PTS"])
    #expect(answer.assets.map(\.debits) == [35_000, 63_500])
    #expect(answer.lines.count == 6)
    let totals = try await KioskctlRun("ledger trial-balance --json --totals", data: book.directory)
    #expect(try totals.json(Answer.self).lines.isEmpty)
  }

  @Test(arguments: ["80001001", "13812345521", "17"])
  func `a member is found by what is at hand, and masked`(text: String) async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun("member show \(text)", data: book.directory)

    #expect(run.status == 0)
    #expect(run.output.contains("王*, 138****5521, gold"))
    #expect(run.output.contains("¥300.00"))
    #expect(run.output.contains("63.5"))
    #expect(!run.output.contains("小明"))
    #expect(!run.output.contains("1990"))
  }

  @Test func `a member is shown in full when that is asked for`() async throws {
    let book = try await Book.filled()
    struct Answer: Decodable {
      let name: String
      let birthday: String?
    }

    let full = try await KioskctlRun("member show 17 --full --json", data: book.directory)
    let unknown = try await KioskctlRun("member show 18", data: book.directory)

    #expect(try full.json(Answer.self).name == "王小明")
    #expect(try full.json(Answer.self).birthday == "1990-05-12")
    #expect(unknown.status == 1)
    #expect(unknown.complaint != nil)
  }

  @Test func `a receipt is shown as it is laid out`() async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun("receipt show 3-000042", data: book.directory)

    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.contains("No. 3-000042                    2026-11-22 18:30"))
    #expect(lines.contains { $0.hasPrefix("应付") && $0.hasSuffix("¥42.50") })
    #expect(lines.last == "receipt, print job 1: queued, not on paper yet")
    struct Answer: Decodable {
      let receipt: Receipt
      let text: [String]
    }
    let json = try await KioskctlRun("receipt show 3-000042 --json", data: book.directory)
    #expect(try json.json(Answer.self).receipt == Book.receipt)
    let unknown = try await KioskctlRun("receipt show 3-000043", data: book.directory)
    #expect(try #require(unknown.complaint).contains("no sale 3-000043"))
  }

  @Test func `a member's name and a wrong argument do not command the terminal`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    try await store.registerMember(
      MemberRecord(
        id: 66, number: "80001066", name: "王\u{1B}[2J\u{9B}31m\u{202E}明", phone: nil,
        tier: "gold\u{07}"))
    try store.close()

    let run = try await KioskctlRun("member show 66 --full", data: book.directory)
    let wrong = try await KioskctlRun("decode \u{1B}[2J")

    #expect(run.status == 0)
    #expect(run.output.contains("王<1B>[2J<9B>31m<202E>明"))
    #expect(try #require(wrong.complaint).contains("<1B>[2J"))
    for scalar in (run.output + wrong.errors).unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
    }
  }
}
