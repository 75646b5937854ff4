import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// Rules that depend on how a bill is paid: known once the customer has chosen.
struct TenderTests {
  private static func policy(_ rules: Rule...) -> Checkout.Policy {
    let sample = Checkout.Policy.sample
    return Checkout.Policy(
      rules: RuleSet(
        version: 1, rounding: .halfUpOnPrice, rules: rules, earning: sample.rules.earning,
        issuing: [], wallet: sample.rules.wallet, tiers: []),
      timers: .standard, currency: .cny, language: .zh)
  }

  private static func rule(
    _ tenders: [String], trigger: Rule.Trigger = .automatic, off: Int64 = 300
  ) -> Rule {
    Rule(
      id: "stored", title: LocalizedText(zh: "储值优惠", en: "Stored value"), trigger: trigger,
      benefit: .amount(fen(off)), target: .order, conditions: Conditions(tenders: tenders))
  }

  private func journey(_ policy: Checkout.Policy, _ events: [Checkout.Event]) -> Journey {
    var journey = Journey()
    journey.policy = policy
    for event in events { journey.take(event) }
    return journey
  }

  private let shopping: [Checkout.Event] = [.memberIdentified(.wang), .itemScanned(.rice)]

  @Test func `an offer for the wallet is on the bill from the choice to the posting`() throws {
    var journey = journey(Self.policy(Self.rule(["wallet"])), shopping + [.pressed(.pay)])
    #expect(journey.basket?.bill.payable == fen(4_990))
    journey.take(.pressed(.wallet))
    #expect(journey.state.name == "tendering" && journey.basket?.bill.payable == fen(4_690))
    journey.take(.pressed(.confirm))
    guard case .holding(let settlement) = journey.state else { throw Unexpected(journey.state) }
    #expect(settlement.plan.total == fen(4_690))
    #expect(settlement.basket.bill.decision.input.tender == "wallet")
    journey.settle()
    #expect(journey.state.name == "printing")
  }

  @Test func `who takes the choice back sees the bill without it`() {
    let tendering = shopping + [.pressed(.pay), .pressed(.wallet)]
    let policy = Self.policy(Self.rule(["wallet"]))
    for event in [Checkout.Event.pressed(.cancel), .itemScanned(.milk), .resumed(afterSeconds: 1)] {
      var journey = journey(policy, tendering + [event])
      #expect(journey.basket?.tender == nil && journey.basket?.bill.saved == .zero)
      journey.take(.pressed(.pay))
      journey.take(.pressed(.wallet))
      #expect(journey.basket?.bill.saved == fen(300))
    }
    var refused = journey(policy, tendering + [.pressed(.confirm), .held([.overLimit])])
    #expect(refused.notices == [.planRefused] && refused.basket?.bill.saved == .zero)
    refused.take(.pressed(.wallet))
    #expect(refused.basket?.bill.saved == fen(300))
  }

  @Test func `who cannot pay from the wallet sees the bill as before`() {
    let journey = journey(
      Self.policy(Self.rule(["wallet"])),
      [.memberIdentified(.li), .itemScanned(.rice), .pressed(.pay), .pressed(.wallet)])
    #expect(journey.notices == [.balanceTooSmall(missing: fen(4_190))])
    #expect(journey.basket?.bill.payable == fen(4_990))
  }

  @Test func `an offer for another way to pay is on no bill of this kiosk`() {
    let journey = journey(
      Self.policy(Self.rule(["cash"])), shopping + [.pressed(.pay), .pressed(.wallet)])
    #expect(journey.state.name == "tendering" && journey.basket?.bill.saved == .zero)
  }

  @Test func `a coupon for the wallet waits for the choice, and one for cash is told of`() {
    func notices(_ tenders: [String]) -> Journey {
      let template = Self.rule(tenders, trigger: .coupon(CouponTerms(validDays: 9)))
      return journey(
        Self.policy(template), shopping + [.couponPresented(.of(template, id: "c"))])
    }
    #expect(notices(["wallet"]).notices == [])
    #expect(notices(["cash"]).notices.count == 1)
  }

  @Test func `what ended before the choice is told, not dropped`() throws {
    let ending = PresentedCoupon.of(
      .over50, id: "ending", until: Journey.start.milliseconds + 60_000)
    var journey = Journey([
      .memberIdentified(.wang), .itemScanned(.rice), .itemScanned(.milk),
      .couponPresented(ending), .pressed(.pay),
    ])
    journey.now = Instant(milliseconds: journey.now.milliseconds + 60_000)
    journey.take(.pressed(.wallet))
    #expect(journey.state.name == "reviewing" && journey.notices == [.planRefused])
  }

  @Test func `a store's rules are for that store`() {
    let offer = Rule(
      id: "east", title: LocalizedText(zh: "东门", en: "East"), benefit: .amount(fen(100)),
      target: .order, conditions: Conditions(stores: ["east-gate"]),
      allowances: [Allowance(measure: .uses, owner: .store, window: .day, ceiling: 9)])
    for (store, saved) in [("east-gate", fen(100)), ("west", .zero), ("", .zero)] {
      let rules = Self.policy(offer).rules
      let policy = Checkout.Policy(
        rules: rules, timers: .standard, currency: .cny, language: .zh, store: store)
      let bill = journey(policy, shopping).basket?.bill
      #expect(bill?.saved == saved)
      let account = AccountID(owner: "rule/east", purpose: "limit/east/day-2026-11-22@east-gate")
      #expect(bill?.needs.map(\.account) == (saved > .zero ? [account] : []))
    }
  }
}
