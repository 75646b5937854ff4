import Ledger
import Retail

/// The ledger of one kiosk, embedded: the authority over every balance in its own database.
public struct SQLiteLedger: LedgerAuthority {
  let store: Store

  public init(_ store: Store) { self.store = store }

  public func submit(_ batch: Batch) async throws(StorageError) -> [Outcome] {
    try await store.write("batch") { [store] db in try store.ledger.submit(batch, db) }
  }

  /// Several batches in one transaction, each as if it came alone: what a kiosk that was cut off
  /// brings, or a till at the end of its day.
  public func submit(_ batches: [Batch]) async throws(StorageError) -> [[Outcome]] {
    try await store.write("batches") { [store] db in
      try batches.map { try store.ledger.submit($0, db) }
    }
  }

  public func balance(of account: AccountID) async throws(StorageError) -> Balance? {
    try await store.read { db in try LedgerRows(db: db).account(account)?.balance }
  }

  /// An account with its facts and its balance; nil if there is none.
  public func account(_ id: AccountID) async throws(StorageError) -> (Account, Balance)? {
    try await store.read { db in
      try LedgerRows(db: db).account(id).map { ($0.account, $0.balance) }
    }
  }

  /// What an owner has, by purpose.
  public func accounts(ofOwner owner: String) async throws(StorageError) -> [(Account, Balance)] {
    try await store.read { db in
      try LedgerRows(db: db).accounts(ofOwner: owner).map { ($0.account, $0.balance) }
    }
  }

  /// An entry as it was posted; nil if the id is unknown or was refused.
  public func entry(_ id: EntryID) async throws(StorageError) -> JournalEntry? {
    try await store.read { db in try LedgerRows(db: db).entry(id)?.entry }
  }

  /// All entries whose id was made for a sale, oldest first.
  public func entries(of sale: SaleID) async throws(StorageError) -> [JournalEntry] {
    try await store.read { db in try LedgerRows(db: db).entries(of: sale).map(\.entry) }
  }

  /// What limits have left, of those that were ever met, with the levels they were funded to.
  public func available(
    _ limits: [AccountID]
  ) async throws(StorageError) -> [Availability] {
    try await store.read { db in
      let rows = LedgerRows(db: db)
      return try limits.compactMap { limit in
        guard let row = try rows.account(limit) else { return nil }
        return Availability(
          account: limit, units: row.balance.available(under: row.account.rule) ?? 0,
          levels: try rows.levels(of: limit))
      }
    }
  }

  /// Holds that no entry has ended yet, oldest first.
  public func openHolds() async throws(StorageError) -> [JournalEntry] {
    try await store.read { db in
      try LedgerRows(db: db).openHolds().map(\.entry)
    }
  }
}

extension LedgerRows {
  /// The levels that a limit was funded to so far.
  fileprivate func levels(of limit: AccountID) throws -> [Int64] {
    var levels: [Int64] = []
    while levels.count < UsageLimit.levelLimit,
      let funding = try entry(UsageLimit.fundingID(of: limit, level: levels.count))?.entry,
      case .post(let postings) = funding.action
    {
      let units = postings.list.first { $0.account == limit }?.units ?? 0
      levels.append((levels.last ?? 0) - units)
    }
    return levels
  }
}
