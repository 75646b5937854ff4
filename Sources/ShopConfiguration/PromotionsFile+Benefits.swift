import Ledger
import Retail
import StrictYAML

extension PromotionsFile {
  /// What an offer or a coupon gives, by the word that the file has for it.
  enum Kind: String, CaseIterable {
    case memberPrice, fixedPrice, percentOffItems, amountOffItems, order, cheapest, dearest
    case buyGet, buyOther, everyNth, freeItem, bundle, firstAndFurther, fee, points
  }

  /// A benefit with what it is taken off.
  struct Gift {
    var benefit: Benefit
    var target: Rule.Target
    var cap: Money?
    /// What a percentage is of, where the file does not say.
    var base = Calculation.Base.running
  }

  static func gift(
    _ kind: Kind, _ keys: inout YAMLMapping, _ known: KnownScopes
  ) throws(YAMLError) -> Gift {
    switch kind {
    case .memberPrice: return Gift(benefit: .memberPrice, target: .units)
    case .fixedPrice:
      return Gift(
        benefit: .unitPrice(try money(keys.required("price"), from: 0)), target: .units)
    case .percentOffItems:
      return Gift(
        benefit: .percent(basisPoints: try share(keys.required("percent"))), target: .units,
        base: .list)
    case .amountOffItems:
      return Gift(
        benefit: .amount(try money(keys.required("amount"), from: 1)), target: .units)
    case .order: return try benefit(keys.required("benefit"), target: .order, basis(&keys))
    case .fee: return try benefit(keys.required("benefit"), target: .fee, basis(&keys))
    case .cheapest, .dearest:
      return try benefit(
        keys.required("benefit"), target: kind == .cheapest ? .cheapestUnit : .dearestUnit, .list)
    case .points:
      return Gift(
        benefit: .pointsMultiplier(
          basisPoints: try keys.required("multiplier").integer(in: 0...multiplierLimit)),
        target: .order)
    case .firstAndFurther:
      return Gift(
        benefit: .firstAndFurther(
          first: try money(keys.required("first"), from: 0),
          further: try money(keys.required("further"), from: 0)), target: .order)
    case .buyGet, .everyNth, .freeItem: return try freeUnits(kind, &keys)
    case .buyOther: return try buyOther(&keys, known)
    case .bundle: return try bundle(&keys, known)
    }
  }

  /// `{percent, cap}`, `{amount}`, `{threshold, off, repeats}` or `{tiers, measure, repeats}`.
  static func benefit(
    _ value: YAMLValue, target: Rule.Target, _ basis: ThresholdBasis
  ) throws(YAMLError) -> Gift {
    var keys = try value.mapping()
    var gift: Gift
    if let percent = keys.optional("percent") {
      gift = Gift(benefit: .percent(basisPoints: try share(percent)), target: target)
      gift.cap = try keys.optional("cap").map { value throws(YAMLError) in
        try money(value, from: 1)
      }
    } else if let amount = keys.optional("amount") {
      gift = Gift(benefit: .amount(try money(amount, from: 1)), target: target)
    } else if let tiers = keys.optional("tiers") {
      gift = Gift(benefit: try self.tiers(tiers, &keys, basis), target: target)
    } else {
      let threshold = try money(keys.required("threshold"), from: 0)
      let offValue = try keys.required("off")
      let off = try money(offValue, from: 1)
      guard threshold == .zero || off <= threshold else {
        throw offValue.error("expected at most the threshold \(threshold), found \(off)")
      }
      let repeats = try repetition(&keys, or: .once)
      if threshold == .zero, repeats != .once {
        throw offValue.error("expected a threshold above 0 for a benefit that repeats")
      }
      gift = Gift(
        benefit: .tiers(
          [Tier(from: threshold.minorUnits, off: .amount(off))], measure: .value, basis: basis,
          repeats: repeats), target: target)
    }
    try keys.finish()
    return gift
  }

  private static func tiers(
    _ value: YAMLValue, _ keys: inout YAMLMapping, _ basis: ThresholdBasis
  ) throws(YAMLError) -> Benefit {
    let measure = try keys.optional("measure").map { value throws(YAMLError) in
      try value.choice(of: TierMeasure.self)
    }
    let tiers = try each(value, limit: benefitTierLimit) { value throws(YAMLError) -> Tier in
      var keys = try value.mapping()
      let from: Int64 = try keys.required("from")
        .integer(in: 0...CatalogueItem.priceLimit.minorUnits)
      let off: Tier.Off
      if let percent = keys.optional("percent") {
        off = .percent(basisPoints: try share(percent))
      } else {
        off = .amount(try money(keys.required("off"), from: 1))
      }
      try keys.finish()
      return Tier(from: from, off: off)
    }
    guard !tiers.isEmpty else { throw value.error("expected at least one tier") }
    for (lower, upper) in zip(tiers, tiers.dropFirst()) where upper.from <= lower.from {
      throw value.error(
        "expected tiers with rising \"from\"; \(upper.from) is not above \(lower.from)")
    }
    return .tiers(
      tiers, measure: measure ?? .value, basis: basis,
      repeats: try repetition(&keys, or: .once))
  }

  private static func freeUnits(
    _ kind: Kind, _ keys: inout YAMLMapping
  ) throws(YAMLError) -> Gift {
    let units: FreeUnits
    switch kind {
    case .everyNth:
      units = FreeUnits(
        groupSize: try keys.required("n").integer(in: 2...Cart.quantityLimit), count: 1,
        basisPoints: try share(keys.required("percent")),
        repeats: try repetition(&keys, or: .always))
    case .freeItem:
      units = FreeUnits(
        groupSize: nil, count: try keys.required("quantity").integer(in: 1...Cart.quantityLimit),
        pick: try pick(&keys) ?? .dearest, repeats: .once)
    default:
      let buy = try keys.required("buy").integer(in: 1...Cart.quantityLimit - 1)
      let free = try keys.required("free").integer(in: 1...Cart.quantityLimit - buy)
      let mixed = try keys.optional("mixed").map { value throws(YAMLError) in
        try value.boolean()
      }
      units = FreeUnits(
        groupSize: buy + free, count: free, isPerItem: !(mixed ?? false),
        repeats: try repetition(&keys, or: .always))
    }
    return Gift(benefit: .freeUnits(units), target: .units)
  }

  private static func buyOther(
    _ keys: inout YAMLMapping, _ known: KnownScopes
  ) throws(YAMLError) -> Gift {
    var basisPoints = 10_000
    var buyKeys = try keys.required("buy").mapping()
    let buy = try part(&buyKeys, known, .dearest)
    try buyKeys.finish()
    var getKeys = try keys.required("get").mapping()
    if let percent = getKeys.optional("percent") { basisPoints = try share(percent) }
    let get = try part(&getKeys, known, .cheapest)
    try getKeys.finish()
    return Gift(
      benefit: .buyGet(
        BuyGet(
          buy: buy, get: get, basisPoints: basisPoints,
          repeats: try repetition(&keys, or: .always))), target: .units)
  }

  private static func bundle(
    _ keys: inout YAMLMapping, _ known: KnownScopes
  ) throws(YAMLError) -> Gift {
    let price = try money(keys.required("price"), from: 0)
    var parts: [BuyGet.Part] = []
    if let value = keys.optional("parts") {
      parts = try each(value, limit: bundlePartLimit) { value throws(YAMLError) in
        var keys = try value.mapping()
        let part = try part(&keys, known, .dearest)
        try keys.finish()
        return part
      }
      guard !parts.isEmpty else { throw value.error("expected at least one part") }
    } else {
      parts = [
        BuyGet.Part(
          scope: .all, quantity: try keys.required("quantity").integer(in: 2...Cart.quantityLimit),
          pick: try pick(&keys) ?? .dearest)
      ]
    }
    return Gift(
      benefit: .bundlePrice(
        Bundle(parts: parts, price: price, repeats: try repetition(&keys, or: .always))),
      target: .units)
  }

  private static func part(
    _ keys: inout YAMLMapping, _ known: KnownScopes, _ standard: UnitPick
  ) throws(YAMLError) -> BuyGet.Part {
    BuyGet.Part(
      scope: try scope(keys.optional("scope"), known),
      quantity: try keys.required("quantity").integer(in: 1...Cart.quantityLimit),
      pick: try pick(&keys) ?? standard)
  }

  // MARK: Values

  static func share(_ value: YAMLValue) throws(YAMLError) -> Int {
    try value.integer(in: 1...10_000)
  }

  static func pick(_ keys: inout YAMLMapping) throws(YAMLError) -> UnitPick? {
    try keys.optional("pick").map { value throws(YAMLError) in try value.choice() }
  }

  private static func repetition(
    _ keys: inout YAMLMapping, or standard: Repetition
  ) throws(YAMLError) -> Repetition {
    guard let value = keys.optional("repeats") else { return standard }
    if case .integer = value.shape {
      return .atMost(try value.integer(in: 1...Cart.quantityLimit * Cart.lineLimit))
    }
    return try value.boolean() ? .always : .once
  }

  static func basis(_ keys: inout YAMLMapping) throws(YAMLError) -> ThresholdBasis {
    guard let value = keys.optional("thresholdBasis") else { return .list }
    return try value.choice()
  }
}
