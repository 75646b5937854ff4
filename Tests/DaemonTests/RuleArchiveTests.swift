import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

struct RuleArchiveTests {
  private func template(version: Int, off: Int64) -> Rule {
    Rule(
      id: "eight", version: version, title: LocalizedText(zh: "减", en: "off"),
      trigger: .coupon(CouponTerms(validAfterDays: 0, validDays: 30)),
      benefit: .thresholdOff(
        threshold: Money(minorUnits: 5_000), off: Money(minorUnits: off)), target: .order)
  }

  private func rules(version: Int, _ template: Rule) -> RuleSet {
    RuleSet(
      version: version, rounding: .halfUpOnPrice, rules: [template],
      earning: EarningRule(
        milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: true,
        expiresAfterMonths: 12), issuing: [],
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: nil,
        limitWithoutSecondFactor: Money(minorUnits: 20_000)), tiers: [])
  }

  private func withStore(_ body: (Store) async throws -> Void) async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    try await body(store)
    try store.close()
  }

  @Test func `a version that was in use never says something else`() async throws {
    try await withStore { store in
      let archive = RuleArchive(store)
      try await archive.keep(rules(version: 1, template(version: 1, off: 800)))
      try await archive.keep(rules(version: 1, template(version: 1, off: 800)))
      await #expect(throws: RulesChanged(what: "coupon eight", version: 1)) {
        try await archive.keep(rules(version: 2, template(version: 1, off: 900)))
      }
      await #expect(throws: RulesChanged(what: "promotions.yaml", version: 1)) {
        try await archive.keep(rules(version: 1, template(version: 2, off: 900)))
      }
    }
  }

  @Test func `a coupon is worth what it was given for`() async throws {
    try await withStore { store in
      let archive = RuleArchive(store)
      try await archive.keep(rules(version: 1, template(version: 1, off: 800)))
      let today = rules(version: 2, template(version: 2, off: 500))
      try await archive.keep(today)
      let code = try #require(BearerCode(random: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
      try await store.issue(
        NewCoupon(
          id: "old", template: "eight", templateVersion: 1, code: code, holder: nil,
          validFrom: Instant(milliseconds: 0), validUntil: Instant(milliseconds: 9), sale: nil))
      let coupon = try #require(try await store.coupon(id: "old"))
      #expect(
        try await archive.template(of: coupon, today: today) == template(version: 1, off: 800))
    }
  }
}
