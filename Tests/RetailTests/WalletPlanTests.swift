import Ledger
import Retail
import Testing

/// Paying from stored value under both caps (RETAIL 2, 3, 10).
struct WalletPlanTests {
  private static let now = Instant(milliseconds: 1_000)

  private static func lot(
    _ id: String, _ remaining: Int64, of granted: Int64? = nil, capOfGrant: Int? = nil,
    from: Int64 = 0, until: Int64? = nil
  ) -> BonusLot {
    BonusLot(
      account: MemberFacts.bonus(1, lot: id), remaining: fen(remaining),
      granted: fen(granted ?? remaining), capOfGrantBasisPoints: capOfGrant,
      availableAt: Instant(milliseconds: from),
      expiresAt: until.map { Instant(milliseconds: $0) })
  }

  private func split(
    _ bill: Int64, principal: Int64, _ lots: [BonusLot] = [], capOfBill: Int? = nil,
    order: WalletRules.Order = .bonusFirst, assurance: MemberFacts.Assurance = .authenticated,
    signed: Int64? = nil
  ) -> WalletPlan {
    WalletPlan.split(
      fen(bill), wallet: Wallet(principal: fen(principal), bonusLots: lots), assurance: assurance,
      rules: WalletRules(
        order: order, capOfBillBasisPoints: capOfBill, limitWithoutSecondFactor: fen(20_000),
        limitWithSignedCard: signed.map(fen)),
      now: Self.now)
  }

  @Test func `the principal alone pays what it can and says what is left`() {
    // odoo/odoo@069f9fe6, e_wallet_program_tour: 10.00 on a bill of 36.00 leaves 26.00 due.
    let plan = split(3_600, principal: 1_000)
    #expect(plan.principal == fen(1_000) && plan.remaining == fen(2_600))
    #expect(split(3_800, principal: 3_800).remaining == .zero)
  }

  @Test func `bonus pays first, up to its part of the bill, rounded down`() {
    let plan = split(9_999, principal: 20_000, [Self.lot("a", 9_000)], capOfBill: 5_000)
    #expect(plan.bonusTotal == fen(4_999))
    #expect(plan.principal == fen(5_000) && plan.remaining == .zero)
  }

  @Test func `a lot gives no more than its part of what was granted, rounded down`() {
    let plan = split(
      10_000, principal: 10_000, [Self.lot("a", 5_000, of: 9_999, capOfGrant: 1_000)])
    #expect(plan.bonus == [.init(account: MemberFacts.bonus(1, lot: "a"), amount: fen(999))])
  }

  @Test func `of both caps the smaller wins, and neither need be there`() {
    let lots = [Self.lot("a", 5_000, capOfGrant: 4_000)]
    #expect(split(3_000, principal: 9_000, lots, capOfBill: 5_000).bonusTotal == fen(1_500))
    #expect(split(9_000, principal: 9_000, lots, capOfBill: 5_000).bonusTotal == fen(2_000))
    #expect(split(9_000, principal: 9_000, [Self.lot("a", 5_000)]).bonusTotal == fen(5_000))
    #expect(split(9_000, principal: 9_000, lots, capOfBill: 0).bonusTotal == .zero)
  }

  @Test func `what a card proved limits what its wallet pays on one bill`() {
    for order in WalletRules.Order.allCases {
      let lots = [Self.lot("a", 9_000)]
      func plan(_ assurance: MemberFacts.Assurance, _ signed: Int64? = nil) -> WalletPlan {
        split(
          50_000, principal: 45_000, lots, capOfBill: 1_000, order: order, assurance: assurance,
          signed: signed)
      }
      // Without a limit of its own a signed card has that of a bare number.
      for limited in [plan(.uidOnly), plan(.signed), plan(.uidOnly, 30_000)] {
        #expect(limited.total == fen(20_000) && limited.remaining == fen(30_000))
        #expect(limited.limit == .init(limit: fen(20_000), heldBack: fen(30_000)))
      }
      let signed = plan(.signed, 30_000)
      #expect(signed.total == fen(30_000) && signed.limit?.heldBack == fen(20_000))
      let free = plan(.authenticated, 30_000)
      #expect(free.total == fen(50_000) && free.limit == nil)
      // The cap of the bonus is a part of the bill, whatever the limit.
      let bonus: Int64 =
        switch order {
        case .bonusFirst: 5_000
        case .principalFirst: 0
        // 9,000 of 54,000.
        case .proportional: 3_333
        }
      #expect(plan(.uidOnly).bonusTotal == fen(bonus))
    }
    // A limit that keeps nothing back is not told.
    #expect(split(20_000, principal: 90_000, assurance: .uidOnly).limit == nil)
    #expect(split(90_000, principal: 20_000, assurance: .uidOnly).limit == nil)
    let short = split(90_000, principal: 25_000, assurance: .uidOnly)
    #expect(short.limit?.heldBack == fen(5_000) && short.remaining == fen(70_000))
  }

  @Test func `lots are spent by expiry, then availability, then id`() {
    let lots = [
      Self.lot("never", 100), Self.lot("z", 100, until: 9_000),
      Self.lot("late", 100, from: 500, until: 9_000), Self.lot("soon", 100, until: 5_000),
      Self.lot("y", 100, until: 9_000),
    ]
    let plan = split(10_000, principal: 10_000, lots)
    #expect(
      plan.bonus.map(\.account.purpose)
        == ["bonus/soon", "bonus/y", "bonus/z", "bonus/late", "bonus/never"])
    let part = split(150, principal: 0, lots)
    #expect(part.bonus.map(\.amount) == [fen(100), fen(50)])
  }

  @Test func `lots that have ended or not begun are not touched`() {
    let lots = [Self.lot("ended", 100, until: 1_000), Self.lot("later", 100, from: 1_001)]
    #expect(split(500, principal: 500, lots).bonus.isEmpty)
    let edges = [Self.lot("last", 100, until: 1_001), Self.lot("first", 100, from: 1_000)]
    #expect(split(500, principal: 500, edges).bonusTotal == fen(200))
  }

  @Test func `principal first leaves the rest to bonus, under its caps`() {
    let lots = [Self.lot("a", 5_000)]
    let plan = split(9_000, principal: 6_000, lots, capOfBill: 2_000, order: .principalFirst)
    #expect(plan.principal == fen(6_000) && plan.bonusTotal == fen(1_800))
    #expect(plan.remaining == fen(1_200))
    #expect(split(500, principal: 6_000, lots, order: .principalFirst).bonus.isEmpty)
  }

  @Test func `in proportion each pays the share it has, and one that is short leaves the rest`() {
    func plan(_ bill: Int64, capOfBill: Int? = nil, _ lot: BonusLot) -> WalletPlan {
      split(bill, principal: 9_000, [lot], capOfBill: capOfBill, order: .proportional)
    }
    let lot = Self.lot("a", 1_000)
    let tenth = plan(3_333, lot)
    #expect(tenth.bonusTotal == fen(333) && tenth.principal == fen(3_000))
    // All of both, and more than both.
    #expect(plan(10_000, lot).bonusTotal == fen(1_000))
    #expect(plan(12_000, lot).remaining == fen(2_000))
    // A cap leaves more to the principal; a principal that is short, more to bonus under its caps.
    let capped = plan(3_000, capOfBill: 500, lot)
    #expect(capped.bonusTotal == fen(150) && capped.principal == fen(2_850))
    let granted = plan(9_800, Self.lot("a", 1_000, of: 1_000, capOfGrant: 8_000))
    #expect(granted.bonusTotal == fen(800) && granted.remaining == .zero)
    #expect(split(500, principal: 0, order: .proportional).remaining == fen(500))
    #expect(split(500, principal: 0, [lot], order: .proportional).bonusTotal == fen(500))
  }

  // Wallets elsewhere kept bonus and principal in one balance, and refunded the one as the other.
  @Test(arguments: [UInt64(2), 99])
  func `a plan sums to the bill and breaks no cap`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      let lots = (0..<random.number(in: 0...5)).map { index in
        let granted = random.number(in: 0...5_000)
        return Self.lot(
          "l\(index)", Int64(random.number(in: 0...granted)), of: Int64(granted),
          capOfGrant: random.oneIn(2) ? random.number(in: 0...10_000) : nil,
          from: Int64(random.number(in: 0...1_500)),
          until: random.oneIn(2) ? Int64(random.number(in: 500...3_000)) : nil)
      }
      let capOfBill = random.oneIn(2) ? random.number(in: 0...10_000) : nil
      let bill = Int64(random.number(in: 0...20_000))
      let principal = Int64(random.number(in: 0...20_000))
      let plan = split(
        bill, principal: principal, lots, capOfBill: capOfBill,
        order: random.pick(WalletRules.Order.allCases))
      try demand(plan.total + plan.remaining == fen(bill))
      try demand(plan.principal >= .zero && plan.principal <= fen(principal))
      if let capOfBill {
        try demand(plan.bonusTotal.minorUnits * 10_000 <= bill * Int64(capOfBill))
      }
      try demand(Set(plan.bonus.map(\.account)).count == plan.bonus.count)
      for use in plan.bonus {
        let lot = try #require(lots.first { $0.account == use.account })
        try demand(use.amount > .zero && use.amount <= lot.remaining)
        if let basisPoints = lot.capOfGrantBasisPoints {
          try demand(
            use.amount.minorUnits * 10_000 <= lot.granted.minorUnits * Int64(basisPoints))
        }
      }
      if plan.remaining > .zero { try demand(plan.principal == fen(principal)) }
    }
  }
}
