import Ledger
import Retail
import StrictYAML

extension MembersFile {
  static func segment(
    _ value: YAMLValue, _ unique: inout UniqueNames, _ tiers: [String]
  ) throws(YAMLError) -> Segment {
    var keys = try value.mapping()
    let id = try unique.insert(keys.required("id"))
    let title = try PromotionsFile.title(keys.required("title"))
    var count = 0
    let rule = try rule(keys.required("rule"), tiers, &count, depth: 0)
    try keys.finish()
    return Segment(id: id, title: title, rule: rule)
  }

  /// One key that says what the rule is about.
  private static func rule(
    _ value: YAMLValue, _ tiers: [String], _ count: inout Int, depth: Int
  ) throws(YAMLError) -> SegmentRule {
    count += 1
    guard count <= ruleLimit, depth < depthLimit else {
      throw value.error("expected at most \(ruleLimit) rules, \(depthLimit) deep")
    }
    var keys = try value.mapping()
    let entries = try keys.all(limit: 1)
    guard let (name, content) = entries.first else {
      throw value.error("expected one rule, such as { tag: tea }")
    }
    switch name {
    case "all", "any":
      var rules: [SegmentRule] = []
      for item in try content.items(limit: listLimit) {
        rules.append(try rule(item, tiers, &count, depth: depth + 1))
      }
      return name == "all" ? .all(rules) : .any(rules)
    case "not": return .not(try rule(content, tiers, &count, depth: depth + 1))
    case "tier":
      var names: [String] = []
      for item in try content.items(limit: listLimit) { names.append(try tier(item, tiers)) }
      return .tier(names)
    case "source":
      var names: [String] = []
      for item in try content.items(limit: listLimit) { names.append(try PromotionsFile.key(item)) }
      return .source(names)
    default: return try fact(name, content)
    }
  }

  private static func fact(
    _ name: String, _ content: YAMLValue
  ) throws(YAMLError) -> SegmentRule {
    func days(_ value: YAMLValue) throws(YAMLError) -> Int { try value.integer(in: 1...dayLimit) }
    switch name {
    case "tag": return .tag(try PromotionsFile.key(content))
    case "consent": return .consent(try content.choice())
    case "birthdayWithinDays": return .birthday(withinDays: try content.integer(in: 1...366))
    case "registeredWithinDays": return .registered(withinDays: try days(content))
    case "visitedWithinDays": return .visited(withinDays: try days(content))
    case "points": return .points(atLeast: try content.integer(in: 1...1_000_000_000) * 1_000)
    case "visits", "spent":
      var keys = try content.mapping()
      let span = try days(keys.required("days"))
      let least = try keys.required("atLeast")
      try keys.finish()
      return name == "visits"
        ? .visits(days: span, atLeast: try least.integer(in: 1...1_000_000))
        : .spent(days: span, atLeast: try PromotionsFile.money(least, from: 1))
    default:
      throw content.error(
        "unknown rule; expected one of all, any, not, tier, tag, source, consent, "
          + "birthdayWithinDays, registeredWithinDays, visitedWithinDays, visits, spent, points")
    }
  }

  // MARK: Prepaid

  private enum Law: String, CaseIterable { case none, mainlandChina, own }

  static func prepaid(_ value: YAMLValue) throws(YAMLError) -> PrepaidLaw? {
    var keys = try value.mapping()
    let law: Law = try keys.required("law").choice()
    guard law != .none else {
      try keys.finish()
      return nil
    }
    let base = law == .mainlandChina ? PrepaidLaw.mainlandChina : PrepaidLaw(source: "")
    func amount(_ key: String, _ standard: Money?) throws(YAMLError) -> Money? {
      guard let value = keys.optional(key) else { return standard }
      return Money(minorUnits: try value.integer(in: 1...Posting.unitsLimit / 1_000))
    }
    func number(
      _ key: String, _ standard: Int?, in range: ClosedRange<Int>
    ) throws(YAMLError) -> Int? {
      guard let value = keys.optional(key) else { return standard }
      return try value.integer(in: range)
    }
    let source =
      law == .own
      ? try keys.required("source").text()
      : try keys.optional("source").map { value throws(YAMLError) in try value.text() }
    let read = PrepaidLaw(
      source: source ?? base.source,
      bearerBalance: try amount("bearerBalance", base.bearerBalance),
      namedBalance: try amount("namedBalance", base.namedBalance),
      realNameFrom: try amount("realNameFrom", base.realNameFrom),
      organisationTransferFrom: try amount(
        "organisationTransferFrom", base.organisationTransferFrom),
      personTransferFrom: try amount("personTransferFrom", base.personTransferFrom),
      bearerTermMonths: try number("bearerTermMonths", base.bearerTermMonths, in: 1...1_200),
      depositShare: try number("depositShare", base.depositShare, in: 0...10_000),
      reportWithinDays: try number("reportWithinDays", base.reportWithinDays, in: 1...366))
    try keys.finish()
    return read
  }
}
