import Ledger
import Retail
import StrictYAML

/// Reads `config/promotions.yaml`: the shop's rules of discounts, coupons, points and wallet.
///
/// What no bill could make sense of is refused here, with its key and line, so that pricing never
/// has to.
public enum PromotionsFile {
  static let versionLimit = 1_000_000_000
  static let tierLimit = 20
  /// Each may be a line of the entry that books a sale, which has at most 100.
  static let promotionLimit = 60
  static let templateLimit = 20_000
  static let issueLimit = 10
  static let scopeLimit = 200
  static let titleLimit = 60
  static let keyLimit = 40
  static let priorityRange = -1_000...1_000
  static let dayLimit = 3_650
  static let monthLimit = 120
  /// 10 points per minor unit.
  static let milliPointsLimit = 10_000
  /// Ten times, in basis points.
  static let multiplierLimit = 100_000
  static let benefitTierLimit = 20
  static let bundlePartLimit = 10
  static let listLimit = 50
  static let hourLimit = 12
  static let seriesLimit = 50
  static let useLimit = 1_000
  static let countLimit: Int = 1_000_000_000
  static let quantityLimit = Cart.quantityLimit * Cart.lineLimit

  /// Reads the file at a path. With a catalogue, a scope must name what that sells.
  public static func read(
    _ path: String, catalogue: [CatalogueItem]? = nil
  ) throws(YAMLError) -> RuleSet {
    try rules(try YAMLFile.read(path), catalogue)
  }

  /// Reads text; `file` is the name that errors give.
  public static func parse(
    _ text: String, file: String, catalogue: [CatalogueItem]? = nil
  ) throws(YAMLError) -> RuleSet {
    try rules(try YAMLFile.parse(text, file: file), catalogue)
  }

  private static func rules(
    _ file: YAMLValue, _ catalogue: [CatalogueItem]?
  ) throws(YAMLError) -> RuleSet {
    var top = try file.mapping()
    let version = try top.required("version").integer(in: 1...versionLimit)
    let rounding = try top.required("rounding").choice(of: PercentRounding.self)
    let known = KnownScopes(catalogue)
    // A rule's name is the account that its discounts are booked on: one name, one rule.
    var names = UniqueNames(noun: "rule")
    let (tiers, multipliers) = try tiers(top.required("tiers"))
    let promotions = try each(top.required("promotions"), limit: promotionLimit) {
      value throws(YAMLError) in try promotion(value, &names, known)
    }
    let templates = try each(top.required("coupons"), limit: templateLimit) {
      value throws(YAMLError) in try template(value, &names, known)
    }
    let earning = try earning(top.required("earning"), multipliers)
    let issuing = try each(top.required("issuing"), limit: issueLimit) {
      value throws(YAMLError) in try issueRule(value, templates)
    }
    let wallet = try wallet(top.required("wallet"))
    let groups = try groups(top.optional("groups"), promotions + templates)
    let order = try optional(top.optional("order")) { value throws(YAMLError) in
      try value.choice(of: RuleOrder.self)
    }
    let tax = try optional(top.optional("tax")) { value throws(YAMLError) in
      try Self.tax(value)
    }
    let points = try optional(top.optional("pointsAsCash")) { value throws(YAMLError) in
      try Self.pointsAsCash(value)
    }
    try top.finish()
    return RuleSet(
      version: version, rounding: rounding, rules: promotions + templates, earning: earning,
      issuing: issuing, wallet: wallet, tiers: tiers, groupPolicies: groups,
      order: order ?? .phases, tax: tax, pointsAsCash: points)
  }

  /// `groups: {weekend: best}`; a name that no rule has is a mistake.
  private static func groups(
    _ value: YAMLValue?, _ rules: [Rule]
  ) throws(YAMLError) -> [String: GroupPolicy] {
    guard let value else { return [:] }
    let known = Set(rules.compactMap(\.stacking.group))
    var groups: [String: GroupPolicy] = [:]
    var keys = try value.mapping()
    for entry in try keys.all(limit: templateLimit) {
      guard known.contains(entry.key) else {
        throw entry.value.error("no rule has the exclusiveGroup \"\(entry.key)\"")
      }
      groups[entry.key] = try entry.value.choice()
    }
    return groups
  }

  private static func tax(_ value: YAMLValue) throws(YAMLError) -> TaxRule {
    var keys = try value.mapping()
    let rule = TaxRule(
      mode: try keys.required("mode").choice(),
      basisPoints: try keys.required("percent").integer(in: 0...10_000))
    try keys.finish()
    return rule
  }

  private static func pointsAsCash(_ value: YAMLValue) throws(YAMLError) -> PointsAsCash {
    var keys = try value.mapping()
    let rule = PointsAsCash(
      milliPointsPerMinorUnit: try keys.required("milliPointsPerMinorUnit")
        .integer(in: 1...1_000_000),
      capOfBillBasisPoints: try optional(keys.optional("capOfBill")) { value throws(YAMLError) in
        try value.integer(in: 1...10_000)
      },
      leastMilliPoints: try optional(keys.optional("leastMilliPoints")) {
        value throws(YAMLError) in try value.integer(in: 0...Posting.unitsLimit)
      } ?? 0)
    try keys.finish()
    return rule
  }

  private static func tiers(
    _ value: YAMLValue
  ) throws(YAMLError) -> ([MemberFacts.Tier], [String: Int]) {
    var names = UniqueNames(noun: "tier")
    var multipliers: [String: Int] = [:]
    let tiers = try each(value, limit: tierLimit) { value throws(YAMLError) in
      var tier = try value.mapping()
      let id = try names.insert(tier.required("id"))
      let title = try title(tier.required("title"))
      if let multiplier = tier.optional("pointsMultiplier") {
        multipliers[id] = try multiplier.integer(in: 0...multiplierLimit)
      }
      try tier.finish()
      return MemberFacts.Tier(id: id, title: title)
    }
    guard !tiers.isEmpty else { throw value.error("expected at least one tier") }
    return (tiers, multipliers)
  }

  private static func earning(
    _ value: YAMLValue, _ multipliers: [String: Int]
  ) throws(YAMLError) -> EarningRule {
    var earning = try value.mapping()
    let rule = EarningRule(
      milliPointsPerMinorUnit: try earning.required("milliPointsPerMinorUnit")
        .integer(in: 0...milliPointsLimit),
      tierMultipliers: multipliers,
      wholePointsOnly: try earning.required("wholePointsOnly").boolean(),
      expiresAfterMonths: try earning.required("expiresAfterMonths").integer(in: 1...monthLimit),
      span: try optional(earning.optional("endsWith")) { value throws(YAMLError) in
        try value.choice(of: EarningRule.Span.self)
      },
      pendingDays: try optional(earning.optional("pendingDays")) { value throws(YAMLError) in
        try value.integer(in: 0...366)
      })
    try earning.finish()
    return rule
  }

  private static func issueRule(
    _ value: YAMLValue, _ templates: [Rule]
  ) throws(YAMLError) -> IssueRule {
    var rule = try value.mapping()
    let name = try rule.required("template")
    let template = try name.text()
    guard templates.contains(where: { $0.id == template }) else {
      let known = templates.map(\.id).joined(separator: ", ")
      throw name.error("no coupon has the id \"\(template)\"; expected one of \(known)")
    }
    let issue = IssueRule(
      template: template, minimumPayable: try money(rule.required("minimumPayable"), from: 0),
      isForMembersOnly: try rule.required("membersOnly").boolean())
    try rule.finish()
    return issue
  }

  private static func wallet(_ value: YAMLValue) throws(YAMLError) -> WalletRules {
    var wallet = try value.mapping()
    let order: WalletRules.Order = try wallet.required("order").choice()
    let cap = try wallet.optional("capOfBill").map { value throws(YAMLError) in
      try value.integer(in: 0...10_000)
    }
    let limit = try money(wallet.required("limitWithoutSecondFactor"), from: 0)
    let signed = try wallet.optional("limitWithSignedCard").map { value throws(YAMLError) in
      try money(value, from: limit.minorUnits)
    }
    try wallet.finish()
    return WalletRules(
      order: order, capOfBillBasisPoints: cap, limitWithoutSecondFactor: limit,
      limitWithSignedCard: signed)
  }
}
