import Ledger

extension Rule: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, version, title, trigger, benefit, target, scope, conditions, window, allowances
    case stacking, calculation, cap
  }

  /// Reads what this form wrote, and coupon templates as the first schema wrote them.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    guard keys.contains(.trigger) else {
      self = try FirstTemplate(from: decoder).rule
      return
    }
    self.init(
      id: try keys.decode(String.self, forKey: .id),
      version: try keys.decode(Int.self, forKey: .version),
      title: try keys.decode(LocalizedText.self, forKey: .title),
      trigger: try keys.decode(Trigger.self, forKey: .trigger),
      benefit: try keys.decode(Benefit.self, forKey: .benefit),
      target: try keys.decode(Target.self, forKey: .target),
      scope: try keys.decode(Scope.self, forKey: .scope),
      conditions: try keys.decodeIfPresent(Conditions.self, forKey: .conditions) ?? .none,
      window: try keys.decodeIfPresent(RuleWindow.self, forKey: .window) ?? .always,
      allowances: try keys.decodeIfPresent([Allowance].self, forKey: .allowances) ?? [],
      stacking: try keys.decodeIfPresent(Stacking.self, forKey: .stacking) ?? .joins,
      calculation: try keys.decodeIfPresent(Calculation.self, forKey: .calculation) ?? .standard,
      cap: try keys.decodeIfPresent(Money.self, forKey: .cap))
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(id, forKey: .id)
    try keys.encode(version, forKey: .version)
    try keys.encode(title, forKey: .title)
    try keys.encode(trigger, forKey: .trigger)
    try keys.encode(benefit, forKey: .benefit)
    try keys.encode(target, forKey: .target)
    try keys.encode(scope, forKey: .scope)
    if conditions != .none { try keys.encode(conditions, forKey: .conditions) }
    if window != .always { try keys.encode(window, forKey: .window) }
    if !allowances.isEmpty { try keys.encode(allowances, forKey: .allowances) }
    if stacking != .joins { try keys.encode(stacking, forKey: .stacking) }
    if calculation != .standard { try keys.encode(calculation, forKey: .calculation) }
    try keys.encodeIfPresent(cap, forKey: .cap)
  }
}

/// What journals of schema 1 and their kept rules call a benefit.
private enum FirstBenefit: Decodable {
  case percent(basisPoints: Int, cap: Money?)
  case thresholdOff(threshold: Money, off: Money)

  func now(on basis: ThresholdBasis) -> (Benefit, cap: Money?) {
    switch self {
    case .percent(let basisPoints, let cap): (.percent(basisPoints: basisPoints), cap)
    case .thresholdOff(let threshold, let off):
      (.thresholdOff(threshold: threshold, off: off, basis: basis), nil)
    }
  }
}

/// A coupon template as the first schema wrote it.
private struct FirstTemplate: Decodable {
  let id: String
  let version: Int
  let title: LocalizedText
  let benefit: FirstBenefit
  let scope: Scope
  let thresholdBasis: ThresholdBasis
  let exclusiveGroup: String?
  let priority: Int
  let validAfterDays: Int
  let validDays: Int

  var rule: Rule {
    let (benefit, cap) = benefit.now(on: thresholdBasis)
    return Rule(
      id: id, version: version, title: title,
      trigger: .coupon(CouponTerms(validAfterDays: validAfterDays, validDays: validDays)),
      benefit: benefit, target: .order, scope: scope,
      stacking: Stacking(group: exclusiveGroup, priority: priority), cap: cap)
  }
}

/// An offer without a coupon as rule sets of the first schema hold it.
struct FirstPromotion: Decodable {
  private enum Kind: Decodable {
    case memberPrice
    case percentOffItems(basisPoints: Int)
    case buyGet(buy: Int, free: Int)
    case order(FirstBenefit, ThresholdBasis)
  }

  let id: String
  let title: LocalizedText
  private let kind: Kind
  let scope: Scope
  let isForMembersOnly: Bool
  let priority: Int

  var rule: Rule {
    let benefit: Benefit
    var target = Rule.Target.units
    var cap: Money?
    switch kind {
    case .memberPrice: benefit = .memberPrice
    case .percentOffItems(let basisPoints): benefit = .percent(basisPoints: basisPoints)
    case .buyGet(let buy, let free):
      benefit = .freeUnits(
        FreeUnits(groupSize: buy + free, count: free, isPerItem: true))
    case .order(let first, let basis):
      (benefit, cap) = first.now(on: basis)
      target = .order
    }
    let isOfList = target == .units && benefit != .memberPrice
    return Rule(
      id: id, title: title, benefit: benefit, target: target, scope: scope,
      conditions: isForMembersOnly ? .membersOnly : .none,
      stacking: Stacking(priority: priority),
      calculation: isOfList ? Calculation(base: .list) : .standard, cap: cap)
  }
}
