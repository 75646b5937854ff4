import Ledger

/// A small shop's ledger: one member, one coupon, the house.
public enum Shop {
  public static let cny = Currency.cny.asset
  public static let start = Instant(milliseconds: 1_700_000_000_000)
  public static let principal = AccountID(owner: "m/1", purpose: "principal")
  public static let bonus = AccountID(owner: "m/1", purpose: "bonus/1")
  public static let otherPrincipal = AccountID(owner: "m/2", purpose: "principal")
  public static let cash = AccountID.house("cash")
  public static let revenue = AccountID.house("revenue")

  public static let accounts = [
    Account(id: cash, asset: cny, rule: .free),
    Account(id: revenue, asset: cny, rule: .free),
    Account(id: principal, asset: cny, rule: .debitsWithinCredits),
    Account(id: otherPrincipal, asset: cny, rule: .debitsWithinCredits),
    Account(
      id: bonus, asset: cny, rule: .debitsWithinCredits,
      grant: Grant(limitUnits: 2_000, availableAt: start, capOfGrantBasisPoints: 5_000)),
  ]

  public static func id(_ number: UInt64) -> EntryID { EntryID(high: 0, low: number) }

  public static func context(
    kiosk: UInt32 = 1, sale: SaleID? = nil, reason: String = "test"
  ) -> EntryContext {
    EntryContext(reason: reason, actor: "system", kiosk: kiosk, sale: sale, at: start)
  }

  public static func move(_ units: Int64, from: AccountID, to: AccountID) throws -> Postings {
    try Postings([
      Posting(account: from, asset: cny, units: units),
      Posting(account: to, asset: cny, units: -units),
    ])
  }

  public static func entry(
    _ number: UInt64, _ action: JournalEntry.Action, kiosk: UInt32 = 1
  ) -> JournalEntry {
    JournalEntry(id: id(number), action: action, context: context(kiosk: kiosk))
  }

  public static func one(_ entry: JournalEntry) -> Batch { Batch(entries: [entry], isLinked: true) }

  /// Opens the accounts and tops the member up with 100.00.
  public static func opening() throws -> Batch {
    Batch(
      openings: accounts,
      entries: [entry(1, .post(try move(10_000, from: cash, to: principal)))], isLinked: true)
  }
}

extension LedgerAuthority {
  public func submit(_ entry: JournalEntry) async throws -> Outcome? {
    try await submit(Shop.one(entry)).first
  }
}
