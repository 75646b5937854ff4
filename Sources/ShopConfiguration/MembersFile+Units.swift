import Ledger
import Retail
import StrictYAML

/// The parts of `members.yaml` about points and count cards.
extension MembersFile {
  static let offerLimit = 200
  static let monthLimit = 120
  /// Whole points.
  static let pointsLimit: Int64 = 1_000_000_000
  static let visitLimit: Int64 = 1_000

  // MARK: Points

  static func points(_ value: YAMLValue, _ templates: [String]) throws(YAMLError) -> PointsRules {
    var keys = try value.mapping()
    let standard = PointsRules.standard
    let spent: PointsRules.SpentAlready? = try keys.optional("spentAlready").map {
      value throws(YAMLError) in try value.choice()
    }
    let second = try keys.optional("secondPersonFrom").map { value throws(YAMLError) in
      try value.integer(in: 0...pointsLimit) * 1_000
    }
    let most = try keys.optional("adjustLimit").map { value throws(YAMLError) in
      try value.integer(in: 1...pointsLimit) * 1_000
    }
    var unique = UniqueNames(noun: "offer of points")
    let offers = try keys.optional("offers").map { value throws(YAMLError) in
      try PromotionsFile.each(value, limit: offerLimit) { value throws(YAMLError) in
        try offer(value, &unique, templates)
      }
    }
    try keys.finish()
    return PointsRules(
      spentAlready: spent ?? standard.spentAlready,
      secondPersonFrom: max(1, second ?? standard.secondPersonFrom),
      adjustLimit: most ?? standard.adjustLimit, offers: offers ?? [])
  }

  private static func offer(
    _ value: YAMLValue, _ unique: inout UniqueNames, _ templates: [String]
  ) throws(YAMLError) -> ExchangeOffer {
    var keys = try value.mapping()
    let id = try unique.insert(keys.required("id"))
    let title = try PromotionsFile.title(keys.required("title"))
    let price = try keys.required("points").integer(in: 1...pointsLimit) * 1_000
    let gift = try gift(keys.required("gives"), templates)
    let perMember = try keys.optional("perMember").map { value throws(YAMLError) in
      try limit(value)
    }
    let total = try keys.optional("total").map { value throws(YAMLError) in try limit(value) }
    let from = try keys.optional("from").map { value throws(YAMLError) in
      try PromotionsFile.date(value)
    }
    let until = try keys.optional("until").map { value throws(YAMLError) in
      let day = try PromotionsFile.date(value)
      guard from.map({ $0 <= day }) ?? true else {
        throw value.error("expected a day that is not before `from`")
      }
      return day
    }
    try keys.finish()
    return ExchangeOffer(
      id: id, title: title, price: price, gift: gift, perMember: perMember, total: total,
      notBefore: from, notAfter: until)
  }

  private static func gift(
    _ value: YAMLValue, _ templates: [String]
  ) throws(YAMLError) -> ExchangeOffer.Gift {
    var keys = try value.mapping()
    let gift: ExchangeOffer.Gift
    if let name = keys.optional("coupon") {
      let template = try name.text()
      guard templates.contains(template) else {
        throw name.error("promotions.yaml has no coupon \"\(template.prefix(40))\"")
      }
      gift = .coupon(template: template)
    } else if let goods = keys.optional("goods") {
      let sku = try PromotionsFile.key(goods)
      let pieces = try keys.optional("pieces").map { value throws(YAMLError) in
        try value.integer(in: 1...visitLimit)
      }
      gift = .goods(sku: sku, pieces: pieces ?? 1)
    } else if let amount = keys.optional("value") {
      gift = .value(try PromotionsFile.money(amount, from: 1), months: try months(&keys))
    } else if let visits = keys.optional("visits") {
      let service = try PromotionsFile.key(visits)
      let count = try keys.required("count").integer(in: 1...visitLimit)
      gift = .visits(service: service, count, months: try months(&keys))
    } else {
      throw value.error("expected coupon, goods, value or visits")
    }
    try keys.finish()
    return gift
  }

  private static func months(_ keys: inout YAMLMapping) throws(YAMLError) -> Int? {
    try keys.optional("months").map { value throws(YAMLError) in
      try value.integer(in: 1...monthLimit)
    }
  }

  /// `{ month: 2 }`, or `{ month: [2, 5] }` for one that was raised.
  private static func limit(_ value: YAMLValue) throws(YAMLError) -> ExchangeOffer.Limit {
    var keys = try value.mapping()
    let entries = try keys.all(limit: 1)
    guard let (name, content) = entries.first, let window = LimitWindow(rawValue: name) else {
      let known = LimitWindow.allCases.map(\.rawValue).joined(separator: ", ")
      throw value.error("expected one of \(known), such as { month: 2 }")
    }
    var levels: [Int64] = []
    let items: [YAMLValue]
    do { items = try content.items(limit: UsageLimit.levelLimit) } catch { items = [content] }
    for item in items {
      let level: Int64 = try item.integer(in: 1...pointsLimit)
      guard levels.last.map({ $0 < level }) ?? true else {
        throw item.error("expected a level above the one before: a raised limit is a further one")
      }
      levels.append(level)
    }
    guard !levels.isEmpty else { throw content.error("expected at least one level") }
    return ExchangeOffer.Limit(window: window, levels: levels)
  }

  // MARK: Count cards

  static func countCard(
    _ value: YAMLValue, _ unique: inout UniqueNames
  ) throws(YAMLError) -> CountCardOffer {
    var keys = try value.mapping()
    let id = try unique.insert(keys.required("id"))
    let title = try PromotionsFile.title(keys.required("title"))
    let service = try PromotionsFile.key(keys.required("service"))
    let visits = try keys.required("visits").integer(in: 1...visitLimit)
    let price = try PromotionsFile.money(keys.required("price"), from: 1)
    let months = try months(&keys)
    let refund = try refund(keys.required("refund"))
    try keys.finish()
    return CountCardOffer(
      id: id, title: title, service: service, visits: visits, price: price, months: months,
      refund: refund)
  }

  private static func refund(_ value: YAMLValue) throws(YAMLError) -> CountCardOffer.Refund {
    var keys = try value.mapping()
    let entries = try keys.all(limit: 1)
    guard let (name, content) = entries.first else {
      throw value.error("expected { rule: none }, { rule: proportional } or { usedAt: 2000 }")
    }
    switch name {
    case "usedAt": return .usedAt(try PromotionsFile.money(content, from: 1))
    case "rule":
      switch try content.text() {
      case "none": return .none
      case "proportional": return .proportional
      default: throw content.error("expected none or proportional")
      }
    default: throw content.error("expected rule or usedAt")
    }
  }
}
