import Foundation
import Ledger
import Retail
import Testing

/// What a kioskd of the first schema left in journals and settings is read after an upgrade.
struct FirstSchemaTests {
  private static let template = """
    {"id":"over50-off8","version":1,"title":{"zh":"满50减8券","en":"¥8 off ¥50"},
    "benefit":{"thresholdOff":{"threshold":5000,"off":800}},
    "scope":{"categories":[],"skus":[]},"thresholdBasis":"list","exclusiveGroup":"bill",
    "priority":3,"validAfterDays":1,"validDays":30}
    """
  private static let percent = """
    {"id":"drinks","version":2,"title":{"zh":"饮料","en":"Drinks"},
    "benefit":{"percent":{"basisPoints":1000,"cap":1500}},
    "scope":{"categories":["drinks"],"skus":[]},"thresholdBasis":"running","priority":0,
    "validAfterDays":0,"validDays":7}
    """

  private func decode<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  private func coded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
  }

  @Test func `a coupon template becomes a rule`() throws {
    let rule = try decode(Self.template, as: Rule.self)
    #expect(
      rule
        == Rule(
          id: "over50-off8", version: 1, title: LocalizedText(zh: "满50减8券", en: "¥8 off ¥50"),
          trigger: .coupon(CouponTerms(validAfterDays: 1, validDays: 30)),
          benefit: .thresholdOff(threshold: fen(5_000), off: fen(800)), target: .order,
          stacking: Stacking(group: "bill", priority: 3)))
    let drinks = try decode(Self.percent, as: Rule.self)
    #expect(drinks.cap == fen(1_500) && drinks.scope == Scope(categories: ["drinks"]))
    #expect(drinks.phase == .itemCoupons)
    #expect(try coded(rule) == rule && coded(drinks) == drinks)
  }

  @Test func `a kept rule set becomes one list of rules`() throws {
    let rules = try decode(
      """
      {"version":1,"rounding":"halfUpOnPrice","tiers":[],"issuing":[],
      "promotions":[
      {"id":"member-price","title":{"zh":"会员价","en":"Member"},"kind":{"memberPrice":{}},
      "scope":{"categories":[],"skus":[]},"isForMembersOnly":true,"priority":0},
      {"id":"three","title":{"zh":"a","en":"a"},"kind":{"buyGet":{"buy":2,"free":1}},
      "scope":{"categories":[],"skus":["w"]},"isForMembersOnly":false,"priority":0},
      {"id":"ten","title":{"zh":"a","en":"a"},"kind":{"percentOffItems":{"basisPoints":1000}},
      "scope":{"categories":[],"skus":[]},"isForMembersOnly":false,"priority":1},
      {"id":"order","title":{"zh":"a","en":"a"},"kind":{"order":{"_0":{"thresholdOff":
      {"threshold":8000,"off":500}},"_1":"running"}},
      "scope":{"categories":[],"skus":[]},"isForMembersOnly":true,"priority":0}],
      "templates":[\(Self.template)],
      "earning":{"milliPointsPerMinorUnit":10,"tierMultipliers":{"gold":15000},
      "wholePointsOnly":true,"expiresAfterMonths":12},
      "wallet":{"order":"bonusFirst","capOfBillBasisPoints":5000,"limitWithoutSecondFactor":20000}}
      """, as: RuleSet.self)
    #expect(rules.rules.map(\.id) == ["member-price", "three", "ten", "order", "over50-off8"])
    #expect(
      rules.rules.map(\.phase) == [
        .priceList, .bundles, .itemPromotions, .orderPromotions, .orderCoupons,
      ])
    #expect(rules.rules[2].calculation.base == .list)
    #expect(rules.rules[3].conditions == .membersOnly)
    #expect(try coded(rules) == rules)
  }

  @Test func `the input of an open bill is priced again to the same`() throws {
    let input = try decode(
      """
      {"lines":[{"id":1,"quantity":4,"item":{"sku":"rice","gtins":[],"name":{"zh":"米","en":"Rice"},
      "category":"food","unitPrice":2000}}],"isMember":true,"tier":"gold","now":1000,
      "coupons":[{"id":"c","validUntil":9000,"template":\(Self.template)}]}
      """, as: PricingInput.self)
    #expect(input.customer == .init(tier: "gold") && input.time == .start)
    let bill = PricedBill.price(input, under: .of())
    #expect(bill.payable == fen(7_200) && bill.usedCoupons == ["c"])
    #expect(try coded(bill) == bill)
  }
}
