import Ledger
import Retail
import Testing

@testable import Daemon

struct RuleSupportTests {
  private func rules(
    _ conditions: Conditions = .none, target: Rule.Target = .order, allowances: [Allowance] = [],
    terms: CouponTerms? = nil, tax: TaxRule? = nil
  ) -> RuleSet {
    RuleSet(
      version: 1, rounding: .halfUpOnPrice,
      rules: [
        Rule(
          id: "r", title: LocalizedText(zh: "减", en: "off"),
          trigger: terms.map { .coupon($0) } ?? .automatic,
          benefit: .amount(Money(minorUnits: 1)), target: target, conditions: conditions,
          allowances: allowances)
      ], earning: TestShop.rules.earning, issuing: [], wallet: TestShop.rules.wallet, tiers: [],
      tax: tax)
  }

  @Test func `what the checkout keeps is taken`() throws {
    try RuleSupport.check(TestShop.rules)
    try RuleSupport.check(
      rules(
        Conditions(
          subtotal: .init(least: Money(minorUnits: 5)), customer: .init(tiers: ["gold"])),
        terms: CouponTerms(validDays: 9, uses: 3),
        tax: TaxRule(mode: .inclusive, basisPoints: 1_300)))
  }

  @Test func `what nobody would keep is refused by name`() {
    let cases: [(RuleSet, String)] = [
      (
        rules(allowances: [Allowance(measure: .uses, owner: .rule, window: .day, ceiling: 1)]),
        "limits and budget"
      ),
      (rules(target: .fee), "kind: fee"),
      (rules(Conditions(stores: ["a"])), "when.stores"),
      (rules(Conditions(tenders: ["a"])), "when.tenders"),
      (rules(Conditions(customer: .init(tags: ["a"]))), "when.tags"),
      (rules(Conditions(customer: .init(segments: ["a"]))), "when.segments"),
      (rules(Conditions(customer: .init(birthday: .day))), "when.birthday"),
      (rules(Conditions(customer: .init(purchase: .number(1)))), "when.purchase"),
      (
        rules(terms: CouponTerms(validDays: 9, sequence: .init(series: "s", position: 2))),
        "series"
      ),
      (rules(terms: CouponTerms(validDays: 9, change: .keep)), "change: keep"),
      (rules(terms: CouponTerms(validDays: 9, refund: .forfeit)), "refund: forfeit"),
      (
        rules(terms: CouponTerms(validDays: 9, isReleasedOnCancel: false)),
        "releasedOnCancel: false"
      ),
    ]
    for (rules, what) in cases {
      #expect(throws: UnsupportedRule(rule: "r", what: what)) { try RuleSupport.check(rules) }
    }
    #expect(throws: UnsupportedRule(rule: "tax", what: "mode: exclusive")) {
      try RuleSupport.check(rules(tax: TaxRule(mode: .exclusive, basisPoints: 1_300)))
    }
  }
}
