import Ledger
import Retail
import Testing

/// What a quarter's report of stored value makes of entries.
struct PrepaidReportTests {
  private static let wallet = MemberFacts.principal(17)
  private static let card = AccountID(owner: "gift/g1", purpose: "balance")
  private static let bonus = MemberFacts.bonus(17, lot: "t1")

  /// Moves between accounts at a moment, positive for debits.
  private func take(
    _ moves: [(AccountID, Int64)], at milliseconds: Int64, _ report: inout PrepaidReport,
    held: Bool = false
  ) throws {
    let list = moves.map {
      Posting(account: $0.0, asset: Currency.cny.asset, units: $0.1)
    }
    let postings = try Postings(list)
    let entry = JournalEntry(
      id: EntryID(sale: SaleID(kiosk: 3, counter: 1), step: 1, ordinal: 0),
      action: held ? .hold(postings) : .post(postings),
      context: EntryContext(
        reason: "test", actor: "staff/7", kiosk: 3, sale: nil,
        at: Instant(milliseconds: milliseconds)))
    report.take(entry, list)
  }

  private var empty: PrepaidReport {
    PrepaidReport(
      from: Instant(milliseconds: 100), until: Instant(milliseconds: 200),
      currency: Currency.cny.asset)
  }

  @Test func `quarters are read, and follow each other over the year's end`() {
    #expect(Quarter("2026-Q4")?.firstDay == CalendarDate(year: 2026, month: 10, day: 1))
    #expect(Quarter("2026-Q4")?.end == CalendarDate(year: 2027, month: 1, day: 1))
    #expect(Quarter("2027-Q1")?.previous.description == "2026-Q4")
    for (month, number) in [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)] {
      #expect(Quarter(of: CalendarDate(year: 2026, month: month, day: 28)).number == number)
    }
    for text in ["2026Q4", "2026-Q0", "2026-Q5", "26-Q1", "2026-4", "2026-Q+", "", "2026-Q1-"] {
      #expect(Quarter(text) == nil, "\(text)")
    }
  }

  @Test func `what moved stored value is told by where it came from and went`() throws {
    var report = empty
    try take([(HouseAccount.cash, 50), (Self.wallet, -50)], at: 99, &report)
    try take([(HouseAccount.cash, 1_000), (Self.wallet, -1_000)], at: 100, &report)
    // A bill: principal and bonus together.
    try take(
      [(Self.wallet, 300), (Self.bonus, 40), (HouseAccount.walletClearing, -340)], at: 120,
      &report)
    try take([(HouseAccount.walletClearing, 120), (Self.wallet, -120)], at: 130, &report)
    // Given back, with a part kept for bonus that was used.
    try take(
      [(Self.wallet, 200), (HouseAccount.cash, -150), (HouseAccount.forfeit, -50)], at: 140,
      &report)
    try take([(.house("psp/wechat"), 500), (Self.card, -500)], at: 150, &report)
    try take([(Self.card, 80), (HouseAccount.giftClearing, -80)], at: 199, &report)
    // The next quarter, and what is only held.
    try take([(HouseAccount.cash, 7), (Self.card, -7)], at: 200, &report)
    try take(
      [(Self.wallet, 9), (HouseAccount.walletClearing, -9)], at: 150, &report, held: true)

    let principal = report.principal
    #expect(principal.opening == fen(50) && principal.sold == fen(1_000))
    #expect(principal.spent == fen(300) && principal.givenBack == fen(120))
    #expect(principal.paidOut == fen(150) && principal.other == fen(-50))
    #expect(principal.closing == fen(670))
    let cards = report.giftCards
    #expect(cards.opening == .zero && cards.sold == fen(500) && cards.spent == fen(80))
    #expect(cards.paidOut == .zero && cards.other == .zero && cards.closing == fen(420))
    #expect(report.closing == fen(1_090))
  }

  @Test func `what two wallets of one person carry over is no money`() throws {
    var report = empty
    try take([(Self.wallet, 300), (MemberFacts.principal(18), -300)], at: 150, &report)
    #expect(report.principal == empty.principal)
  }

  @Test func `a report is due so many working days after the quarter`() throws {
    let law = PrepaidLaw(source: "test", depositShare: 2_000, reportWithinDays: 20)
    // 2026-12-31 is a Thursday.
    let quarter = try #require(Quarter("2026-Q4"))
    #expect(law.reportDue(quarter) == CalendarDate(year: 2027, month: 1, day: 28))
    #expect(PrepaidLaw(source: "none").reportDue(quarter) == nil)
  }
}
