import Ledger
import LedgerConformance
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

  // odoo/odoo#270532, #235956: a retry doubled points and cards.
  @Test func `the same id gives the same answer and writes nothing`() async throws {
    let entry = Shop.entry(2, .post(try spend(4_000)))
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.submit(entry) == .ok)
    #expect(try await ledger.balance(of: Shop.principal)?.posted == -6_000)
    #expect(try await ledger.verify().entryCount == 2)
  }

  // shopware/shopware#8575, saleor/saleor#8796: a payment that was given up burned the coupon.
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

  // vendurehq/vendure#4660, shopware/shopware#11245, saleor/saleor#15855: both got it.
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
