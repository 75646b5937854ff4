import Ledger
import Retail
import StrictYAML

/// Reads `wallet.yaml`: what the shop decides about stored value, its offers, refunds and gift
/// cards.
///
/// Coupons are named in `promotions.yaml`; a name that it has not is refused here, with its key and
/// line.
public enum WalletFile {
  static let tenderLimit = 20
  static let amountLimit = 20
  static let offerLimit = 100
  static let couponLimit = 10
  static let dayLimit = 3_650
  static let monthLimit = 1_200
  /// A day.
  static let undoMinuteLimit = 1_440
  /// Points of one offer, whole.
  static let pointsLimit: Int64 = 10_000_000

  public static func read(
    _ path: String, offers: RuleSet
  ) throws(YAMLError) -> StoredValueRules {
    try rules(try YAMLFile.read(path), offers)
  }

  /// Reads text; `file` is the name that errors give.
  public static func parse(
    _ text: String, file: String, offers: RuleSet
  ) throws(YAMLError) -> StoredValueRules {
    try rules(try YAMLFile.parse(text, file: file), offers)
  }

  private static func rules(
    _ file: YAMLValue, _ offers: RuleSet
  ) throws(YAMLError) -> StoredValueRules {
    var top = try file.mapping()
    let tenders = try PromotionsFile.each(top.required("tenders"), limit: tenderLimit) {
      value throws(YAMLError) in
      let text = try value.text()
      guard Tender.isWellFormed(text) else {
        throw value.error("expected cash or psp/ and a name of small letters, digits and hyphens")
      }
      return text
    }
    let topUp = try topUp(top.required("topUp"), offers.templates.map(\.id))
    let refund = try refund(top.required("refund"))
    let gift = try top.optional("giftCards").map { value throws(YAMLError) in try giftCards(value) }
    try top.finish()
    return StoredValueRules(tenders: tenders, topUp: topUp, refund: refund, giftCards: gift)
  }

  private static func topUp(
    _ value: YAMLValue, _ templates: [String]
  ) throws(YAMLError) -> TopUpRules {
    var keys = try value.mapping()
    let amountsValue = try keys.required("amounts")
    let amounts = try PromotionsFile.each(amountsValue, limit: amountLimit) {
      value throws(YAMLError) in try PromotionsFile.money(value, from: 1)
    }
    guard zip(amounts, amounts.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw amountsValue.error("expected amounts that rise")
    }
    let free = try keys.optional("free").map { value throws(YAMLError) in try freeAmount(value) }
    let minutes = try keys.required("undoMinutes").integer(in: 0...undoMinuteLimit)
    var names = UniqueNames(noun: "offer")
    let offers = try PromotionsFile.each(keys.required("offers"), limit: offerLimit) {
      value throws(YAMLError) in try offer(value, &names, templates)
    }
    try keys.finish()
    guard !amounts.isEmpty || free != nil else {
      throw amountsValue.error("expected at least one amount, or free")
    }
    return TopUpRules(amounts: amounts, free: free, undoMinutes: minutes, offers: offers)
  }

  private static func freeAmount(
    _ value: YAMLValue
  ) throws(YAMLError) -> TopUpRules.FreeAmount {
    var keys = try value.mapping()
    let least = try PromotionsFile.money(keys.required("least"), from: 1)
    let most = try PromotionsFile.money(keys.required("most"), from: least.minorUnits)
    let step = try PromotionsFile.money(keys.required("step"), from: 1)
    try keys.finish()
    return TopUpRules.FreeAmount(least: least, most: most, step: step)
  }

  private static func offer(
    _ value: YAMLValue, _ names: inout UniqueNames, _ templates: [String]
  ) throws(YAMLError) -> TopUpOffer {
    var keys = try value.mapping()
    let id = try names.insert(keys.required("id"))
    let title = try PromotionsFile.title(keys.required("title"))
    let least = try PromotionsFile.money(keys.required("least"), from: 1)
    let most = try keys.optional("most").map { value throws(YAMLError) in
      try PromotionsFile.money(value, from: least.minorUnits)
    }
    let first = try keys.optional("firstDay").map { value throws(YAMLError) in try day(value) }
    let lastValue = keys.optional("lastDay")
    let last = try lastValue.map { value throws(YAMLError) in try day(value) }
    if let first, let last, let lastValue, last < first {
      throw lastValue.error("expected a day not before firstDay")
    }
    let bonus = try keys.optional("bonus").map { value throws(YAMLError) in try Self.bonus(value) }
    let points = try keys.optional("points").map { value throws(YAMLError) -> Int64 in
      let points: Int64 = try value.integer(in: 1...pointsLimit)
      return points * 1_000
    }
    let coupons = try keys.optional("coupons").map { value throws(YAMLError) in
      try MembersFile.named(value, templates, "coupon", limit: couponLimit)
    }
    let used = try keys.optional("usedBonus").map { value throws(YAMLError) in
      try value.integer(in: 0...10_000)
    }
    try keys.finish()
    guard bonus != nil || points != nil || coupons?.isEmpty == false else {
      throw value.error("expected bonus, points or coupons: an offer gives something")
    }
    guard (bonus == nil) == (used == nil) else {
      throw value.error("expected usedBonus with a bonus, and only with one")
    }
    return TopUpOffer(
      id: id, title: title, least: least, most: most, firstDay: first, lastDay: last, bonus: bonus,
      milliPoints: points ?? 0, coupons: coupons ?? [], usedBonusBasisPoints: used ?? 0)
  }

  private static func day(_ value: YAMLValue) throws(YAMLError) -> CalendarDate {
    guard let day = CalendarDate(try value.text()) else {
      throw value.error("expected a day such as \"2026-12-24\"")
    }
    return day
  }

  private static func bonus(_ value: YAMLValue) throws(YAMLError) -> TopUpOffer.Bonus {
    var keys = try value.mapping()
    let size: TopUpOffer.Bonus.Size
    switch (keys.optional("amount"), keys.optional("share")) {
    case (let amount?, nil): size = .amount(try PromotionsFile.money(amount, from: 1))
    case (nil, let share?): size = .share(try share.integer(in: 1...10_000))
    case (nil, nil), (_?, _?): throw value.error("expected either amount or share")
    }
    let days = try keys.optional("validDays").map { value throws(YAMLError) in
      try value.integer(in: 1...dayLimit)
    }
    let cap = try keys.optional("capOfGrant").map { value throws(YAMLError) in
      try value.integer(in: 1...10_000)
    }
    try keys.finish()
    return TopUpOffer.Bonus(size: size, validDays: days, capOfGrantBasisPoints: cap)
  }

  private enum EndedLots: String, CaseIterable { case restore, extend, forfeit }

  private static func refund(_ value: YAMLValue) throws(YAMLError) -> RefundRules {
    var keys = try value.mapping()
    let order: RefundRules.Order = try keys.required("order").choice()
    let points: RefundRules.SpentPoints = try keys.required("spentPoints").choice()
    let kind: EndedLots = try keys.required("endedLots").choice()
    let ended: RefundRules.EndedLots =
      switch kind {
      case .restore: .restore
      case .forfeit: .forfeit
      case .extend: .extend(days: try keys.required("extendDays").integer(in: 1...dayLimit))
      }
    let days = try keys.optional("withinDays").map { value throws(YAMLError) in
      try value.integer(in: 0...dayLimit)
    }
    try keys.finish()
    return RefundRules(order: order, spentPoints: points, endedLots: ended, withinDays: days)
  }

  private static func giftCards(_ value: YAMLValue) throws(YAMLError) -> GiftCardRules {
    var keys = try value.mapping()
    let least = try PromotionsFile.money(keys.required("least"), from: 1)
    let most = try PromotionsFile.money(keys.required("most"), from: least.minorUnits)
    let term = try keys.optional("termMonths").map { value throws(YAMLError) in
      try value.integer(in: 1...monthLimit)
    }
    try keys.finish()
    return GiftCardRules(least: least, most: most, termMonths: term)
  }
}
