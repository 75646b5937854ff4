import Ledger
import Retail
import StrictYAML

extension PromotionsFile {
  static func promotion(
    _ value: YAMLValue, _ names: inout UniqueNames, _ known: KnownScopes
  ) throws(YAMLError) -> Rule {
    var keys = try value.mapping()
    let id = try names.insert(keys.required("id"))
    let title = try title(keys.required("title"))
    let kind = try keys.required("kind").choice(of: Kind.self)
    let gift = try gift(kind, &keys, known)
    // A member price is to members by its nature; a file that says otherwise is mistaken.
    let isForMembersOnly =
      kind == .memberPrice ? true : try keys.required("membersOnly").boolean()
    let rule = try rule(
      id, version: 1, title, .automatic, gift, isForMembersOnly, &keys, known)
    try keys.finish()
    return rule
  }

  static func template(
    _ value: YAMLValue, _ names: inout UniqueNames, _ known: KnownScopes
  ) throws(YAMLError) -> Rule {
    var keys = try value.mapping()
    let id = try names.insert(keys.required("id"))
    let version = try keys.required("version").integer(in: 1...versionLimit)
    let title = try title(keys.required("title"))
    let kindValue = keys.optional("kind")
    let kind = try kindValue.map { value throws(YAMLError) in try value.choice(of: Kind.self) }
    let gift = try gift(kind ?? .order, &keys, known)
    let isForMembersOnly = try keys.optional("membersOnly").map { value throws(YAMLError) in
      try value.boolean()
    }
    let terms = try terms(&keys)
    if terms.change == .keep {
      guard case .amount = gift.benefit, gift.target == .order else {
        throw value.error("only a coupon of { amount: … } on the bill can keep its change")
      }
    }
    let rule = try rule(
      id, version: version, title, .coupon(terms), gift, isForMembersOnly ?? false, &keys, known)
    try keys.finish()
    return rule
  }

  private static func rule(
    _ id: String, version: Int, _ title: LocalizedText, _ trigger: Rule.Trigger, _ gift: Gift,
    _ isForMembersOnly: Bool, _ keys: inout YAMLMapping, _ known: KnownScopes
  ) throws(YAMLError) -> Rule {
    let cap = try keys.optional("cap").map { value throws(YAMLError) in try money(value, from: 1) }
    return Rule(
      id: id, version: version, title: title, trigger: trigger, benefit: gift.benefit,
      target: gift.target, scope: try scope(keys.optional("scope"), known),
      conditions: try conditions(keys.optional("when"), isForMembersOnly, known),
      window: try window(keys.optional("window")), allowances: try allowances(&keys),
      stacking: Stacking(
        group: try keys.optional("exclusiveGroup").map { value throws(YAMLError) in
          try key(value)
        },
        jointGroups: try each(keys.optional("joinsGroups"), limit: listLimit) {
          value throws(YAMLError) in try key(value)
        },
        isExclusive: try flag(keys.optional("exclusive")) ?? false, priority: try priority(&keys)),
      calculation: try calculation(&keys, gift.base), cap: cap ?? gift.cap)
  }

  private static func calculation(
    _ keys: inout YAMLMapping, _ base: Calculation.Base
  ) throws(YAMLError) -> Calculation {
    Calculation(
      base: try keys.optional("percentOf").map { value throws(YAMLError) in
        try value.choice()
      } ?? base,
      place: try keys.optional("roundAt").map { value throws(YAMLError) in try value.choice() },
      rounding: try keys.optional("rounding").map { value throws(YAMLError) in
        try value.choice()
      },
      allocation: try keys.optional("spread").map { value throws(YAMLError) in
        try value.choice()
      } ?? .largestRemainder,
      unitLimit: try keys.optional("units").map { value throws(YAMLError) in
        try value.integer(in: 1...Cart.quantityLimit * Cart.lineLimit)
      }, pick: try pick(&keys))
  }

  private static func terms(_ keys: inout YAMLMapping) throws(YAMLError) -> CouponTerms {
    let after: Int = try keys.required("validAfterDays").integer(in: 0...dayLimit)
    let days: Int = try keys.required("validDays").integer(in: 1...dayLimit)
    let notBefore = try keys.optional("notBefore").map { value throws(YAMLError) in
      try date(value)
    }
    let lastValue = keys.optional("notAfter")
    let notAfter = try lastValue.map { value throws(YAMLError) in try date(value) }
    if let notBefore, let notAfter, let lastValue, notAfter < notBefore {
      throw lastValue.error("expected a day that is not before \(notBefore)")
    }
    let series = try keys.optional("series").map { value throws(YAMLError) in
      var keys = try value.mapping()
      let series = CouponTerms.Sequence(
        series: try key(keys.required("name")),
        position: try keys.required("position").integer(in: 1...seriesLimit))
      try keys.finish()
      return series
    }
    return CouponTerms(
      validAfterDays: after, validDays: days, notBefore: notBefore, notAfter: notAfter,
      uses: try keys.optional("uses").map { value throws(YAMLError) in
        try value.integer(in: 1...useLimit)
      } ?? 1, sequence: series,
      change: try keys.optional("change").map { value throws(YAMLError) in
        try value.choice()
      } ?? .forfeit,
      isReleasedOnCancel: try flag(keys.optional("releasedOnCancel")) ?? true,
      refund: try keys.optional("refund").map { value throws(YAMLError) in
        try value.choice()
      } ?? .restore)
  }

  // MARK: Limits

  /// `limits: {perMember: 2}` and `budget: {amount, per, of, partial}`.
  private static func allowances(_ keys: inout YAMLMapping) throws(YAMLError) -> [Allowance] {
    var allowances: [Allowance] = []
    if let value = keys.optional("limits") {
      var limits = try value.mapping()
      let names: [(String, Allowance.Owner, LimitWindow)] = [
        ("perMember", .member, .life), ("perMemberDay", .member, .day),
        ("perMemberWeek", .member, .week), ("perMemberMonth", .member, .month),
        ("perDay", .rule, .day), ("perStoreDay", .store, .day), ("total", .rule, .life),
      ]
      for (name, owner, window) in names {
        guard let value = limits.optional(name) else { continue }
        allowances.append(
          Allowance(
            measure: .uses, owner: owner, window: window,
            ceiling: Int64(try value.integer(in: 1...countLimit))))
      }
      try limits.finish()
      guard !allowances.isEmpty else { throw value.error("expected at least one limit") }
    }
    if let value = keys.optional("budget") {
      var budget = try value.mapping()
      allowances.append(
        Allowance(
          measure: .money,
          owner: try budget.optional("of").map { value throws(YAMLError) in
            try value.choice()
          } ?? .rule,
          window: try budget.optional("per").map { value throws(YAMLError) in
            try value.choice()
          } ?? .life,
          ceiling: try budget.required("amount").integer(in: 1...Posting.unitsLimit),
          isPartial: try flag(budget.optional("partial")) ?? false))
      try budget.finish()
    }
    return allowances
  }
}
