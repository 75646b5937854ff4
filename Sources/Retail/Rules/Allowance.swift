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

  public enum Window: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
    case day, week, month, life
  }

  public let measure: Measure
  public let owner: Owner
  public let window: Window
  public let ceiling: Int64
  /// A budget that is nearly spent gives what is left; else nothing.
  public let isPartial: Bool

  public init(
    measure: Measure, owner: Owner, window: Window, ceiling: Int64, isPartial: Bool = false
  ) {
    self.measure = measure
    self.owner = owner
    self.window = window
    self.ceiling = ceiling
    self.isPartial = isPartial
  }

  /// The account it is kept on, or nil when it is per member and nobody said who they are.
  public func account(
    of rule: String, member: Int64?, store: String, on date: CalendarDate
  ) -> AccountID? {
    let purpose = "\(measure == .uses ? "limit" : "budget")/\(rule)/\(name(of: date))"
    switch owner {
    case .member: return member.map { AccountID(owner: MemberFacts.owner($0), purpose: purpose) }
    case .rule: return AccountID(owner: "rule/" + rule, purpose: purpose)
    case .store: return AccountID(owner: "rule/" + rule, purpose: purpose + "/" + store)
    }
  }

  /// `2026-11-30`, `2026-11-30w` for the week that begins with it, `2026-11`, `life`.
  private func name(of date: CalendarDate) -> String {
    switch window {
    case .day: date.description
    case .week: date.adding(days: 1 - date.weekday).description + "w"
    case .month: date.monthDescription
    case .life: "life"
    }
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
}

/// What is left of an account when a bill is priced.
public struct Availability: Equatable, Sendable, Codable {
  public let account: AccountID
  public let units: Int64

  public init(account: AccountID, units: Int64) {
    self.account = account
    self.units = units
  }
}
