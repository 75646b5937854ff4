import Ledger
import Retail
import StrictYAML

extension PromotionsFile {
  static func conditions(
    _ value: YAMLValue?, _ isForMembersOnly: Bool, _ known: KnownScopes
  ) throws(YAMLError) -> Conditions {
    guard let value else { return isForMembersOnly ? .membersOnly : .none }
    var keys = try value.mapping()
    var basis = ThresholdBasis.list
    let subtotal = try keys.optional("subtotal").map { value throws(YAMLError) in
      var keys = try value.mapping()
      let range = Conditions.ValueRange(
        least: try optional(keys.optional("least")) { value throws(YAMLError) in
          try money(value, from: 0)
        },
        most: try optional(keys.optional("most")) { value throws(YAMLError) in
          try money(value, from: 0)
        })
      if let value = keys.optional("basis") { basis = try value.choice() }
      try keys.finish()
      guard range.least.map({ least in range.most.map { least <= $0 } ?? true }) ?? true else {
        throw value.error("expected \"most\" that is not below \"least\"")
      }
      return range
    }
    let quantity = try keys.optional("quantity").map { value throws(YAMLError) in
      var keys = try value.mapping()
      let range = Conditions.CountRange(
        least: try optional(keys.optional("least")) { value throws(YAMLError) in
          try value.integer(in: 0...quantityLimit)
        },
        most: try optional(keys.optional("most")) { value throws(YAMLError) in
          try value.integer(in: 0...quantityLimit)
        })
      try keys.finish()
      return range
    }
    let conditions = Conditions(
      subtotal: subtotal, basis: basis, quantity: quantity,
      parts: try each(keys.optional("parts"), limit: listLimit) { value throws(YAMLError) in
        try part(value, known)
      },
      anyCategory: try names(keys.optional("anyCategory"), among: known.categories),
      items: try names(keys.optional("items"), among: known.skus),
      customer: try customer(&keys, isForMembersOnly),
      stores: try names(keys.optional("stores"), among: nil),
      channels: try names(keys.optional("channels"), among: nil),
      tenders: try names(keys.optional("tenders"), among: nil))
    try keys.finish()
    return conditions
  }

  private static func part(
    _ value: YAMLValue, _ known: KnownScopes
  ) throws(YAMLError) -> Conditions.PartMinimum {
    var keys = try value.mapping()
    let part = Conditions.PartMinimum(
      scope: try scope(keys.required("scope"), known),
      value: try optional(keys.optional("least")) { value throws(YAMLError) in
        try money(value, from: 1)
      },
      quantity: try optional(keys.optional("quantity")) { value throws(YAMLError) in
        try value.integer(in: 1...quantityLimit)
      })
    try keys.finish()
    guard part.value != nil || part.quantity != nil else {
      throw value.error("expected \"least\" or \"quantity\"")
    }
    return part
  }

  private static func customer(
    _ keys: inout YAMLMapping, _ isForMembersOnly: Bool
  ) throws(YAMLError) -> CustomerCondition? {
    let purchase: CustomerCondition.Purchase? =
      if let value = keys.optional("purchase") {
        .number(try value.integer(in: 1...countLimit))
      } else if let value = keys.optional("everyPurchase") {
        .every(try value.integer(in: 2...countLimit))
      } else { nil }
    let customer = CustomerCondition(
      tiers: try names(keys.optional("tiers"), among: nil),
      tags: try names(keys.optional("tags"), among: nil),
      segments: try names(keys.optional("segments"), among: nil),
      birthday: try optional(keys.optional("birthday")) { value throws(YAMLError) in
        try value.choice()
      }, purchase: purchase)
    return isForMembersOnly || customer != CustomerCondition() ? customer : nil
  }

  static func scope(
    _ value: YAMLValue?, _ known: KnownScopes
  ) throws(YAMLError) -> Scope {
    guard let value else { return .all }
    var keys = try value.mapping()
    let scope = Scope(
      categories: try names(keys.optional("categories"), among: known.categories),
      skus: try names(keys.optional("skus"), among: known.skus),
      excludedCategories: try names(keys.optional("exceptCategories"), among: known.categories),
      excludedSKUs: try names(keys.optional("exceptSkus"), among: known.skus),
      priceFrom: try optional(keys.optional("priceFrom")) { value throws(YAMLError) in
        try money(value, from: 0)
      },
      priceTo: try optional(keys.optional("priceTo")) { value throws(YAMLError) in
        try money(value, from: 0)
      }, excludesReduced: try flag(keys.optional("exceptReduced")) ?? false)
    try keys.finish()
    guard !scope.isAll else {
      throw value.error("expected categories or skus; leave the scope out for the whole shop")
    }
    if let from = scope.priceFrom, let to = scope.priceTo, to < from {
      throw value.error("expected a priceTo that is not below the priceFrom")
    }
    return scope
  }

  static func names(
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

  // MARK: Time

  private enum Weekday: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
  }

  static func window(_ value: YAMLValue?) throws(YAMLError) -> RuleWindow {
    guard let value else { return .always }
    var keys = try value.mapping()
    let from = try optional(keys.optional("from")) { value throws(YAMLError) in try date(value) }
    let untilValue = keys.optional("until")
    let until = try optional(untilValue) { value throws(YAMLError) in try date(value) }
    if let from, let until, let untilValue, until < from {
      throw untilValue.error("expected a day that is not before \(from)")
    }
    var weekdays: UInt8?
    if let value = keys.optional("weekdays") {
      var mask: UInt8 = 0
      for item in try value.items(limit: Weekday.allCases.count) {
        let day = try item.choice(of: Weekday.self)
        mask |= 1 << UInt8(Weekday.allCases.firstIndex(of: day) ?? 0)
      }
      guard mask != 0 else { throw value.error("expected at least one day") }
      weekdays = mask
    }
    let hours = try each(keys.optional("hours"), limit: hourLimit) { value throws(YAMLError) in
      try minutes(value)
    }
    let dayStart = try optional(keys.optional("dayStart")) { value throws(YAMLError) in
      try minute(value.text(), at: value)
    }
    try keys.finish()
    return RuleWindow(
      from: from, until: until, weekdays: weekdays, hours: hours, dayStart: dayStart ?? 0)
  }

  static func date(_ value: YAMLValue) throws(YAMLError) -> CalendarDate {
    let text = try value.text()
    guard let date = CalendarDate(text) else {
      throw value.error(
        "expected a day of the calendar as 2026-11-30, found \"\(text.prefix(20))\"")
    }
    return date
  }

  /// `"11:00-14:00"`
  private static func minutes(_ value: YAMLValue) throws(YAMLError) -> RuleWindow.MinuteRange {
    let text = try value.text()
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      throw value.error("expected hours as \"11:00-14:00\", found \"\(text.prefix(20))\"")
    }
    let range = RuleWindow.MinuteRange(
      start: try minute(ends[0], at: value), end: try minute(ends[1], at: value))
    guard range.start != range.end else { throw value.error("expected an end after the start") }
    return range
  }

  private static func minute(
    _ text: some StringProtocol, at value: YAMLValue
  ) throws(YAMLError) -> Int {
    guard let minute = minuteOfDay(text) else {
      throw value.error("expected a time as \"11:00\", found \"\(text.prefix(20))\"")
    }
    return minute
  }

  /// Minutes after midnight of `11:00`; 24:00 is the day's end.
  static func minuteOfDay(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
      hour < 24 || hour == 24 && minute == 0
    else { return nil }
    return hour * 60 + minute
  }

  // MARK: Values that may be left out

  static func optional<Value>(
    _ value: YAMLValue?, _ read: (YAMLValue) throws(YAMLError) -> Value
  ) throws(YAMLError) -> Value? {
    guard let value else { return nil }
    return try read(value)
  }

  static func flag(_ value: YAMLValue?) throws(YAMLError) -> Bool? {
    guard let value else { return nil }
    return try value.boolean()
  }

  static func each<Item>(
    _ value: YAMLValue?, limit: Int, _ read: (YAMLValue) throws(YAMLError) -> Item
  ) throws(YAMLError) -> [Item] {
    guard let value else { return [] }
    return try each(value, limit: limit, read) as [Item]
  }

  static func priority(_ keys: inout YAMLMapping) throws(YAMLError) -> Int {
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
