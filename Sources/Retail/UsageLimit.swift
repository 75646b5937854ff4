import Ledger

/// A stretch of the shop's calendar in which uses are counted; never a sliding one.
public enum LimitWindow: String, Equatable, Sendable, Codable, CaseIterable {
  case day, week, month, life

  /// The first day of the window that a day lies in; weeks begin on Monday. Nil for life.
  public func firstDay(of date: CalendarDate) -> CalendarDate? {
    switch self {
    case .day: date
    // 1970-01-01 was a Thursday.
    case .week: date.adding(days: -(((date.dayNumber + 3) % 7 + 7) % 7))
    case .month: date.firstOfMonth(after: 0)
    case .life: nil
    }
  }

  /// What the window is called in the name of its account: `day-2026-11-30`, `life`.
  public func name(of date: CalendarDate) -> String {
    firstDay(of: date).map { "\(rawValue)-\($0)" } ?? rawValue
  }
}

/// How much of a rule may be used in a window: an account that is funded once and then spent, so
/// that going over a limit and spending twice are the same check.
///
/// The funding entries are the same whoever meets the window first: on every kiosk, in every
/// attempt. They go into `Batch.fundings` together with `account`, and `take` into the hold.
public struct UsageLimit: Equatable, Sendable, Codable {
  /// Whose limit it is.
  public enum Scope: Equatable, Hashable, Sendable, Codable {
    /// Each member has a balance of their own.
    case member(Int64)
    /// All customers of a kiosk have one together: the rule's block, which that kiosk was given.
    case block(kiosk: UInt32)
    /// All customers have one together.
    case shop
    /// All customers of a store have one together.
    case store(String)
  }

  public enum Refusal: Error, Equatable, Sendable {
    /// The rule's name makes no account or asset.
    case rule(String)
    /// Levels are 1 to 100 amounts that only rise, up to the limit of a posting.
    case levels
    /// Nothing can be taken, or more than a posting may have.
    case units(Int64)
  }

  public static let levelLimit = 100
  /// Behind the names of accounts that count money, for an account has one asset.
  private static let moneySuffix = "/money"
  /// Fundings belong to no kiosk: all write the same, in the chain of this number.
  public static let fundingKiosk: UInt32 = 0

  public let rule: String
  public let scope: Scope
  public let window: LimitWindow
  /// What is counted: uses of the rule, or money.
  public let asset: Asset
  /// What the limit was from the window's beginning on, oldest first: a raised limit is a further
  /// level and never replaces one, for what was funded stays funded. A lowered one takes nothing
  /// back: it begins with the next window, and until then a bill is priced with so much less.
  public let levels: [Int64]

  public init(
    rule: String, scope: Scope, window: LimitWindow, asset: Asset, levels: [Int64]
  ) throws(Refusal) {
    guard (1...Self.levelLimit).contains(levels.count),
      levels.allSatisfy({ (0...Posting.unitsLimit).contains($0) }),
      zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw .levels }
    self.rule = rule
    self.scope = scope
    self.window = window
    self.asset = asset
    self.levels = levels
    guard !rule.isEmpty, account(on: CalendarDate(dayNumber: 0)).id.isWellFormed,
      granted.isWellFormed
    else { throw .rule(rule) }
  }

  /// So many uses of a rule by a member.
  public static func uses(
    of rule: String, by member: Int64, _ window: LimitWindow, levels: [Int64]
  ) throws(Refusal) -> UsageLimit {
    guard let asset = Asset.uses(of: rule) else { throw .rule(rule) }
    return try UsageLimit(
      rule: rule, scope: .member(member), window: window, asset: asset, levels: levels)
  }

  /// So much money of a campaign on a kiosk.
  public static func budget(
    of rule: String, on kiosk: UInt32, _ window: LimitWindow, currency: Currency, levels: [Int64]
  ) throws(Refusal) -> UsageLimit {
    try UsageLimit(
      rule: rule, scope: .block(kiosk: kiosk), window: window, asset: currency.asset,
      levels: levels)
  }
}

// MARK: - Accounts

extension UsageLimit {
  /// `m/17`, `rule/<rule>` or `block/<kiosk>/<rule>`, and `limit/<rule>/<window>`: what is left of
  /// the limit is what the account has.
  public func account(on date: CalendarDate) -> Account {
    Account(
      id: Self.accountID(
        of: rule, scope: scope, window: window, countsMoney: countsMoney, on: date),
      asset: asset, rule: .debitsWithinCredits)
  }

  /// Which account it is; the currency of a budget is not in its name.
  public static func accountID(
    of rule: String, scope: Scope, window: LimitWindow, countsMoney: Bool, on date: CalendarDate
  ) -> AccountID {
    let name = "limit/\(rule)/\(window.name(of: date))" + (countsMoney ? moneySuffix : "")
    return switch scope {
    case .member(let id): AccountID(owner: MemberFacts.owner(id), purpose: name)
    case .block(let kiosk): AccountID(owner: "block/\(kiosk)/\(rule)", purpose: name)
    case .shop: AccountID(owner: "rule/" + rule, purpose: name)
    case .store(let store): AccountID(owner: "rule/" + rule, purpose: name + "@" + store)
    }
  }

  /// Whether an account counts what rules may take: its money is nobody's.
  static func isNamed(_ account: AccountID) -> Bool { account.purpose.hasPrefix("limit/") }

  /// The house accounts of the other side.
  public var granted: AccountID { house("granted") }
  public var used: AccountID { house("used") }

  private func house(_ side: String) -> AccountID {
    .house("limits/\(side)/\(rule)" + (countsMoney ? Self.moneySuffix : ""))
  }

  private var countsMoney: Bool { asset != Asset.uses(of: rule) }

  /// Everything that has to be opened before the limit is funded and taken from.
  public func openings(on date: CalendarDate) -> [Account] {
    [
      Account(id: granted, asset: asset, rule: .free),
      Account(id: used, asset: asset, rule: .free), account(on: date),
    ]
  }
}

// MARK: - Entries

extension UsageLimit {
  /// What brings the account from one level to the next, for every level that there was.
  public func fundings(on date: CalendarDate) throws(PostingRejection) -> [JournalEntry] {
    let account = account(on: date)
    var entries: [JournalEntry] = []
    var before: Int64 = 0
    for (number, level) in levels.enumerated() {
      defer { before = level }
      guard level != before else { continue }
      let postings = try Postings([
        Posting(account: granted, asset: asset, units: level - before),
        Posting(account: account.id, asset: asset, units: before - level),
      ])
      entries.append(
        JournalEntry(
          id: Self.fundingID(of: account.id, level: number), action: .post(postings),
          context: EntryContext(
            reason: "limit", actor: "system", kiosk: Self.fundingKiosk, sale: nil,
            // The window's own beginning, so that the entry is the same at any hour.
            at: window.firstDay(of: date)?.start(offsetSeconds: 0) ?? Instant(milliseconds: 0))))
    }
    return entries
  }

  /// What a use takes from the limit; an entry of its own in the hold.
  public func take(_ units: Int64, on date: CalendarDate) throws(Refusal) -> [Posting] {
    guard (1...Posting.unitsLimit).contains(units) else { throw .units(units) }
    return [
      Posting(account: account(on: date).id, asset: asset, units: units),
      Posting(account: used, asset: asset, units: -units),
    ]
  }

  /// The entry that brings an account to its so many-th level.
  public static func fundingID(of account: AccountID, level number: Int) -> EntryID {
    EntryID(derivedFrom: "\(account)#\(number)")
  }
}
