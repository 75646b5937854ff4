import CheckoutMachine
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// Limits and budgets of rules, kept by the book from the look to the posting.
struct LimitTests {
  private static let member = TestShop.wang.id

  private static func policy(_ allowances: Allowance...) -> Checkout.Policy {
    let rules = TestShop.rules
    let lunch = Rule(
      id: "lunch", title: LocalizedText(zh: "午餐优惠", en: "Lunch offer"),
      benefit: .amount(fen(500)), target: .order, conditions: .membersOnly,
      allowances: allowances)
    return Checkout.Policy(
      rules: RuleSet(
        version: rules.version, rounding: rules.rounding, rules: [lunch], earning: rules.earning,
        issuing: [], wallet: rules.wallet, tiers: rules.tiers),
      timers: .standard, currency: .cny, language: .zh)
  }

  private static let once = policy(
    Allowance(measure: .uses, owner: .member, window: .life, ceiling: 1))
  private static let limit = AccountID(owner: "m/\(member)", purpose: "limit/lunch/life")
  private static let budget = AccountID(owner: "rule/lunch", purpose: "limit/lunch/life/money")

  /// A box of eggs for ¥15.90, up to the touch that pays; what the customer is asked for.
  private func bill(_ kiosk: TestKiosk) async throws -> Int64 {
    kiosk.tap(TestShop.wangCard)
    kiosk.scan(TestShop.eggs)
    try await kiosk.press("pay")
    try await kiosk.press("wallet")
    return try await kiosk.screen().total
  }

  private func pay(_ kiosk: TestKiosk) async throws {
    try await kiosk.press("confirm")
    _ = try await kiosk.screen("done") { $0.completed?.paper == .printed }
    try await kiosk.press("done")
  }

  private func buy(_ kiosk: TestKiosk) async throws -> Int64 {
    let total = try await bill(kiosk)
    try await pay(kiosk)
    return total
  }

  private func left(_ account: AccountID, _ kiosk: TestKiosk) async throws -> Int64? {
    try await SQLiteLedger(kiosk.store).available([account]).first?.units
  }

  @Test func `a rule once for each member is not on the second bill`() async throws {
    let kiosk = try await TestKiosk(policy: Self.once)
    #expect(try await buy(kiosk) == 1_090)
    #expect(try await left(Self.limit, kiosk) == 0)
    #expect(try await buy(kiosk) == 1_590)
    #expect(try await kiosk.balance(.house("limits/used/lunch")) == -1)
    try await kiosk.audit()
    // Nor after a start, and a raised ceiling gives another.
    let again = try await kiosk.restarted()
    #expect(try await buy(again) == 1_590)
    try await again.stop()
    let raised = try await TestKiosk(
      in: kiosk.directory, clock: kiosk.clock,
      policy: Self.policy(Allowance(measure: .uses, owner: .member, window: .life, ceiling: 2)))
    #expect(try await buy(raised) == 1_090)
    #expect(try await buy(raised) == 1_590)
    #expect(
      try await SQLiteLedger(raised.store).available([Self.limit])
        == [Availability(account: Self.limit, units: 0, levels: [1, 2])])
    try await raised.audit()
    try await raised.stop()
  }

  @Test(arguments: [true, false])
  func `a budget gives what it has and no more`(isPartial: Bool) async throws {
    let kiosk = try await TestKiosk(
      policy: Self.policy(
        Allowance(
          measure: .money, owner: .rule, window: .life, ceiling: 800, isPartial: isPartial)))
    #expect(try await buy(kiosk) == 1_090)
    #expect(try await buy(kiosk) == (isPartial ? 1_290 : 1_590))
    #expect(try await buy(kiosk) == 1_590)
    #expect(try await left(Self.budget, kiosk) == (isPartial ? 0 : 300))
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `a sale that is cancelled takes nothing of a limit`() async throws {
    let kiosk = try await TestKiosk(policy: Self.once)
    #expect(try await bill(kiosk) == 1_090)
    for _ in 0..<3 where try await kiosk.screen().state != "attract" {
      try await kiosk.press("cancel")
    }
    #expect(try await kiosk.screen().state == "attract")
    #expect(try await buy(kiosk) == 1_090)
    #expect(try await buy(kiosk) == 1_590)
    try await kiosk.stop()
  }

  // MARK: Between hold and posting

  /// A kiosk that ended while it held a sale, and what it held.
  private func kiosk(
    submitting isHeld: Bool, endingIn state: (Checkout.Settlement) -> Checkout.State
  ) async throws -> (TestKiosk, Checkout.Settlement) {
    let kiosk = try await TestKiosk(running: false)
    let settlement = try settlement()
    if isHeld {
      let outcomes = try await SQLiteLedger(kiosk.store).submit(settlement.hold)
      #expect(outcomes == [.ok, .ok])
    }
    _ = try await kiosk.store.append(
      JournalRecord(
        at: ManualClock.start, saleCounter: Stages.sale.counter,
        schemaVersion: Checkout.schemaVersion, event: [],
        state: Array(try JSONEncoder().encode(state(settlement))), effects: []))
    return (kiosk, settlement)
  }

  private func restarted(_ kiosk: TestKiosk) async throws -> TestKiosk {
    try await kiosk.stop()
    return try await TestKiosk(in: kiosk.directory, clock: kiosk.clock, policy: Self.once)
  }

  private func settlement() throws -> Checkout.Settlement {
    var state = Checkout.State.attract(.zh)
    let context = Checkout.Context(
      time: ShopTime(instant: ManualClock.start, offsetSeconds: ManualClock.offset),
      nextSale: Stages.sale)
    let events: [Checkout.Event] = [
      .memberIdentified(Stages.member(30_000)), .itemScanned(TestShop.eggs), .pressed(.pay),
      .pressed(.wallet), .pressed(.confirm),
    ]
    for event in events {
      state = Checkout.reduce(state, event, context, under: Self.once).0
    }
    guard case .holding(let settlement) = state else { throw NotHeld(state: state.name) }
    return settlement
  }

  private struct NotHeld: Error { let state: String }

  @Test(arguments: [true, false])
  func `a start between hold and posting takes the limit once`(isHeld: Bool) async throws {
    let (before, _) = try await kiosk(submitting: isHeld) { .holding($0) }
    let kiosk = try await restarted(before)
    let screen = try await kiosk.screen("done") { $0.completed?.paper == .printed }
    #expect(screen.completed?.receipt == "3-000042")
    #expect(try await kiosk.principal == 30_000 - 1_090)
    #expect(try await left(Self.limit, kiosk) == 0)
    try await kiosk.press("done")
    #expect(try await buy(kiosk) == 1_590)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `another sale that was first takes the rule off the bill, and is told`() async throws {
    let (before, settlement) = try await kiosk(submitting: false) { .holding($0) }
    // The same limit, held by somebody else meanwhile.
    let other = SaleID(kiosk: 9, counter: 1)
    guard let entry = settlement.hold.entries.last, case .hold(let postings) = entry.action else {
      throw NotHeld(state: "holding")
    }
    func batch(_ step: UInt32, _ action: JournalEntry.Action) -> Batch {
      Batch(
        openings: settlement.hold.openings, fundings: settlement.hold.fundings,
        entries: [
          JournalEntry(
            id: EntryID(sale: other, step: step, ordinal: 0), action: action,
            context: EntryContext(
              reason: "sale", actor: "customer", kiosk: 9, sale: other, at: ManualClock.start))
        ], isLinked: true)
    }
    #expect(try await SQLiteLedger(before.store).submit(batch(1, .hold(postings))) == [.ok])
    let kiosk = try await restarted(before)
    let screen = try await kiosk.screen("shown anew") { $0.state == "reviewing" }
    let message = try #require(screen.messages.first)
    #expect(message.code == "offerUsedUp" && message.text.contains("午餐优惠"))
    #expect(screen.total == 1_590)
    // The other gives it back: this customer's next look sees it again.
    let holdID = EntryID(sale: other, step: 1, ordinal: 0)
    #expect(try await SQLiteLedger(kiosk.store).submit(batch(2, .void(holdID))) == [.ok])
    try await kiosk.press("cancel")
    try await kiosk.press("pay")
    #expect(try await kiosk.screen().total == 1_090)
    try await kiosk.press("wallet")
    try await pay(kiosk)
    #expect(try await left(Self.limit, kiosk) == 0)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `staff who release a sale give its limit back`() async throws {
    let (before, settlement) = try await kiosk(submitting: true) { _ in
      Stages.after(.closed(.postingRefused(Stages.sale)), in: .attract(.zh))
    }
    #expect(try await left(Self.limit, before) == 0)
    let kiosk = try await restarted(before)
    _ = try await kiosk.screen("closed") { $0.state == "outOfService" }
    #expect(try await kiosk.loop.release(Stages.sale) == settlement.hold.entries.count)
    _ = try await kiosk.screen("open again") { $0.state == "attract" }
    #expect(try await left(Self.limit, kiosk) == 1)
    #expect(try await buy(kiosk) == 1_090)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `staff read which limit it was`() throws {
    let settlement = try settlement()
    let reasons = settlement.refusals([.overLimit, .overLimit]).map(\.reason)
    #expect(reasons.count == 2 && reasons[0].contains("wallet"))
    #expect(reasons[1].hasPrefix("\(Self.limit), a limit of rule \"lunch\""))
  }
}
