import Ledger
import Retail
import StrictYAML

/// Reads a cart for `kioskctl price`: what is bought, by whom, when, with which coupons.
public enum CartFile {
  static let couponLimit = PricingInput.couponLimit
  static let offsetLimit = 14 * 60
  static let nameLimit = 50

  /// Reads the file at a path; coupons are of the kinds that the rules have.
  public static func read(_ path: String, rules: RuleSet) throws(YAMLError) -> PricingInput {
    try input(try YAMLFile.read(path), rules)
  }

  /// Reads text; `file` is the name that errors give.
  public static func parse(
    _ text: String, file: String, rules: RuleSet
  ) throws(YAMLError) -> PricingInput {
    try input(try YAMLFile.parse(text, file: file), rules)
  }

  private static func input(_ file: YAMLValue, _ rules: RuleSet) throws(YAMLError) -> PricingInput {
    var top = try file.mapping()
    var lines: [Cart.Line] = []
    for value in try top.required("lines").items(limit: Cart.lineLimit) {
      lines.append(try line(value, id: lines.count + 1))
    }
    let time = try time(&top)
    let customer = try PromotionsFile.optional(top.optional("member")) {
      value throws(YAMLError) in try self.customer(value)
    }
    let coupons = try PromotionsFile.each(top.optional("coupons"), limit: couponLimit) {
      value throws(YAMLError) in try coupon(value, rules)
    }
    let fee = try PromotionsFile.optional(top.optional("fee")) { value throws(YAMLError) in
      try PromotionsFile.money(value, from: 0)
    }
    let input = PricingInput(
      lines: lines, customer: customer, coupons: coupons, time: time, fee: fee ?? .zero,
      store: try text(top.optional("store")) ?? "",
      channel: try text(top.optional("channel")) ?? "kiosk",
      tender: try text(top.optional("tender")),
      available: try PromotionsFile.each(top.optional("available"), limit: 1_000) {
        value throws(YAMLError) in try availability(value)
      },
      milliPointsToSpend: try PromotionsFile.optional(top.optional("milliPoints")) {
        value throws(YAMLError) in try value.integer(in: 0...Posting.unitsLimit)
      } ?? 0)
    try top.finish()
    return input
  }

  private static func line(_ value: YAMLValue, id: Int) throws(YAMLError) -> Cart.Line {
    var keys = try value.mapping()
    let sku = try PromotionsFile.key(keys.required("sku"))
    func money(_ key: String) throws(YAMLError) -> Money? {
      try PromotionsFile.optional(keys.optional(key)) { value throws(YAMLError) in
        try PromotionsFile.money(value, from: 0)
      }
    }
    let price = try PromotionsFile.money(keys.required("price"), from: 0)
    let item = CatalogueItem(
      sku: sku, gtins: [], name: LocalizedText(zh: sku, en: sku),
      category: try PromotionsFile.optional(keys.optional("category")) {
        value throws(YAMLError) in try PromotionsFile.key(value)
      } ?? "", unitPrice: price, memberPrice: try money("memberPrice"),
      terms: try PriceTerms(&keys))
    let quantity: Int =
      try PromotionsFile.optional(keys.optional("quantity")) {
        value throws(YAMLError) in try value.integer(in: 1...Cart.quantityLimit)
      } ?? 1
    try keys.finish()
    return Cart.Line(id: id, item: item, quantity: quantity)
  }

  /// `at: "2026-11-30 12:00"` on the shop's clock, `offset: "+08:00"`; without them the year 1970.
  private static func time(_ top: inout YAMLMapping) throws(YAMLError) -> ShopTime {
    let offset =
      try PromotionsFile.optional(top.optional("offsetMinutes")) {
        value throws(YAMLError) in try value.integer(in: -offsetLimit...offsetLimit)
      } ?? 0
    guard let value = top.optional("at") else {
      return ShopTime(instant: Instant(milliseconds: 0), offsetSeconds: offset * 60)
    }
    let words = try value.text().split(separator: " ")
    guard words.count == 2, let date = CalendarDate(words[0]),
      let minute = PromotionsFile.minuteOfDay(words[1])
    else { throw value.error("expected a moment of the shop's clock as \"2026-11-30 12:00\"") }
    let start = date.start(offsetSeconds: offset * 60).milliseconds
    return ShopTime(
      instant: Instant(milliseconds: start + Int64(minute) * 60_000), offsetSeconds: offset * 60)
  }

  private static func customer(_ value: YAMLValue) throws(YAMLError) -> PricingInput.Customer {
    var keys = try value.mapping()
    let birthday = try PromotionsFile.optional(keys.optional("birthday")) {
      value throws(YAMLError) in
      // Which year does not matter; a leap year has every day.
      guard let date = CalendarDate("2000-\(try value.text())") else {
        throw value.error("expected a birthday as \"02-29\"")
      }
      return PricingInput.Customer.Birthday(month: date.components.month, day: date.components.day)
    }
    let customer = PricingInput.Customer(
      id: try PromotionsFile.optional(keys.optional("id")) { value throws(YAMLError) in
        try value.integer(in: 1...Int64.max)
      }, tier: try text(keys.optional("tier")) ?? "",
      tags: try PromotionsFile.names(keys.optional("tags"), among: nil),
      segments: try PromotionsFile.names(keys.optional("segments"), among: nil),
      birthday: birthday,
      purchases: try PromotionsFile.optional(keys.optional("purchases")) {
        value throws(YAMLError) in try value.integer(in: 0...PromotionsFile.countLimit)
      } ?? 0)
    try keys.finish()
    return customer
  }

  private static func coupon(
    _ value: YAMLValue, _ rules: RuleSet
  ) throws(YAMLError) -> PresentedCoupon {
    var keys = try value.mapping()
    let name = try keys.required("template")
    guard let template = rules.template(try name.text()) else {
      throw name.error("the rules have no coupon of this id")
    }
    let coupon = PresentedCoupon(
      id: try text(keys.optional("id")) ?? template.id, template: template,
      validUntil: Instant(milliseconds: .max),
      value: try PromotionsFile.optional(keys.optional("value")) { value throws(YAMLError) in
        try PromotionsFile.money(value, from: 0)
      },
      usedOfSeries: try PromotionsFile.optional(keys.optional("usedOfSeries")) {
        value throws(YAMLError) in try value.integer(in: 0...PromotionsFile.seriesLimit)
      })
    try keys.finish()
    return coupon
  }

  private static func availability(_ value: YAMLValue) throws(YAMLError) -> Availability {
    var keys = try value.mapping()
    let account = AccountID(
      owner: try keys.required("owner").text(), purpose: try keys.required("purpose").text())
    let units: Int64 = try keys.required("units").integer(in: 0...Posting.unitsLimit)
    try keys.finish()
    return Availability(account: account, units: units)
  }

  private static func text(_ value: YAMLValue?) throws(YAMLError) -> String? {
    try PromotionsFile.optional(value) { value throws(YAMLError) in
      let text = try value.text()
      guard text.utf8.count <= nameLimit else {
        throw value.error("expected at most \(nameLimit) bytes")
      }
      return text
    }
  }
}
