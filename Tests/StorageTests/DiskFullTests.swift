import Foundation
import GRDB
import Ledger
import LedgerConformance
import Testing

@testable import Storage

struct DiskFullTests {
  /// The number of pages a full disk leaves, for `store`'s writing connection.
  private func limitPages(of store: Store, to count: Int?) throws {
    let pool = try #require(store.pool)
    try pool.writeWithoutTransaction { db in
      let now = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(count ?? now)")
    }
  }

  @Test func `a full disk is told clearly, frees the reserve, and voids still fit`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.submit(Shop.opening()) == [.ok])
    let spend = try Shop.move(100, from: Shop.principal, to: Shop.revenue)
    #expect(try await ledger.submit(Shop.entry(2, .hold(spend))) == .ok)
    #expect(store.hasReserve)

    try limitPages(of: store, to: nil)
    let large = JournalRecord(
      at: Shop.start, saleCounter: 1, schemaVersion: 1, event: [],
      state: [UInt8](repeating: 0x20, count: 500_000), effects: [])
    var fault: StorageError?
    do throws(StorageError) { _ = try await store.append(large) } catch { fault = error }
    let full = try #require(fault)
    #expect(full.kind == .diskFull)
    #expect(full.primaryCode == 13)
    #expect(full.extendedCode == 13)
    #expect(full.message.contains("the disk is full; free space"))
    #expect(!full.message.contains("\n"))
    #expect(!store.hasReserve)
    #expect(try await store.journalRecordCount() == 0)

    // The file system has the reserve's room again.
    try limitPages(of: store, to: 4_000)
    #expect(try await ledger.submit(Shop.entry(3, .void(Shop.id(2)))) == .ok)
    #expect(try await ledger.openHolds().isEmpty)
    #expect(try await ledger.verify().fault == nil)

    #expect(try store.restoreReserve())
    #expect(store.hasReserve)
    try store.close()
  }

  @Test func `a batch that did not fit can be submitted again`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.submit(Shop.opening()) == [.ok])
    let pair = try Shop.move(1, from: Shop.cash, to: Shop.revenue)
    let batch = Batch(
      entries: (0..<200).map { Shop.entry(UInt64(2 + $0), .post(pair)) }, isLinked: true)
    try limitPages(of: store, to: nil)
    await #expect(throws: StorageError.self) { try await ledger.submit(batch) }
    #expect(try await ledger.verify().entryCount == 1)
    try limitPages(of: store, to: 4_000)
    #expect(try await ledger.submit(batch) == [Outcome](repeating: .ok, count: 200))
    #expect(try await ledger.verify().fault == nil)
    try store.close()
  }

  @Test func `the reserve takes real room`() throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    var status = stat()
    #expect(stat(directory.path + "/reserve", &status) == 0)
    #expect(status.st_size == 1 << 20)
    #expect(Int64(status.st_blocks) * 512 >= 1 << 20)
    try store.close()
  }
}
