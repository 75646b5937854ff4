import Ledger
import Testing

@testable import Storage

struct JournalTests {
  private func record(_ number: UInt8) -> JournalRecord {
    JournalRecord(
      at: Instant(milliseconds: Int64(number)), saleCounter: UInt64(number), schemaVersion: 1,
      event: [number], state: [number, number], effects: [])
  }

  @Test func `a step comes back as it was written`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    #expect(try await store.lastJournalRecord() == nil)
    let first = try await store.append(record(1))
    let second = try await store.append(record(2))
    #expect(second == first + 1)
    #expect(try await store.lastJournalRecord() == record(2))
    try store.close()
  }

  @Test func `the journal keeps its newest steps and no more than its limit`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    for number in UInt8(1)...10 {
      _ = try await store.write("journal") { db in
        try record(number).insert(db, keeping: 3)
      }
      #expect(try await store.journalRecordCount() == min(Int(number), 3))
    }
    #expect(try await store.latestJournalRecords(limit: 9) == [record(10), record(9), record(8)])
    try store.close()
  }
}
