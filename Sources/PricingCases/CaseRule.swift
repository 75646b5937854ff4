import Ledger
import Retail
import StrictYAML

/// One rule of a neutral case as a rule of the product.
struct CaseRule {
  let rule: Rule
  /// Named by the case; nil: it has no name.
  let name: String?
  let code: String?
  let limits: [Allowance]

  /// Rules of equal priority run in the order of the case: their ids follow it.
  init(_ value: YAMLValue, index: Int) throws(YAMLError) {
    var keys = try value.mapping()
    let kind = try keys.required("type").text()
    var draft = Draft()
    draft.cap = try NeutralCase.integer(keys.optional("cap")).map { Money(minorUnits: $0) }
    draft.scope = try Self.scope(keys.optional("match"))
    try draft.read(kind, &keys, value)
    let name = try NeutralCase.text(keys.optional("id"))
    let code = try NeutralCase.text(keys.optional("code"))
    self.name = name
    self.code = code
    let release = try NeutralCase.boolean(keys.optional("release_on_cancel")) ?? true
    limits = try Self.limits(keys.optional("limits"))
    let conditions = try Self.conditions(keys.optional("when"))
    let stacking = Stacking(
      group: try NeutralCase.text(keys.optional("group")),
      jointGroups: try NeutralCase.names(keys.optional("joint_groups")),
      isExclusive: try NeutralCase.boolean(keys.optional("exclusive")) ?? false,
      priority: try NeutralCase.count(keys.optional("priority")) ?? 0)
    let window = RuleWindow(
      from: try Self.date(keys.optional("valid_from")),
      until: try Self.date(keys.optional("valid_until")))
    let calculation = try draft.calculation(&keys)
    _ = keys.optional("note")
    try keys.finish()
    let number = String(1_000 + index)
    rule = Rule(
      id: "r" + number, title: LocalizedText(zh: name ?? code ?? kind, en: name ?? code ?? kind),
      trigger: code == nil
        ? .automatic : .coupon(CouponTerms(validDays: 36_500, isReleasedOnCancel: release)),
      benefit: draft.benefit, target: draft.target, scope: draft.scope, conditions: conditions,
      window: window, allowances: limits, stacking: stacking, calculation: calculation,
      cap: draft.cap)
  }

  // MARK: Parts

  static func scope(_ value: YAMLValue?) throws(YAMLError) -> Scope {
    guard let value = NeutralCase.present(value) else { return .all }
    var keys = try value.mapping()
    let scope = Scope(
      categories: try NeutralCase.names(keys.optional("category")),
      skus: try NeutralCase.names(keys.optional("sku")),
      excludedCategories: try NeutralCase.names(keys.optional("exclude_category")),
      excludedSKUs: try NeutralCase.names(keys.optional("exclude_sku")),
      priceFrom: try NeutralCase.integer(keys.optional("price_min")).map { Money(minorUnits: $0) },
      priceTo: try NeutralCase.integer(keys.optional("price_max")).map { Money(minorUnits: $0) },
      excludesReduced: try NeutralCase.boolean(keys.optional("exclude_discounted")) ?? false)
    try keys.finish()
    return scope
  }

  private static func conditions(_ value: YAMLValue?) throws(YAMLError) -> Conditions {
    guard let value = NeutralCase.present(value) else { return .none }
    var keys = try value.mapping()
    func money(_ key: String) throws(YAMLError) -> Money? {
      try NeutralCase.integer(keys.optional(key)).map { Money(minorUnits: $0) }
    }
    let (least, most) = (try money("subtotal_min"), try money("subtotal_max"))
    let (few, many) = (
      try NeutralCase.count(keys.optional("qty_min")),
      try NeutralCase.count(keys.optional("qty_max"))
    )
    var parts: [Conditions.PartMinimum] = []
    for key in ["category_subtotal_min", "category_qty_min", "sku_subtotal_min", "sku_qty_min"] {
      parts += try Self.parts(keys.optional(key), isValue: key.hasSuffix("subtotal_min"))
    }
    let basis = try Self.basis(keys.optional("subtotal_basis"))
    let conditions = Conditions(
      subtotal: least == nil && most == nil ? nil : .init(least: least, most: most),
      basis: basis, quantity: few == nil && many == nil ? nil : .init(least: few, most: many),
      parts: parts, anyCategory: try NeutralCase.names(keys.optional("category_any")),
      items: try NeutralCase.names(keys.optional("has_sku")), customer: try customer(&keys),
      stores: try NeutralCase.names(keys.optional("store")),
      channels: try NeutralCase.names(keys.optional("channel")),
      tenders: try NeutralCase.names(keys.optional("tender")))
    try keys.finish()
    return conditions
  }

  private static func customer(
    _ keys: inout YAMLMapping
  ) throws(YAMLError) -> CustomerCondition? {
    let tiers = try NeutralCase.names(keys.optional("member_tier"))
    let segments =
      try NeutralCase.names(keys.optional("customer_group"))
      + NeutralCase.names(keys.optional("segment"))
    let tags = try NeutralCase.names(keys.optional("member_tag"))
    var purchase: CustomerCondition.Purchase?
    if let number = try NeutralCase.count(keys.optional("nth_order")) { purchase = .number(number) }
    if try NeutralCase.boolean(keys.optional("first_order")) == true { purchase = .number(1) }
    let isMember = try NeutralCase.boolean(keys.optional("member")) ?? false
    guard isMember || purchase != nil || !tiers.isEmpty || !segments.isEmpty || !tags.isEmpty
    else { return nil }
    return CustomerCondition(tiers: tiers, tags: tags, segments: segments, purchase: purchase)
  }

  /// `{category, min}` or `{sku, min}`, or a list of such.
  private static func parts(
    _ value: YAMLValue?, isValue: Bool
  ) throws(YAMLError) -> [Conditions.PartMinimum] {
    guard let value = NeutralCase.present(value) else { return [] }
    var parts: [Conditions.PartMinimum] = []
    for item in value.isList ? try value.items(limit: 100) : [value] {
      var keys = try item.mapping()
      let scope = Scope(
        categories: try NeutralCase.names(keys.optional("category")),
        skus: try NeutralCase.names(keys.optional("sku")))
      let least = try keys.required("min").integer(in: NeutralCase.amounts)
      try keys.finish()
      parts.append(
        Conditions.PartMinimum(
          scope: scope, value: isValue ? Money(minorUnits: least) : nil,
          quantity: isValue ? nil : Int(least)))
    }
    return parts
  }

  static func basis(_ value: YAMLValue?) throws(YAMLError) -> ThresholdBasis {
    guard let value = NeutralCase.present(value) else { return .list }
    return try value.choice()
  }

  private static func limits(_ value: YAMLValue?) throws(YAMLError) -> [Allowance] {
    guard let value = NeutralCase.present(value) else { return [] }
    var keys = try value.mapping()
    var limits: [Allowance] = []
    func add(
      _ key: String, _ owner: Allowance.Owner, _ window: LimitWindow,
      _ measure: Allowance.Measure = .uses
    ) throws(YAMLError) {
      guard let ceiling = try NeutralCase.integer(keys.optional(key)) else { return }
      limits.append(
        Allowance(measure: measure, owner: owner, window: window, ceiling: ceiling))
    }
    try add("per_member", .member, .life)
    try add("per_member_day", .member, .day)
    try add("per_day", .rule, .day)
    try add("total", .rule, .life)
    try add("budget", .rule, .life, .money)
    try keys.finish()
    return limits
  }

  private static func date(_ value: YAMLValue?) throws(YAMLError) -> CalendarDate? {
    guard let value = NeutralCase.present(value) else { return nil }
    if case .integer(let day) = value.shape { return CalendarDate(dayNumber: Int(day)) }
    let text = try value.text()
    guard let date = CalendarDate(text) else {
      throw value.error("expected a day as 2026-11-30, found \"\(text.prefix(20))\"")
    }
    return date
  }
}
