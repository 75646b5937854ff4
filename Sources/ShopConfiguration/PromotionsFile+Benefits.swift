import Ledger
import Retail
import StrictYAML

extension PromotionsFile {
  private enum Kind: String, CaseIterable { case memberPrice, percentOffItems, buyGet, order }

  static func promotion(
    _ value: YAMLValue, _ names: inout UniqueNames, _ known: KnownScopes
  ) throws(YAMLError) -> Promotion {
    var keys = try value.mapping()
    let id = try names.insert(keys.required("id"))
    let title = try title(keys.required("title"))
    let kindValue = try keys.required("kind")
    let kind: Promotion.Kind
    switch try kindValue.choice(of: Kind.self) {
    case .memberPrice: kind = .memberPrice
    case .percentOffItems:
      kind = .percentOffItems(
        basisPoints: try keys.required("percent").integer(in: 1...10_000))
    case .buyGet:
      let buy = try keys.required("buy").integer(in: 1...Cart.quantityLimit - 1)
      kind = .buyGet(
        buy: buy, free: try keys.required("free").integer(in: 1...Cart.quantityLimit - buy))
    case .order:
      kind = .order(try benefit(keys.required("benefit")), try basis(&keys))
    }
    // A member price is to members by its nature; a file that says otherwise is mistaken.
    let isForMembersOnly =
      kind == .memberPrice ? true : try keys.required("membersOnly").boolean()
    let promotion = Promotion(
      id: id, title: title, kind: kind, scope: try scope(&keys, known),
      isForMembersOnly: isForMembersOnly, priority: try priority(&keys))
    try keys.finish()
    return promotion
  }

  static func template(
    _ value: YAMLValue, _ names: inout UniqueNames, _ known: KnownScopes
  ) throws(YAMLError) -> CouponTemplate {
    var keys = try value.mapping()
    let id = try names.insert(keys.required("id"))
    let template = CouponTemplate(
      id: id, version: try keys.required("version").integer(in: 1...versionLimit),
      title: try title(keys.required("title")), benefit: try benefit(keys.required("benefit")),
      scope: try scope(&keys, known), thresholdBasis: try basis(&keys),
      exclusiveGroup: try keys.optional("exclusiveGroup").map { value throws(YAMLError) in
        try key(value)
      },
      priority: try priority(&keys),
      validAfterDays: try keys.required("validAfterDays").integer(in: 0...dayLimit),
      validDays: try keys.required("validDays").integer(in: 1...dayLimit))
    try keys.finish()
    return template
  }

  /// `{percent, cap}` or `{threshold, off}`.
  private static func benefit(_ value: YAMLValue) throws(YAMLError) -> Benefit {
    var keys = try value.mapping()
    let benefit: Benefit
    if let percent = keys.optional("percent") {
      benefit = .percent(
        basisPoints: try percent.integer(in: 1...10_000),
        cap: try keys.optional("cap").map { value throws(YAMLError) in
          try money(value, from: 1)
        })
    } else {
      let threshold = try money(keys.required("threshold"), from: 0)
      let offValue = try keys.required("off")
      let off = try money(offValue, from: 1)
      guard threshold == .zero || off <= threshold else {
        throw offValue.error("expected at most the threshold \(threshold), found \(off)")
      }
      benefit = .thresholdOff(threshold: threshold, off: off)
    }
    try keys.finish()
    return benefit
  }

  private static func scope(
    _ keys: inout YAMLMapping, _ known: KnownScopes
  ) throws(YAMLError) -> Scope {
    guard let value = keys.optional("scope") else { return .all }
    var lists = try value.mapping()
    let categories = try names(lists.optional("categories"), among: known.categories)
    let skus = try names(lists.optional("skus"), among: known.skus)
    try lists.finish()
    guard !categories.isEmpty || !skus.isEmpty else {
      throw value.error("expected categories or skus; leave the scope out for the whole shop")
    }
    return Scope(categories: categories, skus: skus)
  }

  private static func names(
    _ value: YAMLValue?, among known: Set<String>?
  ) throws(YAMLError) -> [String] {
    guard let value else { return [] }
    var names: [String] = []
    for item in try value.items(limit: scopeLimit) {
      let name = try item.text()
      guard !names.contains(name) else { throw item.error("\"\(name)\" is there twice") }
      guard known?.contains(name) ?? true else {
        throw item.error("the catalogue sells nothing named \"\(name)\"")
      }
      names.append(name)
    }
    return names
  }

  private static func basis(_ keys: inout YAMLMapping) throws(YAMLError) -> ThresholdBasis {
    guard let value = keys.optional("thresholdBasis") else { return .list }
    return try value.choice()
  }

  private static func priority(_ keys: inout YAMLMapping) throws(YAMLError) -> Int {
    guard let value = keys.optional("priority") else { return 0 }
    return try value.integer(in: priorityRange)
  }
}

/// What a scope may name; nil: anything.
struct KnownScopes {
  let categories: Set<String>?
  let skus: Set<String>?

  init(_ catalogue: [CatalogueItem]?) {
    categories = catalogue.map { Set($0.map(\.category)) }
    skus = catalogue.map { Set($0.map(\.sku)) }
  }
}
