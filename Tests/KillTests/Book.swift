import Foundation
import Ledger
import Retail
import Storage
import Testing

/// What a data directory says when nobody writes to it, or beside who does.
struct Book {
  private let store: Store

  static let member: Int64 = 1_001

  init(_ directory: String) throws {
    store = try Store.open(directory: directory, mode: .reader)
  }

  func close() throws { try store.close() }

  var sales: [SaleRecord] {
    get async throws { try await store.latestSales(limit: 100) }
  }

  var journalRowCount: Int {
    get async throws { try await store.journalRecordCount() }
  }

  /// Name of the state that the next start goes on from.
  var state: String {
    get async throws {
      guard let last = try await store.lastJournalRecord() else { return "attract" }
      let form = try JSONSerialization.jsonObject(with: Data(last.state))
      return (form as? [String: Any])?.keys.first ?? ""
    }
  }

  /// Every account with something posted: the same sale leaves the same balances. A hold opens
  /// accounts that stay empty until it is captured.
  var balances: [AccountID: Int64] {
    get async throws {
      let lines = try await SQLiteLedger(store).trialBalance().lines
        .filter { $0.balance.posted != 0 }
      return Dictionary(lines.map { ($0.account.id, $0.balance.posted) }) { first, _ in first }
    }
  }

  var openHolds: Int {
    get async throws { try await SQLiteLedger(store).openHolds().count }
  }

  func papers() async throws -> [PrintJobRecord] {
    var papers: [PrintJobRecord] = []
    for sale in try await sales { papers += try await store.printJobs(of: sale.id) }
    return papers.sorted { $0.number < $1.number }
  }

  func code(_ coupon: String) async throws -> BearerCode? {
    try await store.revealCode(id: coupon)
  }

  /// What holds at any moment, between any two commits.
  func expectSound(_ when: Comment) async throws {
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.trialBalance().isBalanced, when)
    #expect(try await ledger.verify().fault == nil, when)
  }
}
