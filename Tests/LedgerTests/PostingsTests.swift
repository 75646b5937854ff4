import Ledger
import Testing

struct PostingsTests {
  private static func posting(_ units: Int64, _ asset: Asset = .points) -> Posting {
    Posting(account: .house("a"), asset: asset, units: units)
  }

  @Test func `an unbalanced entry cannot be made`() {
    #expect(throws: PostingRejection.unbalanced(.points, by: 1)) {
      try Postings([Self.posting(2), Self.posting(-1)])
    }
  }

  @Test func `each asset balances by itself`() throws {
    let cny = Currency.cny.asset
    #expect(throws: PostingRejection.unbalanced(cny, by: 5)) {
      try Postings([Self.posting(5, cny), Self.posting(-5)])
    }
    let both = try Postings([
      Self.posting(5, cny), Self.posting(-5, cny), Self.posting(3), Self.posting(-3),
    ])
    #expect(both.list.count == 4)
  }

  @Test func `an entry has 2 to 100 postings`() throws {
    #expect(throws: PostingRejection.postingCount(0)) { try Postings([]) }
    #expect(throws: PostingRejection.postingCount(1)) { try Postings([Self.posting(1)]) }
    let pairs = [[Posting]](repeating: [Self.posting(1), Self.posting(-1)], count: 51)
    #expect(throws: PostingRejection.postingCount(102)) { try Postings(pairs.flatMap { $0 }) }
    #expect(try Postings(pairs.dropLast().flatMap { $0 }).list.count == 100)
  }

  @Test func `nothing and too much are refused`() {
    #expect(throws: PostingRejection.zeroAmount) {
      try Postings([Self.posting(0), Self.posting(0)])
    }
    for units in [Posting.unitsLimit + 1, .max, .min] {
      #expect(throws: PostingRejection.amountLimit) {
        try Postings([Self.posting(units), Self.posting(1)])
      }
    }
  }

  @Test func `an account name is printable ASCII within its limit`() {
    for name in ["", "a b", "账户", String(repeating: "x", count: 120)] {
      let account = AccountID(owner: "m/1", purpose: name)
      let posting = Posting(account: account, asset: .points, units: 1)
      #expect(throws: PostingRejection.account(account)) {
        try Postings([posting, Self.posting(-1)])
      }
    }
  }

  @Test func `what is available counts open holds`() {
    let balance = Balance(posted: -100, heldDebits: 30, heldCredits: 500)
    #expect(balance.available(under: .debitsWithinCredits) == 70)
    #expect(balance.available(under: .free) == nil)
    let stock = Balance(posted: 100, heldDebits: 500, heldCredits: 30)
    #expect(stock.available(under: .creditsWithinDebits) == 70)
  }

  @Test func `control characters and long texts make a context malformed`() {
    func context(_ reason: String) -> EntryContext {
      EntryContext(
        reason: reason, actor: "system", kiosk: 1, sale: nil, at: Instant(milliseconds: 0))
    }
    #expect(context("退款").isWellFormed)
    #expect(context(String(repeating: "x", count: 200)).isWellFormed)
    #expect(!context(String(repeating: "x", count: 201)).isWellFormed)
    #expect(!context("a\u{0}b").isWellFormed)
    #expect(!context("a\nb").isWellFormed)
  }

  @Test func `the limits of a batch count entries, postings and openings`() throws {
    let postings = try Postings((0..<50).flatMap { _ in [Self.posting(1), Self.posting(-1)] })
    func entry(_ number: Int, _ action: JournalEntry.Action) -> JournalEntry {
      JournalEntry(
        id: EntryID(high: 1, low: UInt64(number)), action: action,
        context: EntryContext(
          reason: "", actor: "", kiosk: 1, sale: nil, at: Instant(milliseconds: 0)))
    }
    let full = (0..<20).map { entry($0, .post(postings)) }
    let voids = (20..<201).map { entry($0, .void(EntryID(high: 2, low: 0))) }
    #expect(Batch(entries: full, isLinked: true).isWithinLimits)
    #expect(Batch(entries: full + voids.dropLast(), isLinked: true).isWithinLimits)
    #expect(!Batch(entries: full + voids, isLinked: true).isWithinLimits)
    let one = try Postings([Self.posting(1), Self.posting(-1)])
    #expect(!Batch(entries: full + [entry(20, .hold(one))], isLinked: true).isWithinLimits)
    let account = Account(id: .house("a"), asset: .points, rule: .free)
    let openings = [Account](repeating: account, count: Batch.openingLimit + 1)
    #expect(!Batch(openings: openings, entries: [], isLinked: true).isWithinLimits)
  }
}
