import Ledger
import Retail
import StrictYAML
import Testing

@testable import ShopConfiguration

/// The parts of members.yaml about points, count cards and the shop's day.
struct MembersUnitsTests {
  private static let least = """
    phones: { countryCode: "86", shortest: 11, longest: 11 }
    codes: { seconds: 30, tolerance: 1 }
    segments: []
    prepaid: { law: none }

    """

  private func parse(_ more: String) throws -> MemberRules {
    try MembersFile.parse(
      Self.least + more, file: "members.yaml",
      offers: try PromotionsFile.read(PromotionsFileTests.path))
  }

  @Test func `offers and cards are read as they stand`() throws {
    let rules = try parse(
      """
      dayStart: "04:30"
      points:
        spentAlready: refuse
        secondPersonFrom: 100
        offers:
          - id: mug
            title: { zh: 杯, en: Mug }
            points: 300
            gives: { goods: mug, pieces: 2 }
            perMember: { month: [1, 2] }
            total: { life: 50 }
            from: "2026-12-01"
            until: "2026-12-31"
      countCards:
        - id: wash3
          title: { zh: 洗, en: Wash }
          service: wash
          visits: 3
          price: 9000
          months: 12
          refund: { usedAt: 4000 }
      """)
    #expect(rules.dayStart == 270 && rules.points.spentAlready == .refuse)
    #expect(rules.points.secondPersonFrom == 100_000)
    let offer = try #require(rules.points.offers.first)
    #expect(offer.price == 300_000 && offer.gift == .goods(sku: "mug", pieces: 2))
    #expect(offer.perMember == .init(window: .month, levels: [1, 2]))
    #expect(offer.notAfter == CalendarDate(year: 2_026, month: 12, day: 31))
    let card = try #require(rules.countCards.first)
    #expect(card.visits == 3 && card.refund == .usedAt(Money(minorUnits: 4_000)))
    #expect(try parse("").points == .standard && parse("").countCards.isEmpty)
  }

  @Test(arguments: [
    ("dayStart: \"24:00\"", 5, "dayStart"),
    ("points: { spentAlready: pay }", 5, "points.spentAlready"),
    ("points: { offers: [{ id: a }] }", 5, "points.offers[0]"),
    (
      "points: { offers: [{ id: a, title: { zh: a, en: a }, points: 0, gives: {} }] }", 5,
      "points.offers[0].points"
    ),
    (
      "points: { offers: [{ id: a, title: { zh: a, en: a }, points: 1, gives: { luck: 1 } }] }", 5,
      "points.offers[0].gives"
    ),
    (
      "points: { offers: [{ id: a, title: { zh: a, en: a }, points: 1, gives: { coupon: no } }] }",
      5, "points.offers[0].gives.coupon"
    ),
    (
      """
      points:
        offers:
          - id: a
            title: { zh: a, en: a }
            points: 1
            gives: { value: 1 }
            total: { life: [2, 2] }
      """, 11, "points.offers[0].total.life[1]"
    ),
    (
      """
      countCards:
        - id: a
          title: { zh: a, en: a }
          service: wash
          visits: 3
          price: 1
          refund: { rule: maybe }
      """, 11, "countCards[0].refund.rule"
    ),
  ])
  func `a wrong key is refused with its line`(text: String, line: Int, key: String) throws {
    do {
      _ = try parse(text)
      Issue.record("\(text) was taken")
    } catch let error as YAMLError {
      #expect(error.line == line && error.keyPath == key, "\(error)")
    }
  }
}
