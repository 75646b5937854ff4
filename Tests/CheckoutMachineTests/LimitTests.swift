import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// Rules with limits: held with the plan, and off the bill when another sale was first.
struct LimitTests {
  private static let lunch = Rule(
    id: "lunch", title: LocalizedText(zh: "午餐", en: "Lunch"), benefit: .amount(fen(500)),
    target: .order,
    allowances: [Allowance(measure: .uses, owner: .member, window: .life, ceiling: 1)])

  private static let account = AccountID(owner: "m/1001", purpose: "limit/lunch/life")

  private static let policy = Checkout.Policy(
    rules: RuleSet(
      version: 1, rounding: .halfUpOnPrice, rules: Checkout.Policy.sample.rules.rules + [lunch],
      earning: Checkout.Policy.sample.rules.earning, issuing: [],
      wallet: Checkout.Policy.sample.rules.wallet, tiers: []),
    timers: .standard, currency: .cny, language: .zh)

  private static func journey(_ events: [Checkout.Event]) -> Journey {
    var journey = Journey()
    journey.policy = policy
    for event in events { journey.take(event) }
    return journey
  }

  /// Another sale was first with the last of a limit.
  static var outrun: Journey { journey(.paying + [.held(outcomes)]) }
  private static let outcomes: [Outcome] = [.linkedFailed, .linkedFailed, .overLimit]

  private static let used = [Availability(account: account, units: 0, levels: [1])]
  private let told = Checkout.Notice.offerUsedUp(title: lunch.title)

  private func rules(_ journey: Journey) -> [String]? {
    journey.basket?.bill.discounts.map(\.source.rule)
  }

  @Test func `a limit is held with wallet and coupon`() throws {
    let journey = Self.journey(.paying)
    guard case .holding(let settlement) = journey.state else { throw Unexpected(journey.state) }
    #expect(settlement.hold.entries.count == 3 && settlement.hold.fundings.count == 1)
    #expect(rules(journey)?.contains("lunch") == true)
  }

  @Test func `a rule whose limit another sale took leaves the bill, which is shown anew`() throws {
    var journey = Self.journey(.paying)
    guard case .holding(let first) = journey.state else { throw Unexpected(journey.state) }
    let refusals = first.refusals(Self.outcomes)
    #expect(refusals == first.basket.bill.needs.map { .limit($0) })
    journey.take(.held(Self.outcomes))
    #expect(journey.state.name == "reviewing" && journey.notices == [told])
    #expect(journey.basket?.coupons == [.over50])
    #expect(rules(journey) == rules(Self.journey(.paying))?.filter { $0 != "lunch" })
    #expect(journey.basket?.bill.payable == first.basket.bill.payable + fen(500))
    journey.available = Self.used
    journey.take(.pressed(.wallet))
    journey.take(.pressed(.confirm))
    guard case .holding(let second) = journey.state else { throw Unexpected(journey.state) }
    #expect(second.hold.entries.count == 2 && second.hold.fundings.isEmpty)
    journey.settle()
    #expect(journey.state.name == "printing")
  }

  @Test func `a limit that went between the look and the touch is told before anything is held`() {
    var journey = Self.journey(.shopping + [.pressed(.pay), .pressed(.wallet)])
    journey.available = Self.used
    journey.take(.pressed(.confirm))
    #expect(journey.state.name == "reviewing" && journey.notices == [told])
    #expect(journey.basket?.step == 0)
  }

  @Test func `what is left is asked of the customer's own accounts, and of no other's`() {
    let journey = Self.journey([.itemScanned(.milk)])
    func accounts(_ state: Checkout.State, _ event: Checkout.Event) -> [AccountID] {
      Checkout.limitAccounts(state, event, at: journey.time, under: Self.policy)
    }
    #expect(accounts(journey.state, .itemScanned(.milk)) == [])
    #expect(accounts(journey.state, .memberIdentified(.wang)) == [Self.account])
    #expect(accounts(.attract(.zh), .memberIdentified(.wang)) == [Self.account])
    #expect(accounts(Self.journey(.shopping).state, .pressed(.pay)) == [Self.account])
    #expect(accounts(.attract(.zh), .pressed(.language)) == [])
  }

  @Test func `balances of another member whose card is tapped are not kept with the bill`() {
    var journey = Self.journey([.memberIdentified(.wang)])
    let other = AccountID(owner: "m/1002", purpose: "limit/lunch/life")
    journey.available = Self.used + [Availability(account: other, units: 1)]
    journey.take(.itemScanned(.rice))
    #expect(journey.basket?.bill.decision.input.available == Self.used)
    #expect(rules(journey) == [])
  }
}
