import Foundation
import Ledger
import Retail
import ShopConfiguration
import StrictYAML
import Testing

/// The shop's rules of members as a file: what is read, and what is refused where.
struct MembersFileTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("config/members.yaml").path

  private static func offers() throws -> RuleSet {
    try PromotionsFile.read(PromotionsFileTests.path)
  }

  private func parse(_ text: String) throws -> MemberRules {
    try MembersFile.parse(text, file: "members.yaml", offers: try Self.offers())
  }

  @Test func `the shipped rules are read as they stand`() throws {
    let rules = try MembersFile.read(Self.path, offers: try Self.offers())
    #expect(rules.phones == .standard && rules.codes == .standard && rules.prepaid == nil)
    #expect(rules.tierNames == ["basic", "silver", "gold"])
    let tiers = try #require(rules.tiers)
    #expect(tiers.base == "basic" && tiers.period == .calendar(.year) && tiers.graceDays == 30)
    #expect(
      tiers.levels == [
        .init(tier: "silver", reach: [.init(measure: .spend, atLeast: 100_000)]),
        .init(
          tier: "gold",
          reach: [.init(measure: .spend, atLeast: 500_000)], coupons: ["over50-off8"]),
      ])
    #expect(rules.segments.map(\.id) == ["birthday-week", "lapsed"])
    #expect(
      rules.segments[1].rule
        == .all([
          .consent(.marketing), .visits(days: 365, atLeast: 2), .not(.visited(withinDays: 60)),
        ]))
  }

  private static let least = """
    phones: { countryCode: "49", trunkPrefix: "0", shortest: 6, longest: 11 }
    codes: { seconds: 60, tolerance: 0 }
    segments: []
    prepaid: { law: none }

    """

  @Test func `what may be left out is`() throws {
    let rules = try parse(Self.least)
    #expect(rules.tiers == nil && rules.segments.isEmpty && rules.prepaid == nil)
    #expect(rules.phones.trunkPrefix == "0" && rules.codes.seconds == 60)
  }

  @Test func `a law is the shipped one, with what a place has stricter, or one of its own`() throws
  {
    func prepaid(_ text: String) throws -> PrepaidLaw? {
      try parse(Self.least.replacingOccurrences(of: "{ law: none }", with: text)).prepaid
    }
    #expect(try prepaid("{ law: mainlandChina }") == .mainlandChina)
    let stricter = try prepaid("{ law: mainlandChina, bearerBalance: 50000, depositShare: 4000 }")
    #expect(stricter?.bearerBalance == Money(minorUnits: 50_000))
    #expect(stricter?.depositShare == 4_000)
    #expect(stricter?.namedBalance == PrepaidLaw.mainlandChina.namedBalance)
    let own = try prepaid("{ law: own, source: \"the house\", namedBalance: 10000 }")
    #expect(own == PrepaidLaw(source: "the house", namedBalance: Money(minorUnits: 10_000)))
  }

  @Test(arguments: [
    ("shortest: 6", "shortest: 3", 1, "phones.shortest"),
    ("countryCode: \"49\"", "countryCode: \"x\"", 1, "phones.countryCode"),
    ("seconds: 60", "seconds: 1", 2, "codes.seconds"), ("tolerance: 0", "tolerence: 0", 2, "codes"),
    (
      "segments: []", "segments: [{ id: a, title: { zh: a, en: a }, rule: { tag: TEA } }]", 3,
      "segments[0].rule.tag"
    ),
    (
      "segments: []", "segments: [{ id: a, title: { zh: a, en: a }, rule: { tier: [lead] } }]", 3,
      "segments[0].rule.tier[0]"
    ),
    (
      "segments: []", "segments: [{ id: a, title: { zh: a, en: a }, rule: { luck: 7 } }]", 3,
      "segments[0].rule.luck"
    ),
    (
      "segments: []", "segments: [{ id: a, title: { zh: a, en: a }, rule: { tag: a, tier: [] } }]",
      3,
      "segments[0].rule"
    ),
    (
      "segments: []", "segments: [{ id: a, title: { zh: a, en: a }, rule: {} }]", 3,
      "segments[0].rule"
    ),
    ("{ law: none }", "{ law: roman }", 4, "prepaid.law"),
    ("{ law: none }", "{ law: none, bearerBalance: 5 }", 4, "prepaid.bearerBalance"),
    ("{ law: none }", "{ law: own }", 4, "prepaid"),
    ("{ law: none }", "{ law: mainlandChina, namedBalance: -5 }", 4, "prepaid.namedBalance"),
    ("{ law: none }", "{ law: none }\nluck: 7", 5, "luck"),
  ])
  func `a wrong key is refused with its line`(
    old: String, new: String, line: Int, key: String
  ) throws {
    let text = Self.least.replacingOccurrences(of: old, with: new)
    #expect(text != Self.least)
    do {
      _ = try parse(text)
      Issue.record("\(new) was taken")
    } catch let error as YAMLError {
      #expect(error.line == line && error.keyPath == key, "\(error)")
    }
  }

  @Test(arguments: [
    ("period: { calendar: week }", "tiers.period.calendar"),
    ("period: { calendar: year, rollingDays: 5 }", "tiers.period"),
    ("period: {}", "tiers.period"), ("graceDays: 900", "tiers.graceDays"),
    ("levels: []", "tiers.levels"),
    ("levels: [{ tier: lead, reach: { spend: 1 } }]", "tiers.levels[0].tier"),
    ("levels: [{ tier: basic, reach: { spend: 1 } }]", "tiers.levels[0].tier"),
    (
      "levels: [{ tier: gold, reach: { spend: 1 } }, { tier: silver, reach: { spend: 2 } }]",
      "tiers.levels[1].tier"
    ),
    ("levels: [{ tier: gold, reach: { luck: 1 } }]", "tiers.levels[0].reach.luck"),
    ("levels: [{ tier: gold, reach: {} }]", "tiers.levels[0].reach"),
    ("levels: [{ tier: gold, reach: { spend: 0 } }]", "tiers.levels[0].reach.spend"),
    (
      "levels: [{ tier: gold, reach: { spend: 1 }, coupons: [none] }]",
      "tiers.levels[0].coupons[0]"
    ),
  ])
  func `tiers that make no sense are refused`(new: String, key: String) throws {
    let name = try #require(new.split(separator: ":").first)
    let lines = [
      "period: { calendar: year }", "graceDays: 5",
      "levels: [{ tier: gold, reach: { spend: 1 } }]",
    ].map { $0.hasPrefix(name) ? new : $0 }
    let text = Self.least + "tiers:\n" + lines.map { "  \($0)\n" }.joined()
    do {
      _ = try parse(text)
      Issue.record("\(new) was taken")
    } catch let error as YAMLError {
      #expect(error.keyPath == key, "\(error)")
    }
  }
}
