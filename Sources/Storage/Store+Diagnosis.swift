import GRDB

extension Store {
  /// SQLite's quick check of the whole file: nil when it is sound, else the first thing wrong.
  /// Reads every page once; the ledger's own rules are `SQLiteLedger.verify`'s.
  public func quickCheck() async throws(StorageError) -> String? {
    try await read { db in
      let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
      return answer == "ok" ? nil : answer
    }
  }
}
