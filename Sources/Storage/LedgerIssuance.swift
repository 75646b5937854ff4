import GRDB
import Ledger
import Retail

/// The check of what the shop issues itself (I17), over the balances as they are kept.
enum LedgerIssuance {
  static let select = """
    SELECT owner, purpose, asset, posted FROM accounts
    WHERE posted <> 0 AND (asset = 'PTS' OR substr(asset, 1, 4) IN ('CPN/', 'CNT/')
      OR substr(purpose, 1, 6) = 'bonus/')
    """

  /// All of it, by name. As many as there are kinds of coupons and services.
  static func all(_ db: Database) throws -> [Issuance] {
    var sums: [String: Issuance] = [:]
    let rows = try RawStatement(db, select)
    try rows.forEachRow { row in
      let account = AccountID(owner: row.text(0), purpose: row.text(1))
      guard let name = Issuance.name(of: account, asset: row.text(2)) else { return }
      sums[name, default: Issuance(name: name)].add(account, posted: row.int64(3))
    }
    return sums.values.sorted { $0.name < $1.name }
  }
}

extension SQLiteLedger {
  /// Where what the shop issued is: points, bonus, coupons and visits.
  public func issuances() async throws(StorageError) -> [Issuance] {
    try await store.read { db in try LedgerIssuance.all(db) }
  }
}
