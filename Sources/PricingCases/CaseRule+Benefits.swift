import Ledger
import Retail
import StrictYAML

extension CaseRule {
  /// What a rule gives, while its fields are read.
  struct Draft {
    var benefit = Benefit.amount(.zero)
    var target = Rule.Target.order
    var scope = Scope.all
    var cap: Money?
    /// Where the kind of rule takes the field for itself.
    private var hasOwnPick = false
    private var hasOwnBase = false

    private enum Target: String, CaseIterable {
      case units, lines, order, shipping
      case cheapestUnit = "cheapest_unit"
      case dearestUnit = "dearest_unit"
      case orderAndShipping = "order_and_shipping"

      var target: Rule.Target {
        switch self {
        case .units: .units
        case .lines: .lines
        case .order: .order
        case .shipping: .fee
        case .cheapestUnit: .cheapestUnit
        case .dearestUnit: .dearestUnit
        case .orderAndShipping: .orderAndFee
        }
      }
    }

    mutating func read(
      _ kind: String, _ keys: inout YAMLMapping, _ value: YAMLValue
    ) throws(YAMLError) {
      switch kind {
      case "percent":
        benefit = .percent(basisPoints: try share(keys.required("bp")))
        try readTarget(&keys)
      case "amount":
        benefit = .amount(try money(keys.required("amount")))
        try readTarget(&keys)
      case "fixed_price":
        benefit = .unitPrice(try money(keys.required("price")))
        target = .units
      case "threshold": try readThreshold(&keys)
      case "tier_amount": try readTiers(&keys, "base") { .amount(Money(minorUnits: $0)) }
      case "tier_percent": try readTiers(&keys, "base_bp") { .percent(basisPoints: Int($0)) }
      case "nth_units":
        benefit = .firstAndFurther(
          first: try money(keys.required("first")), further: try money(keys.required("additional")))
      case "free_units": try readFreeUnits(&keys)
      case "buy_get": try readBuyGet(&keys)
      case "bundle_price": try readBundle(&keys)
      case "order_and_shipping": try readSplit(&keys, value)
      default: throw value.error("\"\(kind.prefix(40))\" is no kind of rule here")
      }
    }

    func calculation(_ keys: inout YAMLMapping) throws(YAMLError) -> Calculation {
      var base = Calculation.Base.running
      if !hasOwnBase, let value = NeutralCase.present(keys.optional("base")) {
        base = try value.choice()
      }
      var allocation = AllocationPolicy.largestRemainder
      if let value = NeutralCase.present(keys.optional("policy")) {
        allocation = try CaseRule.policy(value)
      }
      // 0 stands for any number.
      let limit = try NeutralCase.count(keys.optional("max_units")).flatMap { $0 > 0 ? $0 : nil }
      var pick: UnitPick?
      if !hasOwnPick, let value = NeutralCase.present(keys.optional("pick")) {
        pick = try value.choice()
      }
      let rounding = try CaseRounding(NeutralCase.present(keys.optional("rounding")))
      return Calculation(
        base: base, place: rounding.place, rounding: rounding.tie, allocation: allocation,
        unitLimit: limit, pick: pick)
    }

    // MARK: Kinds

    private mutating func readTarget(_ keys: inout YAMLMapping) throws(YAMLError) {
      guard let value = NeutralCase.present(keys.optional("target")) else { return }
      target = try value.choice(of: Target.self).target
    }

    private mutating func readThreshold(_ keys: inout YAMLMapping) throws(YAMLError) {
      benefit = .tiers(
        [
          Tier(
            from: try keys.required("threshold").integer(in: 1...NeutralCase.amounts.upperBound),
            off: .amount(try money(keys.required("off"))))
        ], measure: .value, basis: try CaseRule.basis(keys.optional("basis")),
        repeats: try repeats(&keys, or: .once))
    }

    private mutating func readTiers(
      _ keys: inout YAMLMapping, _ base: String, _ off: (Int64) -> Tier.Off
    ) throws(YAMLError) {
      hasOwnBase = true
      var tiers: [Tier] = []
      if let value = try NeutralCase.integer(keys.optional(base)), value > 0 {
        tiers.append(Tier(from: 0, off: off(value)))
      }
      for item in try NeutralCase.list(keys.required("tiers")) {
        let pair = try NeutralCase.integers(item) ?? []
        guard pair.count == 2 else { throw item.error("expected [from, off]") }
        tiers.append(Tier(from: pair[0], off: off(pair[1])))
      }
      benefit = .tiers(
        tiers, measure: .value, basis: try CaseRule.basis(keys.optional("basis")), repeats: .once)
      try readTarget(&keys)
    }

    private mutating func readFreeUnits(_ keys: inout YAMLMapping) throws(YAMLError) {
      hasOwnPick = true
      let size = try NeutralCase.count(keys.optional("count"))
      let free = try NeutralCase.count(keys.optional("free"))
      let most = try NeutralCase.count(keys.optional("max_free"))
      var repeats = try self.repeats(&keys, or: .always)
      if size != nil, let most {
        let fitting = max(0, most / max(1, free ?? 1))
        repeats = repeats == .once ? .once : .atMost(fitting)
      }
      benefit = .freeUnits(
        FreeUnits(
          groupSize: size, count: free ?? (size == nil ? most ?? 1 : 1),
          basisPoints: try share(keys.optional("bp")) ?? 10_000,
          pick: try pick(keys.optional("pick")) ?? .cheapest, repeats: repeats))
    }

    private mutating func readBuyGet(_ keys: inout YAMLMapping) throws(YAMLError) {
      let (buyPick, getPick) = (
        try pick(keys.optional("pick_buy")), try pick(keys.optional("pick_get"))
      )
      var basisPoints = 10_000
      func part(_ value: YAMLValue, _ pick: UnitPick) throws(YAMLError) -> BuyGet.Part {
        var keys = try value.mapping()
        let part = BuyGet.Part(
          scope: try CaseRule.scope(keys.optional("match")),
          quantity: try keys.required("qty").integer(in: 0...10_000), pick: pick)
        if let share = try share(keys.optional("bp")) { basisPoints = share }
        try keys.finish()
        return part
      }
      let buy = try part(keys.required("buy"), buyPick ?? .dearest)
      let get = try part(keys.required("get"), getPick ?? .cheapest)
      benefit = .buyGet(
        BuyGet(
          buy: buy, get: get, basisPoints: basisPoints, repeats: try repeats(&keys, or: .once)))
    }

    private mutating func readBundle(_ keys: inout YAMLMapping) throws(YAMLError) {
      hasOwnPick = true
      let part = BuyGet.Part(
        scope: .all, quantity: try keys.required("count").integer(in: 1...10_000),
        pick: try pick(keys.optional("pick")) ?? .dearest)
      benefit = .bundlePrice(
        Bundle(
          parts: [part], price: try money(keys.required("amount")),
          repeats: try repeats(&keys, or: .once)))
    }

    private mutating func readSplit(
      _ keys: inout YAMLMapping, _ value: YAMLValue
    ) throws(YAMLError) {
      target = .orderAndFee
      if let split = try NeutralCase.text(keys.optional("split")), split != "proportional" {
        throw value.error("\"\(split)\" is no way to split here; expected proportional")
      }
      if let share = try share(keys.optional("bp")) {
        benefit = .percent(basisPoints: share)
      } else {
        benefit = .amount(try money(keys.required("amount")))
      }
    }

    // MARK: Values

    private func money(_ value: YAMLValue) throws(YAMLError) -> Money {
      Money(minorUnits: try value.integer(in: 0...NeutralCase.amounts.upperBound))
    }

    private func share(_ value: YAMLValue) throws(YAMLError) -> Int {
      try value.integer(in: 0...10_000)
    }

    private func share(_ value: YAMLValue?) throws(YAMLError) -> Int? {
      guard let value = NeutralCase.present(value) else { return nil }
      return try share(value) as Int
    }

    private func pick(_ value: YAMLValue?) throws(YAMLError) -> UnitPick? {
      guard let value = NeutralCase.present(value) else { return nil }
      return try value.choice()
    }

    private func repeats(
      _ keys: inout YAMLMapping, or standard: Repetition
    ) throws(YAMLError) -> Repetition {
      if let most = try NeutralCase.count(keys.optional("max_applications")) {
        return .atMost(most)
      }
      guard let repeats = try NeutralCase.boolean(keys.optional("repeat")) else {
        return standard
      }
      return repeats ? .always : .once
    }
  }

  /// An allocation policy by the name of the neutral form.
  static func policy(_ value: YAMLValue) throws(YAMLError) -> AllocationPolicy {
    switch try value.choice(of: PolicyName.self) {
    case .largestRemainder: .largestRemainder
    case .roundHalfDownThenFirst: .roundHalfDownThenFirst
    case .floorThenFirst: .floorThenFirst
    case .lastTakesDelta: .lastTakesDelta
    }
  }

  private enum PolicyName: String, CaseIterable {
    case largestRemainder = "largest_remainder"
    case roundHalfDownThenFirst = "round_half_down_then_first"
    case floorThenFirst = "floor_then_first"
    case lastTakesDelta = "last_takes_delta"
  }
}

/// How a case rounds percentages: where, and to which side a half goes.
struct CaseRounding {
  var place: Calculation.Place?
  var tie: PercentRounding?

  private enum Name: String, CaseIterable {
    case unit, line, order
    case onPrice = "half_up_on_price"
    case onDiscount = "half_up_on_discount"
    case halfUpOnPrice, halfUpOnDiscount
  }

  init(_ value: YAMLValue?) throws(YAMLError) {
    guard let value else { return }
    guard case .mapping = value.shape else {
      try read(value)
      return
    }
    var keys = try value.mapping()
    if let value = keys.optional("where") { try read(value) }
    if let value = keys.optional("tie") { try read(value) }
    try keys.finish()
  }

  private mutating func read(_ value: YAMLValue) throws(YAMLError) {
    switch try value.choice(of: Name.self) {
    case .unit: place = .unit
    case .line: place = .line
    case .order: place = .order
    case .onPrice, .halfUpOnPrice: tie = .halfUpOnPrice
    case .onDiscount, .halfUpOnDiscount: tie = .halfUpOnDiscount
    }
  }
}
