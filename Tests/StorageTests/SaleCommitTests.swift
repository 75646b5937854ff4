import Ledger
import LedgerConformance
import Retail
import Storage
import Synchronization
import Testing

/// Journal, sale, print jobs and coupons, written with the ledger's answer.
struct SaleCommitTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let sale = SaleID(kiosk: 1, counter: 42)

  init() async throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
    try #require(try await SQLiteLedger(store).submit(Shop.opening()) == [.ok])
  }

  private func journal(_ event: String) -> JournalRecord {
    JournalRecord(
      at: Shop.start, saleCounter: 42, schemaVersion: 3, event: Array(event.utf8),
      state: Array("{}".utf8), effects: Array("[]".utf8))
  }

  private func decision(_ outcomes: [Outcome]) throws -> Decision {
    guard outcomes.allSatisfy({ $0 == .ok }) else { return Decision(journal: journal("refused")) }
    let code = try #require(BearerCode(random: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    return Decision(
      journal: journal("posted"),
      sale: SaleRecord(
        id: sale, at: Shop.start, member: 17, total: Money(minorUnits: 900),
        receipt: Array("{\"r\":1}".utf8), decision: Array("{\"d\":1}".utf8)),
      printJobs: [
        NewPrintJob(sale: sale, kind: .receipt, document: [1, 2, 3], at: Shop.start),
        NewPrintJob(sale: sale, kind: .coupon, document: [4, 5, 6], at: Shop.start),
      ],
      coupons: [
        NewCoupon(
          id: "42-1", template: "spring", templateVersion: 2, code: code, holder: nil,
          validFrom: Shop.start, validUntil: Instant(milliseconds: 1_800_000_000_000), sale: sale)
      ])
  }

  private func batch(_ units: Int64 = 900) throws -> Batch {
    let spend = try Shop.move(units, from: Shop.principal, to: Shop.revenue)
    return Batch(
      entries: [
        JournalEntry(
          id: EntryID(sale: sale, step: 1, ordinal: 0), action: .post(spend),
          context: Shop.context(sale: sale))
      ], isLinked: true)
  }

  @Test func `a posted sale, its jobs and its coupons are written together`() async throws {
    let result = try await store.commit(batch: try batch()) { try decision($0) }
    #expect(result.outcomes == [.ok])
    #expect(result.decision.sale?.total == Money(minorUnits: 900))
    #expect(try await store.sale(sale) == result.decision.sale)
    #expect(try await store.latestSales(limit: 5).map(\.id) == [sale])
    #expect(try await store.lastJournalRecord() == journal("posted"))
    #expect(try await store.pendingPrintJobs(limit: 1).map(\.number) == [1])
    #expect(try await store.pendingPrintJobs(limit: 9).map(\.number) == [1, 2])
    let jobs = try await store.printJobs(of: sale)
    #expect(jobs.map(\.number) == [1, 2])
    #expect(jobs.map(\.kind) == [.receipt, .coupon])
    #expect(jobs.map(\.document) == [[1, 2, 3], [4, 5, 6]])
    #expect(try await store.coupon(id: "42-1")?.sale == sale)
    try store.close()
  }

  // odoo/odoo#270532, #235956: a retry doubled points and cards.
  @Test func `repeating it doubles nothing`() async throws {
    let first = try await store.commit(batch: try batch()) { try decision($0) }
    let second = try await store.commit(batch: try batch()) { try decision($0) }
    #expect(first.outcomes == second.outcomes)
    #expect(try await store.journalRecordCount() == 1)
    #expect(try await store.latestSales(limit: 5).count == 1)
    #expect(try await store.pendingPrintJobs(limit: 9).count == 2)
    #expect(try await SQLiteLedger(store).verify().entryCount == 2)
    try store.close()
  }

  @Test func `a refused batch writes its step and no sale`() async throws {
    let result = try await store.commit(batch: try batch(10_001)) { try decision($0) }
    #expect(result.outcomes == [.overLimit])
    #expect(try await store.sale(sale) == nil)
    #expect(try await store.lastJournalRecord() == journal("refused"))
    #expect(try await store.pendingPrintJobs(limit: 9).isEmpty)
    try store.close()
  }

  @Test func `a decision that throws takes the posting back`() async throws {
    struct Stop: Error {}
    do {
      _ = try await store.commit(batch: try batch()) { _ in throw Stop() }
      Issue.record("nothing was thrown")
    } catch let error as StorageError {
      #expect(error.kind == .rolledBack)
    }
    #expect(try await SQLiteLedger(store).verify().entryCount == 1)
    #expect(try await SQLiteLedger(store).balance(of: Shop.principal)?.posted == -10_000)
    try store.close()
  }

  @Test func `cancelling the caller does not undo a commit`() async throws {
    let task = Task { try await store.append(journal("scanned")) }
    task.cancel()
    #expect(try await task.value == 1)
    #expect(try await store.journalRecordCount() == 1)
    try store.close()
  }

  /// Killed before the commit nothing is there; killed after it all is. Repeated, both end alike.
  @Test(arguments: ["before commit: sale", "after commit: sale"])
  func `a kill at the commit is all or nothing`(moment: String) async throws {
    try store.close()
    let left = try TemporaryDirectory()
    let points = Mutex<[String]>([])
    let dying = try Store.open(directory: directory.path, mode: .writer) { point in
      points.withLock { $0.append(point) }
      guard point == moment else { return }
      do { try left.takeFiles(of: directory) } catch { Issue.record(error) }
    }
    _ = try await dying.commit(batch: try batch()) { try decision($0) }
    try dying.close()
    #expect(points.withLock { $0 } == ["before commit: sale", "after commit: sale"])

    let next = try Store.open(directory: left.path, mode: .writer)
    let isThere = moment.hasPrefix("after")
    #expect((try await next.sale(sale) != nil) == isThere)
    #expect(try await next.journalRecordCount() == (isThere ? 1 : 0))
    #expect(try await next.pendingPrintJobs(limit: 9).count == (isThere ? 2 : 0))
    let again = try await next.commit(batch: try batch()) { try decision($0) }
    #expect(again.outcomes == [.ok])
    #expect(try await next.journalRecordCount() == 1)
    #expect(try await next.pendingPrintJobs(limit: 9).map(\.number) == [1, 2])
    #expect(try await SQLiteLedger(next).verify().fault == nil)
    try next.close()
  }

  @Test func `the last step is the one to go on from`() async throws {
    #expect(try await store.lastJournalRecord() == nil)
    #expect(try await store.append(journal("a")) == 1)
    #expect(try await store.append(journal("b")) == 2)
    #expect(try await store.lastJournalRecord() == journal("b"))
    #expect(try await store.latestJournalRecords(limit: 9) == [journal("b"), journal("a")])
    #expect(try await store.latestJournalRecords(limit: -1).isEmpty)
    try store.close()
  }
}
