import Foundation
import GRDB
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Somebody changes what is kept of operations on stored value: `verify` names it (I11, I16).
struct ActTamperTests {
  /// A top-up under a law, a sale, a part of it refunded, a gift card.
  private func directory() async throws -> TemporaryDirectory {
    let shop = try WalletShop()
    let member = try await shop.members.register("王小明", seed: 1).id
    try await shop.topUp(
      50_000, of: member, id: "t1",
      law: PrepaidLaw(source: "x", namedBalance: .init(minorUnits: 60_000)))
    let (sale, _, _) = try await shop.sell(
      [(WalletShop.item("tea", 1_000), 4)], number: 1, member: member)
    try await shop.refund(sale, [(1, 1)], id: "r1")
    try await shop.refund(sale, [(1, 2)], id: "r2")
    _ = try await shop.store.sellGiftCard(
      .init(amount: Money(minorUnits: 5_000), tender: "cash"),
      code: try #require(WalletShop.codes(1)()), rules: WalletShop.rules(), law: nil,
      context: try WalletShop.context("g1"))
    try await shop.expectSound()
    try shop.store.close()
    return shop.members.directory
  }

  private func fault(after sql: String) async throws -> LedgerFault? {
    let directory = try await directory()
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.writeWithoutTransaction { db in
      for name in ["money_acts_never_change", "money_acts_stay"] {
        try db.execute(sql: "DROP TRIGGER \(name)")
      }
      try db.execute(sql: sql)
    }
    try queue.close()
    let store = try Store.open(directory: directory.path, mode: .reader)
    let fault = try await SQLiteLedger(store).verify().fault
    try store.close()
    return fault
  }

  private static func changing(_ old: String, to new: String, of act: String) -> String {
    "UPDATE money_acts SET facts = CAST(replace(CAST(facts AS TEXT), '\(old)', '\(new)') AS BLOB) "
      + "WHERE id = '\(act)'"
  }

  @Test func `an act that is gone is missed, for it could be done again`() async throws {
    for act in ["t1", "r1", "r2", "g1"] {
      let fault = try await fault(after: "DELETE FROM money_acts WHERE id = '\(act)'")
      guard case .missingAct = fault else {
        Issue.record("\(act): \(String(describing: fault))")
        continue
      }
    }
  }

  @Test func `an act without entries is named`() async throws {
    let fault = try await fault(
      after: """
        INSERT INTO money_acts SELECT 'x1', kind, about, member, randomblob(16), request, facts, at
        FROM money_acts WHERE id = 't1'
        """)
    #expect(fault == .wrongAct("x1", detail: "has no entry in the book"))
  }

  @Test func `an act that says another amount is named`() async throws {
    let topUp = try await fault(
      after: Self.changing("\"amount\":50000", to: "\"amount\":40000", of: "t1"))
    let bonus = try await fault(
      after: Self.changing("\"bonus\":6000", to: "\"bonus\":600", of: "t1"))
    let card = try await fault(
      after: Self.changing("\"amount\":5000", to: "\"amount\":500", of: "g1"))
    #expect(topUp == .wrongAct("t1", detail: "does not move its amount"))
    #expect(bonus == .wrongAct("t1", detail: "does not give its bonus"))
    #expect(card == .wrongAct("g1", detail: "does not move its amount"))
  }

  @Test func `a wallet above the limit of its day is named`() async throws {
    let fault = try await fault(
      after: Self.changing("\"limit\":60000", to: "\"limit\":49999", of: "t1"))
    #expect(fault == .wrongAct("t1", detail: "brought the wallet above the limit of its day"))
  }

  @Test func `a sale that is refunded beyond its lines, its payers or its points is named`()
    async throws
  {
    let lines = try await fault(
      after: Self.changing("\"quantity\":2", to: "\"quantity\":4", of: "r2"))
    let payers = try await fault(
      after: Self.changing("principal", to: "cash", of: "r2"))
    let points = try await fault(
      after: Self.changing(
        "\"earnedMilliPoints\":18000", to: "\"earnedMilliPoints\":90000", of: "r2"))
    #expect(lines == .overRefunded("3-000001", detail: "is refunded beyond its line 1"))
    #expect(
      payers == .overRefunded("3-000001", detail: "is refunded beyond what m/1/cash paid"))
    #expect(
      points == .overRefunded("3-000001", detail: "has more points taken back than it earned"))
  }
}
