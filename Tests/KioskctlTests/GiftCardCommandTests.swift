import Testing

/// Gift cards from the command line.
struct GiftCardCommandTests {
  private struct Sold: Decodable {
    let id: String
    let code: String
    let amount: Int64
    let repeated: Bool
  }

  private struct Shown: Decodable {
    let id: String
    let mask: String
    let left: Int64
  }

  private struct Used: Decodable {
    struct Facts: Decodable {
      let amount: Int64
      let left: Int64
    }

    let used: Facts
    let repeated: Bool
  }

  private func sell(_ book: Book) async throws -> Sold {
    try await KioskctlRun(
      "gift-card sell --amount 100.00 --tender cash --id g1 --json", data: book.directory
    ).json(Sold.self)
  }

  @Test func `a card is sold, spent in parts and paid out, each once`() async throws {
    let book = try await Book.filled()
    let sold = try await sell(book)
    let again = try await sell(book)
    #expect(sold.id == "g1" && sold.amount == 10_000 && !sold.repeated)
    #expect(again.code == sold.code && again.repeated)

    let spend = "gift-card spend \(sold.code) --amount 30.50 --id s1 --json"
    let first = try await KioskctlRun(spend, data: book.directory).json(Used.self)
    let second = try await KioskctlRun(spend, data: book.directory).json(Used.self)
    #expect(first.used.amount == 3_050 && first.used.left == 6_950 && !first.repeated)
    #expect(second.used.left == 6_950 && second.repeated)
    let shown = try await KioskctlRun("gift-card show \(sold.code) --json", data: book.directory)
      .json(Shown.self)
    #expect(shown.id == "g1" && shown.left == 6_950)
    #expect(!shown.mask.contains(sold.code) && sold.code.hasSuffix(shown.mask.suffix(4)))

    let tooMuch = try await KioskctlRun(
      "gift-card spend \(sold.code) --amount 69.51", data: book.directory)
    #expect(try #require(tooMuch.complaint).contains("69.50"), "\(tooMuch.errors)")
    let out = try await KioskctlRun(
      "gift-card refund \(sold.code) --id p1 --json", data: book.directory
    ).json(Used.self)
    #expect(out.used.amount == 6_950 && out.used.left == 0)
    let empty = try await KioskctlRun(
      "gift-card refund \(sold.code) --id p2", data: book.directory)
    #expect(try #require(empty.complaint).contains("nothing is left"), "\(empty.errors)")
    let verify = try await KioskctlRun("ledger verify", data: book.directory)
    #expect(verify.status == 0, "\(verify.errors)")
  }

  @Test func `a code that is none, and one that nobody has, are refused with the same words`()
    async throws
  {
    let book = try await Book.filled()
    let sold = try await sell(book)
    // Another code whose check characters fit.
    let other = try await Book.filled()
    let unknown = try await sell(other).code
    #expect(unknown != sold.code)
    var complaints: Set<String> = []
    for code in ["HELLO", unknown, String(sold.code.dropLast())] {
      let run = try await KioskctlRun("gift-card show \(code)", data: book.directory)
      #expect(run.status == 1)
      complaints.insert(try #require(run.complaint))
    }
    #expect(complaints.count == 1, "\(complaints)")
  }

  @Test func `what is not sold is told in one line, and no card is made`() async throws {
    let book = try await Book.filled()
    for (arguments, part) in [
      ("--amount 9.99 --tender cash", "10.00"), ("--amount 100.00 --tender gold", "gold"),
      ("--amount -5.00 --tender cash", "amount"), ("--amount 1e3 --tender cash", "1e3"),
    ] {
      let run = try await KioskctlRun("gift-card sell \(arguments)", data: book.directory)
      #expect(run.status != 0 && run.output.isEmpty, "\(arguments)")
      #expect(run.errors.contains(part), "\(arguments): \(run.errors)")
    }
    let trial = try await KioskctlRun("ledger trial-balance", data: book.directory)
    #expect(trial.status == 0 && !trial.output.contains("gift/"))
  }
}
