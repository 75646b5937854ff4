import Foundation
import Ledger
import Retail
import ShopConfiguration
import StrictYAML
import Testing

struct SampleShopTests {
  private func sample() throws -> String {
    try String(contentsOfFile: repository + "/config/sample/shop.yaml", encoding: .utf8)
  }

  private func refusal(of text: String) -> String? {
    ShopConfigurationTests.refusal { () throws(YAMLError) in
      _ = try SampleShop(YAMLFile.parse(text, file: "shop.yaml"))
    }
  }

  @Test func `the sample shop is read`() throws {
    let shop = try SampleShop(path: repository + "/config/sample/shop.yaml")
    #expect(shop.products.count == 14)
    #expect(shop.members.count == 3)
    let milk = try #require(shop.products.first)
    #expect(milk.name == LocalizedText(zh: "鲜牛奶 950 mL", en: "Fresh milk 950 mL"))
    #expect(milk.price == Money(minorUnits: 1_390))
    #expect(milk.memberPrice == Money(minorUnits: 1_290))
    #expect(milk.gtin14 == "06901000000011")
    let member = try #require(shop.members.first)
    #expect(member.cards.first == [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80])
    #expect(member.bonusLots.map(\.granted) == [3_000, 5_000].map { Money(minorUnits: $0) })
    #expect(shop.members.last?.bonusLots == [])
    #expect(shop.members.last?.birthday == nil)
  }

  @Test func `what a price allows is read`() throws {
    let text = try sample().replacing(
      "price: 1390",
      with: "price: 1390\n    floor: 1000\n    reducedFrom: 1690\n    discountable: false",
      maxReplacements: 1)
    let shop = try SampleShop(YAMLFile.parse(text, file: "shop.yaml"))
    #expect(
      shop.products.first?.terms
        == PriceTerms(
          isDiscountable: false, floor: Money(minorUnits: 1_000),
          reducedFrom: Money(minorUnits: 1_690)))
    #expect(shop.products.last?.terms == nil)
  }

  @Test func `a member can pay the main job's three products from the wallet`() throws {
    let shop = try SampleShop(path: repository + "/config/sample/shop.yaml")
    let member = try #require(shop.members.first)
    let bill = shop.products.prefix(3).map(\.price).sum()
    #expect(member.principal > bill)
    #expect(!member.bonusLots.isEmpty)
    #expect(bill < Money(minorUnits: 20_000))
  }

  @Test(arguments: [
    ("\"6901000000011\"", "\"6901000000012\"", "expected 1 as the check digit of 6901000000012"),
    ("\"6901000000011\"", "6901000000011", "put it in quotes if it is meant as text"),
    ("\"6901000000011\"", "\"690100000001\"", "expected the 13 digits of an EAN-13"),
    ("\"6901000000028\"", "\"6901000000011\"", "another product has the code"),
    ("yogurt-6", "milk-950", "another product has the sku \"milk-950\""),
    ("memberPrice: 1290", "memberPrice: 1391", "expected a memberPrice that is not above"),
    ("price: 1390", "price: 13.90", "expected a whole number from 1 to"),
    ("\"04A1B2C3D4E581\"", "\"04A1B2C3D4E580\"", "another member has the card"),
    ("\"0452F1A2336180\"", "\"0452F1A2\"", "expected the 14 hexadecimal digits"),
    ("1991-03-08", "1991-02-30", "expected a day such as 1990-05-12"),
    ("\"13987650042\"", "\"139-8765\"", "expected 7 to 15 digits"),
    ("id: 1002", "id: 1001", "another member has the id \"1001\""),
    ("price: 1390", "price: 1390\n    reducedFrom: 1390", "a reducedFrom that is above the price"),
    ("price: 1390", "priceUnit: pound\n    price: 1390", "priceUnit: expected one of kilogram"),
    ("points: 320", "points: 320\n    debts: 1", "members[1].debts: unknown key"),
    ("capOfGrantBasisPoints: 1000", "capOfGrantBasisPoints: 0", "from 1 to 10000"),
    ("currency: CNY", "currency: RMB", "currency: expected the ISO 4217 code"),
  ])
  func `what cannot be in a shop is refused`(right: String, wrong: String, expected: String)
    throws
  {
    let text = try sample()
    let range = try #require(text.range(of: right))
    let refused = refusal(of: text.replacingCharacters(in: range, with: wrong))
    #expect(refused?.contains(expected) == true, "\(refused ?? "was read")")
    #expect(refused?.contains("shop.yaml:") == true)
  }
}
