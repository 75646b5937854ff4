import Ledger

/// A ceiling on uses of a rule or on what it costs: a balance of the ledger that one use takes
/// from. Only the ledger says what is left; pricing says what it would take (RETAIL 6, DESIGN 2).
public struct Allowance: Equatable, Hashable, Sendable, Codable {
  public enum Measure: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case uses
    /// Minor units taken off: a campaign's budget.
    case money
  }

  public enum Owner: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case member, rule, store
  }

  public let measure: Measure
  public let owner: Owner
  public let window: LimitWindow
  public let ceiling: Int64
  /// A budget that is nearly spent gives what is left; else nothing.
  public let isPartial: Bool

  public init(
    measure: Measure, owner: Owner, window: LimitWindow, ceiling: Int64, isPartial: Bool = false
  ) {
    self.measure = measure
    self.owner = owner
    self.window = window
    self.ceiling = ceiling
    self.isPartial = isPartial
  }

  /// Why a rule is not on a bill for which nothing is left.
  var refusal: DecisionRecord.Refusal { measure == .uses ? .limitReached : .budgetSpent }

  /// Whose it is, or nil when it is per member and nobody said who they are.
  public func scope(member: Int64?, store: String) -> UsageLimit.Scope? {
    switch owner {
    case .member: member.map { .member($0) }
    case .rule: .shop
    case .store: .store(store)
    }
  }

  /// The account it is kept on, or nil when it is per member and nobody said who they are.
  public func account(
    of rule: String, member: Int64?, store: String, on date: CalendarDate
  ) -> AccountID? {
    scope(member: member, store: store).map { account(of: rule, scope: $0, on: date) }
  }

  func account(of rule: String, scope: UsageLimit.Scope, on date: CalendarDate) -> AccountID {
    UsageLimit.accountID(
      of: rule, scope: scope, window: window, countsMoney: measure == .money, on: date)
  }
}

/// What a bill takes from one allowance when it is held.
public struct AllowanceNeed: Equatable, Sendable, Codable {
  public let rule: String
  public let allowance: Allowance
  public let account: AccountID
  /// Uses or minor units.
  public let units: Int64
  /// What was left of it in the input.
  public let available: Int64
  let scope: UsageLimit.Scope
  /// The day whose window it is.
  let date: CalendarDate
  /// What the account was funded with before, as in `Availability`.
  let levels: [Int64]

  /// The limit that the account keeps, funded up to today's ceiling.
  func limit(_ currency: Currency) throws(UsageLimit.Refusal) -> UsageLimit {
    let asset: Asset
    switch allowance.measure {
    case .uses:
      guard let uses = Asset.uses(of: rule) else { throw .rule(rule) }
      asset = uses
    case .money: asset = currency.asset
    }
    // A lowered ceiling takes nothing back: pricing gives less of what is there.
    let isRaised = allowance.ceiling > levels.last ?? 0
    return try UsageLimit(
      rule: rule, scope: scope, window: allowance.window, asset: asset,
      levels: isRaised ? levels + [allowance.ceiling] : levels)
  }
}

/// What is left of an account when a bill is priced.
public struct Availability: Equatable, Sendable, Codable {
  public let account: AccountID
  /// Under the ceiling of `levels`; of a ceiling that was changed since, pricing knows.
  public let units: Int64
  /// What the ceilings were that the account was funded for, oldest first; empty: `units` is what
  /// is left of today's.
  public let levels: [Int64]

  public init(account: AccountID, units: Int64, levels: [Int64] = []) {
    self.account = account
    self.units = units
    self.levels = levels
  }

  /// What is left of a ceiling that may not be the one it was funded for.
  func left(of ceiling: Int64) -> Int64 {
    guard let funded = levels.last else { return units }
    return max(0, units + ceiling - funded)
  }

  private enum CodingKeys: String, CodingKey { case account, units, levels }

  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    account = try keys.decode(AccountID.self, forKey: .account)
    units = try keys.decode(Int64.self, forKey: .units)
    levels = try keys.decodeIfPresent([Int64].self, forKey: .levels) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(account, forKey: .account)
    try keys.encode(units, forKey: .units)
    if !levels.isEmpty { try keys.encode(levels, forKey: .levels) }
  }
}

extension RuleSet {
  /// The accounts that say what limits leave to somebody at a time: those of the rules that need no
  /// coupon, and of the coupons that are shown.
  public func limitAccounts(
    coupons: [Rule], member: Int64?, store: String, at time: ShopTime
  ) -> [AccountID] {
    var found: [AccountID] = []
    for rule in index.limited.map({ rules[$0] }) + coupons {
      let date = time.businessDate(dayStart: rule.window.dayStart)
      for allowance in rule.allowances {
        let account = allowance.account(of: rule.id, member: member, store: store, on: date)
        if let account, !found.contains(account) { found.append(account) }
      }
    }
    return found
  }
}
