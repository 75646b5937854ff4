import Ledger
import Storage
import Testing

struct LedgerRulesTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let ledger: SQLiteLedger

  init() async throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
    ledger = SQLiteLedger(store)
    try #require(try await ledger.submit(Shop.opening()) == [.ok])
  }

  private func spend(_ units: Int64) throws -> Postings {
    try Shop.move(units, from: Shop.principal, to: Shop.revenue)
  }

  @Test func `the same id gives the same answer and writes nothing`() async throws {
    let entry = Shop.entry(2, .post(try spend(4_000)))
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.balance(of: Shop.principal)?.posted == -6_000)
    #expect(try await ledger.verify().entryCount == 2)
  }

  @Test func `an id used for other content is refused and keeps its answer`() async throws {
    let entry = Shop.entry(2, .post(try spend(4_000)))
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.submit(Shop.entry(2, .post(try spend(1)))) == .otherContent)
    #expect(try await ledger.submit(entry) == .ok)
  }

  @Test func `a refusal sticks to its id`() async throws {
    let tooMuch = Shop.entry(2, .post(try spend(10_001)))
    #expect(try await ledger.submit(tooMuch) == .overLimit)
    let topUp = Shop.entry(3, .post(try Shop.move(500, from: Shop.cash, to: Shop.principal)))
    #expect(try await ledger.submit(topUp) == .ok)
    #expect(try await ledger.submit(tooMuch) == .overLimit)
    #expect(try await ledger.submit(Shop.entry(4, .post(try spend(10_001)))) == .ok)
  }

  @Test func `a linked batch is all or nothing`() async throws {
    let batch = Batch(
      openings: [Account(id: .house("new"), asset: Shop.cny, rule: .free)],
      entries: [
        Shop.entry(2, .post(try spend(6_000))), Shop.entry(3, .post(try spend(6_000))),
        Shop.entry(4, .post(try spend(1))),
      ], isLinked: true)
    let refused: [Outcome] = [.linkedFailed, .overLimit, .linkedFailed]
    #expect(try await ledger.submit(batch) == refused)
    #expect(try await ledger.balance(of: Shop.principal)?.posted == -10_000)
    #expect(try await ledger.balance(of: .house("new")) == nil)
    #expect(try await ledger.submit(batch) == refused)
    #expect(try await ledger.submit(batch.entries[0]) == .linkedFailed)
  }

  @Test func `entries that are not linked stand alone`() async throws {
    let batch = Batch(
      entries: [
        Shop.entry(2, .post(try spend(6_000))), Shop.entry(3, .post(try spend(6_000))),
        Shop.entry(4, .post(try spend(1))),
      ], isLinked: false)
    #expect(try await ledger.submit(batch) == [.ok, .overLimit, .ok])
    #expect(try await ledger.balance(of: Shop.principal)?.posted == -3_999)
  }

  @Test func `what is held cannot be spent, and a void gives it back`() async throws {
    #expect(try await ledger.submit(Shop.entry(2, .hold(try spend(9_000)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(3, .post(try spend(1_001)))) == .overLimit)
    let held = try await ledger.balance(of: Shop.principal)
    #expect(held == Balance(posted: -10_000, heldDebits: 9_000, heldCredits: 0))
    #expect(try await ledger.openHolds().map(\.id) == [Shop.id(2)])
    #expect(try await ledger.submit(Shop.entry(4, .void(Shop.id(2)))) == .ok)
    let free = try await ledger.balance(of: Shop.principal)
    #expect(free == Balance(posted: -10_000, heldDebits: 0, heldCredits: 0))
    #expect(try await ledger.openHolds().isEmpty)
  }

  @Test func `a hold of a credit is not yet there to be spent`() async throws {
    let topUp = try Shop.move(5_000, from: Shop.cash, to: Shop.principal)
    #expect(try await ledger.submit(Shop.entry(2, .hold(topUp))) == .ok)
    #expect(try await ledger.submit(Shop.entry(3, .post(try spend(10_001)))) == .overLimit)
    #expect(try await ledger.submit(Shop.entry(4, .capture(Shop.id(2)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(5, .post(try spend(15_000)))) == .ok)
  }

  @Test func `a hold is ended once`() async throws {
    #expect(try await ledger.submit(Shop.entry(2, .hold(try spend(9_000)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(3, .capture(Shop.id(2)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(4, .capture(Shop.id(2)))) == .holdResolved)
    #expect(try await ledger.submit(Shop.entry(5, .void(Shop.id(2)))) == .holdResolved)
    #expect(try await ledger.submit(Shop.entry(6, .void(Shop.id(99)))) == .noSuchHold)
    #expect(try await ledger.submit(Shop.entry(7, .void(Shop.id(1)))) == .noSuchHold)
    #expect(try await ledger.balance(of: Shop.revenue)?.posted == -9_000)
  }

  @Test func `only the kiosk that made a hold finds it abandoned`() async throws {
    #expect(try await ledger.submit(Shop.entry(2, .hold(try spend(9_000)))) == .ok)
    #expect(
      try await ledger.submit(Shop.entry(3, .expire(Shop.id(2)), kiosk: 2)) == .noSuchHold)
    #expect(try await ledger.submit(Shop.entry(4, .expire(Shop.id(2)), kiosk: 1)) == .ok)
  }

  @Test func `a hold may be made and captured in one batch`() async throws {
    let batch = Batch(
      entries: [
        Shop.entry(2, .hold(try spend(9_000))), Shop.entry(3, .capture(Shop.id(2))),
        Shop.entry(4, .hold(try spend(1_000))), Shop.entry(5, .void(Shop.id(4))),
      ], isLinked: true)
    #expect(try await ledger.submit(batch) == [.ok, .ok, .ok, .ok])
    #expect(try await ledger.verify().fault == nil)
    #expect(try await ledger.openHolds().isEmpty)
  }

  @Test func `a lot never holds more than was granted, held credits included`() async throws {
    func grant(_ units: Int64) throws -> Postings {
      try Shop.move(units, from: Shop.cash, to: Shop.bonus)
    }
    #expect(try await ledger.submit(Shop.entry(2, .hold(try grant(1_500)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(3, .post(try grant(501)))) == .overLimit)
    #expect(try await ledger.submit(Shop.entry(4, .post(try grant(500)))) == .ok)
    #expect(try await ledger.submit(Shop.entry(5, .capture(Shop.id(2)))) == .ok)
    #expect(try await ledger.balance(of: Shop.bonus)?.posted == -2_000)
  }

  @Test func `limited accounts of two owners in one entry are malformed`() async throws {
    let mixed = try Shop.move(1, from: Shop.principal, to: Shop.otherPrincipal)
    #expect(try await ledger.submit(Shop.entry(2, .post(mixed))) == .malformed)
    #expect(try await ledger.submit(Shop.entry(3, .hold(mixed))) == .malformed)
  }

  @Test func `an asset that is not the account's is malformed`() async throws {
    let points = try Postings([
      Posting(account: Shop.cash, asset: .points, units: 1),
      Posting(account: Shop.revenue, asset: .points, units: -1),
    ])
    #expect(try await ledger.submit(Shop.entry(2, .post(points))) == .malformed)
  }

  @Test func `an unknown account is named as such`() async throws {
    let stray = try Shop.move(1, from: Shop.principal, to: .house("nowhere"))
    #expect(try await ledger.submit(Shop.entry(2, .post(stray))) == .noSuchAccount)
    #expect(try await ledger.balance(of: .house("nowhere")) == nil)
  }

  @Test func `an opening with other content makes the batch malformed`() async throws {
    let other = Account(id: Shop.principal, asset: Shop.cny, rule: .free)
    let batch = Batch(
      openings: [Account(id: .house("new"), asset: Shop.cny, rule: .free), other],
      entries: [Shop.entry(2, .post(try spend(1))), Shop.entry(1, .void(Shop.id(9)))],
      isLinked: true)
    #expect(try await ledger.submit(batch) == [.malformed, .malformed])
    #expect(try await ledger.balance(of: .house("new")) == nil)
    #expect(try await ledger.account(Shop.principal)?.0.rule == .debitsWithinCredits)
  }

  @Test func `refusals are told in their order of precedence`() async throws {
    // Two owners and a strange account: malformed comes before the missing account.
    let both = try Postings([
      Posting(account: Shop.principal, asset: Shop.cny, units: 1),
      Posting(account: Shop.otherPrincipal, asset: Shop.cny, units: 1),
      Posting(account: .house("nowhere"), asset: Shop.cny, units: -2),
    ])
    #expect(try await ledger.submit(Shop.entry(2, .post(both))) == .malformed)
    // A used id with a missing account: other content comes first.
    let stray = try Shop.move(99_999, from: Shop.principal, to: .house("nowhere"))
    #expect(try await ledger.submit(Shop.entry(1, .post(stray))) == .otherContent)
    // A missing account and too much money: the account comes first.
    #expect(try await ledger.submit(Shop.entry(3, .post(stray))) == .noSuchAccount)
  }

  @Test func `two clients race for one coupon and one of them gets it`() async throws {
    let asset = try #require(Asset.coupons(of: "spring"))
    let burned = AccountID.house("coupons/burned")
    for round in 0..<20 {
      let piece = CouponRecord.account(of: "r\(round)")
      let first = UInt64(100 + round * 10)
      func move(_ units: Int64) throws -> Postings {
        try Postings([
          Posting(account: piece, asset: asset, units: units),
          Posting(account: burned, asset: asset, units: -units),
        ])
      }
      let issue = Batch(
        openings: [
          Account(id: piece, asset: asset, rule: .debitsWithinCredits),
          Account(id: burned, asset: asset, rule: .free),
        ], entries: [Shop.entry(first, .post(try move(-1)))], isLinked: true)
      #expect(try await ledger.submit(issue) == [.ok])
      let take = try move(1)
      async let one = ledger.submit(Shop.entry(first + 1, .hold(take)))
      async let two = ledger.submit(Shop.entry(first + 2, .hold(take)))
      let outcomes = Set([try await one, try await two])
      #expect(outcomes == [.ok, .overLimit])
    }
  }

  @Test func `an owner's accounts and a sale's entries are found`() async throws {
    let sale = SaleID(kiosk: 1, counter: 77)
    let entry = JournalEntry(
      id: EntryID(sale: sale, step: 2, ordinal: 1), action: .post(try spend(10)),
      context: Shop.context(sale: sale))
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.entries(of: sale) == [entry])
    #expect(try await ledger.entry(entry.id) == entry)
    #expect(try await ledger.entries(of: SaleID(kiosk: 1, counter: 78)).isEmpty)
    let owned = try await ledger.accounts(ofOwner: "m/1")
    #expect(owned.map(\.0.id) == [Shop.bonus, Shop.principal])
    #expect(owned.map(\.0.grant?.limitUnits) == [2_000, nil])
    #expect(owned.map(\.1.posted) == [0, -9_990])
  }

  @Test func `a batch beyond its limits is not looked into`() async throws {
    let entries = (0..<201).map { Shop.entry(UInt64(2 + $0), .void(Shop.id(99))) }
    let outcomes = try await ledger.submit(Batch(entries: entries, isLinked: false))
    #expect(outcomes == [Outcome](repeating: .malformed, count: 201))
    #expect(try await ledger.submit(entries[0]) == .noSuchHold)
  }

  @Test func `the largest batch is taken`() async throws {
    let pair = try Shop.move(1, from: Shop.cash, to: Shop.revenue).list
    let postings = try Postings((0..<5).flatMap { _ in pair })
    let entries = (0..<200).map { Shop.entry(UInt64(2 + $0), .post(postings)) }
    let outcomes = try await ledger.submit(Batch(entries: entries, isLinked: true))
    #expect(outcomes == [Outcome](repeating: .ok, count: 200))
    #expect(try await ledger.verify().fault == nil)
  }

  @Test func `a balance never leaves 64 bits`() async throws {
    let most = try Postings(
      (0..<50).flatMap { _ in
        [
          Posting(account: Shop.cash, asset: Shop.cny, units: Posting.unitsLimit),
          Posting(account: Shop.revenue, asset: Shop.cny, units: -Posting.unitsLimit),
        ]
      })
    var outcomes: [Outcome] = []
    for part in 0..<4 {
      let entries = (0..<20).map { Shop.entry(UInt64(10 + part * 20 + $0), .post(most)) }
      outcomes += try await ledger.submit(Batch(entries: entries, isLinked: false))
    }
    #expect(outcomes.filter { $0 == .ok }.count == 79)
    #expect(outcomes.last == .overLimit)
    #expect(try await ledger.trialBalance().isBalanced)
    #expect(try await ledger.verify().fault == nil)
  }
}
