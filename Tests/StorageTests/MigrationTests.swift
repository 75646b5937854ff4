import Foundation
import GRDB
import Ledger
import LedgerConformance
import Retail
import Testing

@testable import Storage

/// Books that released versions wrote are opened, upgraded and sound.
struct MigrationTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A book in the form of the first schema after a random walk, and the model beside it.
  private func firstBook(
    seed: UInt64, version: Int = FirstBook.lastVersion, damage: String = ""
  ) async throws -> LedgerModel {
    let model = LedgerModel()
    var walk = LedgerWalk(seed: seed)
    var accepted: [JournalEntry] = []
    var known: Set<EntryID> = []
    for _ in 0..<400 {
      let batch = walk.batch()
      let outcomes = await model.submit(batch)
      for (entry, outcome) in zip(batch.entries, outcomes)
      where outcome == .ok && known.insert(entry.id).inserted { accepted.append(entry) }
    }
    let state = await model.state
    let entries = accepted
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.write { db in
      var book = try FirstBook(db, version: version)
      try book.write(state, entries)
      for trigger in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      where !damage.isEmpty { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(sql: damage)
    }
    try queue.close()
    return model
  }

  @Test(arguments: [(1, UInt64(5)), (4, UInt64(17)), (FirstBook.lastVersion, UInt64(17))])
  func `a book of rows is upgraded with every hash and balance`(
    version: Int, seed: UInt64
  ) async throws {
    let model = try await firstBook(seed: seed, version: version)
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    try await LedgerComparison.compare(ledger, model)
    let state = await model.state
    for (id, answer) in state.answers where answer.outcome == .ok {
      #expect(try await ledger.entry(id) == answer.entry)
    }
    // And it goes on from there as if nothing had been.
    var walk = LedgerWalk(seed: seed + 1, firstID: 1_000_000)
    for _ in 0..<100 {
      let batch = walk.batch()
      let expected = await model.submit(batch)
      try #require(try await ledger.submit(batch) == expected)
    }
    try await LedgerComparison.compare(ledger, model)
    try store.close()
  }

  @Test func `a catalogue from before prices per kilogram is brought up to them`() async throws {
    let old = try OldBook(
      version: 1,
      sql: """
        INSERT INTO items VALUES ('tea', '茶', 'Tea', 'drinks', 450, NULL);
        INSERT INTO item_gtins VALUES ('06901234567892', 'tea')
        """)
    let store = try old.open()
    let tea = CatalogueItem(
      sku: "tea", gtins: ["06901234567892"], name: LocalizedText(zh: "茶", en: "Tea"),
      category: "drinks", unitPrice: Money(minorUnits: 450))
    #expect(try await store.item(sku: "tea") == tea)
    #expect(try await store.item(gtin: "06901234567892") == tea)
    let apples = CatalogueItem(
      sku: "apples", gtins: ["02100001000004"], name: LocalizedText(zh: "苹果", en: "Apples"),
      category: "fruit", unitPrice: Money(minorUnits: 1_280), priceUnit: .kilogram)
    try await store.replaceItem(apples)
    #expect(try await store.item(gtin: "02100001000004") == apples)
    let cheese = CatalogueItem(
      sku: "cheese", gtins: [], name: LocalizedText(zh: "奶酪", en: "Cheese"), category: "dairy",
      unitPrice: Money(minorUnits: 2_000),
      terms: PriceTerms(
        isDiscountable: false, floor: Money(minorUnits: 1_500),
        reducedFrom: Money(minorUnits: 2_500)))
    try await store.replaceItem(cheese)
    #expect(try await store.item(sku: "cheese") == cheese)
    // And what is taken back of a price's terms is gone.
    let plain = CatalogueItem(
      sku: "cheese", gtins: [], name: cheese.name, category: "dairy",
      unitPrice: Money(minorUnits: 2_500))
    try await store.replaceItem(plain)
    #expect(try await store.item(sku: "cheese") == plain)
    try store.close()
  }

  @Test(arguments: [
    ("UPDATE entries SET reason = 'gift' WHERE key = 7", "entry 7"),
    ("UPDATE postings SET units = units * 2 WHERE entry = 1", "entry 1"),
    ("DELETE FROM postings WHERE entry = 1 AND ordinal = 0", "entry 1"),
    ("UPDATE accounts SET posted = posted - 1 WHERE key = 1", "whose balance"),
    ("UPDATE chains SET entry_count = entry_count + 1", "may be missing"),
  ])
  func `a damaged book is left as it is, and what is wrong is named`(
    damage: String, place: String
  ) async throws {
    _ = try await firstBook(seed: 5, damage: "PRAGMA ignore_check_constraints = ON; " + damage)
    do throws(StorageError) {
      try Store.open(directory: directory.path, mode: .writer).close()
      Issue.record("it was opened")
    } catch {
      #expect(error.kind == .corrupt)
      #expect(error.message.contains(place), "\(error.message)")
    }
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.read { db in
      #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == FirstBook.lastVersion)
      let postings = try Int.fetchOne(db, sql: "SELECT count(*) FROM postings")
      #expect(postings ?? 0 > 0)
    }
    try queue.close()
  }
}
