import Ledger
import Retail
import Testing

@testable import Daemon

struct RuleSupportTests {
  private func rules(
    _ conditions: Conditions = .none, id: String = "r", target: Rule.Target = .order,
    allowances: [Allowance] = [], terms: CouponTerms? = nil, tax: TaxRule? = nil
  ) -> RuleSet {
    RuleSet(
      version: 1, rounding: .halfUpOnPrice,
      rules: [
        Rule(
          id: id, title: LocalizedText(zh: "减", en: "off"),
          trigger: terms.map { .coupon($0) } ?? .automatic,
          benefit: .amount(Money(minorUnits: 1)), target: target, conditions: conditions,
          allowances: allowances)
      ], earning: TestShop.rules.earning, issuing: [], wallet: TestShop.rules.wallet, tiers: [],
      tax: tax)
  }

  private func flaw(
    _ rules: RuleSet, store: String = "east-gate"
  ) -> UnsupportedRule.Flaw? {
    do throws(UnsupportedRule) {
      try RuleSupport.check(rules, store: store, segments: ["a"])
      return nil
    } catch {
      #expect(error.description.hasPrefix("promotions.yaml: \(error.rule): "))
      return error.flaw
    }
  }

  private let ofStore = Allowance(measure: .money, owner: .store, window: .month, ceiling: 1)

  @Test func `what the checkout keeps is taken`() {
    let taken = [
      TestShop.rules,
      rules(
        Conditions(
          subtotal: .init(least: Money(minorUnits: 5)), customer: .init(tiers: ["gold"])),
        terms: CouponTerms(validDays: 9, uses: 3, refund: .forfeit),
        tax: TaxRule(mode: .inclusive, basisPoints: 1_300)),
      rules(
        Conditions(
          customer: .init(
            tags: ["x"], segments: ["a"], birthday: .day, purchase: .number(1)),
          tenders: ["wallet"])),
      rules(Conditions(stores: ["west"]), allowances: [ofStore]),
    ]
    for rules in taken { #expect(flaw(rules) == nil) }
  }

  @Test func `what nobody would keep is refused by name`() {
    let cases: [(RuleSet, String)] = [
      (rules(target: .fee), "kind: fee"),
      (
        rules(terms: CouponTerms(validDays: 9, sequence: .init(series: "s", position: 2))),
        "series"
      ),
      (rules(terms: CouponTerms(validDays: 9, change: .keep)), "change: keep"),
      (
        rules(terms: CouponTerms(validDays: 9, isReleasedOnCancel: false)),
        "releasedOnCancel: false"
      ),
      (rules(tax: TaxRule(mode: .exclusive, basisPoints: 1_300)), "mode: exclusive"),
    ]
    for (rules, what) in cases { #expect(flaw(rules) == .notKept(what)) }
  }

  @Test func `a store, a segment and a name that are missing or too long are refused`() {
    #expect(flaw(rules(Conditions(stores: ["west"])), store: "") == .storeUnknown)
    #expect(flaw(rules(allowances: [ofStore]), store: "") == .storeUnknown)
    let long = String(repeating: "x", count: 40)
    #expect(flaw(rules(id: long, allowances: [ofStore])) == .nameTooLong(store: "east-gate"))
    #expect(
      flaw(rules(Conditions(customer: .init(segments: ["a", "b"])))) == .noSegment("b"))
  }
}
