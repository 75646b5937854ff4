import Foundation
import Ledger
import Retail
import Storage
import Testing

/// Purchases given back from the command line.
struct RefundCommandTests {
  private struct Answer: Decodable {
    struct Refund: Decodable {
      let amount: Int64
      let takenMilliPoints: Int64
      let isWhole: Bool
    }

    let refund: Refund
    let repeated: Bool
  }

  private struct Wallet: Decodable { let principal: Int64 }

  private static let sale = SaleID(kiosk: 3, counter: 44)

  /// A point for each 1.00 and nothing else.
  private static let rules = RuleSet(
    version: 1, rounding: .halfUpOnPrice, rules: [],
    earning: EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: false,
      expiresAfterMonths: 12), issuing: [],
    wallet: WalletRules(
      order: .bonusFirst, capOfBillBasisPoints: 0,
      limitWithoutSecondFactor: Money(minorUnits: 1_000_000)),
    tiers: [MemberFacts.Tier(id: "gold", title: LocalizedText(zh: "金卡", en: "Gold"))])

  /// A book in which a member has just paid three teas of 10.00 from the principal of 300.00.
  private static func sold() async throws -> Book {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let time = ShopTime(instant: now, offsetSeconds: 8 * 3_600)
    let tea = CatalogueItem(
      sku: "tea", gtins: [], name: LocalizedText(zh: "茶", en: "Tea"), category: "food",
      unitPrice: Money(minorUnits: 1_000))
    let bill = PricedBill.price(
      PricingInput(
        lines: [Cart.Line(id: 1, item: tea, quantity: 3)],
        customer: .init(id: Book.member.id, tier: "gold"), coupons: [], time: time),
      under: rules)
    let postings = SalePostings(
      sale: sale, step: 1, bill: bill, coupons: [], member: Book.member.id,
      plan: WalletPlan.split(
        bill.payable, wallet: Retail.Wallet(principal: Money(minorUnits: 30_000), bonusLots: []),
        assurance: .authenticated, rules: rules.wallet, now: now), currency: .cny)
    let held = try postings.holding(at: now)
    try #require(try await SQLiteLedger(store).submit(held).allSatisfy { $0 == .ok })
    let receipt = Receipt(
      sale: sale, time: time, language: .zh, lines: bill.lines, discounts: bill.discounts,
      subtotal: bill.subtotal, payable: bill.payable,
      tenders: [.init(tender: .principal, amount: bill.payable)], member: nil, coupons: [])
    let batch = try postings.posting(
      held: held, issued: [],
      pointsLot: rules.earning.lot(of: Book.member.id, on: time.date), at: now)
    let record = SaleRecord(
      id: sale, at: now, member: Book.member.id, total: bill.payable,
      receipt: Array(try JSONEncoder().encode(receipt)),
      decision: Array(try JSONEncoder().encode(bill.decision)))
    let (outcomes, _) = try await store.commit(batch: batch) { _ in
      Decision(
        journal: JournalRecord(
          at: now, saleCounter: sale.counter, schemaVersion: 1, event: [], state: [], effects: []),
        sale: record)
    }
    try #require(outcomes.allSatisfy { $0 == .ok })
    try store.close()
    return book
  }

  private func principal(_ book: Book) async throws -> Int64 {
    try await KioskctlRun("wallet show --member 80001001 --json", data: book.directory)
      .json(Wallet.self).principal
  }

  @Test func `a part and the rest go back, each once`() async throws {
    let book = try await Self.sold()
    let part = "refund --receipt 3-000044 --line 1 --quantity 1 --id r1 --json"
    #expect(try await principal(book) == 27_000)

    let first = try await KioskctlRun(part, data: book.directory).json(Answer.self)
    let again = try await KioskctlRun(part, data: book.directory).json(Answer.self)
    #expect(first.refund.amount == 1_000 && !first.refund.isWhole && !first.repeated)
    #expect(again.refund.amount == 1_000 && again.repeated)
    #expect(try await principal(book) == 28_000)

    let rest = try await KioskctlRun("refund --receipt 3-000044 --id r2", data: book.directory)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(rest.output.hasPrefix("Refund r2 of 3-000044: ¥20.00.\n"))
    #expect(rest.output.contains("20 points taken back, 0 owed"), "\(rest.output)")
    #expect(try await principal(book) == 30_000)

    let none = try await KioskctlRun("refund --receipt 3-000044 --id r3", data: book.directory)
    #expect(none.status == 1)
    #expect(try #require(none.complaint).contains("nothing is left"))
    let verify = try await KioskctlRun("ledger verify", data: book.directory)
    #expect(verify.status == 0, "\(verify.errors)")
  }

  @Test func `what is wrong with a request is told in one line and nothing is done`() async throws {
    let book = try await Self.sold()
    for (arguments, part) in [
      ("--receipt 3-000099", "3-000099"), ("--receipt 3-000044 --line 2", "2"),
      ("--receipt 3-000044 --line 1 --quantity 4", "3"),
      ("--receipt 3-000044 --line 1 --line 1", "twice"),
      ("--receipt 3-000044 --line 1 --quantity 0", "1 to 3"), ("--receipt tea", "3-000042"),
      ("--receipt 3-000044 --line 1 --quantity 1 --quantity 1", "each --line"),
    ] {
      let run = try await KioskctlRun("refund \(arguments)", data: book.directory)
      #expect(run.status == 1, "\(arguments)")
      #expect(try #require(run.complaint).contains(part), "\(run.errors)")
    }
    #expect(try await principal(book) == 27_000)
  }
}
