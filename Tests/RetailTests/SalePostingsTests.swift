import Ledger
import Retail
import Testing

/// The ledger's view of a sale (RETAIL 1, 8; DESIGN 3).
struct SalePostingsTests {
  private static let sale = SaleID(kiosk: 3, counter: 42)
  private static let now = Instant(milliseconds: 5_000)

  private static let coupon = PresentedCoupon.of(
    .of("over50-off8", .thresholdOff(threshold: fen(5_000), off: fen(800))), id: "c1")

  private static let lot = Account(
    id: MemberFacts.points(17, month: "2027-11"), asset: .points, rule: .debitsWithinCredits)

  private static let issued = IssuedCoupon(
    id: "3-000042-1", of: coupon.template, at: ShopTime(instant: now, offsetSeconds: 0))

  /// A member's sale of 72.00 list, 2.00 member price, 8.00 coupon: 62.00, half of it bonus.
  private static func postings(step: UInt32 = 1) -> SalePostings {
    let rules = RuleSet.of([.of("member", .memberPrice, membersOnly: true)])
    let bill = price(
      [(.of("tea", 7_200, member: 7_000), 1)], rules, coupons: [coupon], member: true)
    let plan = WalletPlan(
      bonus: [
        .init(account: MemberFacts.bonus(17, lot: "a"), amount: fen(1_000)),
        .init(account: MemberFacts.bonus(17, lot: "b"), amount: fen(2_100)),
      ], principal: fen(3_100), remaining: .zero)
    return SalePostings(
      sale: sale, step: step, bill: bill, coupons: [coupon], member: 17, plan: plan,
      currency: .cny)
  }

  private static func list(_ entry: JournalEntry) -> [Posting] {
    switch entry.action {
    case .post(let postings), .hold(let postings): postings.list
    case .capture, .void, .expire: []
    }
  }

  @Test func `the plan is held as one linked batch: the wallet, then each coupon`() throws {
    let batch = try Self.postings().holding(at: Self.now)
    #expect(batch.isLinked && batch.entries.count == 2)
    #expect(
      Self.list(batch.entries[0]).map(\.units) == [1_000, 2_100, 3_100, -6_200])
    #expect(Self.list(batch.entries[0]).last?.account == HouseAccount.walletClearing)
    #expect(Self.list(batch.entries[1]).map(\.units) == [1, -1])
    #expect(Self.list(batch.entries[1]).first?.account == Self.coupon.account)
    #expect(
      batch.entries.map(\.id) == [
        EntryID(sale: Self.sale, step: 1, ordinal: 0),
        EntryID(sale: Self.sale, step: 1, ordinal: 1),
      ])
    #expect(batch.entries.allSatisfy { $0.context.sale == Self.sale && $0.context.at == Self.now })
  }

  @Test func `the posting captures the holds, books the sale and gives points and coupons`() throws
  {
    let postings = Self.postings()
    let held = try postings.holding(at: Self.now)
    let batch = try postings.posting(
      held: held, issued: [Self.issued], pointsLot: Self.lot, at: Self.now)
    #expect(batch.isLinked && batch.entries.count == 5)
    #expect(batch.entries.prefix(2).map(\.action) == held.entries.map { .capture($0.id) })
    let booking = Self.list(batch.entries[2])
    #expect(
      booking.map(\.account) == [
        HouseAccount.walletClearing, HouseAccount.discount("member"),
        HouseAccount.discount("over50-off8"), HouseAccount.revenue,
      ])
    #expect(booking.map(\.units) == [6_200, 200, 800, -7_200])
    #expect(Self.list(batch.entries[3]).map(\.units) == [62_000, -62_000])
    #expect(Self.list(batch.entries[4]).map(\.units) == [1, -1])
    #expect(Self.list(batch.entries[4]).last?.account == PresentedCoupon.account("3-000042-1"))
    let ids = held.entries.map(\.id) + batch.entries.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func `what a customer owns is opened limited, what the house has is free`() throws {
    let postings = Self.postings()
    let held = try postings.holding(at: Self.now)
    let batch = try postings.posting(
      held: held, issued: [Self.issued], pointsLot: Self.lot, at: Self.now)
    for account in held.openings + batch.openings {
      #expect(account.id.isWellFormed)
      #expect((account.rule == .free) == (account.id.owner == AccountID.house))
    }
    // Every account that is not the customer's own from before is opened by the batch that needs
    // it.
    let opened = Set((held.openings + batch.openings).map(\.id))
    let house = (held.entries + batch.entries).flatMap(Self.list).map(\.account)
      .filter { $0.owner == AccountID.house }
    #expect(Set(house).isSubset(of: opened))
  }

  @Test func `a changed plan is held under new ids`() throws {
    let first = try Self.postings(step: 1).holding(at: Self.now)
    let second = try Self.postings(step: 2).holding(at: Self.now)
    #expect(Set(first.entries.map(\.id)).isDisjoint(with: second.entries.map(\.id)))
  }

  @Test func `coupons that take nothing off are neither held nor spent`() throws {
    let bill = price([(.of("tea", 100), 1)], .of(), coupons: [Self.coupon], member: true)
    let plan = WalletPlan(bonus: [], principal: fen(100), remaining: .zero)
    let batch = try SalePostings(
      sale: Self.sale, step: 1, bill: bill, coupons: [Self.coupon], member: 17, plan: plan,
      currency: .cny
    ).holding(at: Self.now)
    #expect(batch.entries.count == 1)
  }

  @Test func `a sale that costs nothing posts its discounts, and one of free items nothing`() throws
  {
    let gift = PresentedCoupon.of(.of("all", .percent(basisPoints: 10_000, cap: nil)))
    let bill = price([(.of("tea", 100), 1)], .of(), coupons: [gift])
    let postings = SalePostings(
      sale: Self.sale, step: 1, bill: bill, coupons: [gift], member: nil,
      plan: .nothing(remaining: .zero), currency: .cny)
    let held = try postings.holding(at: Self.now)
    let batch = try postings.posting(held: held, issued: [], pointsLot: nil, at: Self.now)
    #expect(batch.entries.flatMap(Self.list).map(\.units) == [100, -100])
    let free = SalePostings(
      sale: Self.sale, step: 1, bill: price([(.of("bag", 0), 1)], .of()), coupons: [],
      member: nil, plan: .nothing(remaining: .zero), currency: .cny)
    let nothing = try free.holding(at: Self.now)
    #expect(nothing.entries.isEmpty)
    #expect(
      try free.posting(held: nothing, issued: [], pointsLot: nil, at: Self.now).entries.isEmpty)
  }

  @Test(arguments: [UInt64(8), 31])
  func `every entry balances, has one limited owner, and discounts are booked exactly`(
    seed: UInt64
  ) throws {
    var random = RandomBill(seed: seed)
    for _ in 0..<1_000 {
      let (input, rules) = random.next()
      let bill = PricedBill.price(input, under: rules)
      let plan = WalletPlan.split(
        bill.payable,
        wallet: Wallet(
          principal: bill.payable,
          bonusLots: [
            BonusLot(
              account: MemberFacts.bonus(17, lot: "a"), remaining: fen(5_000),
              granted: fen(5_000), capOfGrantBasisPoints: 1_000,
              availableAt: Instant(milliseconds: 0), expiresAt: nil)
          ]), assurance: .authenticated, rules: rules.wallet, now: input.time.instant)
      let postings = SalePostings(
        sale: Self.sale, step: 1, bill: bill, coupons: input.coupons, member: 17, plan: plan,
        currency: .cny)
      let held = try postings.holding(at: Self.now)
      let batch = try postings.posting(
        held: held, issued: [Self.issued], pointsLot: Self.lot, at: Self.now)
      var taken = Money.zero
      var clearing: Int64 = 0
      for posting in (held.entries + batch.entries).flatMap(Self.list) {
        if posting.account.purpose.hasPrefix("discount/") { taken += fen(posting.units) }
        if posting.account == HouseAccount.walletClearing { clearing += posting.units }
      }
      try demand(taken == bill.saved)
      try demand(clearing == 0)
      for entry in held.entries + batch.entries {
        let owners = Set(Self.list(entry).map(\.account.owner)).subtracting([AccountID.house])
        try demand(owners.count <= 1)
        let sums = Dictionary(grouping: Self.list(entry), by: \.asset)
          .mapValues { $0.map(\.units).reduce(0, +) }
        try demand(sums.values.allSatisfy { $0 == 0 })
      }
    }
  }
}
