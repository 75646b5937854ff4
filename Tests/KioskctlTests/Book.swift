import CheckoutMachine
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

/// A data directory of a small shop, as the product's own functions write it.
final class Book {
  let directory: String

  static let time = ShopTime(
    instant: Instant(milliseconds: 1_795_343_400_000), offsetSeconds: 8 * 3_600)
  static let member = MemberRecord(
    id: 17, number: "80001001", name: "王小明", phone: "13812345521", birthday: "1990-05-12",
    tier: "gold")

  /// An empty directory that only its owner may enter.
  init() throws {
    directory = NSTemporaryDirectory() + "kioskctl-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: directory)
    } catch {
      print("left behind: \(directory): \(error)")
    }
  }

  /// A member with principal, a bonus lot and points, and a sale.
  static func filled() async throws -> Book {
    let book = try Book()
    let store = try book.openWriter()
    try await store.registerMember(member)
    try await book.open(store)
    _ = try await store.commit(
      batch: Batch(openings: [], entries: [], isLinked: true)
    ) { _ in
      Decision(
        journal: JournalRecord(
          at: time.instant, saleCounter: 42, schemaVersion: 1, event: [], state: [], effects: []),
        sale: SaleRecord(
          id: receipt.sale, at: time.instant, member: member.id, total: receipt.payable,
          receipt: Array(try JSONEncoder().encode(receipt)), decision: []),
        printJobs: [
          NewPrintJob(sale: receipt.sale, kind: .receipt, document: [], at: time.instant)
        ])
    }
    try store.close()
    return book
  }

  func openWriter() throws -> Store { try Store.open(directory: directory, mode: .writer) }

  static func rules() throws -> RuleSet {
    try PromotionsFile.read(KioskctlRun.repository + "/config/promotions.yaml")
  }

  private func open(_ store: Store) async throws {
    let money = Currency.cny.asset
    let lots: [(Account, AccountID, Int64)] = [
      (
        Account(id: MemberFacts.principal(17), asset: money, rule: .debitsWithinCredits),
        HouseAccount.cash, 30_000
      ),
      (
        Account(
          id: MemberFacts.bonus(17, lot: "spring"), asset: money, rule: .debitsWithinCredits,
          grant: Grant(limitUnits: 5_000, availableAt: Self.time.instant)),
        HouseAccount.bonusIssued, 5_000
      ),
      (
        Account(
          id: MemberFacts.points(17, month: "2027-11"), asset: .points,
          rule: .debitsWithinCredits),
        HouseAccount.pointsIssued, 63_500
      ),
    ]
    for (ordinal, (account, house, units)) in lots.enumerated() {
      let entry = JournalEntry(
        id: EntryID(sale: SaleID(kiosk: 3, counter: 0), step: 1, ordinal: UInt16(ordinal)),
        action: .post(
          try Postings([
            Posting(account: house, asset: account.asset, units: units),
            Posting(account: account.id, asset: account.asset, units: -units),
          ])),
        context: EntryContext(
          reason: "test", actor: "system", kiosk: 3, sale: nil, at: Self.time.instant))
      _ = try await SQLiteLedger(store).submit(
        Batch(
          openings: [Account(id: house, asset: account.asset, rule: .free), account],
          entries: [entry], isLinked: true))
    }
  }

  /// A hold on the member's principal by a sale that is not posted.
  static func hold() throws -> JournalEntry {
    let (money, sale) = (Currency.cny.asset, SaleID(kiosk: 3, counter: 43))
    return JournalEntry(
      id: EntryID(sale: sale, step: 1, ordinal: 0),
      action: .hold(
        try Postings([
          Posting(account: MemberFacts.principal(17), asset: money, units: 1_000),
          Posting(account: HouseAccount.cash, asset: money, units: -1_000),
        ])),
      context: EntryContext(
        reason: "wallet", actor: "customer", kiosk: 3, sale: sale, at: time.instant))
  }

  static let receipt = Receipt(
    sale: SaleID(kiosk: 3, counter: 42), time: time, language: .zh, lines: [], discounts: [],
    subtotal: Money(minorUnits: 4_350), payable: Money(minorUnits: 4_250),
    tenders: [.init(tender: .principal, amount: Money(minorUnits: 4_250))], member: nil,
    coupons: [])
}
