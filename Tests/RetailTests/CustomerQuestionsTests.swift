import Ledger
import Retail
import Testing

/// What of a member the rules get to know: what they ask for, and no more.
struct CustomerQuestionsTests {
  private static let monday = CalendarDate(year: 2026, month: 11, day: 30)

  private func rule(_ customer: CustomerCondition?) -> Rule {
    Rule(
      id: "r", title: LocalizedText(both: "r"), benefit: .amount(fen(1)), target: .order,
      conditions: Conditions(customer: customer))
  }

  private func facts(
    birthday: String? = nil, today: CalendarDate = monday,
    consents: Set<Consent.Purpose> = [.birthday]
  ) throws -> SegmentFacts {
    SegmentFacts(
      today: today, tier: "gold", tags: ["tea", "staff", "vip"], source: nil, consents: consents,
      birthday: try birthday.map { try Birthday($0, today: today) }, registered: nil,
      sales: [.init(day: today, count: 3, total: fen(900))], milliPoints: 0)
  }

  private func answers(
    _ customer: CustomerCondition?, _ facts: SegmentFacts, segments: [Segment] = []
  ) -> CustomerTraits {
    CustomerQuestions([rule(customer)]).answers(of: facts, segments: segments, purchases: 7)
  }

  @Test func `rules that ask for nothing get nothing`() throws {
    for customer in [nil, CustomerCondition(), CustomerCondition(tiers: ["gold"])] {
      #expect(CustomerQuestions([rule(customer)]).isEmpty)
      #expect(answers(customer, try facts(birthday: "11-30")) == .none)
    }
  }

  @Test func `tags and purchases are told only where a rule names them`() throws {
    let tagged = answers(.init(tags: ["vip", "tea", "new"]), try facts())
    #expect(tagged == CustomerTraits(tags: ["tea", "vip"]))
    #expect(answers(.init(purchase: .every(5)), try facts()) == CustomerTraits(purchases: 7))
  }

  @Test func `segments that a rule names are worked out by the shop's own rules`() throws {
    func segment(_ id: String, atLeast: Int) -> Segment {
      Segment(
        id: id, title: LocalizedText(both: id), rule: .visits(days: 30, atLeast: atLeast))
    }
    let segments = [
      segment("often", atLeast: 3), segment("daily", atLeast: 30), segment("x", atLeast: 1),
    ]
    let told = answers(.init(segments: ["often", "daily"]), try facts(), segments: segments)
    #expect(told == CustomerTraits(segments: ["often"]))
    #expect(
      SegmentRule.all([.not(segments[0].rule), .visited(withinDays: 90), .tag("a")]).days == 90)
  }

  @Test func `of a birthday is told only that it is today, or in this month`() throws {
    let today = PricingInput.Customer.Birthday(month: 11, day: 30)
    let thisMonth = PricingInput.Customer.Birthday(month: 11, day: 0)
    let cases: [(CustomerCondition.Birthday, String, PricingInput.Customer.Birthday?)] = [
      (.day, "1968-11-30", today), (.month, "11-30", today), (.month, "1968-11-02", thisMonth),
      (.day, "1968-11-02", nil), (.month, "1968-12-30", nil), (.day, "12-01", nil),
    ]
    for (asked, birthday, told) in cases {
      let facts = try facts(birthday: birthday)
      #expect(answers(.init(birthday: asked), facts).birthday == told, "\(asked) \(birthday)")
      // Never without the consent for birthdays.
      let silent = try self.facts(birthday: birthday, consents: [.membership, .marketing])
      #expect(answers(.init(birthday: asked), silent).birthday == nil)
    }
  }

  @Test func `who was born on a leap day has a birthday every year`() throws {
    let leapless = CalendarDate(year: 2027, month: 2, day: 28)
    let facts = try facts(birthday: "2004-02-29", today: leapless)
    let told = try #require(answers(.init(birthday: .day), facts).birthday)
    #expect(told == .init(month: 2, day: 28))
    let bill = PricedBill.price(
      PricingInput(
        lines: lines([(.of("tea", 100), 1)]),
        customer: .init(id: 1, tier: "", birthday: told), coupons: [],
        time: .at(leapless, minute: 600)),
      under: .of([rule(.init(birthday: .day))]))
    #expect(bill.saved == fen(1))
  }

  @Test func `a day that is not said is nobody's birthday`() {
    func saved(_ asked: CustomerCondition.Birthday) -> Money {
      PricedBill.price(
        PricingInput(
          lines: lines([(.of("tea", 100), 1)]),
          customer: .init(id: 1, tier: "", birthday: .init(month: 11, day: 0)), coupons: [],
          time: .noon),
        under: .of([rule(.init(birthday: asked))])
      ).saved
    }
    #expect(saved(.month) == fen(1) && saved(.day) == .zero)
  }
}
