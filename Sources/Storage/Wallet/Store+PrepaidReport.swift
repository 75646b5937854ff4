import GRDB
import Ledger
import Retail

extension SQLiteLedger {
  /// What moved the shop's stored value in a quarter. It reads the whole book once, in constant
  /// memory.
  ///
  /// - Parameters:
  ///   - start: the first moment of the quarter at the shop.
  ///   - end: the first moment after it.
  public func prepaidReport(
    from start: Instant, until end: Instant, currency: Currency
  ) async throws(StorageError) -> PrepaidReport {
    try await store.read { db in
      let rows = LedgerRows(db: db)
      var report = PrepaidReport(from: start, until: end, currency: currency.asset)
      let entries = try Row.fetchCursor(
        db, sql: "SELECT key, content, earlier, hash FROM entries ORDER BY key")
      while let row = try entries.next() {
        let entry = try StoredEntry(row).entry
        report.take(entry, try rows.postings(of: entry))
      }
      return report
    }
  }
}
