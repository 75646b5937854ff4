import Foundation
import Ledger
import Retail
import ShopConfiguration
import StrictYAML
import Testing

/// The shop's rules as a file: what is read, and what is refused where.
struct PromotionsFileTests {
  static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("config/promotions.yaml").path

  private static func read() throws -> RuleSet { try PromotionsFile.read(path) }

  /// The shipped file with one text replaced, and the error it gives.
  private func refusal(_ old: String, _ new: String) throws -> String {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let range = try #require(text.range(of: old), "the file has changed: \(old)")
    do {
      _ = try PromotionsFile.parse(
        text.replacingCharacters(in: range, with: new), file: "promotions.yaml")
      return "accepted"
    } catch {
      let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
      // Whole-line errors are at the line that was changed or inside what replaced it.
      let lines = line...line + max(1, new.count { $0 == "\n" })
      #expect(error.file == "promotions.yaml")
      #expect(error.line.map { lines.contains($0) || $0 < line } ?? false)
      return "\(error.keyPath): \(error.message)"
    }
  }

  @Test func `the shipped rules are read as they stand`() throws {
    let rules = try Self.read()
    #expect(rules.version == 1 && rules.rounding == .halfUpOnPrice)
    #expect(rules.tiers.map(\.id) == ["basic", "silver", "gold"])
    let offers = rules.rules.filter { !$0.isCoupon }
    #expect(
      offers.map(\.benefit) == [
        .memberPrice, .freeUnits(FreeUnits(groupSize: 3, count: 1, isPerItem: true)),
        .thresholdOff(
          threshold: Money(minorUnits: 8_000), off: Money(minorUnits: 500), basis: .running),
      ])
    #expect(offers.map { $0.conditions == .membersOnly } == [true, false, true])
    #expect(offers.map(\.phase) == [.priceList, .bundles, .orderPromotions])
    let coupon = try #require(rules.template("over50-off8"))
    #expect(
      coupon.benefit
        == .thresholdOff(threshold: Money(minorUnits: 5_000), off: Money(minorUnits: 800)))
    #expect(coupon.stacking.group == "bill" && coupon.phase == .orderCoupons)
    let drinks = try #require(rules.template("drinks-10-off"))
    #expect(drinks.benefit == .percent(basisPoints: 1_000))
    #expect(drinks.cap == Money(minorUnits: 1_500))
    #expect(drinks.scope == Scope(categories: ["drinks"]) && drinks.phase == .itemCoupons)
    #expect(drinks.stacking == Stacking(priority: 10))
    #expect(
      rules.issuing == [
        IssueRule(
          template: "over60-off8", minimumPayable: Money(minorUnits: 3_000),
          isForMembersOnly: true)
      ])
    #expect(rules.earning.tierMultipliers == ["silver": 12_000, "gold": 15_000])
    #expect(
      rules.wallet
        == WalletRules(
          order: .bonusFirst, capOfBillBasisPoints: 5_000,
          limitWithoutSecondFactor: Money(minorUnits: 20_000),
          limitWithSignedCard: Money(minorUnits: 50_000)))
  }

  @Test func `the main job shows every rule it should`() throws {
    let rules = try Self.read()
    let coupon = try #require(rules.template("over50-off8"))
    func line(_ id: Int, _ price: Int64, member: Int64?) -> Cart.Line {
      Cart.Line(
        id: id,
        item: CatalogueItem(
          sku: "s\(id)", gtins: [], name: LocalizedText(zh: "货", en: "item"),
          category: "grocery", unitPrice: Money(minorUnits: price),
          memberPrice: member.map { Money(minorUnits: $0) }), quantity: 1)
    }
    // Milk, rice and eggs of the sample shop.
    let bill = PricedBill.price(
      PricingInput(
        lines: [
          line(1, 1_390, member: 1_290), line(2, 4_990, member: nil),
          line(3, 1_590, member: 1_490),
        ], customer: .init(id: 17, tier: "gold"),
        coupons: [
          PresentedCoupon(id: "c", template: coupon, validUntil: Instant(milliseconds: 2))
        ], time: ShopTime(instant: Instant(milliseconds: 1), offsetSeconds: 0)), under: rules)
    #expect(bill.discounts.map(\.source.rule) == ["member-price", "over50-off8"])
    #expect(bill.discounts.map(\.title.zh) == ["会员价", "满50减8券"])
    #expect(bill.payable == Money(minorUnits: 6_970))
    #expect(bill.payable < rules.wallet.limitWithoutSecondFactor)
    #expect(bill.earnedMilliPoints == 104_000)
    #expect(bill.issues == ["over60-off8"])
    #expect(bill.hints.map(\.missing) == [Money(minorUnits: 230)])
  }

  @Test(arguments: [
    ("version: 1\n", "version: 0\n", "version: expected a whole number from 1 to 1000000000"),
    ("halfUpOnPrice\n", "down\n", "rounding: expected one of halfUpOnPrice, halfUpOnDiscount"),
    ("rounding:", "roundings:", "the key \"rounding\" is missing"),
    ("  - id: silver", "  - id: basic", "tiers[1].id: another tier has the id \"basic\""),
    ("12000", "100001", "tiers[1].pointsMultiplier: expected a whole number from 0 to 100000"),
    ("kind: memberPrice", "kind: gift", "promotions[0].kind: expected one of memberPrice"),
    ("kind: memberPrice", "kind: memberPrice\n    buy: 2", "promotions[0].buy: unknown key"),
    ("    buy: 2", "    buy: 99", "promotions[1].buy: expected a whole number from 1 to 98"),
    ("    free: 1", "    free: 98", "promotions[1].free: expected a whole number from 1 to 97"),
    ("off: 500 }", "off: -500 }", "promotions[2].benefit.off: expected a whole number from 1"),
    ("off: 500 }", "off: 8001 }", "promotions[2].benefit.off: expected at most the threshold"),
    ("off: 500 }", "off: 5.00 }", "promotions[2].benefit.off: expected a whole number"),
    (
      "off: 500 }", "off: 99999999999 }",
      "promotions[2].benefit.off: expected a whole number from 1 to 10000000000"
    ),
    ("running\n    members", "now\n    members", "promotions[2].thresholdBasis: expected one of"),
    ("id: over50-off8", "id: member-price", "coupons[0].id: another rule has the id"),
    ("id: over50-off8", "id: Over 50", "coupons[0].id: expected a name of 1 to 40 small letters"),
    ("1000, cap: 1500 }\n", "10001 }\n", "coupons[2].benefit.percent: expected a whole number"),
    ("1000, cap: 1500 }\n", "0 }\n", "coupons[2].benefit.percent: expected a whole number"),
    ("cap: 1500 }\n", "cap: 0 }\n", "coupons[2].benefit.cap: expected a whole number from 1"),
    ("{ categories: [drinks] }", "{}", "coupons[2].scope: expected categories or skus"),
    ("[drinks]", "[drinks, drinks]", "coupons[2].scope.categories[1]: \"drinks\" is there twice"),
    ("priority: 10", "priority: 1001", "coupons[2].priority: expected a whole number from -1000"),
    ("zh: 饮料九折券", "zh: \"\"", "coupons[2].title.zh: expected text, found nothing"),
    ("zh: 饮料九折券", "zh: \"a\\u0007\"", "coupons[2].title.zh: expected text without control"),
    ("validDays: 39", "validDays: 0", "coupons[1].validDays: expected a whole number from 1"),
    (
      "template: over60-off8", "template: over70",
      "issuing[0].template: no coupon has the id \"over70\"; expected one of over50-off8"
    ),
    (
      "minimumPayable: 3000", "minimumPayable: -1",
      "issuing[0].minimumPayable: expected a whole number from 0"
    ),
    ("wholePointsOnly: true", "wholePointsOnly: no", "earning.wholePointsOnly: expected true"),
    ("Months: 12\n", "Months: 121\n", "earning.expiresAfterMonths: expected a whole number"),
    ("order: bonusFirst", "order: bonus_first", "wallet.order: expected one of bonusFirst"),
    ("capOfBill: 5000", "capOfBill: 10001", "wallet.capOfBill: expected a whole number"),
    ("capOfBill:", "capOfbill:", "wallet.capOfbill: unknown key"),
    (
      "limitWithSignedCard: 50000", "limitWithSignedCard: 19999",
      "wallet.limitWithSignedCard: expected a whole number from 20000"
    ),
  ])
  func `a wrong value is refused with its key and what was expected`(
    old: String, new: String, expected: String
  ) throws {
    let message = try refusal(old, new)
    #expect(message.contains(expected), "got: \(message)")
  }

  @Test func `a title that no receipt could hold is refused`() throws {
    let message = try refusal("zh: 会员价", "zh: \(String(repeating: "长", count: 61))")
    #expect(message.hasSuffix("title.zh: expected at most 60 characters, found 61"))
  }

  @Test func `more rules than a bill could book are refused`() throws {
    let many = (0...60).map {
      "  - { id: r\($0), title: { zh: a, en: b }, kind: memberPrice }\n"
    }.joined()
    let message = try refusal("promotions:\n", "promotions:\n" + many)
    #expect(message.hasPrefix("promotions: expected at most 60 items"))
  }

  @Test func `a cap and a scope may be left out`() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
      .replacingOccurrences(of: "  capOfBill: 5000\n", with: "")
      .replacingOccurrences(of: ", cap: 1500", with: "")
      .replacingOccurrences(of: "    scope: { categories: [drinks] }\n", with: "")
    let rules = try PromotionsFile.parse(text, file: "promotions.yaml")
    #expect(rules.wallet.capOfBillBasisPoints == nil)
    let drinks = try #require(rules.template("drinks-10-off"))
    #expect(drinks.cap == nil && drinks.scope == .all)
  }

  @Test func `the shipped rules and the sample shop know each other`() throws {
    let sample = try SampleShop(
      path: URL(fileURLWithPath: Self.path).deletingLastPathComponent()
        .appendingPathComponent("sample/shop.yaml").path)
    let items = sample.products.map {
      CatalogueItem(
        sku: $0.sku, gtins: [$0.gtin14], name: $0.name, category: $0.category,
        unitPrice: $0.price, memberPrice: $0.memberPrice)
    }
    let rules = try PromotionsFile.read(Self.path, catalogue: items)
    #expect(Set(sample.members.map(\.tier)).isSubset(of: rules.tiers.map(\.id)))
  }

  @Test func `with a catalogue, a scope must name what that sells`() throws {
    func item(_ sku: String, _ category: String) -> CatalogueItem {
      CatalogueItem(
        sku: sku, gtins: [], name: LocalizedText(zh: "货", en: "item"), category: category,
        unitPrice: Money(minorUnits: 1))
    }
    let whole = [item("water-330", "drinks")]
    #expect(try PromotionsFile.read(Self.path, catalogue: whole) == Self.read())
    do {
      _ = try PromotionsFile.read(Self.path, catalogue: [item("cola", "drinks")])
      Issue.record("accepted an item that is not sold")
    } catch {
      #expect(error.keyPath == "promotions[1].scope.skus[0]")
      #expect(error.message == "the catalogue sells nothing named \"water-330\"")
    }
  }
}
