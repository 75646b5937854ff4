import Ledger
import Retail
import StrictYAML

/// Reads `members.yaml`: what the shop decides about its members, their tiers and stored value.
///
/// Tiers and coupons are named in `promotions.yaml`; a name that it has not is refused here, with
/// its key and line.
public enum MembersFile {
  static let segmentLimit = 100
  /// Rules of one segment, all levels together, and how deep they may lie.
  static let ruleLimit = 100
  static let depthLimit = 8
  static let dayLimit = 3_650
  static let listLimit = 40

  public static func read(_ path: String, offers: RuleSet) throws(YAMLError) -> MemberRules {
    try rules(try YAMLFile.read(path), offers)
  }

  /// Reads text; `file` is the name that errors give.
  public static func parse(
    _ text: String, file: String, offers: RuleSet
  ) throws(YAMLError) -> MemberRules {
    try rules(try YAMLFile.parse(text, file: file), offers)
  }

  private static func rules(
    _ file: YAMLValue, _ offers: RuleSet
  ) throws(YAMLError) -> MemberRules {
    var top = try file.mapping()
    let names = offers.tiers.map(\.id)
    let phones = try phones(top.required("phones"))
    let codes = try codes(top.required("codes"))
    let tiers = try top.optional("tiers").map { value throws(YAMLError) in
      try Self.tiers(value, names, offers.templates.map(\.id))
    }
    var unique = UniqueNames(noun: "segment")
    let segments = try PromotionsFile.each(top.required("segments"), limit: segmentLimit) {
      value throws(YAMLError) in try segment(value, &unique, names)
    }
    let prepaid = try prepaid(top.required("prepaid"))
    let dayStart = try top.optional("dayStart").map { value throws(YAMLError) in
      try Self.dayStart(value)
    }
    let points = try top.optional("points").map { value throws(YAMLError) in
      try Self.points(value, offers.templates.map(\.id))
    }
    var cards = UniqueNames(noun: "count card")
    let countCards = try top.optional("countCards").map { value throws(YAMLError) in
      try PromotionsFile.each(value, limit: offerLimit) { value throws(YAMLError) in
        try countCard(value, &cards)
      }
    }
    try top.finish()
    return MemberRules(
      phones: phones, codes: codes, tierNames: names, tiers: tiers, segments: segments,
      prepaid: prepaid, dayStart: dayStart ?? 0,
      points: points ?? .standard, countCards: countCards ?? [])
  }

  private static func phones(_ value: YAMLValue) throws(YAMLError) -> PhonePlan {
    var keys = try value.mapping()
    let country = try digits(keys.required("countryCode"), 1...3)
    let trunk = try keys.optional("trunkPrefix").map { value throws(YAMLError) in
      try digits(value, 1...3)
    }
    let shortest = try keys.required("shortest").integer(in: 4...14)
    let longest = try keys.required("longest").integer(in: shortest...14)
    try keys.finish()
    return PhonePlan(
      countryCode: country, trunkPrefix: trunk ?? "", nationalDigits: shortest...longest)
  }

  private static func digits(
    _ value: YAMLValue, _ count: ClosedRange<Int>
  ) throws(YAMLError) -> String {
    let text = try value.text()
    guard count.contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }) else {
      throw value.error("expected \(count.lowerBound) to \(count.upperBound) digits in quotes")
    }
    return text
  }

  private static func codes(_ value: YAMLValue) throws(YAMLError) -> MemberCode.Window {
    var keys = try value.mapping()
    let window = MemberCode.Window(
      seconds: try keys.required("seconds").integer(in: 10...300),
      tolerance: try keys.required("tolerance").integer(in: 0...5))
    try keys.finish()
    return window
  }

  private static func dayStart(_ value: YAMLValue) throws(YAMLError) -> Int {
    let text = try value.text()
    guard let minute = PromotionsFile.minuteOfDay(text), minute < 1_440 else {
      throw value.error("expected a time from \"00:00\" to \"23:59\", found \"\(text.prefix(20))\"")
    }
    return minute
  }

  // MARK: Tiers

  private static func tiers(
    _ value: YAMLValue, _ names: [String], _ templates: [String]
  ) throws(YAMLError) -> TierRules {
    var keys = try value.mapping()
    let period = try period(keys.required("period"))
    let grace = try keys.required("graceDays").integer(in: 0...366)
    var seen: [String] = []
    let levelsValue = try keys.required("levels")
    let levels = try PromotionsFile.each(levelsValue, limit: PromotionsFile.tierLimit) {
      value throws(YAMLError) in
      var keys = try value.mapping()
      let name = try keys.required("tier")
      let tier = try tier(name, names)
      // The order of the file is the order of the tiers, so that it is the same in both.
      guard let rank = names.firstIndex(of: tier), rank > 0 else {
        throw name.error("\"\(tier)\" is the tier that everybody has; it needs no level")
      }
      if let last = seen.last, let before = names.firstIndex(of: last), rank <= before {
        throw name.error("expected the tiers in the order of promotions.yaml, the lowest first")
      }
      seen.append(tier)
      let level = TierRules.Level(
        tier: tier, reach: try reach(keys.required("reach")),
        coupons: try keys.optional("coupons").map { value throws(YAMLError) in
          try named(value, templates, "coupon")
        } ?? [])
      try keys.finish()
      return level
    }
    try keys.finish()
    guard let base = names.first, !levels.isEmpty else {
      throw levelsValue.error("expected at least one level")
    }
    return TierRules(base: base, period: period, graceDays: grace, levels: levels)
  }

  private static func period(_ value: YAMLValue) throws(YAMLError) -> TierRules.Period {
    var keys = try value.mapping()
    let rolling = keys.optional("rollingDays")
    let calendar = keys.optional("calendar")
    try keys.finish()
    switch (rolling, calendar) {
    case (let days?, nil): return .rolling(days: try days.integer(in: 1...dayLimit))
    case (nil, let unit?): return .calendar(try unit.choice())
    case (nil, nil), (_?, _?):
      throw value.error("expected either rollingDays or calendar")
    }
  }

  private static func reach(_ value: YAMLValue) throws(YAMLError) -> [TierRules.Reach] {
    var keys = try value.mapping()
    var reach: [TierRules.Reach] = []
    for (name, amount) in try keys.all(limit: TierRules.Measure.allCases.count) {
      guard let measure = TierRules.Measure(rawValue: name) else {
        let known = TierRules.Measure.allCases.map(\.rawValue).joined(separator: ", ")
        throw amount.error("expected one of \(known)")
      }
      let units = try amount.integer(in: 1...Posting.unitsLimit / 1_000)
      // Points are written whole.
      reach.append(.init(measure: measure, atLeast: measure == .points ? units * 1_000 : units))
    }
    guard !reach.isEmpty else { throw value.error("expected spend, points or topUp") }
    return reach
  }

  static func tier(_ value: YAMLValue, _ names: [String]) throws(YAMLError) -> String {
    let name = try value.text()
    guard names.contains(name) else {
      throw value.error(
        "promotions.yaml has no tier \"\(name.prefix(40))\"; expected one of "
          + names.joined(separator: ", "))
    }
    return name
  }

  static func named(
    _ value: YAMLValue, _ known: [String], _ noun: String, limit: Int = listLimit
  ) throws(YAMLError) -> [String] {
    var names: [String] = []
    for item in try value.items(limit: limit) {
      let name = try item.text()
      guard known.contains(name) else {
        throw item.error("promotions.yaml has no \(noun) \"\(name.prefix(40))\"")
      }
      names.append(name)
    }
    return names
  }
}
