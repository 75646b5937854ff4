import GRDB
import Ledger

/// All balances, and per asset the sums that must be zero.
public struct TrialBalance: Equatable, Sendable, Codable {
  public struct AssetTotal: Equatable, Sendable, Codable {
    public let asset: Asset
    /// Sum of the debit balances and of the credit balances, both positive.
    public let debits: Int64
    public let credits: Int64
    /// Sums of what open holds keep, both positive.
    public let heldDebits: Int64
    public let heldCredits: Int64

    public var isBalanced: Bool { debits == credits && heldDebits == heldCredits }
  }

  public struct Line: Equatable, Sendable, Codable {
    public let account: Account
    public let balance: Balance
  }

  public let assets: [AssetTotal]
  /// By asset, owner and purpose.
  public let lines: [Line]

  public var isBalanced: Bool { assets.allSatisfy(\.isBalanced) }
}

extension SQLiteLedger {
  public func trialBalance() async throws(StorageError) -> TrialBalance {
    try await store.read { db in
      let totals = try Row.all(
        Row.fetchCursor(
          db,
          sql: """
            SELECT asset, sum(max(posted, 0)), sum(max(-posted, 0)), sum(held_debits),
              sum(held_credits) FROM accounts GROUP BY asset ORDER BY asset
            """)
      ) { row in
        guard let asset = Asset(code: row[0]) else {
          throw StorageError.corrupt("an account of no asset")
        }
        return TrialBalance.AssetTotal(
          asset: asset, debits: row[1], credits: row[2], heldDebits: row[3], heldCredits: row[4])
      }
      let lines = try Row.all(
        Row.fetchCursor(
          db,
          sql: """
            SELECT \(LedgerRows.accountColumns) FROM accounts a
            ORDER BY a.asset, a.owner, a.purpose
            """)
      ) { row in
        let state = try AccountRow(row)
        return TrialBalance.Line(account: state.account, balance: state.balance)
      }
      return TrialBalance(assets: totals, lines: lines)
    }
  }
}
