import Ledger
import Testing

@testable import Retail

/// What a bill takes from limits and budgets, as it is held (RETAIL 5, 8; DESIGN 3).
struct LimitPostingsTests {
  private static let now = ShopTime.noon.instant

  private func rule(
    _ id: String, _ allowances: [Allowance], _ trigger: Rule.Trigger = .automatic
  ) -> Rule {
    Rule(
      id: id, title: LocalizedText(both: id), trigger: trigger, benefit: .amount(fen(100)),
      target: .order, allowances: allowances)
  }

  private func uses(
    _ ceiling: Int64, _ owner: Allowance.Owner = .member, _ window: LimitWindow = .day
  ) -> Allowance {
    Allowance(measure: .uses, owner: owner, window: window, ceiling: ceiling)
  }

  private func bill(
    _ rules: [Rule], coupons: [PresentedCoupon] = [], available: [Availability] = []
  ) -> PricedBill {
    .price(
      PricingInput(
        lines: [.init(id: 1, item: .of("tea", 7_200), quantity: 1)],
        customer: .init(id: 17, tier: ""), coupons: coupons, time: .noon, available: available),
      under: .of(rules))
  }

  private func postings(
    _ bill: PricedBill, _ plan: WalletPlan? = nil, coupons: [PresentedCoupon] = []
  ) -> SalePostings {
    SalePostings(
      sale: SaleID(kiosk: 3, counter: 42), step: 1, bill: bill, coupons: coupons, member: 17,
      plan: plan ?? .nothing(remaining: bill.payable), currency: .cny)
  }

  private func coupon(_ template: Rule, _ number: Int) -> PresentedCoupon {
    PresentedCoupon(
      id: "c\(number)", template: template, validUntil: Instant(milliseconds: .max))
  }

  private func list(_ entry: JournalEntry) -> [String] {
    switch entry.action {
    case .post(let postings), .hold(let postings):
      postings.list.map { "\($0.account) \($0.asset) \($0.units)" }
    case .capture, .void, .expire: []
    }
  }

  @Test func `a limit and a budget are funded and held in the batch of the sale`() throws {
    let budget = Allowance(measure: .money, owner: .rule, window: .life, ceiling: 5_000)
    let bill = bill([rule("lunch", [uses(2), budget])])
    let postings = postings(bill)
    let batch = try postings.holding(at: Self.now)
    #expect(batch.isLinked)
    #expect(
      batch.entries.map(list) == [
        ["m/17/limit/lunch/day-2026-11-30 USE/lunch 1", "house/limits/used/lunch USE/lunch -1"],
        [
          "rule/lunch/limit/lunch/life/money CNY 100",
          "house/limits/used/lunch/money CNY -100",
        ],
      ])
    #expect(
      batch.fundings.map(list) == [
        ["house/limits/granted/lunch USE/lunch 2", "m/17/limit/lunch/day-2026-11-30 USE/lunch -2"],
        [
          "house/limits/granted/lunch/money CNY 5000",
          "rule/lunch/limit/lunch/life/money CNY -5000",
        ],
      ])
    // Every account that is moved is opened, once for one asset.
    let opened = Dictionary(grouping: batch.openings, by: \.id)
    #expect(opened.count == 6 && opened.values.allSatisfy { Set($0.map(\.asset)).count == 1 })
    // Paid by the wallet, which is held first.
    let paid = self.postings(
      bill, WalletPlan(bonus: [], principal: bill.payable, remaining: .zero))
    let held = try paid.holding(at: Self.now)
    #expect(held.entries.dropFirst().map(list) == batch.entries.map(list))
    let posting = try paid.posting(held: held, issued: [], pointsLot: nil, at: Self.now)
    #expect(posting.entries.prefix(3).map(\.action) == held.entries.map { .capture($0.id) })
    #expect(posting.fundings.isEmpty)
  }

  @Test func `a bill without limits is held as before`() throws {
    let batch = try postings(bill([rule("lunch", [])])).holding(at: Self.now)
    #expect(batch.entries.isEmpty && batch.fundings.isEmpty && batch.openings.isEmpty)
  }

  @Test func `a raised ceiling is a further funding, a lowered one gives less of what is left`()
    throws
  {
    let account = AccountID(owner: "m/17", purpose: "limit/lunch/life")
    func used(_ ceiling: Int64, left: Int64, _ levels: [Int64]) -> PricedBill {
      bill(
        [rule("lunch", [uses(ceiling, .member, .life)])],
        available: [Availability(account: account, units: left, levels: levels)])
    }
    let raised = used(5, left: 0, [2])
    #expect(raised.needs.map(\.available) == [3])
    let batch = try postings(raised).holding(at: Self.now)
    #expect(
      batch.fundings.map { list($0).last } == [
        "m/17/limit/lunch/life USE/lunch -2", "m/17/limit/lunch/life USE/lunch -3",
      ])
    // Two of five are used: of three there is one left, of two none.
    #expect(used(3, left: 3, [5]).needs.map(\.available) == [1])
    #expect(used(2, left: 3, [5]).verdict(on: "lunch") == .refused(.limitReached))
    let lowered = try postings(used(3, left: 3, [5])).holding(at: Self.now)
    #expect(lowered.fundings.map { list($0).last } == ["m/17/limit/lunch/life USE/lunch -5"])
  }

  @Test func `coupons of one kind share its limit, on one bill too`() throws {
    let terms = Rule.Trigger.coupon(CouponTerms(validDays: 9))
    for (ceiling, count) in [(Int64(1), 1), (2, 2), (3, 3), (4, 3)] {
      let template = rule("c", [uses(ceiling)], terms)
      let coupons = (1...3).map { coupon(template, $0) }
      let bill = bill([template], coupons: coupons)
      #expect(bill.saved == fen(100 * Int64(count)) && bill.usedCoupons.count == count)
      let batch = try postings(bill, coupons: coupons).holding(at: Self.now)
      // One entry for each coupon and one for what they take together.
      #expect(batch.entries.count == count + 1)
      #expect(list(batch.entries[count])[0].hasSuffix("USE/c \(count)"))
    }
  }

  @Test func `coupons of one kind share its budget, the last gets what is left`() {
    let budget = Allowance(
      measure: .money, owner: .rule, window: .life, ceiling: 250, isPartial: true)
    let template = rule("c", [budget], .coupon(CouponTerms(validDays: 9)))
    let bill = bill([template], coupons: (1...4).map { coupon(template, $0) })
    #expect(bill.saved == fen(250))
    #expect(bill.needs.map(\.units).reduce(0, +) == 250)
  }

  @Test func `more limits than a batch has room for are refused, not left out`() throws {
    func rules(_ count: Int) -> [Rule] { (1...count).map { rule("r\($0)", [uses(1)]) } }
    let most = SalePostings.limitCountLimit
    let batch = try postings(bill(rules(most))).holding(at: Self.now)
    #expect(batch.entries.count == most && batch.isWithinLimits)
    #expect(throws: PostingRejection.postingCount(most + 1)) {
      try postings(bill(rules(most + 1))).holding(at: Self.now)
    }
  }

  @Test func `the accounts to look at are those of the rules and coupons of the moment`() {
    let terms = Rule.Trigger.coupon(CouponTerms(validDays: 9))
    let coupon = rule("c", [uses(1, .rule, .life)], terms)
    let rules = RuleSet.of([
      rule("a", [uses(1), uses(9, .store)]), rule("b", []), coupon, rule("d", [uses(1)], terms),
    ])
    func accounts(_ member: Int64?, _ coupons: [Rule]) -> [String] {
      rules.limitAccounts(coupons: coupons, member: member, store: "n", at: .noon)
        .map(\.description)
    }
    let ofStore = "rule/a/limit/a/day-2026-11-30@n"
    #expect(accounts(nil, []) == [ofStore])
    #expect(
      accounts(7, [coupon, coupon]) == [
        "m/7/limit/a/day-2026-11-30", ofStore, "rule/c/limit/c/life",
      ])
  }
}
