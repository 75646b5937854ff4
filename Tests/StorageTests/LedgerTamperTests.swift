import Foundation
import GRDB
import Ledger
import Storage
import Testing

/// Somebody changes the file with SQLite's own tools: `verify` names the first bad row.
struct LedgerTamperTests {
  private let directory: TemporaryDirectory

  init() async throws {
    directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    try #require(try await ledger.submit(Shop.opening()) == [.ok])
    let spend = try Shop.move(10, from: Shop.principal, to: Shop.revenue)
    let actions: [JournalEntry.Action] = [
      .post(spend), .hold(spend), .capture(Shop.id(3)), .hold(spend), .void(Shop.id(5)),
      .hold(spend), .post(spend),
    ]
    for (index, action) in actions.enumerated() {
      try #require(
        try await ledger.submit(Shop.entry(UInt64(index + 2), action, kiosk: 1)) == .ok)
    }
    try #require(try await ledger.submit(Shop.entry(50, .void(Shop.id(99)))) == .noSuchHold)
    try #require(try await ledger.verify().fault == nil)
    try store.close()
  }

  /// Changes the file with every guard of the schema taken away.
  private func fault(after sql: String) async throws -> LedgerFault? {
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.writeWithoutTransaction { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try db.execute(sql: sql)
    }
    try queue.close()
    let store = try Store.open(directory: directory.path, mode: .reader)
    let report = try await SQLiteLedger(store).verify()
    #expect(report.isSound == (report.fault == nil))
    try store.close()
    return report.fault
  }

  @Test func `an untouched ledger is sound`() async throws {
    #expect(try await fault(after: "SELECT 1") == nil)
  }

  @Test(arguments: [
    "UPDATE entries SET reason = 'gift' WHERE key = 2",
    "UPDATE entries SET at = at + 1 WHERE key = 2",
    "UPDATE entries SET actor = 'staff/1' WHERE key = 2",
    "UPDATE entries SET sale_kiosk = 1, sale_counter = 5 WHERE key = 2",
    "UPDATE entries SET id = x'00000000000000000000000000000063' WHERE key = 2",
    "UPDATE entries SET hash = zeroblob(32) WHERE key = 2",
    "UPDATE entries SET kiosk = 2 WHERE key = 2",
    "UPDATE postings SET units = -units WHERE entry = 2",
    "UPDATE postings SET units = units * 2 WHERE entry = 2",
    "UPDATE postings SET account = 3 - account WHERE entry = 2 AND account <= 2",
    "UPDATE postings SET ordinal = ordinal + 5 WHERE entry = 2 AND ordinal = 0",
  ])
  func `a changed entry is named`(sql: String) async throws {
    let found = try await fault(after: sql)
    guard case .brokenChain(number: 2, id: _) = found else {
      Issue.record("\(sql): \(String(describing: found))")
      return
    }
  }

  @Test func `two entries in each other's place are named`() async throws {
    let found = try await fault(
      after: """
        UPDATE postings SET entry = 1000 WHERE entry = 2;
        UPDATE postings SET entry = 2 WHERE entry = 8;
        UPDATE postings SET entry = 8 WHERE entry = 1000;
        UPDATE entries SET key = 1000 WHERE key = 2;
        UPDATE entries SET key = 2 WHERE key = 8;
        UPDATE entries SET key = 8 WHERE key = 1000;
        """)
    #expect(found == .brokenChain(number: 2, id: Shop.id(8)))
  }

  @Test func `a removed entry is named`() async throws {
    let found = try await fault(
      after: "DELETE FROM postings WHERE entry = 2; DELETE FROM entries WHERE key = 2")
    #expect(found == .missingEntry(number: 2))
  }

  @Test func `a removed last entry is named`() async throws {
    let found = try await fault(
      after: "DELETE FROM postings WHERE entry = 8; DELETE FROM entries WHERE key = 8")
    #expect(found == .missingEntry(number: 8))
  }

  @Test func `a removed posting is named`() async throws {
    let found = try await fault(after: "DELETE FROM postings WHERE entry = 2 AND ordinal = 0")
    guard case .notAnEntry(number: 2, id: Shop.id(2), detail: _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test func `postings added to an entry that ends a hold are named`() async throws {
    let found = try await fault(
      after: "INSERT INTO postings (entry, ordinal, account, units) VALUES (4, 0, 1, 5)")
    #expect(
      found == .notAnEntry(number: 4, id: Shop.id(4), detail: "postings of a later verb"))
  }

  @Test func `an appended entry that was not chained is named`() async throws {
    let found = try await fault(
      after: """
        INSERT INTO entries (key, id, verb, reason, actor, kiosk, at, hash)
        VALUES (9, x'00000000000000000000000000000063', 1, '', '', 1, 0, zeroblob(32));
        INSERT INTO postings (entry, ordinal, account, units) VALUES (9, 0, 1, 5), (9, 1, 2, -5)
        """)
    #expect(found == .brokenChain(number: 9, id: Shop.id(0x63)))
  }

  @Test func `a balance that is not its postings is named`() async throws {
    let found = try await fault(
      after: "UPDATE accounts SET posted = posted - 100 WHERE owner = 'm/1' AND posted <> 0")
    #expect(
      found
        == .wrongBalance(
          Shop.principal, kept: Balance(posted: -10_070, heldDebits: 10, heldCredits: 0),
          recomputed: Balance(posted: -9_970, heldDebits: 10, heldCredits: 0)))
  }

  @Test func `a hold that was opened again is named by its end`() async throws {
    let found = try await fault(after: "UPDATE holds SET resolved_by = NULL WHERE entry = 5")
    #expect(found == .wrongHold(number: 6, id: Shop.id(6)))
  }

  @Test func `a hold that was quietly ended is named`() async throws {
    let found = try await fault(after: "UPDATE holds SET resolved_by = 8 WHERE entry = 7")
    #expect(found == .wrongHold(number: 7, id: Shop.id(7)))
  }

  @Test func `a changed chain head is named`() async throws {
    let found = try await fault(after: "UPDATE chains SET head = zeroblob(32)")
    #expect(found == .wrongChainHead(kiosk: 1))
  }

  @Test func `a renamed account is named by its first entry`() async throws {
    let found = try await fault(after: "UPDATE accounts SET owner = 'm/9' WHERE owner = 'm/1'")
    #expect(found == .brokenChain(number: 1, id: Shop.id(1)))
  }

  /// The schema itself, with its guards in place.
  @Test(arguments: [
    "UPDATE entries SET reason = 'gift'", "DELETE FROM entries",
    "UPDATE postings SET units = 1", "DELETE FROM postings",
    "UPDATE holds SET resolved_by = NULL", "DELETE FROM holds", "DELETE FROM refusals",
    "UPDATE accounts SET rule = 0", "DELETE FROM accounts",
    "UPDATE accounts SET posted = 1 WHERE owner = 'm/1'",
    "UPDATE accounts SET held_debits = 99999 WHERE owner = 'm/1'",
    "UPDATE accounts SET posted = -2001 WHERE purpose = 'bonus/1'",
    "INSERT INTO postings (entry, ordinal, account, units) VALUES (99, 0, 1, 1)",
    "INSERT INTO postings (entry, ordinal, account, units) VALUES (8, 9, 1, 0)",
  ])
  func `the schema refuses it by itself`(sql: String) throws {
    let queue = try DatabaseQueue(path: directory.database)
    #expect(throws: DatabaseError.self) { try queue.write { db in try db.execute(sql: sql) } }
    try queue.close()
  }

  @Test func `the chain is SHA-256 over the hash before and the canonical bytes`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.submit(Shop.opening()) == [.ok])
    #expect(
      try await ledger.submit(Shop.entry(2, .void(Shop.id(9)))) == .noSuchHold)
    let head = try #require(try await ledger.verify().heads.first)
    #expect(head.kiosk == 1 && head.entryCount == 1)
    // Computed apart from this program, by Python's struct and hashlib.
    #expect(head.hash == "ce9fa893ef5db03451bd8bb54904f8a5a78534c9c3fd92c4e21fb17d1c3b0e53")
    try store.close()
  }
}
