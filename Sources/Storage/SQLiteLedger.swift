import Ledger

/// The ledger of one kiosk, embedded: the authority over every balance in its own database.
public struct SQLiteLedger: LedgerAuthority {
  let store: Store

  public init(_ store: Store) { self.store = store }

  public func submit(_ batch: Batch) async throws(StorageError) -> [Outcome] {
    try await store.write("batch") { db in try LedgerTransaction(db).submit(batch) }
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

  /// Holds that no entry has ended yet, oldest first.
  public func openHolds() async throws(StorageError) -> [JournalEntry] {
    try await store.read { db in
      try LedgerRows(db: db).openHolds().map(\.entry)
    }
  }
}
