import Crypto
import Foundation
import Ledger
import LedgerConformance
import Storage
import Testing

struct PrintJobTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let sale = SaleID(kiosk: 1, counter: 7)
  private let later = Instant(milliseconds: 1_700_000_001_000)

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  private func job(_ ordinal: Int = 0) -> NewPrintJob {
    NewPrintJob(
      sale: sale, kind: .receipt, ordinal: ordinal, document: Array("secret text".utf8),
      at: Shop.start)
  }

  private func isRefused(_ body: () async throws(StorageError) -> Void) async -> Bool {
    do {
      try await body()
      return false
    } catch {
      return error.kind == .refused
    }
  }

  @Test func `a job goes from queued to sent to printed, then only its digest is left`()
    async throws
  {
    let number = try await store.enqueue(job())
    #expect(number == 1)
    try await store.markSent(number, at: later)
    #expect(try await store.printJob(number)?.state == .sent)
    #expect(try await store.pendingPrintJobs(limit: 9).map(\.number) == [number])
    try await store.markPrinted(number, how: .printed, at: later)
    let done = try #require(try await store.printJob(number))
    #expect(done.state == .printed)
    #expect(done.confirmation == .printed)
    #expect(done.document == nil)
    #expect(done.digest == Array(SHA256.hash(data: Array("secret text".utf8))))
    #expect(done.sentAt == later && done.endedAt == later)
    #expect(try await store.pendingPrintJobs(limit: 9).isEmpty)
    try store.close()
  }

  @Test func `steps that the state does not allow are refused`() async throws {
    let number = try await store.enqueue(job())
    #expect(
      await isRefused { () async throws(StorageError) in
        try await store.markPrinted(number, how: .sent, at: later)
      })
    #expect(
      await isRefused { () async throws(StorageError) in
        try await store.requeue(number)
      })
    #expect(
      await isRefused { () async throws(StorageError) in
        _ = try await store.requeueAsCopy(number, at: later)
      })
    #expect(
      await isRefused { () async throws(StorageError) in
        try await store.markSent(99, at: later)
      })
    try await store.markSent(number, at: later)
    #expect(
      await isRefused { () async throws(StorageError) in
        try await store.markSent(number, at: later)
      })
    try await store.markPrinted(number, how: .sent, at: later)
    #expect(
      await isRefused { () async throws(StorageError) in
        try await store.abandonPrintJob(number, because: .expired, at: later)
      })
    #expect(try await store.printJob(number)?.confirmation == .sent)
    try store.close()
  }

  @Test func `a job that may be half on paper is queued again as a copy`() async throws {
    let number = try await store.enqueue(job())
    try await store.markSent(number, at: later)
    let copy = try await store.requeueAsCopy(number, at: later)
    #expect(copy == 2)
    let pending = try #require(try await store.printJob(copy))
    #expect(pending.state == .queued)
    #expect(pending.copyNumber == 1)
    #expect(pending.copyOf == 1)
    #expect(pending.document == Array("secret text".utf8))
    let place = try await store.pendingPrintJobs(limit: 9)
    #expect(place.map(\.number) == [2])
    #expect(place.map(\.sale) == [sale])
    #expect(place.map(\.queuedAt) == [pending.queuedAt])
    #expect(try await store.printJob(1)?.state == .abandoned)
    #expect(try await store.printJobs(of: sale).map(\.number) == [1, 2])
    try store.close()
  }

  @Test func `a job known not to be on paper is queued again as it was`() async throws {
    let number = try await store.enqueue(job())
    try await store.markSent(number, at: later)
    try await store.requeue(number)
    let again = try #require(try await store.printJob(number))
    #expect(again.state == .queued && again.copyNumber == 0 && again.sentAt == nil)
    try store.close()
  }

  @Test func `the same job of the same sale is queued once`() async throws {
    #expect(try await store.enqueue(job()) == 1)
    #expect(try await store.enqueue(job()) == 1)
    #expect(try await store.enqueue(job(1)) == 2)
    let free = NewPrintJob(sale: nil, kind: .test, document: [1], at: Shop.start)
    #expect(try await store.enqueue(free) == 3)
    #expect(try await store.enqueue(free) == 4)
    try store.close()
  }

  @Test func `what waits to be printed cannot be read in the file`() async throws {
    _ = try await store.enqueue(job())
    try store.close()
    let file = try Data(contentsOf: URL(fileURLWithPath: directory.database))
    #expect(file.range(of: Data("secret".utf8)) == nil)
  }
}
