import CheckoutMachine
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// Rules about customers, with members as the book knows them.
struct CustomerFactsTests {
  private static func policy(_ customer: CustomerCondition) -> Checkout.Policy {
    let rules = TestShop.rules
    let offer = Rule(
      id: "own", title: LocalizedText(zh: "专享", en: "For you"), benefit: .amount(fen(500)),
      target: .order, conditions: Conditions(customer: customer))
    return Checkout.Policy(
      rules: RuleSet(
        version: rules.version, rounding: rules.rounding, rules: [offer], earning: rules.earning,
        issuing: [], wallet: rules.wallet, tiers: rules.tiers),
      timers: .standard, currency: .cny, language: .zh)
  }

  private static let regulars = Segment(
    id: "regulars", title: LocalizedText(zh: "常客", en: "Regulars"),
    rule: .visits(days: 30, atLeast: 1))

  private func kiosk(_ customer: CustomerCondition) async throws -> TestKiosk {
    try await TestKiosk(policy: Self.policy(customer), segments: [Self.regulars])
  }

  /// What a box of eggs costs wang now.
  private func total(_ kiosk: TestKiosk) async throws -> Int64 {
    kiosk.tap(TestShop.wangCard)
    kiosk.scan(TestShop.eggs)
    return try await kiosk.screen().total
  }

  private func buy(_ kiosk: TestKiosk) async throws -> Int64 {
    let total = try await total(kiosk)
    for button in ["pay", "wallet", "confirm"] { try await kiosk.press(button) }
    _ = try await kiosk.screen("done") { $0.completed?.paper == .printed }
    try await kiosk.press("done")
    return total
  }

  private func act() throws -> MemberAct {
    try MemberAct(actor: "staff/1", reason: "test", at: ManualClock.start)
  }

  @Test func `the first purchase is the first, whatever the customer bought elsewhere`()
    async throws
  {
    let kiosk = try await kiosk(.init(purchase: .number(1)))
    #expect(try await buy(kiosk) == 1_090)
    #expect(try await buy(kiosk) == 1_590)
    let again = try await kiosk.restarted()
    #expect(try await total(again) == 1_590)
    try await again.stop()
  }

  @Test func `every second purchase is the second and the fourth`() async throws {
    let kiosk = try await kiosk(.init(purchase: .every(2)))
    for wanted in [1_590, 1_090, 1_590, 1_090] as [Int64] {
      #expect(try await buy(kiosk) == wanted)
    }
    try await kiosk.audit()
    try await kiosk.stop()
  }

  @Test func `a tag is known from the next tap on`() async throws {
    let kiosk = try await kiosk(.init(tags: ["vip"]))
    #expect(try await buy(kiosk) == 1_590)
    let change = try MemberChange(
      MemberEdit(addTags: ["vip", "neighbour"]), plan: .standard, tiers: ["gold"],
      today: kiosk.clock.time.date)
    _ = try await kiosk.store.changeMember(TestShop.wang.id, change, act: try act())
    #expect(try await buy(kiosk) == 1_090)
    // What no rule names stays out of what is kept of the sale.
    let sale = try #require(try await kiosk.store.latestSales(limit: 1).first)
    let decision = String(decoding: sale.decision, as: UTF8.self)
    #expect(decision.contains("vip") && !decision.contains("neighbour"))
    try await kiosk.stop()
  }

  @Test func `a segment is worked out when the card is tapped`() async throws {
    let kiosk = try await kiosk(.init(segments: ["regulars"]))
    #expect(try await buy(kiosk) == 1_590)
    #expect(try await buy(kiosk) == 1_090)
    try await kiosk.stop()
  }

  @Test func `a birthday counts with the member's word for it, and its day is not kept`()
    async throws
  {
    // 22 November; wang was born on the 30th.
    let kiosk = try await kiosk(.init(birthday: .month))
    #expect(try await buy(kiosk) == 1_590)
    try await kiosk.store.record(
      Consent(purpose: .birthday, isGiven: true, source: .counter, at: ManualClock.start),
      of: TestShop.wang.id, act: try act())
    #expect(try await buy(kiosk) == 1_090)
    let sale = try #require(try await kiosk.store.latestSales(limit: 1).first)
    let decision = try JSONDecoder().decode(DecisionRecord.self, from: Data(sale.decision))
    #expect(decision.input.customer?.birthday == .init(month: 11, day: 0))
    try await kiosk.stop()
  }

  @Test func `an older kind of coupon still gets its answers`() async throws {
    let kiosk = try await TestKiosk(policy: TestShop.policy)
    func template(_ version: Int, _ customer: CustomerCondition?) -> Rule {
      Rule(
        id: "tagged", version: version, title: LocalizedText(zh: "券", en: "Coupon"),
        trigger: .coupon(CouponTerms(validDays: 9)), benefit: .amount(fen(100)), target: .order,
        conditions: Conditions(customer: customer))
    }
    func rules(_ version: Int, _ template: Rule) -> RuleSet {
      RuleSet(
        version: version, rounding: .halfUpOnPrice, rules: [template],
        earning: TestShop.rules.earning, issuing: [], wallet: TestShop.rules.wallet, tiers: [])
    }
    let archive = RuleArchive(kiosk.store)
    try await archive.keep(rules(1, template(1, .init(tags: ["vip"]))))
    let today = rules(2, template(2, nil))
    try await archive.keep(today)
    #expect(CustomerQuestions(today.rules).isEmpty)
    #expect(try await archive.questions(of: today).tags == ["vip"])
    try await kiosk.stop()
  }
}
