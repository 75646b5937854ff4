import Foundation
import Ledger
import LedgerConformance
import Storage
import Testing

/// A sale is held in one commit and posted in one, whatever it writes: counted in the log itself.
struct CommitCountTests {
  /// Frames of the write-ahead log that end a transaction (SQLite, "WAL-mode file format": a
  /// header of 32 bytes, then frames of 24 bytes and a page, whose second word is 0 elsewhere).
  private func commits(_ database: String) throws -> Int {
    let log = try Data(contentsOf: URL(fileURLWithPath: database + "-wal"))
    func word(_ at: Int) -> UInt32 { log[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    guard log.count > 32 else { return 0 }
    let frame = 24 + Int(word(8))
    let salt = (word(16), word(20))
    return stride(from: 32, to: log.count - frame + 1, by: frame).count { start in
      (word(start + 8), word(start + 12)) == salt && word(start + 4) != 0
    }
  }

  private func decision(_ sale: SaleID, posted: Bool) -> Decision {
    let journal = JournalRecord(
      at: Shop.start, saleCounter: sale.counter, schemaVersion: 1, event: [1], state: [2],
      effects: [3])
    guard posted else { return Decision(journal: journal) }
    return Decision(
      journal: journal,
      sale: SaleRecord(
        id: sale, at: Shop.start, member: 1, total: Money(minorUnits: 900), receipt: [1],
        decision: [2]),
      printJobs: [NewPrintJob(sale: sale, kind: .receipt, document: [1, 2, 3], at: Shop.start)])
  }

  @Test func `hold and posting of a sale of sixteen postings are one commit each`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    #expect(try await SQLiteLedger(store).submit(Shop.opening()) == [.ok])
    let sale = SaleID(kiosk: 1, counter: 42)
    let spend = try Shop.move(100, from: Shop.principal, to: Shop.revenue)
    let pairs = try Postings((0..<5).flatMap { _ in spend.list })
    let hold = Batch(
      entries: [Shop.entry(2, .hold(spend)), Shop.entry(3, .hold(spend))], isLinked: true)
    let posting = Batch(
      entries: [
        Shop.entry(4, .capture(Shop.id(2))), Shop.entry(5, .capture(Shop.id(3))),
        Shop.entry(6, .post(pairs)), Shop.entry(7, .post(spend)),
      ], isLinked: true)

    let before = try commits(directory.database)
    let held = try await store.commit(batch: hold) { _ in decision(sale, posted: false) }
    let between = try commits(directory.database)
    let posted = try await store.commit(batch: posting) { _ in decision(sale, posted: true) }
    let after = try commits(directory.database)

    #expect((held.outcomes + posted.outcomes).allSatisfy { $0 == .ok })
    #expect(before > 0 && between == before + 1 && after == between + 1)
    #expect(try await SQLiteLedger(store).verify().postingCount == 2 + 4 + 12)
    try store.close()
  }

  @Test func `a hundred sales fit one transaction`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.submit(Shop.opening()) == [.ok])
    let spend = try Shop.move(1, from: Shop.principal, to: Shop.revenue)
    let batches = (UInt64(1)...100).flatMap { sale in
      [
        Shop.one(Shop.entry(sale * 10, .hold(spend))),
        Shop.one(Shop.entry(sale * 10 + 1, .capture(Shop.id(sale * 10)))),
      ]
    }
    let before = try commits(directory.database)
    let outcomes = try await ledger.submit(batches)
    #expect(outcomes.count == 200 && outcomes.allSatisfy { $0 == [.ok] })
    #expect(try commits(directory.database) == before + 1)
    #expect(try await ledger.balance(of: Shop.principal)?.posted == -9_900)
    try store.close()
  }
}
